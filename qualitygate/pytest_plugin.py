"""The second porch: pytest with the gate in it.

    def test_hero(image_gate):             a fixture that holds pictures against approved references
        image_gate.assert_matches(render(), profile="hero")

    pytest --incident                      all cases below fixtures/incidents, and tests marked `incident`
    pytest --incident=PM-2025-09-27-01     those of one incident
    pytest --filter=incident               the same as --incident

Other people's runs load this file and what it imports, which is pytest and little else.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qualitygate.testing import cases, incident_option, options
from qualitygate.testing.incident_option import spelled_out as spelled_out
from qualitygate.testing.session import Session

if TYPE_CHECKING:
    from qualitygate.testing.image_gate import ImageGate

_SESSION = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--incident` and what belongs to it, and the options of `image_gate`."""
    incident_option.add_options(parser)
    options.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Read `--incident tests/` as the option and a path, and `--filter=incident` as `--incident`."""
    spelled = spelled_out(args)
    if spelled != args:
        args[:] = spelled
        early_config.known_args_namespace = parser.parse_known_args(args, namespace=copy.copy(early_config.option))


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers; with `--incident`, have the cases collected whatever else was named."""
    config.addinivalue_line("markers", "incident(id): keeps an incident from coming back; selected by --incident")
    config.addinivalue_line(
        "markers", "image_gate(profile, metrics, background, resize, ignore): what image_gate judges by in this test"
    )
    incident_option.have_cases_collected(config)
    config.stash[_SESSION] = Session(config)
    config.pluginmanager.register(config.stash[_SESSION], "qualitygate-session")


@pytest.fixture
def image_gate(request: pytest.FixtureRequest) -> Iterator[ImageGate]:
    """Holds pictures that a test made against approved references: `image_gate.assert_matches(candidate)`."""
    yield from request.config.stash[_SESSION].gate(request.node)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> cases.CaseFile | None:
    """A case, where `--incident` asks for it."""
    if not incident_option.is_case(file_path, parent.config):
        return None
    return cases.CaseFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)  # before -k and -m leave out more
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--incident`, keep cases, each once, and what is marked `incident`; deselect everything else."""
    incident_option.select(config, items, cases.CaseItem)
