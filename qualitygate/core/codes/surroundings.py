"""Codes of what surrounds a run in CI: its variables, its pull request, QG-143x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1436", "unknown variable", "An environment variable has the prefix of those for options, and belongs to none; otherwise it would be ignored silently.",
         "Correct its name: `QUALITYGATE_CHECK_` and the option's own, such as `QUALITYGATE_CHECK_PROFILE` for `--profile`. An empty one counts as unset."),
    Code("QG-1437", "no comment", "`--comment` found no pull request to comment on, or no token to do it with. The verdict does not change.",
         "Nothing, for a pull request from a fork: its token may not write. Else give the job `pull-requests: write` and the step `GITHUB_TOKEN`."),
    Code("QG-1439", "unknown base of the queue", "The run is one of GitHub's merge queue, and neither the event's file nor the name of the branch says what the entry is built upon. Without it, every change would pass for a new file.",
         "Name it: `--base ${{ github.event.merge_group.base_sha }}`. In a container, mount the event's file and pass `GITHUB_EVENT_PATH` and `GITHUB_REF` on."),
)  # fmt: skip
