"""Earlier versions of files that may be large: looked up all at once, links followed as they were then.

Without the filters of the user's configuration: what a commit holds is read as it is stored, LFS pointers included.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.vcs.repository import run_git

_SECONDS = 300.0
_SUBMODULE, _LINK = b"160000", b"120000"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as a commit holds it: name of its object, and size in bytes."""

    name: str
    bytes: int


def stored(top: Path, commit: str, paths: Sequence[str]) -> dict[str, Stored]:
    """The files of a commit at some paths, without those that it does not have there.

    Symbolic links within the commit are followed, also those of directories; one that leads out of it leads nowhere.

    Args:
        top: Top level of a working tree.
        commit: Full name.
        paths: Relative to the top level, with `/`.

    Raises:
        ConfigError: QG-1690, git does not answer.
    """
    plain = [path for path in paths if "\n" not in path]  # git reads a name per line
    lines = b"".join(b"%s:%s\n" % (commit.encode(), os.fsencode(path)) for path in plain)
    found: dict[str, Stored] = {}
    if plain:
        output = _run(top, "files of the base", "cat-file", "--batch-check", "--follow-symlinks", stdin=lines)
        found = dict(_read(plain, output))
    for path in paths:
        if "\n" in path and (one := named(top, f"{commit}:{path}")) is not None:
            found[path] = one
    return found


def named(top: Path, name: str) -> Stored | None:
    """The file of one name of git, such as `COMMIT:PATH` or `:0:PATH`; None where there is none. Follows no link."""
    asked = run_git(top, "rev-parse", "--quiet", "--verify", "--end-of-options", name, timeout=_SECONDS)
    if asked is None or asked.returncode != 0:
        return None
    object_name = asked.stdout.strip().decode("ascii", "replace")
    kind = run_git(top, "cat-file", "-t", object_name)
    size = run_git(top, "cat-file", "-s", object_name)
    if kind is None or size is None or kind.stdout.strip() != b"blob" or size.returncode != 0:
        return None
    return Stored(object_name, int(size.stdout))


def content(top: Path, file: Stored) -> bytes:
    """What a file holds.

    Raises:
        ConfigError: QG-1690, git does not answer, as a partial clone may not without a network.
    """
    return _run(top, f"content of {file.name}", "cat-file", "blob", file.name)


def known_files(top: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Files of the index, and submodules, relative to the top level.

    Raises:
        ConfigError: QG-1690, git does not answer.
    """
    listed = _run(top, "files", "ls-files", "-z", "--stage")
    entries = [entry.partition(b"\t") for entry in listed.split(b"\0") if entry]
    files = frozenset(os.fsdecode(path) for facts, _, path in entries if facts[:6] != _SUBMODULE)
    return files, tuple(os.fsdecode(path) for facts, _, path in entries if facts[:6] == _SUBMODULE)


def as_text(top: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths whose bytes git changes on their way in and out, since attributes call them text.

    Only what is called so by name: `text=auto` looks at the content, and leaves pictures alone.
    """
    asked = b"".join(os.fsencode(path) + b"\0" for path in paths)
    if not asked:
        return ()
    names = ("text", "eol", "working-tree-encoding")
    done = run_git(top, "check-attr", "-z", "--stdin", *names, stdin=asked, timeout=_SECONDS)
    if done is None or done.returncode != 0:
        return ()
    parts = [os.fsdecode(part) for part in done.stdout.split(b"\0")]
    told: dict[str, dict[str, str]] = {}
    for path, attribute, value in zip(parts[0::3], parts[1::3], parts[2::3], strict=False):
        told.setdefault(path, {})[attribute] = value
    return tuple(path for path, values in told.items() if _changed(values))


def _changed(values: Mapping[str, str]) -> bool:
    """Whether attributes call a file text. An `eol` does, unless `text` says something of its own (gitattributes)."""
    text = values.get("text", "unspecified")
    if text in ("unset", "auto"):
        return False
    nothing = ("unspecified", "unset")
    return text == "set" or any(values.get(name, "unset") not in nothing for name in ("eol", "working-tree-encoding"))


def filter_of(top: Path, path: str) -> str | None:
    """The filter that attributes give a path, such as `lfs`; None for none. The file need not exist."""
    done = run_git(top, "check-attr", "-z", "filter", "--", path, timeout=_SECONDS)
    if done is None or done.returncode != 0:
        return None
    value = os.fsdecode(done.stdout).split("\0")[2:3]
    return value[0] if value and value[0] not in ("unspecified", "unset", "set") else None


def _read(paths: Sequence[str], output: bytes) -> Iterable[tuple[str, Stored]]:
    """What `--batch-check` says of each path: `NAME blob SIZE`, or a line that does not end in a size of a blob.

    After `dangling`, `loop`, `notdir` and `symlink` a second line says what was met.
    """
    lines = output.split(b"\n")
    position = 0
    for path in paths:
        words = lines[position].split(b" ")
        position += 1
        if words[0] in (b"dangling", b"loop", b"notdir", b"symlink") and len(words) == 2:
            # The rest has as many bytes as are told, and may have line ends.
            left = int(words[1])
            while left >= 0:
                left -= len(lines[position]) + 1
                position += 1
        elif len(words) == 3 and words[1] == b"blob" and words[2].isdigit():
            yield path, Stored(words[0].decode("ascii"), int(words[2]))


def _run(top: Path, what: str, *arguments: str, stdin: bytes = b"") -> bytes:
    done = run_git(top, *arguments, stdin=stdin, timeout=_SECONDS)
    if done is None or done.returncode != 0:
        said = "" if done is None else " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        message = f"git does not give the {what}{': ' if said else ''}{said}"
        hint = "check the repository; in CI check out the whole history (`fetch-depth: 0`)"
        raise ConfigError(message, code="QG-1690", where="git", hint=hint)
    return done.stdout
