"""`qualitygate approve`: what it writes, what it refuses, and that it never writes half."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from qualitygate.approving import writing
from qualitygate.core.errors import ConfigError
from qualitygate.policy.provenance import Provenance, read_provenance

SCHEMA = json.loads(files("qualitygate").joinpath("schemas/approve.schema.json").read_text(encoding="utf-8"))
CONFIG = """
[[sets]]
reference = "ref"
candidate = "cand"
profile = "product"
metrics = ["delta_e_2000"]
"""
GENERATED = "a cup\nSteps: 20, Sampler: Euler, Seed: 1234, Model hash: abc, Model: sdxl 1.0"


def encoded(photo: Path, form: str = "PNG", *, gain: float = 1.0, side: int = 96, text: str = "") -> bytes:
    """A small version of a photograph; `gain` multiplies red."""
    picture = Pillow.open(photo).convert("RGB")
    picture.thumbnail((side, side))
    red, green, blue = picture.split()
    red = red.point([min(255, round(value * gain)) for value in range(256)])
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": 92} if form == "WEBP" else {}
    if text:
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("parameters", text)
    Pillow.merge("RGB", (red, green, blue)).save(out, form, **options)
    return out.getvalue()


def put(name: str, data: bytes | str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def everything() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*"))
            if path.is_file() and ".git/" not in str(path)}  # fmt: skip


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def known(picture: str) -> Provenance:
    found = read_provenance(Path(picture))
    assert found is not None
    return found


@pytest.fixture
def tree(qg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, photos: list[Path]) -> list[Path]:
    """In the working directory: `red.png` fails, `fine.webp` passes, `new ü.png` has no reference."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QUALITYGATE_NOW", "2026-11-20T09:30:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "brand owner")
    put("qualitygate.toml", CONFIG)
    put("ref/red.png", encoded(photos[0]))
    put("cand/red.png", encoded(photos[0], gain=1.3, text=GENERATED))
    put("ref/fine.png", encoded(photos[1]))
    put("cand/fine.webp", encoded(photos[1], "WEBP"))
    put("cand/deep/new ü.png", encoded(photos[2]))
    return photos


