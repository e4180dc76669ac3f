"""How the process of a command ends: at once, with everything said and everything put away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qualitygate.cli import table, terminal

BEGIN = "import sys; from qualitygate.cli import main; sys.argv[:] = ['qualitygate', *{arguments!r}]\n{before}\nmain()"


def run(*arguments: str, before: str = "", **options: object) -> subprocess.CompletedProcess[str]:
    script = BEGIN.format(arguments=list(arguments), before=before)
    return subprocess.run([sys.executable, "-c", script], text=True, check=False, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def test_what_waits_for_the_end_is_done_and_what_is_printed_arrives(tmp_path: Path) -> None:
    before = f"import atexit, tempfile\nkept = tempfile.TemporaryDirectory(dir={str(tmp_path)!r})\n"
    before += "sys.stdout.write('first '); atexit.register(print, 'last')"
    done = run("--version", before=before, stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("first qualitygate, version ")
    assert done.stdout.endswith("last\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("again", ["the end", "the answer"])
def test_a_second_interrupt_ends_it_without_a_traceback(again: str) -> None:
    interrupt = "(os.getpid(), signal.SIGINT)"
    before = "import atexit, os, signal; import qualitygate.cli as cli\n"
    if again == "the end":
        before += f"atexit.register(os.kill, *{interrupt})"
    else:
        before += "def complain(*_): raise KeyboardInterrupt\n"
        before += f"cli._complain = complain; cli.root.callback = lambda *_, **__: os.kill{interrupt}\n"
        before += "sys.argv[1:] = ['explain', 'QG-1001']"
    done = run("--version", before=before, stdout=subprocess.DEVNULL)
    assert done.stderr.strip() == ""
    assert done.returncode == (-signal.SIGINT if again == "the end" else 130)


def test_exit_codes_are_kept(tmp_path: Path) -> None:
    assert run("compare", "missing.png", "missing.png", cwd=tmp_path, stdout=subprocess.PIPE).returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device without room")
def test_a_verdict_that_nobody_could_read_is_none() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = run(
            "--version", before="import click; click.echo = lambda text, **_: sys.stdout.write(text)", stdout=full
        )
    assert done.returncode == 2


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_verdict_is_kept_where_a_stream_is_closed(closed: str, corpora: Path) -> None:
    lut = corpora / "lut/valid/ocio_iridas_3d.cube"
    script = f"import sys; sys.argv[:] = ['validate-lut', {str(lut)!r}]; sys.{closed} = None\n"
    script += "from qualitygate.cli.validate_lut_program import main; main()"
    done = subprocess.run([sys.executable, "-c", script], text=True, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_waits_for_the_end_of_validate_lut_is_done() -> None:
    script = "import atexit, sys; sys.argv[:] = ['validate-lut', '--help']; atexit.register(print, 'last')\n"
    script += "from qualitygate.cli.validate_lut_program import main; main()"
    done = subprocess.run([sys.executable, "-c", script], text=True, check=False, capture_output=True)
    assert done.returncode == 0
    assert done.stdout.endswith("last\n")


def test_numpy_is_loaded_with_one_thread_and_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def load(_: str) -> object:
        seen.append(os.environ.get("OPENBLAS_NUM_THREADS"))
        return os

    monkeypatch.setattr(table.importlib, "import_module", load)
    for before, inside in ((None, "1"), ("3", "3")):
        if before is None:
            monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
        else:
            monkeypatch.setenv("OPENBLAS_NUM_THREADS", before)
        table.imported("whatever")
        assert (seen.pop(), os.environ.get("OPENBLAS_NUM_THREADS")) == (inside, before)


def test_a_progress_bar_is_drawn_by_no_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(terminal, "_terminal", lambda _: True)
    monkeypatch.delenv("CI", raising=False)
    threads = threading.active_count()
    with terminal.progress(3, "measuring") as progress:
        assert progress is not None
        for done in (1, 2, 3):
            progress(done, 3)
            assert threading.active_count() == threads


def test_a_progress_bar_is_drawn_as_often_as_an_eye_can_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    drawn: list[int] = []
    update = terminal._drawn(lambda done, _: drawn.append(done))
    for done in range(1, 101):
        now[0] += 0.01
        update(done, 100)
    assert drawn[0] == 1
    assert drawn[-1] == 100
    assert 8 <= len(drawn) <= 13
