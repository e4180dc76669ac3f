"""Runs a program that asks `resource` for its peak of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_PARENT = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"


def probed(program: str, *arguments: object) -> Any:
    """What the program prints as JSON.

    A small process stands between: on Linux `ru_maxrss` begins at what the parent holds, and this one may hold torch.
    """
    command = [sys.executable, "-c", _PARENT, sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=600)
    return json.loads(done.stdout)