def test_a_candidate_becomes_the_reference(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = Path("ref/red.png").read_bytes()
    outcome = qg("approve", "red.png", "--reason", "warmer  look", "--stack", "gpu=H100")
    assert (outcome.code, outcome.err) == (0, "")
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()
    found = known("ref/red.png")
    assert found.sha256 == sha256(Path("ref/red.png").read_bytes())
    assert found.previous_sha256 == sha256(before)
    assert (found.file, found.approved_by, found.reason) == ("red.png", "brand owner", "warmer look")
    assert found.approved == "2026-11-20T09:30:00Z"
    assert found.stack == {"gpu": "H100", "Model hash": "abc", "Model": "sdxl 1.0"}
    assert (found.seed, found.incident) == ("1234", None)
    assert "exceeds" in outcome.out, "the numbers before are shown"
    assert qg("check", "--no-incident", "--format", "json").code == 1, "the picture without a reference is left"
    assert not Path("ref/deep").exists()


def test_what_the_user_says_goes_before_the_metadata(qg: Callable[..., Any], tree: list[Path]) -> None:
    qg("approve", "red.png", "--reason", "x", "--by", "art director", "--seed", "7", "--stack", "Model=flux")
    found = known("ref/red.png")
    assert (found.approved_by, found.seed, found.stack["Model"]) == ("art director", "7", "flux")


def test_a_sidecar_of_the_generator_is_read(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/red.png", encoded(tree[0], gain=1.3))
    put("cand/red.json", json.dumps({"model": "flux.1", "seed": 42, "api_key": "sk-" + "a" * 40}))
    qg("approve", "red.png", "--reason", "x")
    found = known("ref/red.png")
    assert (found.stack, found.seed) == ({"model": "flux.1"}, "42")


def test_seeds_that_disagree_are_none(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/red.json", json.dumps({"seed": 42}))
    qg("approve", "red.png", "--reason", "x")
    assert known("ref/red.png").seed is None


def test_a_picture_gets_its_first_reference(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("approve", "deep/*", "--reason", "first").code == 0
    assert Path("ref/deep/new ü.png").read_bytes() == Path("cand/deep/new ü.png").read_bytes()
    assert known("ref/deep/new ü.png").previous_sha256 is None


def test_everything_that_fails_and_nothing_else(qg: Callable[..., Any], tree: list[Path]) -> None:
    fine = Path("ref/fine.png").read_bytes()
    outcome = qg("approve", "--all-failed", "--reason", "x", "--format", "json")
    assert outcome.code == 0
    document = json.loads(outcome.out)
    jsonschema.validate(document, SCHEMA)
    assert [(one["id"], one["action"]) for one in document["pictures"]] == [
        ("deep/new ü.png", "added"),
        ("red.png", "replaced"),
    ]
    assert Path("ref/fine.png").read_bytes() == fine
    assert qg("check", "--no-incident").code == 0
    assert "nothing failed" in qg("approve", "--all-failed", "--reason", "x").out


def test_never_silently_everything(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = everything()
    for arguments in ((), ("--all-failed", "red.png")):
        outcome = qg("approve", *arguments, "--reason", "x")
        assert (outcome.code, everything()) == (2, before)


def test_a_dry_run_writes_nothing(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = everything()
    outcome = qg("approve", "red.png", "--reason", "x", "--dry-run")
    assert (outcome.code, everything()) == (0, before)
    assert "would approve 1 of 1" in outcome.out
    assert "commit" not in outcome.out


def test_another_format_takes_the_place_of_the_old_one(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    put("ref/fine.png.accepted/h100.png", encoded(tree[1], gain=0.3))
    before = Path("ref/fine.png").read_bytes()
    qg("approve", "fine.webp", "--reason", "first")
    assert qg("approve", "fine.webp", "--reason", "x").code == 0
    assert not Path("ref/fine.png").exists()
    assert not Path("ref/fine.png.provenance.json").exists()
    assert Path("ref/fine.webp").read_bytes() == Path("cand/fine.webp").read_bytes()
    assert known("ref/fine.webp").previous_sha256 == sha256(before)
    assert Path("ref/fine.webp.accepted/h100.png").is_file()
    assert not Path("ref/fine.png.accepted").exists()


def test_a_reference_that_is_passed_stays_and_gets_a_sidecar(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = Path("ref/fine.png").read_bytes()
    assert "recorded" in qg("approve", "fine.webp", "--reason", "as it is").out
    assert Path("ref/fine.png").read_bytes() == before
    assert known("ref/fine.png").sha256 == sha256(before)
    files_before = everything()
    assert "unchanged" in qg("approve", "fine.webp", "--reason", "again").out
    assert everything() == files_before
    assert "replaced" in qg("approve", "fine.webp", "--reason", "meant", "--passing").out
    assert Path("ref/fine.webp").read_bytes() == Path("cand/fine.webp").read_bytes()


def test_provenance_that_is_required_can_be_given(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("qualitygate.toml", CONFIG + '[references]\nprovenance = "required"\n')
    assert qg("check", "--no-incident").code == 1
    assert qg("approve", "--all-failed", "--reason", "all were looked at").code == 0
    assert qg("check", "--no-incident").code == 0
    put("ref/fine.png", encoded(tree[1], gain=1.01))
    assert "QG-1920" in qg("check", "--no-incident").out
    assert qg("approve", "fine.webp", "--reason", "the master was mended").code == 0
    assert qg("check", "--no-incident").code == 0


def test_another_one_is_accepted_beside_it(qg: Callable[..., Any], tree: list[Path]) -> None:
    before = Path("ref/red.png").read_bytes()
    assert qg("approve", "red.png", "--reason", "made on H100", "--as", "h100").code == 0
    assert Path("ref/red.png").read_bytes() == before
    assert Path("ref/red.png.accepted/h100.png").read_bytes() == Path("cand/red.png").read_bytes()
    assert known("ref/red.png.accepted/h100.png").previous_sha256 is None
    document = json.loads(qg("check", "--no-incident", "--format", "json").out)
    assert {pair["id"]: pair["accepted"] for pair in document["pairs"]}["red.png"] == "h100"


def test_an_accepted_one_is_replaced_by_name_whatever_its_format(qg: Callable[..., Any], tree: list[Path]) -> None:
    old = put("ref/red.png.accepted/h100.webp", encoded(tree[0], "WEBP", gain=0.5)).read_bytes()
    outcome = qg("approve", "red.png", "--reason", "x", "--as", "h100", "--format", "json")
    (picture,) = json.loads(outcome.out)["pictures"]
    assert picture["action"] == "accepted"
    assert picture["previous"] == "ref/red.png.accepted/h100.webp"
    assert picture["previous_sha256"] == sha256(old)
    assert [path.name for path in sorted(Path("ref/red.png.accepted").iterdir())] == [
        "h100.png",
        "h100.png.provenance.json",
    ]


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "", "a\nb", "-x", "x" * 200])
def test_a_name_is_one_plain_name(qg: Callable[..., Any], tree: list[Path], name: str) -> None:
    before = everything()
    assert qg("approve", "red.png", "--reason", "x", f"--as={name}").code == 2
    assert everything() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("zebra.png",), "[QG-1930]"),
        (("red.png", "--stack", "gpu"), "KEY=VALUE"),
        (("red.png", "--stack", "gpu=1", "--stack", "gpu=2"), "twice"),
        (("red.png", "--incident", "PM-1"), "no incident id"),
        (("red.png", "--reference", "ref", "--candidate", "cand"), "profile"),
    ],
)
def test_wrong_usage_is_one_line(
    qg: Callable[..., Any], tree: list[Path], arguments: tuple[str, ...], says: str
) -> None:
    before = everything()
    outcome = qg("approve", *arguments, "--reason", "x")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert says in outcome.err
    assert everything() == before


def test_a_reason_says_something(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("approve", "red.png").code == 2
    assert qg("approve", "red.png", "--reason", " \n").code == 2


def test_an_incident_that_nobody_knows_is_refused_where_some_are(qg: Callable[..., Any], tree: list[Path]) -> None:
    assert qg("approve", "red.png", "--reason", "x", "--dry-run", "--incident", "PM-2025-09-27-01").code == 0
    assert qg("incident", "open", "--severity", "S2", "--title", "t", "--id", "PM-2026-11-20-01").code == 0
    assert qg("approve", "red.png", "--reason", "x", "--incident", "PM-2025-09-27-01").code == 2
    assert qg("approve", "red.png", "--reason", "x", "--incident", "PM-2026-11-20-01").code == 0
    assert known("ref/red.png").incident == "PM-2026-11-20-01"


def test_what_fails_at_s0_is_approved_in_an_incident_only(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("thresholds/own.toml", 'schema = 1\n[limits.delta_e_2000]\nmean = { fail = 2.0, severity = "S0" }\n')
    put("qualitygate.toml", CONFIG.replace('"product"', '"own"'))
    before = everything()
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, everything()) == (1, before)
    assert "--incident" in outcome.out
    assert qg("approve", "red.png", "--reason", "x", "--incident", "PM-2025-09-27-01").code == 0


def test_an_approval_answers_no_absolute_rule(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("thresholds/own.toml", 'schema = 1\nextends = "product"\n[rules]\nformats = ["webp"]\n')
    put("qualitygate.toml", CONFIG.replace('"product"', '"own"'))
    before = everything()
    outcome = qg("approve", "red.png", "deep/*", "--reason", "x")
    assert (outcome.code, everything()) == (1, before)
    assert outcome.out.count("QG-1011") >= 2, "neither a replaced nor a first reference"


def test_what_cannot_be_measured_is_not_approved(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/deep/new ü.png", b"no picture")
    put("cand/red.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    before = everything()
    outcome = qg("approve", "**", "--reason", "x", "--format", "json", "--dry-run")
    assert outcome.code == 3
    actions = {one["id"]: one["action"] for one in json.loads(outcome.out)["pictures"]}
    assert (actions["red.png"], actions["deep/new ü.png"]) == ("unmeasurable", "unmeasurable")
    assert everything() == before


def test_one_that_is_refused_keeps_no_other_from_being_approved(qg: Callable[..., Any], tree: list[Path]) -> None:
    Path("cand/fine.webp").unlink()
    outcome = qg("approve", "--all-failed", "--reason", "x")
    assert outcome.code == 1
    assert "candidate missing" in outcome.out
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()


def test_a_reference_that_is_a_link_is_refused(qg: Callable[..., Any], tree: list[Path]) -> None:
    """Others may point at the same file."""
    shared = put("shared/red.png", Path("ref/red.png").read_bytes())
    Path("ref/red.png").unlink()
    Path("ref/red.png").symlink_to("../shared/red.png")
    before = shared.read_bytes()
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, shared.read_bytes()) == (1, before)
    assert "link" in outcome.out


def test_what_lies_where_a_first_reference_would_is_not_overwritten(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("qualitygate.toml", CONFIG)
    precious = put("ref/deep/new ü.png/precious.txt", "x")
    outcome = qg("approve", "deep/*", "--reason", "x")
    assert (outcome.code, precious.read_text()) == (1, "x")
    assert "is there already" in outcome.out


def test_a_name_that_is_no_utf_8(qg: Callable[..., Any], tree: list[Path]) -> None:
    for side, gain in (("ref", 1.0), ("cand", 1.3)):
        Path(os.fsdecode(side.encode() + b"/a\xff.png")).write_bytes(encoded(tree[0], gain=gain))
    outcome = qg("approve", "a*.png", "--reason", "x", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    assert known(os.fsdecode(b"ref/a\xff.png")).file == "a\\udcff.png"
    assert qg("approve", "a*.png", "--reason", "x", "--passing").code == 0


def test_two_files_of_two_formats_are_refused(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    options = ("--reference", "ref/fine.png", "--candidate", "cand/fine.webp", "--profile", "product")
    outcome = qg("approve", "fine.webp", *options, "--metric", "delta_e_2000", "--reason", "x")
    assert outcome.code == 1
    assert "save it as .png" in outcome.out


def test_directories_on_the_command_line(qg: Callable[..., Any], tree: list[Path]) -> None:
    Path("qualitygate.toml").unlink()
    options = ("--reference", "ref", "--candidate", "cand", "--profile", "product", "--metric", "delta_e_2000")
    assert qg("approve", "red.png", *options, "--reason", "x").code == 0
    assert Path("ref/red.png").read_bytes() == Path("cand/red.png").read_bytes()


@pytest.mark.parametrize("failing", ["red.png", "red.png.provenance.json"])
def test_reference_and_sidecar_are_both_written_or_neither(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    qg("approve", "red.png", "--reason", "first")
    put("cand/red.png", encoded(tree[0], gain=1.8))
    before = everything()
    write = writing.write
    broken = iter([True])

    def full(path: Path, content: str | bytes) -> None:
        if path.name == failing and next(broken, False):
            raise ConfigError("cannot write: No space left on device", code="QG-1412", where=str(path))
        write(path, content)

    monkeypatch.setattr(writing, "write", full)
    outcome = qg("approve", "red.png", "--reason", "second")
    assert outcome.code == 1
    assert "No space left on device" in " ".join(outcome.out.split())
    assert everything() == before


def test_an_interrupt_leaves_no_half(qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    before = everything()

    def interrupted(decision: object, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_move_accepted", interrupted)
    assert qg("approve", "fine.webp", "--reason", "x").code == 130
    assert everything() == before


def test_a_candidate_that_changes_meanwhile_is_refused(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualitygate.cli import approve

    before, real = Path("ref/red.png").read_bytes(), approve.put

    def late(*arguments: Any) -> None:
        put("cand/red.png", encoded(tree[0], gain=1.9))
        real(*arguments)

    monkeypatch.setattr(approve, "put", late)
    outcome = qg("approve", "red.png", "--reason", "x")
    assert (outcome.code, Path("ref/red.png").read_bytes()) == (1, before)
    assert "changed while" in outcome.out


def git(*arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def test_who_approves_is_who_git_knows(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUALITYGATE_ACTOR")
    git("init", "-q")
    git("config", "user.name", "Björk \x1b[31m")
    qg("approve", "red.png", "--reason", "x")
    assert known("ref/red.png").approved_by == "Björk \\x1b[31m"


def test_a_reference_in_git_lfs_stays_in_git_lfs(qg: Callable[..., Any], tree: list[Path]) -> None:
    git("init", "-q")
    put(".gitattributes", "*.png filter=lfs\n")
    put("cand/fine.webp", encoded(tree[1], "WEBP", gain=1.3))
    outcome = qg("approve", "fine.webp", "--reason", "x")
    assert outcome.code == 1
    assert "git lfs track" in outcome.out
    assert qg("approve", "red.png", "--reason", "x").code == 0, "of one format: git makes the pointer itself"
    put(".gitattributes", "*.png filter=lfs\n*.webp filter=lfs\n")
    assert qg("approve", "fine.webp", "--reason", "x").code == 0


def test_a_change_compared_with_git_is_approved_by_a_sidecar(qg: Callable[..., Any], tree: list[Path]) -> None:
    put("qualitygate.toml", CONFIG.replace('reference = "ref"\n', "").replace('"cand"', '"images"'))
    put("images/a.png", encoded(tree[0]))
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    changed = put("images/a.png", encoded(tree[0], gain=1.3)).read_bytes()
    put("images/new.png", encoded(tree[1]))
    assert qg("check", "--base", "HEAD", "--no-incident").code == 1
    outcome = qg("approve", "*.png", "--base", "HEAD", "--reason", "warmer")
    assert outcome.code == 0
    assert Path("images/a.png").read_bytes() == changed
    assert known("images/a.png").previous_sha256 == sha256(encoded(tree[0]))
    assert known("images/new.png").previous_sha256 is None
    outcome = qg("check", "--base", "HEAD", "--no-incident")
    assert outcome.code == 0
    assert "by brand owner, because warmer" in " ".join(outcome.out.split())
    assert "unchanged" in qg("approve", "a.png", "--base", "HEAD", "--reason", "again").out
    assert qg("approve", "a.png", "--base", "HEAD", "--reason", "x", "--as", "h100").code == 1


def test_in_ci_a_forgotten_candidate_is_still_an_error(
    qg: Callable[..., Any], tree: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    outcome = qg("check", "ref", "--profile", "product")
    assert (outcome.code, "both REFERENCE and CANDIDATE" in outcome.err) == (2, True)


def test_the_first_references_make_their_directory(qg: Callable[..., Any], tmp_path: Path, photos: list[Path]) -> None:
    """Nobody has to know that an empty directory is needed; the check says what is to be done."""
    (tmp_path / "made").mkdir()
    shutil.copy(photos[0], tmp_path / "made")
    (tmp_path / "qualitygate.toml").write_text(
        '[[sets]]\nreference = "approved"\ncandidate = "made"\nprofile = "product"\nmetrics = ["ssim"]\n'
    )
    checked = qg("check")
    assert checked.code == 2
    assert "qualitygate approve '*'" in checked.err
    assert qg("approve", "*", "--reason", "first", "--dry-run").code == 0
    assert not (tmp_path / "approved").exists()
    assert qg("approve", "*", "--reason", "first").code == 0
    assert (tmp_path / "approved" / photos[0].name).read_bytes() == photos[0].read_bytes()
    assert qg("check").code == 0
