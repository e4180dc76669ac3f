"""The report as a page that people open from the disk: worst first, with pictures.

It needs no server and asks for nothing: one file with its style, its script and the pictures of the worst pairs, and a
directory `pictures/` beside it with the others.
"""

from __future__ import annotations

from qualitygate.core.verdict import Report
from qualitygate.reporters import order
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.html.page import page
from qualitygate.reporters.html.pictures import DIRECTORY, LEFTOVERS, Gallery
from qualitygate.reporters.html.ranking import worst_first


class Html:
    """`--report html=DIRECTORY`."""

    exhibits = True
    index = "index.html"
    directories = (DIRECTORY,)
    mark = b'<meta name="generator" content="qualitygate">'
    leftovers = LEFTOVERS

    def render(self, report: Report, view: View) -> Rendered:
        """The page as `text`, pictures beyond the budget of the page as files in `pictures/`. Pure."""
        told = order.with_shipped(order.without_postmortem(report), view.postmortems)
        ranked = worst_first(told, view)
        gallery = Gallery((result.subject.id for result in ranked), view.exhibits, view.panels)
        return Rendered(page(told, ranked, view, gallery), gallery.files, LEFTOVERS)
