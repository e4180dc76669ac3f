"""`qualitygate dashboard`: all incidents as a static site."""

from __future__ import annotations

import re
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.options import Target
from qualitygate.cli.output import as_json
from qualitygate.cli.replacing import refuse_pictures
from qualitygate.cli.site_directory import SiteDirectory
from qualitygate.incidents.dashboard import site
from qualitygate.incidents.kpi.wording import plural
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.paths import paths_of, postmortems

_MAX_BYTES = 20_000_000
_EVIDENCE = re.compile(r"evidence/pm-[0-9-]+(?:/[^/\\\0]+)+")


@click.command("dashboard")
@click.argument("directory", metavar="DIR", type=Target())
@incident_options.form
@incident_options.incident_dir
def command(directory: Path, form: str, root: Path) -> int:
    """Build a static site of incidents, clocks and KPIs in DIR.

    It needs no server, loads nothing from elsewhere, and opens from disk: DIR/index.html. Clocks tick in the browser.
    DIR is created if needed; it must be empty or an earlier dashboard. Pages of incidents that are gone are removed.
    Heat maps are copied, but never those of S0 or of incidents with personal data.
    """
    target = SiteDirectory(directory)
    refuse_pictures(directory, inputs_here(), "pictures/pm-1/0.png")
    incident_options.store_needed(root)
    records, warnings = Ledger(root).records()
    for warning in warnings:
        click.echo(f"qualitygate: left out: {warning}", err=True)
    pages = 0
    files = site(records, clock.now(), FileSources(root), _note)
    first = next(files)  # measures everything: a record that cannot be reckoned with must not leave half a site
    target.begin()
    target.put(first)
    for file in files:
        target.put(file)
        pages += file.path.startswith("incidents/")
    gone = target.finish()
    index = directory / "index.html"
    if form == "json":
        told = {"index": str(index), "incidents": pages, "written": target.written, "removed": gone}
        click.echo(as_json(told))
    else:
        changed = f"{plural(pages, 'incident')}, {plural(target.written, 'file')} changed"
        click.echo(f"wrote  {index}: {changed}{f', {gone:,} removed' if gone else ''}")
    return 0


class FileSources:
    """Markdown and evidence from the incident directory. Links out of it are not followed."""

    def __init__(self, root: Path) -> None:
        """For the directory that holds `run/` and `evidence/`."""
        self._root = root
        self._evidence = (root / "evidence").resolve()
        self._postmortems = postmortems(root).resolve()

    def markdown(self, incident_id: str) -> str | None:
        """The Markdown of an incident; None if there is none, or none that is text."""
        path = paths_of(self._root, incident_id).markdown
        content = _read(path) if path.resolve().is_relative_to(self._postmortems) else None
        try:
            return None if content is None else content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            _note(incident_id, "its Markdown is not UTF-8; the page is made from the record")
            return None

    def evidence(self, path: str) -> bytes | None:
        """A file below `evidence/`; None for any other path."""
        if not _EVIDENCE.fullmatch(path) or ".." in path.split("/"):
            return None
        target = self._root / path
        if not target.resolve().is_relative_to(self._evidence):
            return None
        return _read(target)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= _MAX_BYTES else None
    except OSError:
        return None


def _note(incident_id: str, text: str) -> None:
    click.echo(f"qualitygate: {incident_id}: {text} [QG-1742]", err=True)
