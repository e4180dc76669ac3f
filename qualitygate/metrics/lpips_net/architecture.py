"""The convolutional trunks of LPIPS v0.1, as data.

A trunk is torchvision's `features` of an ImageNet classifier up to its last ReLU. Features are tapped after five of the
ReLUs, and one linear head (a 1x1 convolution without bias) weighs the channels of each tap.

Sources: Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric",
arXiv:1801.03924; Krizhevsky 2014, arXiv:1404.5997 (AlexNet as in torchvision); Simonyan & Zisserman 2015,
arXiv:1409.1556 (VGG16, configuration D).
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "0.1"

# Below this the last pooling of AlexNet has no output; the paper's networks were never meant for such crops.
SMALLEST_SIDE = 31

# Pixels between features of the coarsest tap of either network; tiles begin on multiples of it.
GRID = 16

# Bytes per pixel of the picture that maps of its size take: the error map, its sums, and what the allocator keeps.
_MAP = 20


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution and its ReLU.

    Attributes:
        index: Position in torchvision's `features`, which is part of the tensor's name.
        inputs, outputs: Channels.
        kernel, stride, padding: In pixels, the same for both sides; padded with zeros.
        tap: Whether the features after the ReLU are compared.
    """

    index: int
    inputs: int
    outputs: int
    kernel: int = 3
    stride: int = 1
    padding: int = 1
    tap: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """A maximum over `kernel` x `kernel` windows every two pixels, without padding."""

    kernel: int
    stride: int = 2


@dataclass(frozen=True, slots=True)
class Architecture:
    """One trunk with its heads.

    Attributes:
        name: `alex` or `vgg`.
        steps: Convolutions and poolings in order.
        halo: Pixels of context around a tile, a multiple of 16, that make its features those of the whole picture.
            The last tap's receptive field (163 pixels in AlexNet, 196 in VGG16) reaches beyond the tile by at most 81
            pixels in AlexNet and 90 in VGG16.
        tile: Largest side of a tile without its halo, a multiple of 16; bounds the memory of one forward pass.
        working: Bytes that a pass takes at its peak for each pixel it sees, of a pair; measured, rounded up.
    """

    name: str
    steps: tuple[Conv | Pool, ...]
    halo: int
    tile: int
    working: int

    @property
    def taps(self) -> tuple[Conv, ...]:
        """The convolutions whose features are compared, in order."""
        return tuple(step for step in self.steps if isinstance(step, Conv) and step.tap)

    def working_memory(self, pixels: int) -> int:
        """Bytes that a pair of so many pixels takes at its peak beside both pictures, the error map included."""
        return self.working * min(pixels, (self.tile + 2 * self.halo) ** 2) + _MAP * pixels

    def strides(self) -> tuple[int, ...]:
        """Pixels of the picture per feature, for each tap."""
        strides, stride = [], 1
        for step in self.steps:
            stride *= step.stride
            if isinstance(step, Conv) and step.tap:
                strides.append(stride)
        return tuple(strides)

    def lengths(self, side: int) -> tuple[int, ...]:
        """Features along a side of `side` pixels, for each tap."""
        lengths, length = [], side
        for step in self.steps:
            padding = step.padding if isinstance(step, Conv) else 0
            length = (length + 2 * padding - step.kernel) // step.stride + 1
            if isinstance(step, Conv) and step.tap:
                lengths.append(length)
        return tuple(lengths)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of every tensor: trunk as torchvision names it (OIHW), heads as `lin0` to `lin4`."""
        shapes: dict[str, tuple[int, ...]] = {}
        for step in self.steps:
            if isinstance(step, Conv):
                shapes[f"features.{step.index}.weight"] = (step.outputs, step.inputs, step.kernel, step.kernel)
                shapes[f"features.{step.index}.bias"] = (step.outputs,)
        for i, tap in enumerate(self.taps):
            shapes[f"lin{i}.weight"] = (1, tap.outputs, 1, 1)
        return shapes


ALEX = Architecture(
    "alex",
    (
        Conv(0, 3, 64, kernel=11, stride=4, padding=2, tap=True),
        Pool(3),
        Conv(3, 64, 192, kernel=5, padding=2, tap=True),
        Pool(3),
        Conv(6, 192, 384, tap=True),
        Conv(8, 384, 256, tap=True),
        Conv(10, 256, 256, tap=True),
    ),
    halo=96,
    tile=1024,
    working=170,
)

VGG = Architecture(
    "vgg",
    (
        Conv(0, 3, 64),
        Conv(2, 64, 64, tap=True),
        Pool(2),
        Conv(5, 64, 128),
        Conv(7, 128, 128, tap=True),
        Pool(2),
        Conv(10, 128, 256),
        Conv(12, 256, 256),
        Conv(14, 256, 256, tap=True),
        Pool(2),
        Conv(17, 256, 512),
        Conv(19, 512, 512),
        Conv(21, 512, 512, tap=True),
        Pool(2),
        Conv(24, 512, 512),
        Conv(26, 512, 512),
        Conv(28, 512, 512, tap=True),
    ),
    halo=96,
    tile=384,
    working=2700,
)

ARCHITECTURES: dict[str, Architecture] = {"alex": ALEX, "vgg": VGG}
