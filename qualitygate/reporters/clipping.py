"""What SSIM and LPIPS could not see: colours outside sRGB, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qualitygate.core.measurement import Setting


def clipping(metrics: Iterable[tuple[str, Mapping[str, Setting]]]) -> list[str]:
    """Sentences on the shares of pixels that had to be clipped to sRGB, metrics of equal shares together.

    Args:
        metrics: Label and settings of each measurement. Settings whose name holds `clipped` and `reference` or
            `candidate` are shares, 0 to 1.
    """
    sentences: dict[str, list[str]] = {}
    for label, settings in metrics:
        shares = [(name, _share(settings, name)) for name in ("reference", "candidate")]
        told = [f"{_percent(share)} of the {name}'s pixels" for name, share in shares if share > 0]
        if told:
            sentences.setdefault(" and ".join(told), []).append(label)
    return [
        f"{which} lie outside sRGB and are clipped for {' and '.join(labels)}" for which, labels in sentences.items()
    ]


def _share(settings: Mapping[str, Setting], name: str) -> float:
    for key, value in settings.items():
        if "clipped" in key and name in key and isinstance(value, float):
            return value
    return 0.0


def _percent(share: float) -> str:
    return f"{share:.2%}" if share >= 5e-5 else "less than 0.01%"
