"""Commands that nobody knows: what may have been meant."""

from __future__ import annotations

import pytest

from qualitygate.cli import root, run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "No such command 'chek'. (Did you mean 'check'?); see `qualitygate --help`"),
        (["validate-lut", "a.cube"], "No such command 'validate-lut'. (Did you mean 'lut validate'?); see"),
        (["incident", "shw"], "No such command 'shw'. (Did you mean 'show'"),
        (["zzz"], "No such command 'zzz'; see `qualitygate --help`"),
    ],
)
def test_an_unknown_command_says_what_may_have_been_meant(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, words, "qualitygate") == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"qualitygate: {said}")
