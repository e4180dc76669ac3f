"""Prompts and model versions: out of sidecars, PNG text, XMP, and never out of hostile ones."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from evidence_cases import A1111, COMFY, INVOKE, SECRETS, XMP, png
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.generation import gather_generation, sidecar_names
from qualitygate.incidents.collecting.png_text import png_texts
from qualitygate.incidents.collecting.xmp_fields import xmp_fields
from qualitygate.incidents.collecting.xmp_packets import xmp_packets


def told(items: tuple[Gathered, ...], kind: str) -> dict[str, Any]:
    found = next(item for item in items if item.kind == kind)
    assert found.content is not None
    value: dict[str, Any] = json.loads(found.content)
    return value


def models(items: tuple[Gathered, ...]) -> set[tuple[str, str, str]]:
    return {(one["source"], one["key"], one["value"]) for one in told(items, "model_version")["models"]}


@pytest.mark.parametrize("packed", [False, True])
def test_stable_diffusion_and_comfy_and_invoke(tmp_path: Path, packed: bool) -> None:
    path = png(tmp_path / "p.png", packed=packed, parameters=A1111, prompt=COMFY, invokeai_metadata=INVOKE)
    items = gather_generation("out/p.png", path.read_bytes(), {})
    assert [one["source"] for one in told(items, "prompt")["sources"]] == [
        "png:parameters", "png:prompt", "png:invokeai_metadata",
    ]  # fmt: skip
    assert "a red shoe on white" in told(items, "prompt")["sources"][0]["text"]
    assert {
        ("png:parameters", "Model", "sdxl_base_1.0"),
        ("png:parameters", "Model hash", "abcdef1234"),
        ("png:parameters", "Version", "v1.6.0"),
        ("png:prompt", "4.inputs.ckpt_name", "flux1-dev.safetensors"),
        ("png:invokeai_metadata", "model.name", "juggernaut"),
        ("png:invokeai_metadata", "model.hash", "blake3:12ab"),
    } <= models(items)


@pytest.mark.parametrize("form", ["png", "packed", "jpg", "webp"])
def test_xmp_of_every_format(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"p.{form.replace('packed', 'png')}"
    if form in ("png", "packed"):
        png(path, xmp=XMP, packed=form == "packed")
    else:
        Image.new("RGB", (8, 8)).save(path, xmp=XMP.encode())
    items = gather_generation("p", path.read_bytes(), {})
    sources = {one["source"]: one["text"] for one in told(items, "prompt")["sources"]}
    assert sources["xmp:Iptc4xmpExt:AIPromptInformation"] == "a green shoe & a sock"
    assert sources["xmp:Iptc4xmpExt:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert sources["xmp:photoshop:Credit"] == "Studio"
    assert ("xmp:xmp:CreatorTool", "xmp:CreatorTool", "ImageMaker 4.2") in models(items)
    assert ("xmp:Iptc4xmpExt:AISystemVersionUsed", "Iptc4xmpExt:AISystemVersionUsed", "4.2-turbo") in models(items)
    assert "Jane Doe" not in json.dumps(sources)


def test_sidecars_of_every_name() -> None:
    names = sidecar_names("out/p.png")
    assert {"out/p.png.json", "out/p.json", "out/p.prompt.json", "out/p.png.prompt.yaml", "out/p.txt"} <= set(names)
    yaml = b"# made by\nmodel: sdxl\nmodel_version: '1.0'\nprompt: a shoe\n"
    items = gather_generation("out/p.png", b"", {"out/p.yaml": yaml, "out/p.json": b'{"model": "m", "steps": 3}'})
    assert models(items) == {
        ("p.yaml", "model", "sdxl"), ("p.yaml", "model_version", "1.0"), ("p.json", "model", "m"),
    }  # fmt: skip


def test_secrets_in_a_sidecar_are_masked() -> None:
    sidecar = json.dumps({"prompt": "x", "api_key": SECRETS["openai"], "model": SECRETS["hugging face"]}).encode()
    items = gather_generation("p.png", b"", {"p.json": sidecar})
    for item in items:
        assert item.content is not None
        assert SECRETS["openai"].encode() not in item.content
        assert SECRETS["hugging face"].encode() not in item.content
        assert item.redacted


def test_a_picture_that_says_nothing_gives_nothing(tmp_path: Path) -> None:
    assert gather_generation("p", png(tmp_path / "p.png", Author="me").read_bytes(), {}) == ()


def test_a_bomb_is_not_inflated() -> None:
    bomb = zlib.compress(b"x" * 50_000_000)
    body = b"parameters\0\0" + bomb
    chunk = struct.pack(">I4s", len(body), b"zTXt") + body + b"\0\0\0\0"
    assert png_texts(b"\x89PNG\r\n\x1a\n" + chunk) == []


@pytest.mark.parametrize(
    "packet",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<a>" * 20_000,
        b"not xml",
        b"",
        "<x>\u20ac</x>".encode("utf-16"),
    ],
)
def test_hostile_xmp_is_refused(packet: bytes) -> None:
    assert xmp_fields(packet) == {}


@given(st.binary(max_size=300), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\0\0\0\0WEBP", b""]))
def test_any_bytes_are_read_to_their_end(data: bytes, start: bytes) -> None:
    for packet in xmp_packets(start + data):
        xmp_fields(packet)
    gather_generation("p", start + data, {"p.json": data, "p.xmp": data, "p.yaml": data})


def test_the_corpus(corpora: Path) -> None:
    folder = corpora / "image" / "metadata"
    found = xmp_fields(b"".join(xmp_packets((folder / "iptc_genai_example.jpg").read_bytes())[:1]))
    assert found["Iptc4xmpExt:DigitalSourceType"][0].startswith("http://cv.iptc.org/newscodes/digitalsourcetype/")
    full = [xmp_packets((folder / f"syn_full_2025_1.{ending}").read_bytes()) for ending in ("png", "jpg", "webp")]
    fields = [xmp_fields(packets[0]) for packets in full]
    assert (
        fields[0]["Iptc4xmpExt:AISystemUsed"]
        == fields[1]["Iptc4xmpExt:AISystemUsed"]
        == fields[2]["Iptc4xmpExt:AISystemUsed"]
    )
    assert len(xmp_packets((folder / "et_extended_xmp.jpg").read_bytes())) == 2
    for path in sorted((*folder.iterdir(), *(corpora / "image" / "bad").iterdir())):
        if path.is_file() and path.stat().st_size < 5_000_000:
            gather_generation(path.name, path.read_bytes(), {})
