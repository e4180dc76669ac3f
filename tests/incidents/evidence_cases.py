"""A repository with an incident in it, pictures that say how they were made, and a command line to collect with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger_cases import FIRST, opened
from PIL import Image, PngImagePlugin

from qualitygate.incidents.ledger import Ledger

# Put together here, so that no scanner of secrets takes the file for one that leaks them.
_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
SECRETS = {
    "github": f"ghp_{_LETTERS}{_DIGITS}",
    "github app": f"ghs_{_LETTERS}{_DIGITS}",
    "github fine": f"github_pat_11ABCDEFG0abcdefghijkl_{_LETTERS}{_DIGITS}ABCDEFGHIJKLMNO",
    "gitlab": f"glpat-{_LETTERS[:20]}",
    "slack": f"xoxb-123456789012-1234567890123-{_LETTERS[:16]}",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "google": "AIzaSyA1234567890abcdefghijklmnopqrstuvw",
    "google oauth": "ya29.a0AfH6SMBabcdefghijklmnop",
    "openai": f"sk-proj-{_LETTERS}{_DIGITS}ABCD",
    "anthropic": f"sk-ant-api03-{_LETTERS}{_DIGITS}",
    "stripe": f"sk_live_{_LETTERS[:24]}",
    "hugging face": f"hf_{_LETTERS}ABCDEFGH",
    "npm": f"npm_{_LETTERS}{_DIGITS}",
    "pypi": "pypi-AgEIcHlwaS5vcmcCJGFiY2RlZmdoLWlqa2wtbW5vcC1xcnN0LXV2d3h5ejAxMjM0NQ",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "private key": (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAabcdefghij\nklmnop==\n-----END RSA PRIVATE KEY-----"
    ),
    "slack hook": f"https://hooks.slack.com/services/T00000000/B00000000/{_LETTERS[:24]}",
}


def git(repository: Path, *arguments: str) -> str:
    """Run git as nobody in particular, without the user's configuration."""
    identity = ("-c", "user.name=Dev", "-c", "user.email=dev@example.org", "-c", "init.defaultBranch=main")
    when = {"GIT_AUTHOR_DATE": "2025-09-27T03:00:00Z", "GIT_COMMITTER_DATE": "2025-09-27T03:00:00Z"}
    bare = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(repository), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=repository, capture_output=True, text=True, check=True, env=bare | when
    )
    return done.stdout.strip()


def changed_repository(top: Path) -> Path:
    """Two commits: text, a secret, a binary file, a deleted one, a renamed one, a name that is not ASCII."""
    top.mkdir(exist_ok=True)
    git(top, "init", "-q")
    (top / "a.txt").write_text("a\n")
    (top / "pixels.bin").write_bytes(b"\0\1" * 1500)
    (top / "gone.bin").write_bytes(b"x\0y")
    (top / "old name.txt").write_text("same\n" * 50)
    git(top, "add", ".")
    git(top, "commit", "-qm", "one")
    (top / "a.txt").write_text(f"a\npassword = 'hunter2hunter'\nkey {SECRETS['github']}\n")
    (top / "pixels.bin").write_bytes(b"\0\2" * 2000)
    git(top, "rm", "-q", "gone.bin")
    git(top, "mv", "old name.txt", "new name.txt")
    (top / "déjà vu").mkdir()
    (top / "déjà vu" / "ü.txt").write_text("é\n")
    git(top, "add", ".")
    git(top, "commit", "-qm", "Change the look\n\nCo-authored-by: Other <other@example.org>")
    return top


A1111 = (
    "a red shoe on white\nNegative prompt: blur\n"
    "Steps: 20, Sampler: Euler a, Seed: 7, Model hash: abcdef1234, Model: sdxl_base_1.0, Version: v1.6.0"
)
COMFY = json.dumps({"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "flux1-dev.safetensors"}}})
INVOKE = json.dumps({"positive_prompt": "a blue shoe", "model": {"name": "juggernaut", "hash": "blake3:12ab"}})
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmp:CreatorTool="ImageMaker 4.2" photoshop:Credit="Studio">
<Iptc4xmpExt:DigitalSourceType rdf:resource="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>
<Iptc4xmpExt:AISystemUsed>ImageMaker</Iptc4xmpExt:AISystemUsed>
<Iptc4xmpExt:AISystemVersionUsed>4.2-turbo</Iptc4xmpExt:AISystemVersionUsed>
<Iptc4xmpExt:AIPromptInformation><rdf:Alt><rdf:li xml:lang="x-default">a green shoe &amp; a sock</rdf:li></rdf:Alt>
</Iptc4xmpExt:AIPromptInformation>
<Iptc4xmpExt:AIPromptWriterName>Jane Doe</Iptc4xmpExt:AIPromptWriterName>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def png(path: Path, *, xmp: str | None = None, packed: bool = False, **texts: str) -> Path:
    """A PNG with text chunks."""
    info = PngImagePlugin.PngInfo()
    for keyword, text in texts.items():
        info.add_text(keyword, text, zip=packed)
    if xmp is not None:
        info.add_itxt("XML:com.adobe.xmp", xmp, zip=packed)
    Image.new("RGB", (8, 8), "red").save(path, pnginfo=info)
    return path


def write_log(root: Path, text: str | None = None) -> Path:
    """A log of CI, with a secret in it unless another text is given."""
    path = root / "ci.log"
    path.write_text(text or f"step 1\nexport TOKEN={SECRETS['github']}\nmail dev@example.org\n")
    return path


def write_report(top: Path) -> Path:
    """A report of the gate that names a heat map, one that is not there, and an address."""
    path = top / "report.json"
    folder = top / "maps"
    folder.mkdir(exist_ok=True)
    png(folder / "a.png")
    pairs = [{"id": "a.webp", "heat_map": "maps/a.png"}, {"id": "b.webp", "heat_map": "maps/none.png"}, {"id": "c"}]
    path.write_text(json.dumps({"schema": "qualitygate.check/1", "pairs": pairs, "mail": "dev@example.org"}))
    return path


@dataclass
class Collector:
    """An incident in a repository, and `qualitygate evidence` called in it."""

    root: Path
    call: Callable[..., Any]
    id: str = FIRST

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.root)

    @property
    def directory(self) -> Path:
        return self.root / "evidence" / self.id.lower()

    def collect(self, *arguments: object, expect: int = 0) -> dict[str, Any]:
        """Collect without the environment; the JSON it prints."""
        told = self.call("evidence", "collect", self.id, "--no-environment", "--format", "json", *arguments)
        assert told.code == expect, told.err
        found: dict[str, Any] = json.loads(told.out)
        return found

    def events(self) -> int:
        return len(self.ledger.lines(self.id))


def collector(root: Path, call: Callable[..., Any], **changes: object) -> Collector:
    opened(root, **changes)
    return Collector(root, call)
