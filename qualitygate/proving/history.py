"""The cells of a proof over real commits, each checked out beside the user's working tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.proofs.case import Case, Commits
from qualitygate.proofs.cells import GAP, Cell, Observation, cells_of
from qualitygate.proving.commands import Commands, filled, generate, run
from qualitygate.proving.lineage import check_lineage
from qualitygate.proving.observing import Luts, Pictures, lut_bytes, observe
from qualitygate.proving.rules import Rules
from qualitygate.proving.tree_files import present
from qualitygate.vcs.worktree import Commit, Worktrees, commit_of, parent_of, worktrees


@dataclass(slots=True)
class History:
    """The commits of a proof, resolved and checked out as they are needed.

    Attributes:
        case: Its commits are proved.
        root: Top level of the user's working tree, whose programs controls are.
        trees: Where commits are checked out.
        commits: `bad`, `fixed`, `parent`.
        thresholds: `old` and `new`, where the check is one of the gate.
        commands: Leave to run commands.
        device: Where LPIPS runs.
    """

    case: Case
    root: Path
    trees: Worktrees
    commits: dict[str, Commit]
    thresholds: dict[str, Commit]
    commands: Commands
    device: str
    rules: dict[str, Rules] = field(default_factory=dict)

    def rules_of(self, name: str) -> Rules:
        """The old or the new thresholds."""
        if name not in self.rules:
            commit = self.thresholds[name]
            self.rules[name] = Rules(self.trees.at(commit), f"{name} thresholds {commit.short}", _config(self.case))
        return self.rules[name]

    def observe(self, cell: Cell, attempt: int) -> Observation:
        """One run of one cell.

        Raises:
            ConfigError: Paths, thresholds or revisions of the case are wrong, or a command failed or may not be run.
        """
        if self.case.check is None:
            return self._controlled(cell)
        rules = self.rules_of(cell.thresholds)
        silence = self._silence(rules) if cell is GAP else None
        if silence is not None:
            return Observation("not_judged", note=silence)
        files = self._luts(cell) if self.case.check.of_luts else self._pictures(cell, attempt)
        return observe(self.case.check, rules, files, self.device, whole=cell is GAP)

    def _silence(self, old: Rules) -> str | None:
        """Why the old thresholds say nothing of the bad files; None where they do.

        Raises:
            ConfigError: QG-1760, the bad commit's own thresholds judge them, so that there was a gate.
        """
        check, named = self.case.check, _commits(self.case)
        assert check is not None
        silence = old.silence(check)
        if silence is None or self.thresholds["old"].name == self.commits["bad"].name:
            return silence
        bad = self.commits["bad"]
        if Rules(self.trees.at(bad), "", _config(self.case)).silence(check) is not None:
            return silence
        raise ConfigError(
            f"proof.old_thresholds: {named.old_thresholds} says nothing of the case, but the thresholds of bad_commit "
            f"{bad.short} do",
            code="QG-1760",
            where=self.case.lines.get("proof.old_thresholds", self.case.where),
            hint="leave it out for the bad commit's own",
        )

    def _pictures(self, cell: Cell, attempt: int) -> Pictures:
        commits, commit = _commits(self.case), self.commits[cell.part]
        tree = self.trees.at(commit)
        if self.case.reproduce is not None and (self.commands.refused is None or commits.candidate is None):
            return self._generated(cell, tree, attempt)
        if commits.candidate is not None and commits.reference is not None:
            pair = tuple(present(tree, name, commit, cell.part) for name in (commits.reference, commits.candidate))
            return Pictures(tree, (pair[0], pair[1]), (commits.reference, commits.candidate))
        check = self.case.check
        if check is None or check.set is None:
            raise ConfigError("[proof] does not say which pictures are judged", code="QG-1760", where=self.case.where,
                              hint="name `reference` and `candidate`, or a `set` in [check]")  # fmt: skip
        rules = self.rules_of(cell.thresholds)
        made = rules.pair_set(check, None, tree, ("", ""))
        for path in (made.reference, made.candidate):
            present(tree, path.relative_to(tree).as_posix(), commit, cell.part)
        return Pictures(tree, None)

    def _generated(self, cell: Cell, tree: Path, attempt: int) -> Pictures:
        task, commits = self.case.reproduce, _commits(self.case)
        assert task is not None
        if commits.reference is not None:
            reference = present(tree, commits.reference, self.commits[cell.part], cell.part)
        elif self.case.reference is not None:
            reference = self.case.directory / self.case.reference
        else:
            raise ConfigError("no reference for what the generator makes", code="QG-1760", where=self.case.where,
                              hint="keep a `reference` with the case, or name one in [proof]")  # fmt: skip
        given = {"bad": task.bad, "fixed": task.fixed, "parent": task.parent or task.fixed}[cell.part]
        target = self.trees.directory / f"generated-{cell.name}-{attempt}"
        output = generate(self.case, task, given, target, tree, self.commands, reference)
        return Pictures(tree, (reference, output), ("reference", f"generated/{task.output}"))

    def _luts(self, cell: Cell) -> Luts:
        """The LUT of a commit, compared with the one that held before the bad commit."""
        path = _commits(self.case).lut
        if path is None:
            raise ConfigError("[proof] does not say which LUT is judged", code="QG-1760", where=self.case.where,
                              hint='write lut = "luts/brand.cube"')  # fmt: skip
        commit, before = self.commits[cell.part], self.commits["parent"]
        new = lut_bytes(present(self.trees.at(commit), path, commit, cell.part))
        old = lut_bytes(present(self.trees.at(before), path, before, "parent"))
        judged_as = (self.case.check.lut if self.case.check else None) or path
        return Luts(judged_as, new, old, (f"{path} at {before.short}", f"{path} at {commit.short}"))

    def _controlled(self, cell: Cell) -> Observation:
        """A control, run from the user's own tree over that of a commit."""
        control = self.case.control
        assert control is not None
        self.commands.demand(self.case, "control")
        tree = self.trees.at(self.commits[cell.part])
        return control_run(self.case, control.command, tree, self.root, control.timeout, self.commands)


