"""What a picture says of its own making, in short."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from qualitygate.incidents.collecting.opening import Digest
from qualitygate.incidents.collecting.origin import origin_of

A1111 = "a cup\nNegative prompt: seed: 9\nSteps: 20, Sampler: Euler, Seed: 1234, Model hash: abc, Model: sdxl 1.0"
COMFY = {"3": {"class_type": "KSampler", "inputs": {"seed": 77, "steps": 20, "noise": "seed"}},
         "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "flux.safetensors"}}}  # fmt: skip


def png(**texts: str) -> bytes:
    info = PngInfo()
    for keyword, text in texts.items():
        info.add_text(keyword, text)
    out = io.BytesIO()
    Pillow.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def test_the_parameters_of_a_text_chunk() -> None:
    found = origin_of(png(parameters=A1111), {})
    assert found.stack == {"Model hash": "abc", "Model": "sdxl 1.0"}
    assert found.seed == "1234"


def test_the_graph_of_a_workflow() -> None:
    found = origin_of(png(prompt=json.dumps(COMFY)), {})
    assert (dict(found.stack), found.seed) == ({"4.inputs.ckpt_name": "flux.safetensors"}, "77")


def test_sources_that_disagree_both_stay_and_seeds_that_do_are_none() -> None:
    found = origin_of(png(parameters=A1111), {"a.json": json.dumps({"Model": "flux", "seed": 5}).encode()})
    assert found.stack["Model"] == "sdxl 1.0"
    assert found.stack["a.json Model"] == "flux"
    assert found.seed is None


def test_secrets_are_masked_and_long_values_cut() -> None:
    sidecar = {"model": "https://user:hunter2secret@example.org/" + "m" * 500}
    found = origin_of(b"", {"a.json": json.dumps(sidecar).encode()})
    assert "hunter2secret" not in found.stack["model"]
    assert len(found.stack["model"]) <= 200


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", Digest("a" * 64, 10**9)])
def test_nothing_is_told_of_what_says_nothing(content: bytes | Digest) -> None:
    found = origin_of(content, {"a.json": b"[" * 50_000, "b.txt": b"\0\1"})
    assert (found.stack, found.seed) == ({}, None)
