"""What is known of architecture decision records, whatever style they are written in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

STATUSES = ("draft", "proposed", "accepted", "rejected", "deprecated", "superseded")
"""What a decision may be, from first to last."""

_MISSPELT = ("superceded", "superseeded")
"""As adr-tools and others write it."""

Form = Literal["front-matter", "bullets", "sections"]
"""Where a record says its status: MADR 3 and 4, MADR 2, adr-tools."""


class FileName(NamedTuple):
    """The parts of a record's file name: `0007-use-outbox.md`."""

    number: int
    slug: str
    width: int = 4
    """Digits, leading zeros included."""
    prefix: str = ""
    """What stands before the number: `ADR-`."""
    separator: str = "-"
    suffix: str = ".md"

    def __str__(self) -> str:
        digits = str(self.number).zfill(self.width)
        return f"{self.prefix}{digits}{self.separator}{self.slug}{self.suffix}"


class Link(NamedTuple):
    """A link to a file."""

    target: str
    """Path as it is meant: no anchor, percent signs decoded."""
    line: int


class Reference(NamedTuple):
    """That a record names another one which it supersedes, or which supersedes it."""

    number: int | None
    """None where the text names no number."""
    file: str
    """Name of the file where the text links to it, otherwise empty."""
    line: int


class Fault(NamedTuple):
    """Something in a record that cannot be understood."""

    line: int
    message: str
    hint: str = ""


class Record(NamedTuple):
    """One decision record."""

    file: str
    """As messages name it."""
    name: FileName
    title: str
    """Its heading without a number."""
    form: Form
    status: str
    """In lower case, as written for the rest; empty where the record does not say it."""
    status_line: int
    date: str
    """As written; empty where the record does not say it."""
    date_line: int
    decision_makers: tuple[str, ...]
    supersedes: tuple[Reference, ...]
    superseded_by: tuple[Reference, ...]
    links: tuple[Link, ...]
    """Links to files: not those to the web, nor within the record."""
    front_matter: tuple[str, ...]
    """Its lines, without the dashes around them; empty where there is none."""
    heading: str
    """The heading as written, number included."""
    faults: tuple[Fault, ...]
    """What is wrong with its form."""
    gaps: tuple[int, ...] = ()
    """Lines where a hint of the template waits for an answer: `{title of option 1}`."""

    @property
    def number(self) -> int:
        """Its number, from the file's name."""
        return self.name.number

    @property
    def slug(self) -> str:
        """The title as the file's name has it."""
        return self.name.slug

    @property
    def state(self) -> str:
        """The first word of the status: `superseded` of `superseded by ADR-0007`."""
        word = self.status.split(" ", 1)[0].rstrip(",;.:")
        return "superseded" if word in _MISSPELT else word

    def among(self, references: Iterable[Reference]) -> bool:
        """Whether one of the references means this record."""
        file = PurePosixPath(self.file).name
        return any(
            one.file == file or (not one.file and one.number == self.number) for one in references
        )


class Finding(NamedTuple):
    """Something wrong with a folder of records."""

    severity: Literal["error", "note"]
    file: str
    line: int
    """0 where it is about the file as a whole."""
    message: str
    hint: str = ""
