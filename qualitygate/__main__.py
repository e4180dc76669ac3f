"""The programs `qualitygate`, also as `python -m qualitygate`, and `validate-lut`.

What they run is loaded inside, so that Ctrl-C ends them in one line from the first import on.
"""

from __future__ import annotations

import importlib
import sys


def main() -> None:
    """Run `qualitygate` and exit."""
    _run("qualitygate.cli", "qualitygate")


def validate_lut() -> None:
    """Run `validate-lut` and exit."""
    _run("qualitygate.cli.validate_lut_program", "validate-lut")


def _run(module: str, program: str) -> None:
    try:
        importlib.import_module(module).main()
    except KeyboardInterrupt:  # while modules are loaded; later it is answered where it is known what to put away
        print(f"\n{program}: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
