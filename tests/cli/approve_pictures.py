"""Small pictures to be approved, and what is asked of them afterwards."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from qualitygate.policy.provenance import Provenance, read_provenance

CONFIG = """
[[sets]]
reference = "ref"
candidate = "cand"
profile = "product"
metrics = ["delta_e_2000"]
"""
GENERATED = "a cup\nSteps: 20, Sampler: Euler, Seed: 1234, Model hash: abc, Model: sdxl 1.0"


def encoded(photo: Path, form: str = "PNG", *, gain: float = 1.0, side: int = 96, text: str = "") -> bytes:
    """A small version of a photograph; `gain` multiplies red."""
    picture = Pillow.open(photo).convert("RGB")
    picture.thumbnail((side, side))
    red, green, blue = picture.split()
    red = red.point([min(255, round(value * gain)) for value in range(256)])
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": 92} if form == "WEBP" else {}
    if text:
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("parameters", text)
    Pillow.merge("RGB", (red, green, blue)).save(out, form, **options)
    return out.getvalue()


def put(name: str, data: bytes | str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def everything() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*"))
            if path.is_file() and ".git/" not in str(path)}  # fmt: skip


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def known(picture: str) -> Provenance:
    found = read_provenance(Path(picture))
    assert found is not None
    return found


def git(*arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()
