"""The optional dependencies: what each is for, and whether it is there. Looks, imports nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from qualitygate.core.installed_packages import version


@dataclass(frozen=True, slots=True)
class Extra:
    """One extra of the distribution.

    Attributes:
        name: As in `pip install 'image-qualitygate[NAME]'`.
        purpose: What it makes possible.
        packages: Distribution name to the module it provides.
    """

    name: str
    purpose: str
    packages: Mapping[str, str]

    @property
    def command(self) -> str:
        """The command that installs it."""
        return f"pip install 'image-qualitygate[{self.name}]'"

    @property
    def versions(self) -> dict[str, str | None]:
        """Distribution name to installed version, None for one that is absent."""
        return {
            name: version(name) or "unknown" if find_spec(module) else None for name, module in self.packages.items()
        }

    @property
    def installed(self) -> bool:
        """Whether every package of it can be imported."""
        return all(find_spec(module) is not None for module in self.packages.values())


EXTRAS = {
    extra.name: extra
    for extra in (
        Extra(
            "lpips", "the metric LPIPS, on the GPU when there is one", {"torch": "torch", "safetensors": "safetensors"}
        ),
        Extra(
            "science",
            "cross-checks with independent implementations (`compare --verify`)",
            {"scikit-image": "skimage", "colour-science": "colour"},
        ),
        Extra(
            "formats",
            "HEIC, JPEG XL and 16-bit PNG",
            {"imagecodecs": "imagecodecs", "pillow-heif": "pillow_heif", "pillow-jxl-plugin": "pillow_jxl"},
        ),
        Extra("fast", "faster decoding of PNG by zlib-ng, sample for sample the same", {"zlib-ng": "zlib_ng"}),
        Extra("luts", "CLF, CTF and other LUT formats through OpenColorIO", {"opencolorio": "PyOpenColorIO"}),
        Extra("github", "issues for corrective actions, reviews, rules of branches", {"httpx": "httpx"}),
    )
}
