"""Every stable code of the gate, with what it means and what to do. The docs and `qualitygate explain` read this.

Four digits belong to the gate; three digits (`QG-1xx` to `QG-8xx`) are kept for the lint of postmortems.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One stable code.

    Attributes:
        code: `QG-dddd`.
        title: A few words.
        meaning: What was found, in a sentence or two.
        remedy: What to do about it.
    """

    code: str
    title: str
    meaning: str
    remedy: str


_ALL = (
    # 10xx: judgement of one subject or set
    Code("QG-1001", "limit exceeded", "A statistic of a metric is on the wrong side of the profile's `fail` limit.",
         "Look at the heat map. Mend the picture, or change the threshold in a reviewed commit that says why."),
    Code("QG-1002", "warning limit exceeded", "A statistic is on the wrong side of `warn`, but still within `fail`.",
         "Nothing is blocked. Look before it becomes a failure."),
    Code("QG-1003", "limit exceeded in a region", "A statistic within a named region is on the wrong side of its limit.",
         "Look at the region in the heat map; the rest of the picture may be fine."),
    Code("QG-1004", "alpha differs", "The transparency of reference and candidate differs.",
         "Re-export with the alpha channel, or declare that the pictures are meant to be opaque."),
    Code("QG-1010", "byte budget exceeded", "The files of a set are larger than the profile allows (KB = 1,000 bytes).",
         "Compress the largest files, or raise the budget in a reviewed commit."),
    Code("QG-1011", "format not allowed", "The candidate's file format is not in the profile's list.",
         "Export in one of the allowed formats."),
    Code("QG-1012", "chroma subsampling not allowed", "The candidate stores colour at a lower resolution than allowed.",
         "Export with 4:4:4 chroma or losslessly."),
    Code("QG-1013", "colour space not allowed", "The candidate's colour space is not in the profile's list.",
         "Convert the picture, profile included, to one of the allowed colour spaces."),
    # 11xx: pairing
    Code("QG-1101", "candidate missing", "A reference picture has no candidate.",
         "Generate it, or remove the reference in the same commit."),
    Code("QG-1102", "reference missing", "A candidate picture has no approved reference.",
         "Approve it as a reference, or keep it out of the set with `exclude`."),
    Code("QG-1103", "ambiguous pair", "More than one file could be the partner, by relative path or by stem.",
         "Rename or exclude files until each stem stands once on each side."),
    Code("QG-1104", "sizes differ", "Reference and candidate have different sizes, so pixels cannot be compared.",
         "Export at the reference's size, or set `resize` in the configuration."),
    Code("QG-1105", "set is empty", "A set has no pictures: a gate that compares nothing must not pass.",
         "Correct the directories or globs of the set."),
    Code("QG-1106", "shifted or scaled", "The candidate shows the reference, shifted or scaled.",
         "Look for a crop, a padding or a resize step in the pipeline."),
    # 12xx: a picture that cannot be decoded to a known meaning
    Code("QG-1201", "not a picture", "The bytes are no picture in a supported format, whatever the name says.",
         "Check what was written there."),
    Code("QG-1202", "wrong extension", "The file is a picture of another format than its name says.",
         "Rename it, or mend the export step."),
    Code("QG-1203", "truncated", "The file ends before the picture does.", "Write or download it again."),
    Code("QG-1204", "corrupt", "The file breaks the rules of its format.", "Write or download it again."),
    Code("QG-1205", "too many pixels", "The picture is larger than the limit, or a decompression bomb.",
         "Raise `limits.max_pixels` if it is genuine."),
    Code("QG-1206", "file too large", "The file, or a chunk inflated from it, is larger than the limit.",
         "Raise `limits.max_bytes` or `limits.max_metadata_bytes` if it is genuine."),
    Code("QG-1207", "animation", "The file holds several frames; a single number for them would mislead.",
         "Compare the frames as single pictures."),
    Code("QG-1208", "Git LFS pointer", "The file is a Git LFS pointer, not the picture.", "Run `git lfs pull`."),
    Code("QG-1209", "HTML page", "The file is an HTML page, most often a server's error page saved as a picture.",
         "Look at the download step."),
    Code("QG-1210", "empty file", "The file has no bytes.", "Write or download it again."),
    Code("QG-1211", "16-bit not kept", "The picture has 16 bits per channel and the installed decoder would cut it to 8.",
         "Install the extra `formats`, or export with 8 bits."),
    Code("QG-1212", "HDR", "The picture is encoded for high dynamic range (PQ or HLG); these metrics do not apply.",
         "Compare an SDR rendition."),
    Code("QG-1213", "CMYK without profile", "The picture is CMYK and says nothing of which inks on which paper.",
         "Embed the ICC profile."),
    Code("QG-1214", "invalid colour profile", "The embedded ICC profile is broken, or made for another kind of picture.",
         "Embed a valid profile, or remove it if the picture is sRGB."),
    Code("QG-1215", "format needs an extra", "The format needs an optional decoder that is not installed.",
         "`pip install 'image-qualitygate[formats]'`."),
    Code("QG-1216", "cannot be read", "The file could not be opened or read.", "Check that it exists and may be read."),
    Code("QG-1217", "pixel type not supported", "The picture's colour model or sample type is not one that is measured.",
         "Convert it to 8- or 16-bit RGB or grey."),
    # 13xx: a metric that could not be measured
    Code("QG-1301", "picture too small", "The picture is smaller than the metric's window.",
         "Leave the metric out for such pictures."),
    Code("QG-1302", "not finite", "The metric came out as NaN or infinity, which is no measurement.",
         "Report it with both files: it is a defect of the gate."),
    Code("QG-1303", "nothing left to measure", "Ignored areas cover the whole picture, or every window of it.",
         "Make the ignored areas smaller."),
    Code("QG-1304", "sizes differ", "The metric compares pixel by pixel and the sizes differ.",
         "Export at the same size, or use `--resize`."),
    Code("QG-1305", "worker lost", "The process that measured this pair was killed, usually for want of memory.",
         "Lower `workers`, or `limits.max_pixels`."),
    Code("QG-1306", "out of memory", "There was not enough memory to measure this pair.",
         "Lower `workers`, or measure on a larger machine."),
    Code("QG-1307", "not decoded", "The metric was not measured because a picture could not be decoded.",
         "See the code of the picture."),
    # 14xx: usage and configuration
    Code("QG-1401", "path not found", "A path does not exist.", "Correct the path."),
    Code("QG-1402", "unknown profile", "No threshold file has this name, neither local nor shipped.",
         "Use one of the profiles listed, or write `thresholds/NAME.toml`."),
    Code("QG-1403", "malformed TOML", "The file is not valid TOML.", "Correct the line named."),
    Code("QG-1404", "unknown key", "The file has a key that means nothing here; it would otherwise be ignored silently.",
         "Correct the spelling; a suggestion is given."),
    Code("QG-1405", "wrong value", "A value has the wrong type or is out of range.", "Correct it as the message says."),
    Code("QG-1406", "mask of the wrong size", "A mask image does not have the size of the picture it masks.",
         "Export the mask at the candidate's size."),
    Code("QG-1407", "file or directory expected", "A directory stands where a file is expected, or the reverse.",
         "Correct the path."),
    Code("QG-1408", "unknown metric", "No metric has this name.", "Use one of the metrics listed."),
    Code("QG-1409", "nothing configured", "There is no configuration here and no directories were given.",
         "Run `qualitygate init`, or give REFERENCE and CANDIDATE."),
    Code("QG-1410", "circular extends", "Threshold files extend each other in a circle.", "Break the circle."),
    Code("QG-1411", "name taken twice", "Two installed plugins provide the same name.", "Uninstall one of them."),
    Code("QG-1412", "cannot write", "An output file or directory could not be written.", "Check path and permissions."),
    Code("QG-1413", "extra not installed", "Something asked for needs an optional dependency.",
         "Install the extra named in the message."),
    Code("QG-1414", "weights missing", "The network's weights are not in the package nor in the cache.",
         "Run `qualitygate weights convert`."),
    Code("QG-1415", "weights altered", "The digest of a weights file is not the one it should have.",
         "Reinstall the package, or convert the weights again."),
    Code("QG-1416", "device not available", "The device asked for is not there.",
         "Use `--device auto`, or see `qualitygate doctor`."),
    Code("QG-1417", "unknown code", "No finding has this code.", "See the list in the documentation."),
    Code("QG-1418", "not weights of this network", "A checkpoint or weights file is malformed, belongs to another "
         "network, or is a pickle that asks for more than arrays.",
         "Give one of the checkpoints that `qualitygate weights convert --help` lists."),
    Code("QG-1419", "no LUT validator", "This version cannot validate LUT files, and does not pretend to.",
         "Upgrade to a version that can; until then the hook blocks."),
    Code("QG-1420", "unreadable incident file", "A file in the incident store is not one of ours, or is damaged.",
         "Restore it from git; until then it is left alone and not considered."),
)  # fmt: skip

CODES: dict[str, Code] = {entry.code: entry for entry in _ALL}
