"""`patternctl adr`: new, list, supersede, check."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patternctl.cli._choices import FormatOption, PageFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patternctl.generators.adr import Head
    from patternctl.model.adr import FileName, Record

EXAMPLES = """Examples:

\b
  patternctl adr new "Use the outbox for order events"
  patternctl decide architecture.yaml --format json > decision.json
  patternctl adr new "Choose the architecture" --from-decision decision.json
  patternctl adr list
  patternctl adr supersede 3 7
  patternctl adr check
"""
NEW_EXAMPLES = """Examples:

\b
  patternctl adr new "Use the outbox for order events"
  patternctl adr new "Move to cells" --supersedes 3 --status accepted
  patternctl adr new "Choose the architecture" --from-decision decision.json \\
      --decision-maker "Ada" --decision-maker "Grace"
  patternctl decide --answers answers.yaml -f json | patternctl adr new "..." --from-decision -
"""
LIST_EXAMPLES = """Examples:

\b
  patternctl adr list
  patternctl adr list --dir doc/adr --format markdown
  patternctl adr list --format json
"""
SUPERSEDE_EXAMPLES = """Examples:

\b
  patternctl adr supersede 3 7                      7 is there already
  patternctl adr supersede 3 --title "Move to cells"   7 is written now
  patternctl adr supersede 0003-use-crud.md 0007-use-events.md
"""
CHECK_EXAMPLES = """Examples:

\b
  patternctl adr check
  patternctl adr check --dir doc/adr

\b
Exit status: 0 no errors, 1 errors, 2 a folder or file that cannot be read.
"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Write, list and check architecture decision records.",
    epilog=EXAMPLES,
)


