"""Replaying a case: its stored files, or what its generator makes, by the thresholds of the working tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.proofs.case import Case
from qualitygate.proofs.cells import CAUGHT, FIXED, Cell, Observation, Outcome, outcome
from qualitygate.proving.commands import NO_COMMANDS, Commands, generate
from qualitygate.proving.history import control_run, history
from qualitygate.proving.judges import Judge, judges_of, path_of, pictures_of
from qualitygate.proving.observing import Luts, Pictures, lut_bytes, observe
from qualitygate.proving.rules import Rules

CONTROL = Cell("control", "fixed", "new")
ATTESTED = "attested by its evidence, not run"
_LOOKED_AT = 65_536  # bytes of evidence in which there must be something
_BLANK = b" \t\r\n\v\f\0\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Replay:
    """How a case is replayed here.

    Attributes:
        root: Top of the working tree, which holds `thresholds/` and the configuration.
        scratch: Directory for what generators make; None where none may run.
        commands: Leave to run commands.
        device: Where LPIPS runs.
        top: Working tree whose history has the commits of cases; None for `root`.
    """

    root: Path
    scratch: Path | None = None
    commands: Commands = NO_COMMANDS
    device: str = "auto"
    top: Path | None = None

    def rules(self, case: Case) -> Rules:
        """The thresholds of the working tree."""
        return Rules(self.root, "the working tree", case.check.config if case.check is not None else None)

    def observe(self, case: Case, cell: Cell, attempt: int = 0) -> Observation:
        """One run of one cell. A bad file must be caught by the case's own check, and by a set that takes it as well.

        Raises:
            ConfigError: The case or the thresholds are wrong, or a command failed or may not be run (QG-1762).
        """
        seen = self._asked(case, cell, attempt)
        if cell is not CAUGHT or case.check is None or case.check.id not in seen.checks:
            return seen
        missed: Observation | None = None
        judges = self.judges(case, self.rules(case))
        if any(one.alike for one in judges):
            return seen
        for judge in judges:
            found = self.judged_by(case, judge, cell, attempt)
            if found is None:
                return seen
            missed = missed or found
        return missed or seen

    def judges(self, case: Case, rules: Rules) -> tuple[Judge, ...]:
        """The sets that judge what the case is about.

        Raises:
            ConfigError: The configuration is wrong.
        """
        if not rules.config.pair_sets and not rules.config.lut_sets:
            return ()
        path = path_of(case, rules)
        return judges_of(case, pictures_of(case, path, self.top or self.root), rules) if path is not None else ()

    def judged_by(self, case: Case, judge: Judge, cell: Cell = CAUGHT, attempt: int = 0) -> Observation | None:
        """What comes of a bad file by a set; None where it is caught.

        Areas do not count where the stored file has none of them, as a crop of the picture may.

        Raises:
            ConfigError: As `observe`.
        """
        if judge.silent is not None:
            return Observation("passed", note=judge.silent, judge=judge.name)
        try:
            seen = self._asked(replace(case, check=judge.check), cell, attempt)
        except ConfigError:
            seen = Observation("unmeasurable")
        if seen.verdict == "unmeasurable":
            seen = self._asked(replace(case, check=replace(judge.check, areas=False)), cell, attempt)
        return None if judge.check.id in seen.checks else replace(seen, judge=judge.name)

    def _asked(self, case: Case, cell: Cell, attempt: int) -> Observation:
        """What the check of the case says of a part of it."""
        if case.control is not None:
            return self._controlled(case)
        check, rules = case.check, self.rules(case)
        assert check is not None
        if not case.stored and case.reproduce is None:
            return self._from_commits(case, cell, attempt)
        if case.reproduce is not None and (self.commands.refused is None or not case.stored):
            return observe(check, rules, self._generated(case, cell, attempt), self.device)
        name = case.bad if cell.part == "bad" else case.fixed
        assert name is not None
        candidate = case.directory / name
        reference = case.directory / case.reference if case.reference is not None else None
        if check.of_luts:
            old = lut_bytes(reference) if reference is not None else None
            judged_as = check.lut or name
            return observe(check, rules, Luts(judged_as, lut_bytes(candidate), old, (case.reference or "", name)))
        assert reference is not None
        files = Pictures(self.root, (reference, candidate), (case.reference or "", name))
        return observe(check, rules, files, self.device)

    def _from_commits(self, case: Case, cell: Cell, attempt: int) -> Observation:
        """A case that keeps no files: those of its commits."""
        with history(case, self.root, self.commands, self.device) as past:
            past.rules["new"] = self.rules(case)
            return past.observe(cell, attempt)

    def _generated(self, case: Case, cell: Cell, attempt: int) -> Pictures:
        task = case.reproduce
        assert task is not None
        self.commands.demand(case, "reproduce")
        if case.reference is None or self.scratch is None:
            raise ConfigError("no reference for what the generator makes", code="QG-1760", where=case.where,
                              hint="keep a `reference` with the case")  # fmt: skip
        reference = case.directory / case.reference
        given = task.bad if cell.part == "bad" else task.fixed
        target = self.scratch / f"{case.incident}-{cell.name}-{attempt}"
        output = generate(case, task, given, target, self.root, self.commands, reference)
        return Pictures(self.root, (reference, output), (case.reference, f"generated/{task.output}"))

    def _controlled(self, case: Case) -> Observation:
        control = case.control
        assert control is not None
        wrong = [f"{name} {flaw}" for name in control.evidence if (flaw := _flaw(self.root, name)) is not None]
        if wrong:
            return Observation("unmeasurable", messages=(f"evidence that shows nothing: {', '.join(wrong)}",))
        if not control.command:
            return Observation("passed", note=ATTESTED)
        self.commands.demand(case, "control")
        return control_run(case, control.command, self.root, self.root, control.timeout, self.commands)


def cells_of(case: Case) -> tuple[Cell, ...]:
    """What a replay judges: the bad and the fixed file, or the tree by the control."""
    return (CONTROL,) if case.control is not None else (CAUGHT, FIXED)


def replay(case: Case, how: Replay, runs: int = 1) -> tuple[Outcome, ...]:
    """Replay a case.

    Raises:
        ConfigError: As `Replay.observe`.
    """
    return judged(case, cells_of(case), [[how.observe(case, cell, n) for cell in cells_of(case)] for n in range(runs)])


def judged(case: Case, cells: Sequence[Cell], runs: Sequence[Sequence[Observation]]) -> tuple[Outcome, ...]:
    """Every cell judged by its runs, given run by run."""
    return tuple(outcome(cell, [run[index] for run in runs], case.check_id) for index, cell in enumerate(cells))


def _flaw(root: Path, name: str) -> str | None:
    """Why evidence cannot be seen: it is a file inside of the repository that says something. An address is taken at
    its word."""
    if name.startswith(("https://", "http://")):
        return None
    path = (root / name).resolve()
    if not path.is_file() or not path.is_relative_to(root.resolve()):
        return "is not there"
    with path.open("rb") as stream:
        return None if stream.read(_LOOKED_AT).strip(_BLANK) else "is empty"
