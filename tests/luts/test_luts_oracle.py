"""Every reader of our own against OpenColorIO and colour-science, on files both accept."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from lut_samples import SAMPLES

from qualitygate import luts
from qualitygate.core.lut import Chain, Curves, Lut, Lut1D, Lut3D, Matrix
from qualitygate.luts.apply import apply

pytestmark = pytest.mark.oracle
OWN = (".cube", ".spi1d", ".spi3d", ".spimtx", ".csp", ".3dl")
RNG = np.random.default_rng(21)


def files(corpora: Path, folder: Path) -> list[Path]:
    """Accepted files of the corpus, our samples, and a larger table with values far outside 0 to 1."""
    for name, text in SAMPLES.items():
        (folder / name).write_text(text)
    rows = "\n".join(f"{r:.7f} {g:.7f} {b:.7f}" for r, g, b in RNG.uniform(-2, 700, (17**3, 3)))
    (folder / "wide.cube").write_text(f"LUT_3D_SIZE 17\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 3\n{rows}\n")
    found = [*sorted((corpora / "lut" / "valid").iterdir()), *sorted(folder.iterdir())]
    return [path for path in found if path.suffix in OWN and luts.read(path).accepted]


def stages(lut: Lut) -> tuple[object, ...]:
    return lut.stages if isinstance(lut, Chain) else (lut,)


def domain_of(lut: Lut) -> np.ndarray:
    first = stages(lut)[0]
    if isinstance(first, Lut1D | Lut3D):
        return first.domain
    if isinstance(first, Curves):
        return np.array([[given[0], given[-1]] for given in first.inputs]).T
    return np.array([[0.0] * 3, [1.0] * 3])


def close(ours: np.ndarray, theirs: np.ndarray, digits: float = 1e-6) -> bool:
    """Within 1e-6, relative for values beyond 1: both oracles hold float32 somewhere."""
    return ours.shape == theirs.shape and bool((np.abs(ours - theirs) <= digits * np.maximum(1.0, np.abs(ours))).all())


def test_tables_are_those_of_opencolorio(corpora: Path, tmp_path: Path) -> None:
    ocio = pytest.importorskip("PyOpenColorIO")
    config = ocio.Config.CreateRaw()
    compared: dict[str, int] = {}
    for path in files(corpora, tmp_path):
        lut = luts.read(path).lut
        assert lut is not None
        try:
            group = config.getProcessor(ocio.FileTransform(str(path))).createGroupTransform()
        except ocio.Exception:
            continue  # noted as not portable; the corpus test asks for the note
        tables = [t for t in group if type(t).__name__ in ("Lut1DTransform", "Lut3DTransform")]
        for ours, theirs in zip(
            [s for s in stages(lut) if isinstance(s, Lut1D | Lut3D)][::-1], tables[::-1], strict=False
        ):
            expected = np.asarray(theirs.getData(), np.float64)
            if path.name == "curves.csp" or expected.size != ours.table.size:
                continue  # a prelut and a 1D table: OpenColorIO resamples one of them
            assert close(ours.table, expected.reshape(ours.table.shape)), path.name
            compared[path.suffix] = compared.get(path.suffix, 0) + 1
        for ours in (s for s in stages(lut) if isinstance(s, Matrix)):
            [theirs] = list(group)
            assert close(ours.matrix, np.reshape(theirs.getMatrix(), (4, 4))[:3, :3]), path.name
            assert close(ours.offset, np.array(theirs.getOffset()[:3])), path.name
            compared[path.suffix] = compared.get(path.suffix, 0) + 1
    assert set(compared) == set(OWN)
    assert sum(compared.values()) > 45


@pytest.mark.parametrize("interpolation", ["tetrahedral", "trilinear"])
def test_evaluation_is_that_of_opencolorio(corpora: Path, tmp_path: Path, interpolation: str) -> None:
    ocio = pytest.importorskip("PyOpenColorIO")
    config = ocio.Config.CreateRaw()
    method = ocio.INTERP_TETRAHEDRAL if interpolation == "tetrahedral" else ocio.INTERP_LINEAR
    compared = 0
    for path in files(corpora, tmp_path):
        lut = luts.read(path).lut
        assert lut is not None
        if any(isinstance(stage, Curves) for stage in stages(lut)):
            continue  # preluts are splines there
        low, high = domain_of(lut)
        # It computes in float32, where a step of the input moves a steep curve by more than 1e-6.
        colours = (low + RNG.uniform(0, 1, (2000, 3)) * (high - low)).astype(np.float32).astype(np.float64)
        try:
            processor = config.getProcessor(ocio.FileTransform(str(path), interpolation=method))
        except ocio.Exception:
            continue
        theirs = np.ascontiguousarray(colours, np.float32)
        processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_NONE).applyRGB(theirs)
        ours = apply(lut, colours, interpolation)  # type: ignore[arg-type]
        assert np.abs(ours - theirs).max() <= 5e-5 * max(1.0, np.abs(ours).max()), path.name
        compared += 1
    assert compared > 40


def test_tables_are_those_of_colour_science(corpora: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        colour = pytest.importorskip("colour")
        compared: dict[str, int] = {}
        for path in files(corpora, tmp_path):
            if path.suffix == ".3dl":
                continue
            lut = luts.read(path).lut
            assert lut is not None
            try:
                theirs = colour.read_LUT(str(path))
            except Exception:
                continue
            parts = list(theirs) if isinstance(theirs, colour.LUTSequence) else [theirs]
            mine = stages(lut)
            if len(parts) != len(mine):
                continue  # it folds a prelut and a 1D table into one table of its own
            for ours, part in zip(mine, parts, strict=True):
                if isinstance(ours, Lut1D | Lut3D):
                    table = np.asarray(part.table)
                    table = np.repeat(table[:, None], 3, axis=1) if table.ndim == 1 else table
                    assert close(ours.table, table), path.name
                elif isinstance(ours, Matrix):
                    assert close(ours.matrix, np.asarray(part.matrix)[:3, :3]), path.name
                    assert close(ours.offset, np.asarray(part.offset)[:3]), path.name
                compared[path.suffix] = compared.get(path.suffix, 0) + 1
    assert set(compared) == set(OWN) - {".3dl"}
    assert sum(compared.values()) > 40


def test_what_is_said_of_opencolorio_holds(tmp_path: Path) -> None:
    ocio = pytest.importorskip("PyOpenColorIO")
    config = ocio.Config.CreateRaw()
    rows = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"
    heads = ["", 'TITLE "a"\n', "# a\n", " ", "LUT_3D_INPUT_RANGE 0 2\n",
             "DOMAIN_MIN -1 0 0\n",
             'TITLE "a"\nLUT_3D_INPUT_RANGE 0 2\n', "LUT_3D_INPUT_RANGE 0 2\n# a\n", "LUT_OUT_VIDEO_RANGE\n",
             "LUT_1D_INPUT_RANGE 0 2\n"]  # fmt: skip
    # The size first: what stands before it is skipped by its reader of .itx, which then takes the file.
    texts = [f"LUT_3D_SIZE 2\n{head}{rows}" for head in heads]
    texts += [text.replace("1 1 0\n", "1 1 0\n# between\n") for text in texts]
    texts += [text.replace("\n", "\r\n") for text in texts]
    texts += [f"LUT_3D_SIZE {size}\n" + "0 0 0\n" * size**3 for size in (129, 130)]
    for index, text in enumerate(texts):
        path = tmp_path / f"{index}.cube"  # files are cached by name
        path.write_bytes(text.encode())
        result = luts.read(path)
        assert result.accepted, (text[:100], result.findings)
        try:
            config.getProcessor(ocio.FileTransform(str(path)))
            loads = True
        except ocio.Exception:
            loads = False
        said = any("OpenColorIO refuses" in finding.message for finding in result.findings)
        assert said is not loads, text[:100]
