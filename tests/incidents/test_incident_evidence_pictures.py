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

from qualitygate.incidents.collecting.exif_comment import user_comments
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


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + b"\0\0\0\0"


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        (b"zTXt", b"parameters\0\0" + zlib.compress(b"x" * 50_000_000), "a text chunk was larger than 2,000,000 bytes"),
        (
            b"iTXt",
            b"prompt\0\1\0\0\0" + zlib.compress(b"x" * 50_000_000),
            "a text chunk was larger than 2,000,000 bytes",
        ),
        (b"tEXt", b"Comment\0" + b"x" * 2_000_001, "a text chunk was larger than 2,000,000 bytes"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"x" * 2_000_001, "a text chunk was larger than 2,000,000 bytes"),
        (b"zTXt", b"parameters\0\0" + b"none", "a text chunk was damaged and left out"),
        (b"zTXt", b"parameters\0\0" + zlib.compress(b"x" * 100)[:-6], "a text chunk was damaged and left out"),
        (b"tEXt", b"parameters", "a text chunk was damaged and left out"),
    ],
)
def test_a_chunk_that_is_not_read_is_told_of(kind: bytes, body: bytes, why: str) -> None:
    data = b"\x89PNG\r\n\x1a\n" + chunk(kind, body)
    (found,) = png_texts(data)
    assert found.text == ""
    (item,) = gather_generation("p.png", data, {})
    assert str(item.reason).startswith(f"png:{found.keyword}: {why}")
    assert item.redacted
    (source,) = told((item,), "prompt")["sources"]
    assert source["left_out"].startswith(why)


def test_a_chunk_that_is_not_read_hides_no_other() -> None:
    bomb = chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"x" * 50_000_000))
    data = b"\x89PNG\r\n\x1a\n" + bomb + chunk(b"tEXt", b"prompt\0a red shoe") + bomb
    assert [one["text"] for one in told(gather_generation("p.png", data, {}), "prompt")["sources"]] == [
        "", "a red shoe", "",
    ]  # fmt: skip


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (DOCTYPE, "it has a DOCTYPE"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "it has a DOCTYPE"),
        (b"<a>" * 20_000, "its XML is nested"),
        (b"not xml", "its XML is broken in line 1"),
        (b"", "its XML is broken"),
        ("<x>\u20ac</x>".encode("utf-16"), None),
    ],
)
def test_hostile_xmp_is_refused(packet: bytes, why: str | None) -> None:
    found = xmp_fields(packet)
    assert found.values == {}
    assert found.left_out is None if why is None else str(found.left_out).startswith(why)


def test_a_sidecar_that_is_not_read_is_told_of() -> None:
    sidecars = {"p.xmp": DOCTYPE, "p.json": b"\0\1\2", "p.txt": b"  "}
    (item,) = gather_generation("p.png", b"", sidecars)
    assert [one["source"] for one in told((item,), "prompt")["sources"]] == ["p.xmp", "p.json"]
    assert str(item.reason).startswith(
        "p.xmp: it has a DOCTYPE, which XMP has not, and was left out; p.json: it is binary"
    )


def test_what_xmp_says_before_it_breaks_is_kept() -> None:
    found = xmp_fields(XMP.replace("</rdf:RDF>", "</rdf:RD>").encode())
    assert found.values["xmp:CreatorTool"] == ["ImageMaker 4.2"]
    assert found.left_out is not None


def with_comment(path: Path, comment: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x0131] = "Maker"
    exif.get_ifd(0x8769)[0x9286] = comment
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    return path.read_bytes()


@pytest.mark.parametrize("ending", ["jpg", "webp", "png"])
@pytest.mark.parametrize(
    ("code", "encoding"),
    [
        (b"ASCII\0\0\0", "utf-8"),
        (b"UNICODE\0", "utf-16-be"),
        (b"UNICODE\0", "utf-16-le"),
        (b"UNICODE\0", "utf-16"),
        (b"\0" * 8, "utf-8"),
    ],
)
def test_the_exif_comment_is_a_prompt(tmp_path: Path, ending: str, code: bytes, encoding: str) -> None:
    data = with_comment(tmp_path / f"p.{ending}", code + f"{A1111} 赤い靴".encode(encoding))
    items = gather_generation("p", data, {})
    (source,) = told(items, "prompt")["sources"]
    assert (source["source"], source["text"]) == ("exif:UserComment", f"{A1111} 赤い靴")
    assert ("exif:UserComment", "Model", "sdxl_base_1.0") in models(items)


@pytest.mark.parametrize(
    "comment",
    [
        b"",
        b"ASCII\0\0\0",
        b"ASCII\0\0\0   \0\0",
        b"\0" * 200,
        b"\0" * 8 + b"\xff\xfe\xfd",
        b"ASCII\0\0\0call +43 1 555 0100",
    ],
)
def test_an_exif_comment_that_is_no_prompt_is_not_kept(tmp_path: Path, comment: bytes) -> None:
    assert gather_generation("p", with_comment(tmp_path / "p.jpg", comment), {}) == ()


@given(st.binary(max_size=120), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_any_exif_is_read_to_its_end(data: bytes, start: bytes) -> None:
    body = b"Exif\0\0" + start + data
    user_comments(b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body)


@given(st.binary(max_size=300), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\0\0\0\0WEBP", b""]))
def test_any_bytes_are_read_to_their_end(data: bytes, start: bytes) -> None:
    for packet in xmp_packets(start + data):
        xmp_fields(packet)
    gather_generation("p", start + data, {"p.json": data, "p.xmp": data, "p.yaml": data})


def test_the_corpus(corpora: Path) -> None:
    folder = corpora / "image" / "metadata"
    found = xmp_fields(b"".join(xmp_packets((folder / "iptc_genai_example.jpg").read_bytes())[:1])).values
    assert found["Iptc4xmpExt:DigitalSourceType"][0].startswith("http://cv.iptc.org/newscodes/digitalsourcetype/")
    full = [xmp_packets((folder / f"syn_full_2025_1.{ending}").read_bytes()) for ending in ("png", "jpg", "webp")]
    fields = [xmp_fields(packets[0]).values for packets in full]
    assert (
        fields[0]["Iptc4xmpExt:AISystemUsed"]
        == fields[1]["Iptc4xmpExt:AISystemUsed"]
        == fields[2]["Iptc4xmpExt:AISystemUsed"]
    )
    assert len(xmp_packets((folder / "et_extended_xmp.jpg").read_bytes())) == 2
    for path in sorted((*folder.iterdir(), *(corpora / "image" / "bad").iterdir())):
        if path.is_file() and path.stat().st_size < 5_000_000:
            gather_generation(path.name, path.read_bytes(), {})
