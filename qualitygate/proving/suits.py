"""Whether a case is one of the incident that it names, by what the incident's record says."""

from __future__ import annotations

from qualitygate.core.codes import CODES
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.facts import Trigger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proofs.case import Case

_FAMILIES = ("QG-10", "QG-11", "QG-16")  # of pictures, of their pairs, of LUTs


def gate_code(trigger: Trigger) -> str | None:
    """The code of what the gate found; None for an alert of something else."""
    code = trigger.check_id.partition("/")[0]
    return code if code in CODES and code.startswith(_FAMILIES) else None


def check_suits(case: Case, record: Postmortem) -> None:
    """Refuse a case that shows less than its incident owes.

    A near miss owes a cell less than a real incident. A control that only papers attest shows nothing of pictures: what
    the gate measured, the gate must catch.

    Raises:
        ConfigError: QG-1760.
    """
    if case.kind is not record.kind:
        escalate = f"qualitygate incident escalate {case.incident} --kind {case.kind.value} --reason …"
        raise ConfigError(f"the case says {case.kind.value}, the incident is {record.kind.value}", code="QG-1760",
                          where=case.lines.get("kind", case.where),
                          hint=f'write kind = "{record.kind.value}", or first run `{escalate}`')  # fmt: skip
    check_attested(case, record)


def check_attested(case: Case, record: Postmortem) -> None:
    """Refuse a control without a command where a check of the gate showed the incident.

    Raises:
        ConfigError: QG-1760.
    """
    if case.control is None or case.control.command:
        return
    shown = next((one for one in record.triggers if _of_gate(one)), None)
    if shown is not None:
        raise ConfigError(
            f"{case.incident} was shown by {shown.check_id}: an incident of pictures needs a case of pictures, "
            "not a control that is only attested",
            code="QG-1760",
            where=case.lines.get("control", case.where),
            hint="name a [check] with files or commits, or give the control a command",
        )


def _of_gate(trigger: Trigger) -> bool:
    return trigger.layer == "gate" or trigger.metric is not None or gate_code(trigger) is not None
