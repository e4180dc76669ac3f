"""Whether what `qualitygate calibrate` writes may go where it is asked to."""

from __future__ import annotations

from pathlib import Path

from qualitygate.calibrating.session import Question
from qualitygate.cli.inputs import Inputs, Walked, inputs_here
from qualitygate.cli.output import check_writable
from qualitygate.cli.replacing import refuse_file, refuse_pictures
from qualitygate.core.errors import ConfigError


def check_targets(output: Path | None, picture: Path | None, force: bool) -> None:
    """Refuse what cannot be written, before anything is measured.

    Raises:
        ConfigError: QG-1412, also for a threshold file that is there, without `force`.
    """
    for target, suffix, what in ((output, ".toml", "a threshold file"), (picture, ".png", "the picture")):
        if target is not None:
            check_writable(target)
            if target.suffix.lower() != suffix:
                raise ConfigError(f"{what} ends in {suffix}", code="QG-1412", where=str(target))
    if output is not None and not force and (output.exists() or output.is_symlink()):
        raise ConfigError("is there already", code="QG-1412", where=str(output),
                          hint="write to another file and compare the two, or replace it by --force")  # fmt: skip


def refuse_places(reference: Path, question: Question, output: Path | None, picture: Path | None) -> None:
    """Refuse what would take the place of something that is read, or be a run of a picture the next time.

    Raises:
        ConfigError: QG-1432.
    """
    runs = dict.fromkeys(Path(one.run) for one in question.recordings)
    read = (*(one.candidate for one in question.recordings), *(one.reference for one in question.recordings))
    given = inputs_here(*read, *([question.lut] if question.lut else []), thresholds=False)
    if reference.is_dir():
        given += Inputs((), (reference,), tuple(map(Walked, runs)))
    if output is not None:
        refuse_file(output, given)
    if picture is not None:
        refuse_file(picture, given, draws=True)
        refuse_pictures(picture.parent, given, picture.name)
