"""Compile the kernels while a wheel is built. Without a compiler the wheel is made all the same, and NumPy serves.

`QUALITYGATE_KERNELS=none` leaves them out, `QUALITYGATE_KERNELS=required` refuses to build without them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("qualitygate/core/native")
MODULE = "qualitygate.core.native._kernels"
# Not -ffast-math: NaN and infinity keep their meaning, sums their order; and products are rounded before they are
# added, except where a kernel says otherwise, so that equal colours differ by exactly nothing.
_UNIX = [
    "-std=c11",
    "-O3",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-signed-zeros",
    "-ffp-contract=off",
    "-fvisibility=hidden",
]
_MSVC = ["/O2", "/fp:precise"]


class KernelsHook(BuildHookInterface):
    """Adds the extension to the wheel, which is then one per platform and for every Python from 3.11 on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say what was made; a failure is a warning unless the kernels are required."""
        wish = os.environ.get("QUALITYGATE_KERNELS", "")
        if self.target_name != "wheel" or wish == "none":
            return
        scratch = Path(tempfile.mkdtemp(prefix="qualitygate-kernels-"))
        atexit.register(shutil.rmtree, scratch, ignore_errors=True)  # where the wheel is never finished
        self._scratch = scratch
        try:
            built = _compiled(Path(self.root), scratch)
        except Exception as error:  # whatever a compiler, or its absence, may do
            shutil.rmtree(scratch, ignore_errors=True)
            if wish == "required":
                raise
            self.app.display_warning(f"the kernels were not compiled, NumPy will serve: {error}")
            return
        if version == "editable":
            _placed(built, Path(self.root) / FOLDER / built.name)
            shutil.rmtree(scratch, ignore_errors=True)
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{_platform()}"
        build_data["force_include"][str(built)] = (FOLDER / built.name).as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was compiled: the wheel has it by now."""
        scratch: Path | None = getattr(self, "_scratch", None)
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def _compiled(root: Path, scratch: Path) -> Path:
    """The extension, in a directory that has to stand until the wheel is made."""
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    class Build(build_ext):
        def build_extensions(self) -> None:
            options = _MSVC if self.compiler.compiler_type == "msvc" else _UNIX
            for extension in self.extensions:
                extension.extra_compile_args = options
            super().build_extensions()

    sources = [str(path) for path in sorted((root / FOLDER).glob("*.c"))]
    headers = [str(path) for path in sorted((root / FOLDER).glob("*.h"))]
    libraries = [] if os.name == "nt" else ["m"]
    linking = ["-Wl,--strip-all"] if sys.platform == "linux" else []
    extension = Extension(
        MODULE,
        sources,
        depends=headers,
        libraries=libraries,
        extra_link_args=linking,
        py_limited_api=True,
    )
    command = Build(Distribution({"name": "kernels", "ext_modules": [extension]}))
    command.build_lib = str(scratch / "lib")
    command.build_temp = str(scratch / "objects")
    command.ensure_finalized()
    command.run()
    return next(Path(command.build_lib).rglob("_kernels*"))


def _placed(built: Path, target: Path) -> None:
    """Put the extension in the tree whole: written over, it would kill every process that has it in memory."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(built, beside)
    beside.replace(target)


def _platform() -> str:
    """The platform's tag, such as `linux_x86_64`; cibuildwheel's repair makes it `manylinux_…`."""
    from packaging.tags import sys_tags

    if sys.platform == "darwin":
        return next(iter(sys_tags())).platform
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
