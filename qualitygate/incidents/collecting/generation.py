"""How a picture was generated: the prompt and the model, from its sidecars, text chunks, EXIF comment and XMP."""

from __future__ import annotations

import codecs
import dataclasses
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from qualitygate.incidents.collecting.exif_comment import user_comments
from qualitygate.incidents.collecting.gathered import Gathered, of_text
from qualitygate.incidents.collecting.masking import mask
from qualitygate.incidents.collecting.opening import Digest
from qualitygate.incidents.collecting.png_text import png_texts
from qualitygate.incidents.collecting.xmp_fields import PERSONAL, xmp_fields
from qualitygate.incidents.collecting.xmp_packets import PNG_KEYWORD, xmp_packets
from qualitygate.incidents.evidence import file_name

# Keywords of text chunks that say how a picture was made, by what writes them.
_CHUNKS = {
    "parameters", "prompt", "workflow", "invokeai_metadata", "invokeai_graph", "invokeai_workflow", "sd-metadata",
    "Dream", "Comment", "Description", "Software", "Source", "Title", "generation_data",
    "negative_prompt", "fooocus_scheme",
}  # fmt: skip
_MODEL_KEY = re.compile(
    r"(?i)(?:^|_|\.)(?:model|model_?name|model_?version|model_?hash|model_?id|ckpt_name|checkpoint|unet_name|lora_name|vae"
    r"|vae_name|clip_name\d?|sd_model(?:_name|_hash|_checkpoint)?|base_model|lora_hashes|control_net_name|generator"
    r"|generator_version|model_weights(?:_path)?|engine|refiner|scheduler_version|app_version|version)$"
)
_A1111 = re.compile(
    r"(?:^|,\s*)((?:Model|Model hash|VAE|VAE hash|Version|Lora hashes|Refiner|Module \d))\s*:\s*(\"[^\"]*\"|[^,\n]+)"
)
# How a generator writes in a comment. What a photographer writes there, a telephone number perhaps, is not kept.
_PARAMETERS = re.compile(
    r"(?i)\b(?:steps|negative prompt|sampler|cfg scale|model(?: hash)?|seed):|\A\s*[{\[].*[}\]]\s*\Z", re.DOTALL
)
_YAML_PAIR = re.compile(r"^\s*(?:-\s+)?[\"']?([\w.-]+)[\"']?\s*:\s+(\S.*?)\s*$", re.MULTILINE)
_MODEL_XMP = {"Iptc4xmpExt:AISystemUsed", "Iptc4xmpExt:AISystemVersionUsed", "xmp:CreatorTool"}
_MAX_DEPTH = 40
_MAX_MODELS = 200
_MAX_TEXT = 200_000
SIDECAR_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """One statement on how a picture was made, and where it stands: `png:parameters`, `xmp`, a sidecar's name.

    `left_out` says what of it was not read, and why.
    """

    source: str
    text: str
    left_out: str | None = None


def sidecar_names(picture: str) -> tuple[str, ...]:
    """Paths that a picture's sidecars may have, with `/`, in order and each once."""
    path = PurePosixPath(picture)
    stems = dict.fromkeys((path.name, path.stem))
    endings = [
        f"{word}{suffix}"
        for word in ("", ".prompt", ".model", ".meta", ".metadata")
        for suffix in (".json", ".yaml", ".yml")
    ]
    names = [f"{stem}{ending}" for stem in stems for ending in (*endings, ".txt", ".xmp")]
    return tuple(str(path.with_name(name)) for name in names)


