"""A baseline as a document: the colours of approved pictures without the pictures. Schema `qualitygate.baseline/1`."""

from __future__ import annotations

from typing import Any

import numpy as np

from qualitygate.core.lab_drift import AXES
from qualitygate.palette.batch import Array, Batch
from qualitygate.palette.distribution import BINS, BOUNDS, RANGES, WIDTH

SCHEMA = "qualitygate.baseline/1"
_MOST = 10**9


def document(batch: Batch, name: str, digest: str) -> dict[str, Any]:
    """A baseline as plain data for JSON.

    Args:
        batch: The approved pictures.
        name: Name of the set.
        digest: SHA-256 over the digests of the pictures, which tells one baseline from another.
    """
    axes = {}
    for index, axis in enumerate(AXES):
        part = slice(BOUNDS[index], BOUNDS[index + 1])
        # Beyond the colours that occur all shares are 0 or 1: only what lies between is written.
        shares, errors = batch.shares[part], np.sqrt(batch.share_variances[part])
        first = int(np.searchsorted(shares, 0.0, side="right"))
        last = int(np.searchsorted(shares, 1.0 - 1e-9, side="left")) + 1
        axes[axis] = {
            "mean": round(float(batch.means[index]), 6),
            "deviation": round(float(np.sqrt(batch.variances[index])), 6),
            "first_bin": first,
            "cumulative_shares": [round(float(value), 6) for value in shares[first:last]],
            "deviations": [round(float(value), 6) for value in errors[first:last]],
        }
    bins = {"width": WIDTH, "from": {axis: RANGES[axis][0] for axis in AXES}}
    return {"schema": SCHEMA, "set": name, "pictures": batch.pictures, "sha256": digest, "bins": bins, "axes": axes}


def read(found: object) -> Batch:
    """The batch of a document.

    Raises:
        ValueError: It is no such document; the message says where it is wrong.
    """
    top = _table(found, "the file")
    if top.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {top.get('schema')!r}, and {SCHEMA!r} is read")
    pictures = top.get("pictures")
    if type(pictures) is not int or not 1 <= pictures <= _MOST:
        raise ValueError(f"pictures: {pictures!r} is no number of pictures")
    if _table(top.get("bins"), "bins").get("width") != WIDTH:
        raise ValueError(f"bins.width: bins of {WIDTH} are read")
    axes = _table(top.get("axes"), "axes")
    means, variances, shares, share_variances = [], [], [], []
    for axis in AXES:
        one = _table(axes.get(axis), f"axes.{axis}")
        means.append(_numbers([one.get("mean")], f"axes.{axis}.mean", RANGES[axis])[0])
        variances.append(_numbers([one.get("deviation")], f"axes.{axis}.deviation", (0.0, 300.0))[0] ** 2)
        ours, errors = _shares(one, axis)
        shares.append(ours)
        share_variances.append(errors**2)
    return Batch(
        pictures, np.array(means), np.array(variances), np.concatenate(shares), np.concatenate(share_variances)
    )


def _shares(one: dict[str, Any], axis: str) -> tuple[Array, Array]:
    where = f"axes.{axis}"
    first, bins = one.get("first_bin"), BINS[axis]
    written = _numbers(one.get("cumulative_shares"), f"{where}.cumulative_shares", (0.0, 1.0))
    deviations = _numbers(one.get("deviations"), f"{where}.deviations", (0.0, 1.0))
    if type(first) is not int or not 0 <= first <= bins or first + len(written) > bins:
        raise ValueError(f"{where}.first_bin: {first!r} does not fit {bins:,} bins")
    if len(written) != len(deviations) or (np.diff(written) < 0).any():
        raise ValueError(f"{where}: cumulative shares rise, and each has a deviation")
    shares, errors = np.zeros(bins), np.zeros(bins)
    shares[first + len(written) :] = 1.0
    shares[first : first + len(written)] = written
    errors[first : first + len(written)] = deviations
    return shares, errors


def _table(found: object, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError(f"{where}: an object is expected")
    return found


def _numbers(found: object, where: str, limits: tuple[float, float]) -> Array:
    if not isinstance(found, list) or any(type(value) not in (int, float) for value in found):
        raise ValueError(f"{where}: numbers are expected")
    values = np.array(found, np.float64)
    if not ((values >= limits[0]) & (values <= limits[1])).all():
        raise ValueError(f"{where}: a number from {limits[0]:g} to {limits[1]:g} is expected")
    return values
