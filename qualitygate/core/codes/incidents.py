"""Codes of the incident store and of its life cycle, QG-170x to QG-174x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    # 170x: the store
    Code("QG-1701", "no such incident", "No incident has this id, or the text is no incident id.",
         "See `qualitygate incident list`."),
    Code("QG-1702", "event log unreadable", "A line of the event log is no event, or the log does not begin with one.",
         "Restore the file from git; `qualitygate incident verify` names every line."),
    Code("QG-1703", "branches contradict each other", "Two branches changed the same part of one incident differently.",
         "Take one side's event log from git, then make the other's change again."),
    Code("QG-1704", "store is locked", "Another process has held the lock of the store for too long.",
         "Wait for it, or end it; a lock ends with the process that holds it."),
    Code("QG-1705", "event log tampered with", "An event was edited, removed, moved, doubled or cut off.",
         "Compare the file with git's history and restore it."),
    Code("QG-1706", "event cannot be written",
         "A value has no canonical JSON (RFC 8785), such as an integer over 53 bits, or the log would grow past 64 MB.",
         "Give a value that JSON can hold; keep what is large as evidence."),
    Code("QG-1707", "record behind its log", "JSON, Markdown or `reports.csv` do not say what the event log says.",
         "Run `qualitygate postmortem sync` for edits, `qualitygate incident verify --repair` for anything else."),
    Code("QG-1708", "bundle cannot be imported", "The bundle is no directory or archive of incidents, or is unsafe to unpack.",
         "Give the artifact of the CI run: a directory, a .zip or a .tar.gz."),
    Code("QG-1709", "evidence does not match", "A file of the bundle has another digest than its record says.",
         "Download the artifact again."),
    # 171x: the life cycle
    Code("QG-1711", "step not possible now", "This step is not possible from the incident's current state.",
         "See `qualitygate incident next`."),
    Code("QG-1712", "states may not be skipped", "An incident of severity S0 or S1 passes every state in a separate step.",
         "Take the step that is named first."),
    Code("QG-1713", "times out of order", "The step lies before the one it follows, or in the future.",
         "Give the time it happened with `--at`, or set the clock."),
    Code("QG-1714", "approval refused", "The approver wrote the text, is not on the control board, or gave no review of it.",
         "Let somebody else of the control board approve."),
    Code("QG-1715", "text not merged", "Markdown or JSON hold edits that the event log does not know.",
         "Run `qualitygate postmortem sync`."),
    Code("QG-1716", "blocked by the lint", "The text has errors that must not be published.",
         "See `qualitygate postmortem lint`."),
    Code("QG-1717", "work not tracked", "An action has neither owner, due date nor ticket, and is not done.",
         "Complete it in the Markdown, or run `qualitygate actions sync`."),
    Code("QG-1718", "not proved", "Nothing proves that the incident cannot come back.", "Run `qualitygate prove`."),
    Code("QG-1719", "alert not understood", "The payload is no Alertmanager webhook of version 4.",
         "Give the body that Alertmanager posts."),
    Code("QG-1721", "id taken", "An incident with this id is there already.", "Leave `--id` out, or use the next number."),
    Code("QG-1722", "one id for two incidents", "Two branches gave the same id to different incidents.",
         "Run `qualitygate incident verify --repair`: one of them gets its own id, with its whole log."),
    Code("QG-1723", "kind of a known incident", "A run said what kind of incident it met, and the failure had opened one before, "
         "of another kind. A near miss or a drill becomes real; nothing else changes by itself. Always a warning.",
         "Nothing, or `qualitygate incident escalate PM-… --kind real|near_miss|drill --reason …`."),
)  # fmt: skip
