"""Orders with what lint finds, and readers of what is made of them."""

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

from patternctl import catalog
from patternctl.engine.lint import lint
from patternctl.errors import Location
from patternctl.model.artefact import Order
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings
from patternctl.model.system import System
from tests.artefacts.orders import order
from tests.test_example_systems import load

VOID = frozenset({"meta", "br", "hr", "img"})


def reviewed(name: str) -> Order:
    """An order for an example system, with its findings."""
    return found(load(name))


def found(system: System, *patterns: str) -> Order:
    """An order for a system, with its findings."""
    made = order(system, *patterns)
    made.findings = lint([system], catalog.antipatterns(()), LintSettings()).findings
    return made


def finding(text: str) -> Finding:
    """A finding whose every text is this."""
    place = Location(text, 3)
    return Finding("PC701", text, "error", text, text, place, "0" * 16, text, (text,))


class Page(HTMLParser):
    """What a browser would make of a page: tags, attributes and texts, in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for key, value in attrs if key.endswith(("href", "src"))]
        self.handlers += [key for key, _ in attrs if key.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is shown, blanks as one."""
        return " ".join("".join(self.texts).split())


def rendered(markdown: str) -> Page:
    """A page of Markdown as CommonMark with tables and HTML shows it."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def cells(text: str) -> list[list[str]]:
    """Rows of a sheet, all of them as wide as the first; no cell is a formula."""
    rows = [*csv.reader(io.StringIO(text))]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
    return rows


GOLDEN = Path(__file__).parent.parent / "golden"
