"""Real commits in scratch repositories: a hook refuses what it should, and refuses when it cannot run."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")


def write(path: Path, damage: bool = False, size: int = 9) -> None:
    steps = [index / (size - 1) for index in range(size)]
    rows = [[r**1.1, g**1.1, b**1.1] for b in steps for g in steps for r in steps]
    if damage:
        rows[300][1] += 0.4
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(" ".join(f"{value:.6f}" for value in row) + "\n" for row in rows)
    path.write_text(f"LUT_3D_SIZE {size}\n{body}")


class Repository:
    def __init__(self, top: Path, environment: dict[str, str]) -> None:
        self.top, self.environment = top, environment
        top.mkdir(parents=True)
        self.git("init", "-q")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.top, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("git", *IDENTITY, *arguments)

    def commit(self, message: str = "x") -> subprocess.CompletedProcess[str]:
        self.git("add", "-A")
        return self.git("commit", "-m", message)

    def install(self) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "qualitygate", "lut", "install-hook")

    @property
    def commits(self) -> int:
        return int(self.git("rev-list", "--count", "HEAD").stdout or 0)

    @property
    def hook(self) -> Path:
        return self.top / ".git" / "hooks" / "pre-commit"


@pytest.fixture
def repository(tmp_path, shell_environment) -> Repository:
    kept = {name: value for name, value in shell_environment.items() if not name.startswith("GIT_")}
    return Repository(tmp_path / "repository", {**kept, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)})


@pytest.fixture
def guarded(repository) -> Repository:
    """A repository with the hook and one good LUT."""
    assert repository.install().returncode == 0
    write(repository.top / "luts" / "a.cube")
    first = repository.commit()
    assert first.returncode == 0, first.stderr
    return repository


def test_a_commit_with_drift_is_refused_and_passes_once_approved(guarded):
    write(guarded.top / "luts" / "a.cube", damage=True)
    refused = guarded.commit()
    assert refused.returncode != 0
    assert "QG-1680" in refused.stderr + refused.stdout
    assert guarded.commits == 1
    assert not (guarded.top / "run").exists(), "a local hook only prints"
    arguments = ("lut", "approve", "luts/a.cube", "--base", "HEAD", "--reason", "New grade")
    approved = guarded.run(sys.executable, "-m", "qualitygate", *arguments)
    assert approved.returncode == 0, approved.stderr
    assert guarded.commit().returncode == 0


def test_a_commit_without_a_lut_is_passed_without_a_word(guarded):
    (guarded.top / "notes.txt").write_text("no table\n")
    done = guarded.commit()
    assert (done.returncode, "LUT" in done.stdout + done.stderr) == (0, False)
    by_hand = guarded.run(sys.executable, "-m", "qualitygate", "lut", "validate", "--staged")
    assert (by_hand.returncode, by_hand.stdout) == (0, "no LUT to validate\n")


def test_approvals_and_thresholds_count_as_they_are_staged(guarded):
    """CI sees the commit, and not what lies in the working tree of whoever made it."""
    write(guarded.top / "luts" / "a.cube", damage=True)
    guarded.git("add", "-A")
    arguments = ("lut", "approve", "luts/a.cube", "--base", "HEAD", "--reason", "New grade")
    assert guarded.run(sys.executable, "-m", "qualitygate", *arguments).returncode == 0
    assert guarded.git("commit", "-m", "x").returncode != 0
    shutil.rmtree(guarded.top / "approvals")
    loose = guarded.top / "thresholds" / "lut.toml"
    loose.parent.mkdir()
    loose.write_text('schema = 1\nextends = "lut"\n[drift]\ngrid = false\n')
    assert "grid_max" in guarded.git("commit", "-m", "x").stderr
    guarded.git("add", "thresholds")
    loose.write_text("broken")
    refused = guarded.git("commit", "-m", "x")
    assert refused.returncode != 0
    assert "QG-1664" in refused.stderr
    assert "grid_max" not in refused.stderr


def test_a_malformed_lut_is_refused_by_what_is_staged(guarded):
    path = guarded.top / "luts" / "a.cube"
    good = path.read_text()
    path.write_text(good.replace("\n0.0", "\nnan 0.0", 1))
    guarded.git("add", "-A")
    path.write_text(good)  # the working tree is right again, what is committed is not
    refused = guarded.git("commit", "-m", "x")
    assert refused.returncode != 0
    assert "QG-1635" in refused.stderr + refused.stdout


def test_commit_of_one_file_judges_what_it_commits(guarded):
    """`git commit FILE` hands the hook an index of its own."""
    write(guarded.top / "luts" / "a.cube", damage=True)
    assert guarded.git("commit", "-m", "x", "luts/a.cube").returncode != 0
    assert guarded.git("commit", "-am", "x").returncode != 0
    assert guarded.commits == 1


def test_renamed_and_changed_is_still_drift(guarded):
    guarded.git("mv", "luts/a.cube", "luts/b.cube")
    write(guarded.top / "luts" / "b.cube", damage=True)
    refused = guarded.commit()
    assert refused.returncode != 0
    assert "luts/a.cube at HEAD" in refused.stderr + refused.stdout


def test_deleting_a_named_lut_is_refused_until_the_name_is_gone(guarded):
    thresholds = guarded.top / "thresholds" / "lut.toml"
    thresholds.parent.mkdir()
    thresholds.write_text('extends = "lut"\n[[assign]]\nfiles = ["luts/a.cube"]\noutput = "sRGB"\n')
    assert guarded.commit().returncode == 0
    guarded.git("rm", "-q", "luts/a.cube")
    refused = guarded.commit()
    assert refused.returncode != 0
    assert "QG-1685" in refused.stderr + refused.stdout
    assert "thresholds/lut.toml:2" in refused.stderr + refused.stdout
    thresholds.write_text('extends = "lut"\n')
    assert guarded.commit().returncode == 0


def test_a_commit_without_luts_passes(guarded):
    (guarded.top / "note.txt").write_text("x")
    (guarded.top / "picture.png").write_bytes(b"no LUT, and nobody says it is one")
    assert guarded.commit().returncode == 0


@pytest.mark.parametrize("breakage", ["thresholds", "python"])
def test_a_hook_that_cannot_reach_a_verdict_blocks(guarded, breakage):
    if breakage == "thresholds":
        (guarded.top / "thresholds").mkdir()
        (guarded.top / "thresholds" / "lut.toml").write_text("[[")
    else:
        text = guarded.hook.read_text()
        guarded.hook.write_text(text.replace(sys.executable, "/nowhere/python"))
        guarded.environment["PATH"] = os.pathsep.join(str(Path(shutil.which(n)).parent) for n in ("git", "sh"))
        if shutil.which("validate-lut", path=guarded.environment["PATH"]):
            pytest.skip("the command lies beside git")
        (guarded.top / "note.txt").write_text("x")
    refused = guarded.commit()
    assert refused.returncode != 0
    assert guarded.commits == 1
    expected = "malformed TOML" if breakage == "thresholds" else "the commit is refused"
    assert expected in refused.stderr + refused.stdout


def test_a_package_that_does_not_import_blocks(guarded, tmp_path):
    broken = tmp_path / "broken" / "qualitygate"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('broken')")
    guarded.environment["PYTHONPATH"] = str(broken.parent)
    write(guarded.top / "luts" / "b.cube")
    assert guarded.commit().returncode != 0


@pytest.mark.parametrize("shadow", ["qualitygate/__main__.py", "click.py", "numpy.py", "json.py", "re.py"])
def test_modules_of_the_repository_do_not_run_instead_of_ours(guarded, shadow):
    module = guarded.top / shadow
    module.parent.mkdir(exist_ok=True)
    (module.parent / "__init__.py").write_text("")
    module.write_text("import os\nos._exit(0)\n")
    (guarded.top / "luts" / "a.cube").write_text("LUT_3D_SIZE 2\n")
    refused = guarded.commit()
    assert refused.returncode != 0
    assert "QG-1633" in refused.stderr + refused.stdout
    assert guarded.commits == 1


def test_a_merge_is_judged_too(guarded):
    """Git runs no pre-commit hook for a merge."""
    guarded.git("checkout", "-qb", "feature")
    (guarded.top / "luts" / "b.cube").write_text("LUT_3D_SIZE 2\n")
    guarded.git("add", "-A")
    guarded.git("commit", "-qm", "x", "--no-verify")
    guarded.git("checkout", "-q", "main")
    (guarded.top / "note.txt").write_text("x")
    assert guarded.commit().returncode == 0
    refused = guarded.git("merge", "-m", "x", "feature")
    assert refused.returncode != 0
    assert "QG-1633" in refused.stderr + refused.stdout
    assert guarded.commits == 2


def test_a_hook_of_somebody_else_does_not_keep_the_other_from_being_written(repository):
    merging = repository.hook.with_name("pre-merge-commit")
    merging.parent.mkdir(exist_ok=True)
    merging.write_text("#!/bin/sh\nexit 0\n")
    refused = repository.install()
    assert refused.returncode == 2
    assert "a pre-merge-commit hook is here already" in refused.stderr
    assert merging.read_text() == "#!/bin/sh\nexit 0\n"
    assert repository.hook.stat().st_mode & stat.S_IXUSR


def test_installing_sets_the_run_bit_and_never_overwrites(repository):
    assert repository.install().returncode == 0
    assert repository.hook.stat().st_mode & stat.S_IXUSR
    repository.hook.chmod(0o644)
    again = repository.install()
    assert (again.returncode, again.stdout.split()[0]) == (0, "kept")
    assert repository.hook.stat().st_mode & stat.S_IXUSR
    repository.hook.write_text("#!/bin/sh\nexit 0\n")
    refused = repository.install()
    assert refused.returncode == 2
    assert "QG-1691" in refused.stderr
    assert "validate-lut --staged" in refused.stderr
    assert repository.hook.read_text() == "#!/bin/sh\nexit 0\n"


def test_installing_where_git_looks(repository, tmp_path):
    repository.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    assert repository.install().returncode == 0
    assert (tmp_path / "hooks" / "pre-commit").is_file()
    outside = subprocess.run(
        [sys.executable, "-m", "qualitygate", "lut", "install-hook"],
        cwd=tmp_path, env=repository.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert outside.returncode == 2


def test_against_the_merge_base_as_ci_does(guarded):
    guarded.git("checkout", "-qb", "feature")
    write(guarded.top / "luts" / "a.cube", damage=True)
    guarded.git("add", "-A")
    assert guarded.git("commit", "-qm", "x", "--no-verify").returncode == 0
    done = guarded.run(sys.executable, "-m", "qualitygate", "lut", "validate", "--base", "main")
    assert done.returncode == 1
    assert "luts/a.cube" in done.stdout
    unchanged = guarded.run(sys.executable, "-m", "qualitygate", "lut", "validate", "--base", "HEAD")
    assert (unchanged.returncode, unchanged.stdout) == (0, "no LUT to validate\n")


PROBE = """
import sys
from qualitygate.cli.validate_lut import command
from qualitygate.cli import run
code = run(command, sys.argv[1:], "validate-lut")
heavy = {"torch", "skimage", "scipy", "colour", "PIL", "msgspec", "rich", "PyOpenColorIO"} & set(sys.modules)
assert not heavy, heavy
assert code == 1, code
"""


def test_the_hook_path_loads_no_framework(tmp_path, shell_environment):
    write(tmp_path / "a.cube", size=33)
    write(tmp_path / "b.cube", damage=True, size=33)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "b.cube", "--against", "a.cube"],
        cwd=tmp_path, env=shell_environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "grid_max" in done.stdout


@pytest.mark.slow
def test_the_real_pre_commit_framework(repository, tmp_path):
    """Installs this package from a git repository into an environment of pre-commit's own; needs the package index."""
    pre_commit = shutil.which(
        "pre-commit", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if pre_commit is None:
        pytest.skip("pre-commit is not installed")
    source = Repository(tmp_path / "source", repository.environment)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source.top / name)
    for name in ("qualitygate", "thresholds"):
        shutil.copytree(ROOT / name, source.top / name, ignore=shutil.ignore_patterns("__pycache__"))
    source.commit()
    revision = source.git("rev-parse", "HEAD").stdout.strip()
    environment = repository.environment
    environment.pop("PYTHONPATH", None)
    environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    (repository.top / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {source.top}\n    rev: {revision}\n    hooks:\n      - id: validate-lut\n"
    )
    types = ("-t", "pre-commit", "-t", "pre-merge-commit")
    assert repository.run(pre_commit, "install", "--install-hooks", *types).returncode == 0
    write(repository.top / "luts" / "a.cube")
    first = repository.commit()
    assert first.returncode == 0, first.stdout + first.stderr
    write(repository.top / "luts" / "a.cube", damage=True)
    refused = repository.commit()
    assert refused.returncode != 0
    assert "QG-1680" in refused.stderr + refused.stdout
    repository.git("reset", "-q", "--hard")
    thresholds = repository.top / "thresholds" / "lut.toml"
    thresholds.parent.mkdir()
    thresholds.write_text('extends = "lut"\n[[assign]]\nfiles = ["luts/a.cube"]\n')
    assert repository.commit().returncode == 0
    repository.git("rm", "-q", "luts/a.cube")
    gone = repository.commit()
    assert gone.returncode != 0
    assert "QG-1685" in gone.stderr + gone.stdout
    repository.git("reset", "-q", "--hard")
    thresholds.write_text('extends = "lut"\n[[assign]]\nfiles = ["luts/*.png"]\n')
    write(repository.top / "luts" / "b.cube")
    (repository.top / "luts" / "hald.png").write_bytes(b"no picture")
    assigned = repository.commit()  # beside a LUT that is known by its name
    assert assigned.returncode != 0
    assert "luts/hald.png" in assigned.stderr + assigned.stdout
