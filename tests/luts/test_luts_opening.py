"""What is no regular file is refused by name; nothing waits for it or reads it without end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qualitygate import luts
from qualitygate.core.errors import LutError
from qualitygate.luts.reading import read_bytes

CURVE = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
# In a process of its own: what waits for a named pipe cannot be interrupted otherwise.
PROBE = """
import sys
from pathlib import Path
from qualitygate import luts
from qualitygate.core.errors import LutError
from qualitygate.luts.reading import read_bytes
path = Path(sys.argv[1])
finding = luts.read(path).findings[0]
print(finding.code, finding.found)
try:
    read_bytes(path)
except LutError as error:
    print(error.code, error.message)
"""


def probed(path: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    os.mkfifo(path)
    assert probed(path) == ["QG-1616 the path is a named pipe"] * 2


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    path.symlink_to("/dev/zero")
    assert probed(path) == ["QG-1616 the path is a device"] * 2


def test_a_directory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    path.mkdir()
    assert [(f.code, f.found) for f in luts.read(path).findings] == [("QG-1616", "the path is a directory")]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets among files here")
def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("a.cube")
        assert [f.found for f in luts.read(Path("a.cube")).findings] == ["the path is a socket"]


def test_a_path_no_system_has() -> None:
    assert luts.read(Path("a\0.cube")).findings[0].code == "QG-1616"


def test_read_bytes_gives_the_content_and_keeps_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    path.write_bytes(CURVE)
    assert read_bytes(path) == CURVE
    link = tmp_path / "b.cube"
    link.symlink_to(path)
    assert read_bytes(link) == CURVE
    with pytest.raises(LutError) as caught:
        read_bytes(path, max_bytes=len(CURVE) - 1)
    assert (caught.value.code, caught.value.where) == ("QG-1602", path.as_posix())
    path.write_bytes(b"")
    with pytest.raises(LutError, match="QG-1603"):
        read_bytes(path)
    with pytest.raises(LutError, match="QG-1616"):
        read_bytes(tmp_path / "missing.cube")
