"""The fixture `image_gate`: pictures that a test made, against approved references."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qualitygate.core.errors import ConfigError, QualityGateError
from qualitygate.core.verdict import SubjectResult
from qualitygate.policy.model import Rectangle, Resize
from qualitygate.testing.check import Check
from qualitygate.testing.given import given
from qualitygate.testing.naming import check_name
from qualitygate.testing.notes import Notes
from qualitygate.testing.references import by_name, place, reference_of
from qualitygate.testing.terms import no_profile, terms_of

Colour = str | tuple[int, int, int]


class ImageGate:
    """What a test gets as `image_gate`.

    A candidate is a path (relative to the working directory), the bytes of a picture, a PIL image, or a numpy array
    `(H, W)`, `(H, W, 1)`, `(H, W, 3)` or `(H, W, 4)` of sRGB samples: uint8 or uint16 in full range, or float32 within
    0..1. A reference is the same, or None for the file `__references__/MODULE/TEST[-PARAMETERS][.NAME].*` beside the
    test file; a relative path is taken from pytest's root directory.
    """

    def __init__(self, item: pytest.Item, notes: Notes) -> None:
        self._item, self._notes = item, notes
        self._count = 0
        self._names: set[tuple[str | None, bool]] = set()

    def assert_matches(
        self,
        candidate: object,
        reference: object = None,
        *,
        profile: str | None = None,
        metrics: str | Sequence[str] | None = None,
        name: str | None = None,
        background: Colour | None = None,
        resize: Resize | None = None,
        ignore: Sequence[Rectangle] | None = None,
    ) -> SubjectResult:
        """Fail the test unless a candidate matches its reference by every limit of a profile.

        Args:
            candidate, reference: As above.
            profile: `hero`, `product`, `thumbnail`, `ui`, one of your own, or the path of a threshold file. Goes before
                `--qualitygate-profile`, which goes before the marker `image_gate` and the ini option.
            metrics: Measure and judge these only.
            name: Tells several checks of one test apart.
            background: `#rrggbb` or three integers of 0 to 255: what pictures with alpha are laid on; white by default.
            resize: Filter that brings the reference to the candidate's size; by default sizes must agree.
            ignore: Rectangles `(x, y, width, height)` of the candidate that do not count.

        Returns:
            The numbers.

        Raises:
            ImageMismatchError: A limit is broken, or a rule of the profile.
            ImageUnmeasurableError: A picture cannot be decoded or measured.
            ReferenceMissingError: There is nothing to compare with.
            ConfigError: The check itself is wrong: an argument, a profile, a metric.
        """
        __tracebackhide__ = True
        said = {"profile": profile, "metrics": metrics, "background": background, "resize": resize, "ignore": ignore}
        self._count += 1
        check_id = check_name(self._item, None, self._count).id
        try:
            check = self._check(candidate, reference, name, said, self._count)
            check_id = check.called.id
            if check.terms.profile is None:
                raise no_profile()
            if reference is None and check.reference.path is not None:
                self._notes.name(check.reference.path, self._item)
            self._once(name, by_name=reference is None)
            return check.asserted()
        except ConfigError as error:
            self._notes.problem(self._item, self._count, check_id, error)
            raise error.with_traceback(None) from None
        except (QualityGateError, AssertionError) as error:
            raise error.with_traceback(None) from None

    def compare(
        self,
        candidate: object,
        reference: object = None,
        *,
        profile: str | None = None,
        metrics: str | Sequence[str] | None = None,
        name: str | None = None,
        background: Colour | None = None,
        resize: Resize | None = None,
        ignore: Sequence[Rectangle] | None = None,
    ) -> SubjectResult:
        """Measure, and judge if a profile is named anywhere, without failing the test, writing, or being reported.

        Args:
            candidate, reference, profile, metrics, name, background, resize, ignore: As `assert_matches`.

        Raises:
            ReferenceMissingError: There is nothing to compare with.
            ConfigError: The check itself is wrong.
        """
        __tracebackhide__ = True
        said = {"profile": profile, "metrics": metrics, "background": background, "resize": resize, "ignore": ignore}
        try:
            return self._check(candidate, reference, name, said, 1).compared()
        except (QualityGateError, AssertionError) as error:
            raise error.with_traceback(None) from None

    def reference_path(self, name: str | None = None) -> Path:
        """The file that this test is compared with, or, where there is none yet, that a PNG would be written to.

        Raises:
            ConfigError: QG-1464, several files could be it.
        """
        called = check_name(self._item, _checked(name), 1)
        found = by_name(called, self._notes.options)
        return found or place(called, self._notes.options) / f"{called.file}.png"

    def _check(
        self, candidate: object, reference: object, name: str | None, said: dict[str, Any], number: int
    ) -> Check:
        options = self._notes.options
        called = check_name(self._item, _checked(name), number)
        terms = terms_of(self._item, options, said)
        ours = given(candidate, "candidate", Path.cwd(), options.root)
        if ours.path is not None and not ours.path.is_file():
            what = "no such file"
            if ours.path.exists():
                what = f"is {'a directory' if ours.path.is_dir() else 'no regular file'}, a picture is expected"
            raise ConfigError(what, code="QG-1401", where=ours.label, hint="the candidate is what the test has made")
        theirs = reference_of(reference, called, ours, options)
        return Check(self._item, self._notes, called, number, name, terms, ours, theirs)

    def _once(self, name: str | None, *, by_name: bool) -> None:
        """Two checks of a test need two names, unless they have none and the test says what they are compared with."""
        taken = (name, by_name) in self._names or (name, not by_name) in self._names
        if (by_name and (None, True) in self._names) if name is None else taken:
            what = "without a name" if name is None else f"under the name {name!r}"
            raise ConfigError(
                f"two pictures are checked {what}", code="QG-1463", where=self._item.nodeid,
                hint="give each a `name` of its own",
            )  # fmt: skip
        self._names.add((name, by_name))


def _checked(name: object) -> str | None:
    if name is None or (isinstance(name, str) and name.strip() and name.isprintable()):
        return name
    raise ConfigError(f"{name!r} is no name", code="QG-1469", where="image_gate name", hint="give a text")
