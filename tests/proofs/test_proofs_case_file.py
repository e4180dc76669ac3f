"""How strictly a case is read: one error, where it is, what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofs_repository import CHECK, GOOD, ID

from qualitygate.core.errors import ConfigError
from qualitygate.proving.case_file import case_of, cases_below, read_case

HEAD = f'incident = "{ID}"\ntitle = "A\\tdrift"\nkind = "real"\nreference = "r.png"\nbad = "b.png"\nfixed = "f.png"\n'
REPRODUCE = """
[reproduce]
command = ["gen", "{prompt}", "{output}"]
output = "hero.png"
bad = { prompt = "x" }
fixed = { prompt = "y" }
"""
CONTROL = '\n[control]\nname = "review"\ndescription = "d"\ncommand = ["check", "{tree}"]\n'


def write(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "fixtures" / "incidents" / ID
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("r.png", "b.png", "f.png"):
        (folder / name).write_bytes(GOOD)
    path = folder / "case.toml"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_everything_it_can_say(tmp_path: Path, ends: str) -> None:
    text = HEAD + CHECK + REPRODUCE + '\n[proof]\nbad_commit = "a"\nfixed_commit = "b"\nparent = "c"\nruns = 5\n'
    case = read_case(write(tmp_path, text.replace("\n", ends)))
    assert case.title == "A drift"
    assert case.check_id == "QG-1001/delta_e_2000/p50"
    assert case.commits is not None
    assert (case.commits.bad, case.commits.fixed, case.commits.parent, case.runs) == ("a", "b", "c", 5)
    assert case.reproduce is not None
    assert case.reproduce.bad.values == {"prompt": "x"}


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("reference = ", "refrence = ", "QG-1404", "did you mean 'reference'"),
        (ID, "PM-2025-09-27-02", "QG-1760", "not the name of its directory"),
        ('incident = "', 'incident = 1 # "', "QG-1405", "a string is expected"),
        ('kind = "real"', 'kind = "reel"', "QG-1405", "did you mean 'real'"),
        ('kind = "real"\n', "", "QG-1760", "`kind` is missing"),
        ('"b.png"', '"none.png"', "QG-1760", "no such file in the case"),
        ('"b.png"', '"../b.png"', "QG-1405", "no relative path"),
        ('"b.png"', '"/etc/passwd"', "QG-1405", "no relative path"),
        ('"b.png"', "'C:\\\\b.png'", "QG-1405", "no relative path"),
        ('fixed = "f.png"\n', "", "QG-1760", "`fixed` is missing"),
        ("[check]", "[chek]", "QG-1404", "did you mean 'check'"),
        ('code = "QG-1001"\n', "", "QG-1760", "`code` is missing"),
        ("QG-1001", "1001", "QG-1405", "is no code"),
        ('profile = "mine"', "", "QG-1405", "either `profile` or `set`"),
        ('profile = "mine"', 'profile = "mine"\nset = "hero"', "QG-1405", "either `profile` or `set`"),
        ('profile = "mine"', 'profile = "mine"\nmetrics = ["ssim"]', "QG-1405", "leaves out delta_e_2000"),
        ('metric = "delta_e_2000"\n', "", "QG-1405", "has no `metric`"),
        ("title =", "title", "QG-1403", "malformed TOML"),
        ('"delta_e_2000"', '"delta_e"', "QG-1408", "no metric 'delta_e'; did you mean 'delta_e_2000'?"),
        ('"p50"', '"p5O"', "QG-1405", "delta_e_2000 has no statistic 'p5O'; did you mean 'p50'?"),
        ('statistic = "p50"\n', "", "QG-1405", "its `statistic` is missing; one of mean, p50, p95"),
        ("QG-1001", "QG-9999", "QG-1417", "no finding has the code 'QG-9999'"),
        ("QG-1001", "QG-1009", "QG-1417", "did you mean 'QG-1"),
        ("QG-1001", "QG-1760", "QG-1405", "is no judgement of the gate"),
        ("QG-1001", "QG-1002", "QG-1405", "QG-1002 never fails a merge; write 'QG-1001'"),
        ("QG-1001", "QG-1011", "QG-1405", "QG-1011 is about no metric"),
        ("QG-1001", "QG-1010", "QG-1408", "no metric 'delta_e_2000'; known here: file_size"),
        ("QG-1001", "QG-1680", "QG-1408", "no metric 'delta_e_2000'; known here: lut_drift"),
        ("QG-1001", "QG-1664", "QG-1408", "no metric 'delta_e_2000'; known here: lut_quality"),
        ("QG-1001", "QG-1003", "QG-1405", "`region` is missing"),
        ('"mine"', '"mine"\nregion = "logo"', "QG-1405", "QG-1001 is about no region; write code = "),
        ('metric = "delta_e_2000"\nstatistic = "p50"\n', "", "QG-1405", "`metric` is missing; write metric = "),
        ('"mine"', '"mine"\nmetrics = ["delta_e_2000", "sim"]', "QG-1408", "no metric 'sim'; did you mean 'ssim'?"),
    ],
)
def test_wrong(tmp_path: Path, old: str, new: str, code: str, said: str) -> None:
    path = write(tmp_path, (HEAD + CHECK).replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        read_case(path)
    assert (caught.value.code, said in str(caught.value)) == (code, True), str(caught.value)
    assert "case.toml" in (caught.value.where or "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{prompt}", "{promt}", "unknown placeholder {promt}"),
        ("{output}", "out.png", "has no {output}"),
        ('"hero.png"', '"../hero.png"', "is no file name"),
        ('bad = { prompt = "x" }\n', "", "`bad` is missing"),
        ('{ prompt = "x" }', '{ model = "x" }', "known here: prompt, model_version, seed"),
        ('command = ["gen"', 'command = [1, "gen"', "a string is expected"),
        ('output = "hero.png"', 'output = "hero.png"\ntimeout = 0', "at least 1"),
    ],
)
def test_wrong_generators(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write(tmp_path, HEAD + CHECK + REPRODUCE.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        read_case(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "either a [check] or a [control]"),
        (HEAD + CHECK + CONTROL, "either a [check] or a [control]"),
        (HEAD + CONTROL, "judges no pictures"),
        (HEAD.partition("reference")[0] + CHECK, "nothing to judge"),
        (HEAD.partition("reference")[0] + CONTROL.partition("command")[0], "neither `command` nor `evidence`"),
        (HEAD.partition("reference")[0] + CONTROL.replace('"review"', '"Re view"'), "is no name"),
        (HEAD + CHECK + '[proof]\nbad_commit = "a"\n', "`fixed_commit` is missing"),
        (HEAD + CHECK + '[proof]\nbad_commit = "a"\nfixed_commit = "b"\nwithout_commits = "c"\n', "named as well"),
        (HEAD + CHECK + '[proof]\nbad_commit = "a"\nfixed_commit = "b"\ncandidate = "c"\n', "`reference` is missing"),
        ("incident = " + "[" * 5000, "malformed TOML"),
        ("\x00", "malformed TOML"),
        ("", "`incident` is missing"),
    ],
)
def test_contradictions(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_case(path)
    assert said in str(caught.value)


def test_a_link_out_of_the_case_is_no_file_of_it(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + CHECK)
    (path.parent / "b.png").unlink()
    (path.parent / "b.png").symlink_to("/etc/passwd")
    with pytest.raises(ConfigError, match="no such file in the case"):
        read_case(path)


def test_found(tmp_path: Path) -> None:
    assert cases_below(tmp_path) == []
    path = write(tmp_path, HEAD + CHECK)
    (tmp_path / "fixtures/incidents/notes").mkdir()
    (tmp_path / "fixtures/incidents/PM-2025-01-01-01").mkdir()
    assert cases_below(tmp_path) == [path]
    for wrong in ("PM-2025-01-01-01", "../x", "pm", ""):
        with pytest.raises(ConfigError) as caught:
            case_of(tmp_path, wrong)
        assert caught.value.code == "QG-1760"
