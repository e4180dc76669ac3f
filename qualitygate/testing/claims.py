"""Which test of a run has written which reference, across its processes."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Claims:
    """References written in a run.

    Attributes:
        directory: Directory of the run that all its processes share.
        root: Directory that messages name references from.
    """

    directory: Path
    root: Path

    def write(self, reference: Path, data: bytes, check: str, written: Callable[[], None]) -> None:
        """Write a reference unless another check of this run wrote a different picture to it.

        Args:
            reference: The file.
            data: Its new content.
            check: Who asks.
            written: Writes it; called under the lock of this reference.

        Raises:
            ConfigError: QG-1466, two checks want different pictures; QG-1463, another check wrote to a name that is the
                same where file names do not tell case.
        """
        from filelock import FileLock

        folder = self.directory / "written"
        folder.mkdir(parents=True, exist_ok=True)
        # Where file names do not tell case, neither may this.
        path = str(reference.resolve())
        same = unicodedata.normalize("NFC", path).casefold()
        key = hashlib.sha256(same.encode(errors="surrogatepass")).hexdigest()
        digest = hashlib.sha256(data).hexdigest()
        claim = folder / f"{key}.json"
        with FileLock(folder / f"{key}.lock"):
            if claim.exists():
                first = json.loads(claim.read_text(encoding="utf-8"))
                if first["path"] != path:
                    other = _shown(Path(first["path"]), self.root)
                    raise ConfigError(
                        f"{first['check']} wrote {other}, which is the same where file names do not tell case",
                        code="QG-1463",
                        where=check,
                        hint="give each check a `name` of its own",
                    )
                if first["sha256"] == digest:
                    return
                raise ConfigError(
                    f"{check} and {first['check']} want different pictures in it, that of the latter was written",
                    code="QG-1466",
                    where=_shown(reference, self.root),
                    hint="give each a reference of its own, such as by `name=`",
                )
            written()
            claim.write_text(json.dumps({"sha256": digest, "check": check, "path": path}), encoding="utf-8")


def _shown(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
