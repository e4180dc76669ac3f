"""What approving a picture would change: which file becomes the reference, or why it cannot. Writes nothing.

The candidate's own bytes become the reference, under its own extension: what was looked at and what is compared with
later are then one file, with one SHA-256, and no decoder, colour profile or bit depth comes between. Decoding a lossy
candidate into a PNG would keep no quality, since its loss is its content, and would make a file of which nobody can say
any more what it was made from. Where `coffee.webp` takes the place of `coffee.png`, the old file goes, so that the pair
stays unambiguous.

In a set that is compared with git there is no other file to write: the picture itself is the next reference. A sidecar
beside it approves the change, bound to both contents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from qualitygate.approving.decision import Action, Decision, Wish
from qualitygate.approving.refusing import farewell, refused, short
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Skipped, SubjectResult
from qualitygate.corridor.judging import judge_task
from qualitygate.corridor.task import PairTask
from qualitygate.pairing.accepted import directory_of
from qualitygate.planning.pairs import PlannedSet, label
from qualitygate.planning.plan import Plan
from qualitygate.policy.provenance import SUFFIX, Provenance, read_provenance, sidecar_of
from qualitygate.references.checks import ANSWERED, sha256_of


def decisions(plan: Plan, results: Iterable[SubjectResult], wish: Wish) -> tuple[Decision, ...]:
    """What approving every picture of a plan would change, in the order of the results.

    Args:
        plan: From `selecting.chosen` or `selecting.failed`.
        results: What `gate.run` said of it.
        wish: What is asked for.
    """
    judged = {result.subject.id: result for result in results}
    made: list[Decision] = []
    for planned in plan.sets:
        tasks = {task.subject.id: task for task in planned.tasks}
        of_set = [*tasks, *(result.subject.id for result in planned.problems)]
        made += [_with_room(_decided(planned, judged[one], tasks.get(one), wish)) for one in sorted(of_set)]
    return tuple(made)


def _with_room(decision: Decision) -> Decision:
    """The decision, refused where the file system has no room for the name of a sidecar beside the picture."""
    if decision.writes and decision.target is not None:
        try:
            sidecar_of(decision.target).is_symlink()
        except OSError as error:
            why = f"{decision.target.name[:20]}… with {SUFFIX} is no possible file name: {error.strerror} [QG-1931]"
            return Decision(decision.subject, "refused", decision.result, why)
    return decision


def _decided(planned: PlannedSet, result: SubjectResult, task: PairTask | None, wish: Wish) -> Decision:
    pair_set, subject = planned.pair_set, result.subject
    candidate = task.candidate if task is not None else _lone(planned, result)
    if candidate is None:
        return Decision(subject, "refused", result, f"{_first(result)}{farewell(planned, result)}")
    if task is None:  # judged against itself: what breaks a rule, or cannot be decoded, must not become a reference
        own = _against_itself(planned, result, candidate)
        result = SubjectResult(subject, own.verdict, own.measurements, (*own.findings, *result.findings),
                               None, own.candidate)  # fmt: skip
    if result.candidate is None or (task is not None and result.reference is None):
        return _unmeasured(result)
    if why := refused(planned, result, task, candidate, wish.name, wish.incident):
        return Decision(subject, "refused", result, why)
    if task is not None and isinstance(result.verdict, Unmeasurable):
        return _unmeasured(result)  # decoded, but a metric has no number: whether it passes is not known
    sha256 = result.candidate.sha256
    if pair_set.from_git:
        previous = result.reference.sha256 if task is not None and result.reference else None
        return _recorded(Decision(subject, "recorded", result, candidate=candidate, target=candidate,
                                  shown=subject.candidate or "", sha256=sha256, previous_sha256=previous))  # fmt: skip
    if task is None:
        target = pair_set.reference / candidate.relative_to(pair_set.candidate)
        return Decision(subject, "added", result, candidate=candidate, target=target, sha256=sha256,
                        shown=label(pair_set.reference_label, pair_set.reference, target))  # fmt: skip
    against = [finding for finding in result.findings if finding.level is Level.ERROR and finding.code in ANSWERED]
    if not against and not wish.passing:
        return _standing(planned, result, task) if wish.name is None else _passing(result, task)
    if wish.name is not None:
        return _alternative(planned, result, task, wish.name, sha256)
    return _replacing(planned, result, task, sha256)


def _standing(planned: PlannedSet, result: SubjectResult, task: PairTask) -> Decision:
    """The reference stays as it is: nothing speaks against the candidate."""
    why = "it passes, so its reference stays; --passing replaces it all the same"
    if result.candidate is not None and result.candidate.sha256 == sha256_of(task.reference):
        why = "it is its reference, byte for byte"
    shown = label(planned.pair_set.reference_label, planned.pair_set.reference, task.reference)
    return _stays(result, task.reference, shown, why)


def _passing(result: SubjectResult, task: PairTask) -> Decision:
    """Nothing is accepted beside a reference that is matched; the accepted one that is matched gets its sidecar."""
    one = next((one for one in task.accepted if one.label == result.subject.reference), None)
    if one is not None:
        return _stays(result, one.path, one.label, f"it matches {one.name}, which is accepted already")
    why = "it passes, so that nothing needs to be accepted beside its reference"
    return Decision(result.subject, "unchanged", result, why, stands=True)


def _stays(result: SubjectResult, reference: Path, shown: str, why: str) -> Decision:
    """A reference stays as it is; a sidecar is written where it has none, or that of another content."""
    sha256, known = sha256_of(reference) or "", _known(reference)
    decision = Decision(result.subject, "recorded", result, why, reference, reference, shown, sha256=sha256,
                        stands=True)  # fmt: skip
    if known is None:
        return decision
    if known.sha256 == sha256:
        return replace(decision, action="unchanged")
    return replace(decision, previous_sha256=known.sha256)


def _replacing(planned: PlannedSet, result: SubjectResult, task: PairTask, sha256: str) -> Decision:
    pair_set, old = planned.pair_set, task.reference
    same = old.suffix.lower() == task.candidate.suffix.lower()
    target = old if same else old.with_suffix(task.candidate.suffix)
    # What was compared with, even if somebody else writes there now.
    compared = result.reference if result.subject.reference == task.subject.reference else None
    previous_sha256 = compared.sha256 if compared is not None else sha256_of(old)
    shown, previous = (label(pair_set.reference_label, pair_set.reference, path) for path in (target, old))
    if same and previous_sha256 == sha256:
        return _standing(planned, result, task)
    obsolete = () if same else (old, sidecar_of(old))
    return Decision(result.subject, "replaced", result, candidate=task.candidate, target=target, shown=shown,
                    previous=previous, obsolete=obsolete, sha256=sha256, previous_sha256=previous_sha256)  # fmt: skip


def _alternative(planned: PlannedSet, result: SubjectResult, task: PairTask, name: str, sha256: str) -> Decision:
    pair_set, directory = planned.pair_set, directory_of(task.reference)
    target = directory / f"{name}{task.candidate.suffix}"
    beside = label(pair_set.reference_label, pair_set.reference, task.reference)
    old = next((one.path for one in task.accepted if one.path.stem == name), None)
    previous = None if old is None else f"{beside}{directory.suffix}/{old.name}"
    obsolete = () if old is None or old == target else (old, sidecar_of(old))
    before = None if old is None else sha256_of(old)
    same = old == target and before == sha256
    decision = Decision(result.subject, "accepted", result, candidate=task.candidate, target=target,
                        shown=f"{beside}{directory.suffix}/{target.name}", previous=previous, obsolete=obsolete,
                        sha256=sha256, previous_sha256=None if same else before)  # fmt: skip
    return _recorded(decision) if same else decision


def _recorded(decision: Decision) -> Decision:
    """The decision to write a sidecar alone, or nothing where it says so already."""
    known = _known(decision.target) if decision.target is not None else None
    said = known is not None and known.sha256 == decision.sha256
    # One that lies beside its only picture also says what that takes the place of.
    same = decision.action != "recorded" or (known is not None and known.previous_sha256 == decision.previous_sha256)
    action: Action = "unchanged" if said and same else "recorded"
    return Decision(decision.subject, action, decision.result, "", decision.candidate, decision.target, decision.shown,
                    decision.previous, (), decision.sha256, decision.previous_sha256)  # fmt: skip


def _lone(planned: PlannedSet, result: SubjectResult) -> Path | None:
    """The candidate of a picture that has no reference yet; None where that is not what is wrong."""
    new = isinstance(result.verdict, Skipped) or any(finding.code == "QG-1102" for finding in result.findings)
    if not new or result.subject.candidate is None:
        return None
    one = planned.pair_set
    within = result.subject.candidate.removeprefix(one.candidate_label).lstrip("/")
    return one.candidate / within if within else one.candidate


def _against_itself(planned: PlannedSet, result: SubjectResult, candidate: Path) -> SubjectResult:
    subject = Subject("pair", result.subject.id, result.subject.set_name, result.subject.candidate,
                      result.subject.candidate)  # fmt: skip
    return judge_task(planned.recipe.task(subject, result.subject.id, (candidate, candidate)))


def _known(picture: Path | None) -> Provenance | None:
    try:
        return None if picture is None else read_provenance(picture)
    except ConfigError:
        return None  # it is written anew


def _unmeasured(result: SubjectResult) -> Decision:
    verdict = result.verdict
    why = verdict.message.removesuffix(f" [{verdict.code}]") if isinstance(verdict, Unmeasurable) else _first(result)
    return Decision(result.subject, "unmeasurable", result, why)


def _first(result: SubjectResult) -> str:
    return short(result.findings[0]) if result.findings else "it has no candidate"