def control_run(
    case: Case, command: tuple[str, ...], tree: Path, root: Path, timeout: float, commands: Commands
) -> Observation:
    """Run a control once: exit code 0 lets the tree pass, 1 catches it, anything else is no answer."""
    where = case.lines.get("control", case.where)
    status, said = run(filled(command, {"tree": str(tree)}), root, timeout, commands.environ, where)
    said = said.removeprefix(": ").replace(str(tree), ".")
    if status == 0:
        return Observation("passed", note=said)
    if status == 1:
        return Observation("failed", (case.check_id,), messages=(said or "exit code 1",))
    return Observation("unmeasurable", messages=(f"exit code {status}{f': {said}' if said else ''}",))


@contextmanager
def history(case: Case, root: Path, commands: Commands, device: str) -> Iterator[History]:
    """Resolve the commits of a case; they are checked out in the block and gone after it.

    Raises:
        ConfigError: QG-1761, a revision that cannot be had; QG-1760, commits that contradict each other.
    """
    named = _commits(case)
    bad, fixed = commit_of(root, named.bad, "bad_commit"), commit_of(root, named.fixed, "fixed_commit")
    parent = parent_of(root, bad) if named.parent is None else commit_of(root, named.parent, "parent")
    thresholds = {}
    if case.check is not None:
        thresholds["new"] = commit_of(root, named.new_thresholds or "HEAD", "new_thresholds")
        if GAP in cells_of(case.kind):
            thresholds["old"] = commit_of(root, named.old_thresholds or bad.name, "old_thresholds")
    commits = {"bad": bad, "fixed": fixed, "parent": parent}
    check_lineage(case, root, commits, thresholds)
    with worktrees(root) as trees:
        yield History(case, root, trees, commits, thresholds, commands, device)


def _config(case: Case) -> str | None:
    return case.check.config if case.check is not None else None


def _commits(case: Case) -> Commits:
    if case.commits is None:
        raise ConfigError(
            "[proof] names no commits", code="QG-1760", where=case.where, hint="write bad_commit, fixed_commit"
        )
    return case.commits
