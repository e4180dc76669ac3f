"""`.ci/run`: takes its command from the README, runs everything in a fresh environment, and stops at a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from actions_steps import load, steps

ROOT = Path(__file__).resolve().parents[2]

# Stands for `python3`: makes a "virtual environment" whose programs write down how they were called.
MAKER = r"""#!/bin/sh
test "$1 $2" = "-m venv" || exit 64
bin="$3/bin"
mkdir -p "$bin"
for name in pip ruff mypy pytest; do
  printf '#!/bin/sh\necho "%s $*" >> "$CALLS"\ncat\ntest "%s" != "$FAILING"\n' "$name" "$name" > "$bin/$name"
done
cat > "$bin/python" <<'END'
#!/bin/sh
test "$1" = - && exec "$REAL_PYTHON" "$@"
echo "python $*" >> "$CALLS"
END
chmod +x "$bin"/*
"""

README = """\
# Sample

```console
$ pip install -c constraints.txt -e '.[test]' && pytest -n auto
```
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    (made / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", made / ".ci" / "run")
    (made / "README.md").write_text(README, encoding="utf-8")
    maker = tmp_path / "python-stub"
    maker.write_text(MAKER, encoding="utf-8")
    maker.chmod(0o755)
    return made


def run(repository: Path, command: str = ".ci/run", failing: str = "") -> tuple[int, list[str], str]:
    """Exit code, the calls that were made, and everything printed."""
    calls = repository.parent / "calls"
    environment = {
        **os.environ,
        "PYTHON": str(repository.parent / "python-stub"),
        "CALLS": str(calls),
        "FAILING": failing,
        "REAL_PYTHON": sys.executable,
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=repository,
        env=environment,
        input="somebody typed this",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, calls.read_text().splitlines() if calls.exists() else [], done.stdout


def test_it_runs_the_command_of_the_readme_and_the_linters(repository: Path) -> None:
    code, calls, printed = run(repository)
    assert code == 0, printed
    assert calls == [
        "pip install -c constraints.txt -e .[test]",
        "python -m pip check",
        "ruff check .",
        "ruff format --check .",
        "mypy ",
        "pytest -n auto",
    ]
    assert "somebody typed this" not in printed, "nothing may wait for input"


@pytest.mark.parametrize("failing", ["pip", "ruff", "mypy", "pytest"])
def test_a_failure_stops_it(repository: Path, failing: str) -> None:
    code, calls, _ = run(repository, failing=failing)
    assert code != 0
    assert calls[-1].startswith(failing)


def test_a_readme_without_the_command_is_an_error(repository: Path) -> None:
    (repository / "README.md").write_text("# Nothing\n", encoding="utf-8")
    code, calls, printed = run(repository)
    assert code != 0
    assert calls == []
    assert "README.md" in printed


def test_the_workflow_runs_it(repository: Path) -> None:
    commands = [step.run for step in steps(load(ROOT / ".github" / "workflows" / "tests.yml")) if step.run]
    assert len(commands) == 1
    code, calls, printed = run(repository, commands[0])
    assert code == 0, printed
    assert calls[-1] == "pytest -n auto"


def test_the_real_readme_has_the_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("pip install -c constraints.txt -e '.[test]' && pytest -n auto") == 1


def test_it_may_be_executed() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
