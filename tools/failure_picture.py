"""Make the README's picture of a failure from the demo: `python -m tools.failure_picture`."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from qualitygate.demo.scene import write_scene
from qualitygate.demo.story import play

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "failure.png"


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        scene = write_scene(Path(directory) / "demo")
        story = play(scene, metrics=["delta_e_2000"], device="cpu", now=datetime.now(UTC))
        subject = next(subject for subject in story.drifted.heat_maps if subject.startswith("coffee"))
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_bytes((scene.directory / story.drifted.heat_maps[subject]).read_bytes())


if __name__ == "__main__":
    main()
