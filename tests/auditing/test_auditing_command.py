"""`qualitygate audit` as it is typed, and as a step of `qualitygate check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from audit_repository import CONFIG, Shop, picture

Command = Callable[..., Any]


@pytest.fixture
def looser(made: Shop) -> Shop:
    made.edit("thresholds/brand.toml", "fail = 2.0", "fail = 3.0")
    made.write("approved/coffee.png", picture(1))
    made.write("approved/new.png", picture())
    made.write("build/new.png", picture())
    return made


def test_text(looser: Shop, command_line: Command) -> None:
    done = command_line("audit", "--base", "main")
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("qualitygate.toml against main at ")
    start = lines.index("LOOSER  profile brand: delta_e_2000.p50  thresholds/brand.toml:3  [QG-1800]")
    assert lines[start + 1 : start + 3] == [
        "        fail 2, warn 1 → fail 3, warn 1: looser by 1 DeltaE00, 50 % more room",
        "        severity S1, born of PM-2025-09-27-01, set landing",
    ]
    assert "note    set landing: new references  approved/new.png  [QG-1805]" in lines
    assert "used up, the worst of each limit" in lines
    assert lines[-1] == "2 looser without a waiver: fails"
    assert done.out.count("[[waiver]]") == 2


def test_nothing(made: Shop, command_line: Command) -> None:
    done = command_line("audit", "--base", "main", "--no-measure")
    assert (done.code, done.out.splitlines()[1:]) == (0, ["", "nothing is looser"])


def test_json(looser: Shop, command_line: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    done = command_line("audit", "--base", "main", "--since", "main", "--format", "json", "-o", str(target))
    found = json.loads(done.out)
    assert json.loads(target.read_text(encoding="utf-8")) == found
    assert (done.code, found["verdict"], found["config"]) == (1, "failed", "qualitygate.toml")
    limit = next(one for one in found["loosened"] if one["kind"] == "limit")
    assert limit["waiver"] is None
    assert (limit["change"], limit["to"], limit["percent"], limit["born_of"], limit["where"]) == (
        "profile brand: delta_e_2000.p50", "fail 3, warn 1", 50.0, "PM-2025-09-27-01", "thresholds/brand.toml:3",
    )  # fmt: skip
    assert found["since"]["references"][0]["path"] == "approved/coffee.png"
    assert {one["limit"] for one in found["consumed"]} >= {"delta_e_2000.p50", "budget.mean_kb"}


def test_github(looser: Shop, command_line: Command) -> None:
    done = command_line("audit", "--base", "main", "--no-measure", "--format", "github")
    (error,) = [line for line in done.out.splitlines() if line.startswith("::error file=thresholds/brand.toml")]
    assert error.startswith("::error file=thresholds/brand.toml,line=3,title=limit loosened::loosened: profile brand")
    assert done.out.startswith("::stop-commands::")


def test_github_shows_no_more_than_ten(made: Shop, command_line: Command) -> None:
    sets = [CONFIG.replace("landing", f"set{number}") for number in range(12)]
    made.write("qualitygate.toml", "".join(sets))
    made.merge()
    made.write("qualitygate.toml", "".join(f"{one}resize = 'nearest'\n" for one in sets))
    done = command_line("audit", "--base", "main", "--no-measure", "--format", "github")
    errors = [line for line in done.out.splitlines() if line.startswith("::error")]
    assert len(errors) == 10
    assert errors[-1] == "::error title=audit::3 more, see the log"


@pytest.mark.parametrize("arguments", [(), ("--base", "main", "--config", "none.toml"), ("--base", "x")])
def test_usage(made: Shop, command_line: Command, arguments: tuple[str, ...]) -> None:
    done = command_line("audit", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_the_base_of_ci(looser: Shop, command_line: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    looser.git("update-ref", "refs/remotes/origin/main", "main")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert command_line("audit", "--no-measure").code == 1


def test_hostile_names_reach_no_terminal(made: Shop, command_line: Command) -> None:
    made.write("approved/\x1b[31mred\n::error::x.png", picture())
    made.write("build/\x1b[31mred\n::error::x.png", picture())
    made.merge()
    made.write("approved/\x1b[31mred\n::error::x.png", picture(2))
    for form in ("text", "github"):
        done = command_line("audit", "--base", "main", "--format", form)
        assert done.code == 1
        assert "\x1b" not in done.out
        assert "\n::error::x" not in done.out


def test_a_name_that_is_no_unicode(made: Shop, command_line: Command) -> None:
    import os

    name = os.fsdecode(b"approved/caf\xe9.png")
    made.write(name, picture())
    made.merge()
    made.write(name, picture(2))
    for form in ("text", "json", "github"):
        done = command_line("audit", "--base", "main", "--since", "main", "--format", form, "-o", "out.json")
        assert done.code == 1
        assert done.out.encode("utf-8")  # such a name may have to go through a pipe
        assert "xe9.png" in done.out
    assert json.loads((made.top / "out.json").read_text(encoding="utf-8"))["since"]["references"][0]["path"]


def test_as_a_step_of_the_check(looser: Shop, command_line: Command) -> None:
    looser.write("qualitygate.toml", f'{CONFIG}[check]\nalso = ["audit"]\n')
    done = command_line("check", "--base", "main", "--no-incident", "--format", "json")
    assert done.code == 1
    found = json.loads(done.out)
    (step,) = found["steps"]
    assert (step["name"], step["verdict"]) == ("audit", "failed")
    assert step["detail"].startswith("2 looser; ")
    looser.git("checkout", "-q", "--", ".")
    looser.write("qualitygate.toml", f'{CONFIG}[check]\nalso = ["audit"]\n')
    assert command_line("check", "--base", "main", "--no-incident").code == 0


def test_a_step_without_a_base_is_not_made(made: Shop, command_line: Command) -> None:
    made.write("qualitygate.toml", f'{CONFIG}[check]\nalso = ["audit"]\n')
    done = command_line("check", "--no-incident", "--format", "json")
    assert done.code == 3
    assert "QG-1815" in done.out