class Status(StrEnum):
    """What a new record may be."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEPRECATED = "deprecated"


DirOption = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        metavar="DIR",
        help="Folder of the records. [.adr-dir, where they are, or docs/adr]",
    ),
]
DateOption = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Date of the decision. [SOURCE_DATE_EPOCH, or today]"),
]
MakersOption = Annotated[
    list[str] | None,
    typer.Option("--decision-maker", metavar="NAME", help="Who decides. Repeatable."),
]


@app.callback()
def adr() -> None:
    """Write, list and check architecture decision records."""


@app.command(epilog=NEW_EXAMPLES)
def new(
    title: Annotated[str, typer.Argument(help="What is decided, in a few words.")],
    directory: DirOption = None,
    status: Annotated[
        Status | None,
        typer.Option(
            help="Where the decision stands. [proposed, or accepted with --supersedes]",
            show_default=False,
        ),
    ] = None,
    date: DateOption = None,
    makers: MakersOption = None,
    from_decision: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="JSON of `patternctl decide`, to be told in full; `-` reads stdin."
        ),
    ] = None,
    supersedes: Annotated[
        list[str] | None,
        typer.Option(metavar="N", help="Number or file of a record it replaces. Repeatable."),
    ] = None,
) -> int:
    """Write the next record of the folder and print its path.

    It is written in MADR 4.0, or as adr-tools does it where the records that are there are so.
    Number, width and style of the name follow them too; nothing is overwritten.
    """
    from patternctl.cli import _adr, _decision

    status = status or (Status.ACCEPTED if supersedes else Status.PROPOSED)
    head = _head(title, status, date, makers or ())
    decided = _decision.told(from_decision) if from_decision else None
    _adr.create(directory, head, decided, supersedes or ())
    return 0


@app.command("list", epilog=LIST_EXAMPLES)
def list_(directory: DirOption = None, format: FormatOption = PageFormat.TEXT) -> int:
    """List the records with number, status, date and title."""
    from patternctl.cli._adr import Folder
    from patternctl.cli._console import note, table, write_json
    from patternctl.errors import InputError

    folder = Folder.find(directory)
    records, problems = folder.records()
    if format is PageFormat.JSON:
        write_json([_dump(record) for record in records])
    elif records:
        rows = [
            [_number(r.name), _told(r), r.date or "-", r.title or "(no heading)"] for r in records
        ]
        heads = ["number", "status", "date", "title"]
        table(heads, rows, markdown=format is PageFormat.MARKDOWN)
    elif not problems:
        note(f"no numbered records in {folder.shown}; `patternctl adr new TITLE` writes the first")
    if problems:
        raise InputError(*problems)
    return 0


@app.command(epilog=SUPERSEDE_EXAMPLES)
def supersede(
    old: Annotated[str, typer.Argument(help="Number or file of the record that is replaced.")],
    new: Annotated[
        str | None, typer.Argument(help="Number or file of the record that replaces it.")
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Write the new record now, with this title.")
    ] = None,
    directory: DirOption = None,
    status: Annotated[
        Status, typer.Option(help="Where the new decision stands.")
    ] = Status.ACCEPTED,
    date: DateOption = None,
    makers: MakersOption = None,
) -> int:
    """Link two records: the old one is superseded, and the new one says what it supersedes.

    Only these lines change; all others stay as they are, byte for byte.
    """
    from patternctl.cli import _adr
    from patternctl.cli._console import note
    from patternctl.errors import Problem, UsageError

    if (new is None) == (title is None):
        hint = "name the record that replaces it, or give --title to write one"
        raise UsageError(Problem("supersede takes either NEW or --title", hint=hint))
    if title is not None:
        head = _head(title, status, date, makers or ())
        _adr.create(directory, head, None, [old], there=True)
        return 0
    written = _adr.link(directory, old, new or "")
    for path in written:
        note(f"wrote {path}")
    if not written:
        note(f"{old} and {new} say so already")
    return 0


@app.command(epilog=CHECK_EXAMPLES)
def check(directory: DirOption = None) -> int:
    """Report what is wrong with the records: front matter, status, dates, numbers, links.

    Records that supersede one another must both say so.
    """
    from patternctl.cli._adr import Folder, follower
    from patternctl.cli._console import note, printable, write
    from patternctl.engine import adr as judge
    from patternctl.errors import InputError, Location

    folder = Folder.find(directory)
    records, problems = folder.records()
    findings = judge.check(records, folder.names, folder.shown, follower(folder.path))
    for found in findings:
        where = Location(found.file, found.line)
        write("-", printable(f"{where}: {found.severity}: {found.message}") + "\n")
        if found.hint:
            write("-", printable(f"  help: {found.hint}") + "\n")
    errors = sum(found.severity == "error" for found in findings)
    told = _count(errors, "error") if errors else "no errors"
    note(f"{_count(len(folder.names), 'record')}: {told}")
    if problems:
        raise InputError(*problems)
    return 1 if errors else 0


def _head(title: str, status: Status, date: str | None, makers: Iterable[str]) -> Head:
    from patternctl.generators.adr import Head

    names = tuple(_line(name, "a decision maker") for name in makers)
    return Head(_line(title, "a title"), status.value, _date(date), names)


def _line(text: str, what: str) -> str:
    """Text of a flag in one line. Raises `UsageError` where nothing or no text is left."""
    import unicodedata

    from patternctl.errors import Problem, UsageError

    line = " ".join(text.split())
    if not line:
        raise UsageError(Problem(f"{what} must not be empty", hint="say it in a few words"))
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in line):
        hint = "leave out what is not text"
        raise UsageError(Problem(f"{what} holds control characters", hint=hint))
    return line


def _date(written: str | None) -> str:
    """The date of a flag, of SOURCE_DATE_EPOCH, or today. Raises `UsageError`."""
    import re
    from datetime import UTC, date, datetime

    from patternctl.errors import Problem, UsageError

    if written is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if not epoch:
            return date.today().isoformat()
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            hint = "it counts the seconds since 1970"
            raise UsageError(Problem(f'SOURCE_DATE_EPOCH is "{epoch}"', hint=hint)) from None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written).isoformat()
    except ValueError:
        pass
    raise UsageError(Problem(f'"{written}" is no date', hint="write it as YYYY-MM-DD"))


def _dump(record: Record) -> dict[str, object]:
    return {
        "number": record.number,
        "file": record.file,
        "slug": record.slug,
        "title": record.title,
        "status": record.state,
        "date": record.date,
        "decision_makers": [*record.decision_makers],
        "supersedes": [reference.number for reference in record.supersedes],
        "superseded_by": [reference.number for reference in record.superseded_by],
    }


def _told(record: Record) -> str:
    from patternctl.engine.adr import references

    by = references(record.superseded_by, record.name.width)
    return f"{record.state} by {by}" if by else record.state or "-"


def _number(name: FileName) -> str:
    return str(name.number).zfill(name.width)


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
