"""Make the demo's photographs from those that scikit-image ships: `python -m tools.demo_photos`.

The photographs and their licences are listed in `qualitygate/demo/photos/LICENCES.md`. Each becomes an sRGB JPEG
without metadata. The launch, taken at dusk, is reduced with its sensor noise smoothed, as a photo desk would export it:
the noise of the original costs any lossy format more colour error than the drift that the demo is about.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageFilter

TARGET = Path(__file__).resolve().parent.parent / "qualitygate" / "demo" / "photos"

# Files in scikit-image's data directory, and the size they are reduced to.
SOURCES = {"astronaut.png": None, "chelsea.png": None, "coffee.png": None, "rocket.jpg": (480, 320)}


def as_srgb(picture: Image.Image) -> Image.Image:
    """The picture in sRGB; one without a profile is taken to be sRGB already."""
    profile = picture.info.get("icc_profile")
    picture = picture.convert("RGB")
    if profile is None:
        return picture
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    return picture if converted is None else converted


def main() -> None:
    import skimage

    data = Path(skimage.__file__).parent / "data"
    for name, size in SOURCES.items():
        with Image.open(data / name) as opened:
            picture = as_srgb(opened)
        if size is not None:
            picture = picture.filter(ImageFilter.GaussianBlur(1.0)).resize(size, Image.Resampling.BICUBIC)
        picture.info.clear()
        picture.save((TARGET / name).with_suffix(".jpg"), quality=92, subsampling="4:4:4", optimize=True)


if __name__ == "__main__":
    main()
