"""The plain forward pass of the package `lpips`, with the weights that ours has.

Its trunks come from torchvision, which it only asks for the layers and which does not load beside every build of torch:
the same layers stand in here. Scaling, slices, heads, normalisation and averaging are the
package's own.
"""

from __future__ import annotations

import sys
import types
from functools import partial
from importlib.metadata import version
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.pictures import Pixels
from qualitygate.metrics.lpips_net.architecture import ALEX, VGG, Architecture, Conv
from qualitygate.metrics.lpips_net.weights import Weights, load


def peer() -> str:
    """Name and version of the package."""
    return f"lpips {version('lpips')}, plain forward"


def plain_model(weights: Weights, net: str = "alex", *, spatial: bool = False) -> Any:
    """The package's model: its own heads, and the trunk's weights put into its slices.

    Args:
        weights: Of that network; of these the trunk's are taken.
        net: `alex` or `vgg`.
        spatial: Whether it gives a map `(1, 1, H, W)` in place of one number.
    """
    import torch

    models = types.ModuleType("torchvision.models")
    models.alexnet = partial(_constructed, ALEX)  # type: ignore[attr-defined]
    models.vgg16 = partial(_constructed, VGG)  # type: ignore[attr-defined]
    package = types.ModuleType("torchvision")
    package.models = models  # type: ignore[attr-defined]
    with patch.dict(sys.modules, {"torchvision": package, "torchvision.models": models}):
        import lpips

        model = lpips.LPIPS(net=net, pnet_rand=True, spatial=spatial, verbose=False)
    trunk = {}
    for name in model.net.state_dict():
        _, index, kind = name.split(".")
        trunk[name] = torch.from_numpy(weights.tensors[f"features.{index}.{kind}"].copy())
    model.net.load_state_dict(trunk)
    return model.eval()


def forward_pass(model: Any, reference: Pixels, candidate: Pixels, device: str = "cpu") -> Any:
    """What the model says of a pair of `(H, W, 3)` uint8 sRGB pictures, given as tensors in -1..1."""
    import torch

    pair = (
        torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))).to(device).float()[None] / 127.5 - 1
        for pixels in (reference, candidate)
    )
    with torch.no_grad():
        return model(*pair)


class PlainForward:
    """`lpips.LPIPS(net="alex")` as its documentation shows it: no tiles, every tap of both kept."""

    def __init__(self, device: str = "cpu") -> None:
        self._model, self._device = plain_model(load("alex")).to(device), device

    def __call__(self, reference: Pixels, candidate: Pixels) -> float:
        """LPIPS of a pair of `(H, W, 3)` uint8 sRGB pictures."""
        return float(forward_pass(self._model, reference, candidate, self._device).item())


def _constructed(architecture: Architecture, **_: object) -> Any:
    """What torchvision's constructor returns, as far as the package looks at it; its weights are random."""
    import torch

    layers: list[Any] = []
    for step in architecture.steps:
        if isinstance(step, Conv):
            layers.append(torch.nn.Conv2d(step.inputs, step.outputs, step.kernel, step.stride, step.padding))
            layers.append(torch.nn.ReLU(inplace=True))
        else:
            layers.append(torch.nn.MaxPool2d(step.kernel, step.stride))
    return types.SimpleNamespace(features=torch.nn.Sequential(*layers))