def gather_generation(
    picture: str, content: bytes | Digest, sidecars: Mapping[str, bytes | Digest]
) -> tuple[Gathered, ...]:
    """Evidence of kind `prompt` and `model_version` on one picture; none where nothing is known.

    What could not be read counts as known: the evidence says where something stands and why it was left out.

    Args:
        picture: Path of the picture within the repository.
        content: Its bytes, or only its digest where it is too large to be searched.
        sidecars: Path to content of those that exist.
    """
    told = [*in_picture(content), *in_sidecars(sidecars)]
    if not told:
        return ()
    found: list[Gathered] = []
    identity = content if isinstance(content, Digest) else None
    about = {"picture": picture, "sha256": _sha256(content), "bytes": identity.bytes if identity else len(content)}
    counts: Counter[str] = Counter()
    sources, missing = [], list[str]()
    for one in told:
        masked = mask(one.text[:_MAX_TEXT])
        counts.update(masked.counts)
        cut = f"{len(one.text) - _MAX_TEXT:,} characters" if len(one.text) > _MAX_TEXT else None
        left_out = "; ".join(filter(None, (one.left_out, cut)))
        missing += [f"{one.source}: {left_out}"] if left_out else []
        sources.append({"source": one.source, "text": masked.text, **({"left_out": left_out} if left_out else {})})
    text = _json(about | {"sources": sources})
    prompt = of_text("prompt", _name("prompt", picture), text, counts, subject=picture)
    found.append(dataclasses.replace(prompt, left_out="; ".join(missing) or None))
    models = list(dict.fromkeys(pair for one in told for pair in models_in(one)))[:_MAX_MODELS]
    if models:
        counts = Counter()
        entries = []
        for source, key, value in models:
            masked = mask(f"{value}")
            counts.update(masked.counts)
            entries.append({"source": source, "key": key, "value": masked.text})
        text = _json(about | {"models": entries})
        found.append(of_text("model_version", _name("model", picture), text, counts, subject=picture))
    return tuple(found)


def in_picture(content: bytes | Digest) -> Iterator[Told]:
    if isinstance(content, Digest):
        yield Told("picture", "", f"it has {content.bytes:,} bytes, and was not searched")
        return
    for keyword, text, left_out in png_texts(content):
        if (keyword in _CHUNKS and (text.strip() or left_out)) or (keyword == PNG_KEYWORD and left_out):
            yield Told(f"png:{keyword}", text, left_out)
    for comment in user_comments(content):
        if _PARAMETERS.search(comment):
            yield Told("exif:UserComment", comment)
    for packet in xmp_packets(content):
        yield from _in_xmp("xmp", packet)


def in_sidecars(sidecars: Mapping[str, bytes | Digest]) -> Iterator[Told]:
    for name, content in sidecars.items():
        short = PurePosixPath(name).name
        if isinstance(content, Digest):
            yield Told(short, "", f"it has {content.bytes:,} bytes, sha256 {content.sha256}, and was not read")
        elif not content.strip():
            continue
        elif name.endswith(".xmp"):
            yield from _in_xmp(short, content)
        elif b"\0" in content[:8192] and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield Told(short, "", "it is binary, and was not read")
        else:
            wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            yield Told(short, content.decode("utf-16", "replace") if wide else _utf8(content))


def _utf8(content: bytes) -> str:
    return content.decode("utf-8-sig", "backslashreplace")


def _in_xmp(source: str, packet: bytes) -> Iterator[Told]:
    values, left_out = xmp_fields(packet)
    for key, texts in values.items():
        for text in texts:
            yield Told(f"{source}:{key}", "[masked:person]" if key in PERSONAL else text)
    if left_out:
        yield Told(source, "", left_out)


def models_in(told: Told) -> Iterator[tuple[str, str, str]]:
    """Source, key and value of whatever names a model, a version or a digest of one."""
    field = told.source.partition(":")[2]
    if field in _MODEL_XMP or told.source in ("png:Software", "png:Source"):
        yield told.source, field, told.text
        return
    try:
        value = json.loads(told.text)
    except (ValueError, RecursionError):
        for pattern in (_A1111, _YAML_PAIR) if "." in told.source else (_A1111,):
            for key, text in pattern.findall(told.text):
                if pattern is _A1111 or _MODEL_KEY.search(key):
                    yield told.source, key, text.strip().strip("\"'")
        return
    if isinstance(value, dict | list):
        for key, scalar in leaves(value, "", 0):
            if _MODEL_KEY.search(key) or ".model." in f".{key}":
                yield told.source, key, str(scalar)


def leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, str | int | float]]:
    """Every scalar with the path to it, such as `4.inputs.ckpt_name`; the graph of an editor's layout is left out."""
    if depth > _MAX_DEPTH:
        return
    items: Iterable[tuple[object, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path, value
    for key, inner in items:
        yield from leaves(inner, f"{path}.{key}" if path else str(key), depth + 1)


def _name(word: str, picture: str) -> str:
    return f"{word}-{file_name(picture).removesuffix('.png')}.json"


def _sha256(content: bytes | Digest) -> str:
    return content.sha256 if isinstance(content, Digest) else hashlib.sha256(content).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
