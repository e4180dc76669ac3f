"""The plain forward pass of the package `lpips`, with the weights that ours has.

Its trunks come from torchvision, which it only asks for the layers and which does not load beside every build of torch:
the layers of `torchvision.models.alexnet` stand in here. Scaling, slices, heads, normalisation and averaging are the
package's own.
"""

from __future__ import annotations

import sys
import types
from importlib.metadata import version
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.pictures import Pixels
from qualitygate.metrics.lpips_net.architecture import ALEX, Conv
from qualitygate.metrics.lpips_net.weights import load


def peer() -> str:
    """Name and version of the package."""
    return f"lpips {version('lpips')}, plain forward"


class PlainForward:
    """`lpips.LPIPS(net="alex")` as its documentation shows it: tensors in -1..1, no tiles, every tap of both kept."""

    def __init__(self, device: str = "cpu") -> None:
        import torch

        models = types.ModuleType("torchvision.models")
        models.alexnet = _alexnet  # type: ignore[attr-defined]
        package = types.ModuleType("torchvision")
        package.models = models  # type: ignore[attr-defined]
        with patch.dict(sys.modules, {"torchvision": package, "torchvision.models": models}):
            import lpips

            model = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False)
        tensors = load("alex").tensors
        trunk = {}
        for name in model.net.state_dict():
            _, index, kind = name.split(".")
            trunk[name] = torch.from_numpy(tensors[f"features.{index}.{kind}"].copy())
        model.net.load_state_dict(trunk)
        self._model, self._device = model.to(device).eval(), device

    def __call__(self, reference: Pixels, candidate: Pixels) -> float:
        """LPIPS of a pair of `(H, W, 3)` uint8 sRGB pictures."""
        import torch

        pair = (
            torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))).to(self._device).float()[None] / 127.5 - 1
            for pixels in (reference, candidate)
        )
        with torch.no_grad():
            return float(self._model(*pair).item())


def _alexnet(**_: object) -> Any:
    """What torchvision's constructor returns, as far as the package looks at it; its weights are random."""
    import torch

    layers: list[Any] = []
    for step in ALEX.steps:
        if isinstance(step, Conv):
            layers.append(torch.nn.Conv2d(step.inputs, step.outputs, step.kernel, step.stride, step.padding))
            layers.append(torch.nn.ReLU(inplace=True))
        else:
            layers.append(torch.nn.MaxPool2d(step.kernel, step.stride))
    return types.SimpleNamespace(features=torch.nn.Sequential(*layers))
