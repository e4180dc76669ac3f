"""Codes of calibrating thresholds and of testing them, QG-182x and QG-183x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1820", "unknown defect", "A seeded defect is named that does not exist, or a strength that it cannot have.",
         "Use a name and a strength of the table in docs/calibrate.md."),
    Code("QG-1821", "noise and defect overlap", "No statistic separates the noise of the pipeline from the smallest defect that was asked for: any limit would fail good pictures or pass bad ones.",
         "Make the pipeline repeat itself more exactly, give more runs, or ask for a defect of the strength that the message names."),
    Code("QG-1822", "too few runs", "So few runs of the pipeline were given that the bound on its noise says little; from one run nothing is proposed.",
         "Give at least 5 runs, better 10: the bound comes down as their number rises. `--single-run` proposes from one."),
    Code("QG-1823", "inherited limit lies within the noise", "A limit of the profile that is built on would fail runs of the unchanged pipeline.",
         "Review the proposal, which drops the limit or puts it where it separates; or make the pipeline quieter."),
    Code("QG-1824", "proposal does not hold", "Judged by the gate itself, the proposed limits fail a run that is good or pass a defect that must fail; nothing is proposed.",
         "Read the reasons: the profile that is built on may have rules that the candidates break."),
    Code("QG-1825", "nothing to calibrate with", "The reference, the runs or what they hold do not fit each other: nothing pairs, sizes differ, or a picture cannot be measured.",
         "Give one reference picture and candidates of it, or a reference directory and one directory a run."),
    Code("QG-1826", "limit does not lie between noise and defects", "A limit of the profile lies within the noise, or a defect that must be seen breaks no limit.",
         "Run `qualitygate calibrate` without --check for limits that do both."),
    Code("QG-1830", "threshold test failed", "A case of thresholds/tests was judged otherwise than it expects.",
         "If the thresholds are wrong, correct them; if they were changed on purpose, change the case in the same review."),
    Code("QG-1831", "rule without a failing case", "No case makes a limit, rule or budget fire: nobody would notice if it were loosened or deleted.",
         "Add a case to thresholds/tests that breaks it."),
    Code("QG-1832", "limit without a passing case", "No case that passes was judged by a limit, rule or budget: nobody would notice if it became too tight.",
         "Add a case to thresholds/tests that keeps it."),
    Code("QG-1833", "threshold test could not be judged", "The picture of a case could not be made, decoded or measured.",
         "Read the reason; install the extra that it names, or restrict the run with --metric."),
    Code("QG-1834", "no threshold tests", "No file with cases was found.",
         "Write `thresholds/tests/NAME.toml`, name files, or run the shipped ones with --shipped."),
)  # fmt: skip
