"""Every code block of the README and of `docs/` is run, or checked by its kind, in the order of its page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs_blocks import Block, Scratch, agrees, blocks
from docs_platform import approving
from ruamel.yaml import YAML

from qualitygate.demo.scene import write_scene
from qualitygate.policy.config import load_config
from qualitygate.policy.lut_policy import load_lut_policy

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").glob("*.md"))
    if blocks(path)
)
# In a process of its own, which sees the metrics that the page has installed.
_HOLDS = """
from pathlib import Path
from qualitygate import metrics
from qualitygate.policy.check import check_against
from qualitygate.policy.load import load_profile

profile = load_profile({name!r}, Path("shown"))
assert profile.thresholds, "states no limit"
check_against(profile, {{name: metrics.metric_class(name).spec for name in metrics.names()}})
"""


@pytest.fixture
def scratch(tmp_path: Path, shell_environment: dict[str, str]) -> Scratch:
    """A directory with the demo's pictures in it, at the top and as `qualitygate demo` leaves them, unconfigured."""
    scene = write_scene(tmp_path, force=True)
    (tmp_path / "qualitygate.toml").unlink()
    shutil.copytree(scene.good, tmp_path / "candidate")
    write_scene(tmp_path / "qualitygate-demo")
    return Scratch(tmp_path, shell_environment)


@pytest.fixture
def platform(scratch: Scratch) -> Iterator[None]:
    """A platform on which somebody approves whatever commit is checked out, for pages that ask one."""
    with approving(scratch):
        yield


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
@pytest.mark.usefixtures("platform")
def test_page_is_true(page: Path, scratch: Scratch) -> None:
    for block in blocks(page):
        check = CHECKS.get(block.language)
        assert check is not None, f"{page}:{block.line}: say what kind of block this is, one of {', '.join(CHECKS)}"
        if block.file is not None:
            scratch.write(block.file, block.text)
        check(block, scratch)


def test_pages_are_found() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in PAGES}
    assert {"README.md", "CONTRIBUTING.md", "docs/start.md", "docs/ci.md", "docs/adding-a-metric.md"} <= names


@pytest.mark.parametrize(
    ("shown", "real", "expected"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\nc\n", True),
        ("a\n…\n", "a\n", True),
        ("…\nc\n", "a\nb\nc\n", True),
        ("…\nc\n", "a\nb\n", False),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a\nc\n", False),
        ("1.5 (x)\n", "1x5 (x)\n", False),
    ],
)
def test_output_is_compared(shown: str, real: str, expected: bool) -> None:
    assert agrees(shown, real) is expected


def _console(block: Block, scratch: Scratch) -> None:
    commands = list(block.commands)
    assert commands, f"{block.page}:{block.line}: a console block needs lines that begin with `$ `"
    for command, shown in commands:
        status, real = scratch.run(command)
        assert status == 0, f"{block.page}:{block.line}: `{command}` exits with {status}:\n{real}"
        if shown.strip():
            assert agrees(shown, real), f"{block.page}:{block.line}: `{command}` prints:\n{real}\nshown:\n{shown}"


def _shell(block: Block, scratch: Scratch) -> None:
    if block.file is not None:  # a script, which other blocks run
        status, real = scratch.run(f"sh -n {block.file}")
        assert status == 0, f"{block.page}:{block.line}: {real}"
        return
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            status, real = scratch.run(line.strip())
            assert status == 0, f"{block.page}:{block.line}: `{line}` exits with {status}:\n{real}"


def _python(block: Block, scratch: Scratch) -> None:
    if block.file is None:
        status, real = scratch.python(block.text)
        assert status == 0, f"{block.page}:{block.line}: {real}"
    else:
        compile(block.text, block.file, "exec")


def _toml(block: Block, scratch: Scratch) -> None:
    tomllib.loads(block.text)
    if "config" in block.options:
        # Beside the files of the page, which it may name.
        scratch.write("shown.toml", block.text)
        config = load_config(scratch.here / "shown.toml")
        assert config.pair_sets or config.lut_sets or config.palettes or config.batches
    if "luts" in block.options:
        scratch.write("luts/thresholds/lut.toml", block.text)
        assert load_lut_policy(scratch.here / "luts").assignments
    if "thresholds" in block.options:
        # Under the name the page gives it, since a file may extend its own namesake.
        name = Path(block.file or "shown.toml").name
        scratch.write(f"shown/thresholds/{name}", block.text)
        status, real = scratch.python(_HOLDS.format(name=Path(name).stem))
        assert status == 0, f"{block.page}:{block.line}: {real}"


def _json(block: Block, scratch: Scratch) -> None:
    json.loads(block.text)


def _yaml(block: Block, scratch: Scratch) -> None:
    parsed = YAML(typ="safe").load(block.text)
    assert isinstance(parsed, dict)
    schema = "gitlab-ci" if "gitlab" in block.options else "github-workflows" if "jobs" in parsed else None
    if schema is not None:
        scratch.write("shown.yml", block.text)
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", "shown.yml"]
        done = subprocess.run(command, cwd=scratch.here, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def _groovy(block: Block, scratch: Scratch) -> None:
    """A Jenkinsfile: its `sh` steps are run, the rest is Jenkins' own."""
    commands = re.findall(r"^\s*sh '([^']+)'$", block.text, re.MULTILINE)
    assert commands, f"{block.page}:{block.line}: no `sh` step"
    for command in commands:
        status, real = scratch.run(command)
        assert status == 0, f"{block.page}:{block.line}: `{command}` exits with {status}:\n{real}"


def _text(block: Block, scratch: Scratch) -> None:
    assert block.text.strip()


CHECKS = {
    "console": _console,
    "bash": _shell,
    "sh": _shell,
    "python": _python,
    "toml": _toml,
    "json": _json,
    "yaml": _yaml,
    "groovy": _groovy,
    "text": _text,
    "markdown": _text,
}
