"""`patternctl adr`: new, list, supersede, check."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from patternctl.cli._choices import FormatOption, PageFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from patternctl.engine.adr import Follow
    from patternctl.errors import Problem
    from patternctl.generators.adr import Head, Knowledge
    from patternctl.model.adr import FileName, Link, Record, Reference
    from patternctl.model.choosing import Decision
    from patternctl.model.decision import Asked, Option

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
DEFAULT = "docs/adr"
FOLDERS = (
    DEFAULT,
    "docs/decisions",
    "docs/architecture/decisions",
    "doc/adr",
    "doc/architecture/decisions",
    "adr",
)
"""Where records usually are; the first that is there counts."""
_SLUG = 60
"""Most characters of a title in a file's name."""

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
        "--dir", metavar="DIR", help=f"Folder of the records. [{DEFAULT}, or where they are]"
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
    """Write the next record of the folder, in MADR 4.0, and print its path.

    Number, width and style of the name follow the records that are there; nothing is overwritten.
    """
    from patternctl.cli._console import write

    folder = _Folder.find(directory, create=True)
    status = status or (Status.ACCEPTED if supersedes else Status.PROPOSED)
    head = _head(title, status, date, makers or ())
    decided = _decided(from_decision) if from_decision else None
    path = _create(folder, head, decided, supersedes or ())
    write("-", f"{path}\n")
    return 0


@app.command("list", epilog=LIST_EXAMPLES)
def list_(directory: DirOption = None, format: FormatOption = PageFormat.TEXT) -> int:
    """List the records with number, status, date and title."""
    from patternctl.cli._console import note, table, write_json
    from patternctl.errors import InputError

    folder = _Folder.find(directory)
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
    from patternctl.cli._console import note, write
    from patternctl.errors import Problem, UsageError

    if (new is None) == (title is None):
        hint = "name the record that replaces it, or give --title to write one"
        raise UsageError(Problem("supersede takes either NEW or --title", hint=hint))
    folder = _Folder.find(directory)
    if title is not None:
        path = _create(folder, _head(title, status, date, makers or ()), None, [old])
        write("-", f"{path}\n")
        return 0
    before, after = folder.one(old), folder.one(new or "")
    if before.path == after.path:
        raise UsageError(Problem(f"{before.record.file} cannot supersede itself"))
    changes = _supersession([before], after, after.text)
    _commit(changes)
    for change in changes:
        note(f"wrote {change.path}")
    if not changes:
        note(f"{before.record.file} and {after.record.file} say so already")
    return 0


@app.command(epilog=CHECK_EXAMPLES)
def check(directory: DirOption = None) -> int:
    """Report what is wrong with the records: front matter, status, dates, numbers, links.

    Records that supersede one another must both say so.
    """
    from patternctl.cli._console import note, printable, write
    from patternctl.engine import adr as judge
    from patternctl.errors import InputError, Location

    folder = _Folder.find(directory)
    records, problems = folder.records()
    findings = judge.check(records, folder.names, folder.shown, _follower(folder.path))
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


class _File(NamedTuple):
    """A record with what it is made of."""

    path: Path
    text: str
    record: Record


class _Change(NamedTuple):
    path: Path
    text: str
    before: str | None
    """None where the file is new."""


class _Folder(NamedTuple):
    """A folder of records."""

    path: Path
    shown: str
    """As messages name it."""
    names: Mapping[str, FileName]
    """Its records by file name."""

    @classmethod
    def find(cls, directory: Path | None, *, create: bool = False) -> _Folder:
        """The folder that is named, or the one where records usually are. Raises `InputError`."""
        from patternctl import adr
        from patternctl.cli._console import display_name
        from patternctl.errors import InputError, Location, Problem

        usual = (Path(name) for name in FOLDERS if Path(name).is_dir())
        path = directory or next(usual, Path(DEFAULT))
        shown = display_name(path)
        if not os.path.lexists(path):
            if create:
                return cls(path, shown, {})
            hint = "--dir names another; `patternctl adr new TITLE` writes the first record"
            raise InputError(Problem("no such folder", Location(shown), hint))
        return cls(path, shown, adr.files(path, name=shown))

    def file(self, name: str) -> str:
        """A file of the folder as messages name it."""
        return name if self.shown == "." else f"{self.shown}/{name}"

    def read(self, name: str) -> _File:
        """One record. Raises `InputError`."""
        from patternctl import adr

        path, shown = self.path / name, self.file(name)
        text = adr.read_text(path, name=shown)
        return _File(path, text, adr.parse(text, shown))

    def records(self) -> tuple[list[Record], list[Problem]]:
        """All records that can be read, and what is wrong with the others."""
        from patternctl.errors import PatternctlError

        records: list[Record] = []
        problems: list[Problem] = []
        for name in self.names:
            try:
                records.append(self.read(name).record)
            except PatternctlError as error:
                problems += error.problems
        return records, problems

    def one(self, wanted: str) -> _File:
        """The record of a number or file name, to be edited. Raises `InputError`."""
        from patternctl.errors import InputError, Location, Problem

        where = Location(self.shown)
        found = self._meant(wanted)
        if not found:
            hint = "`patternctl adr list` tells the numbers"
            raise InputError(Problem(f'has no record "{wanted}"', where, hint))
        if len(found) > 1:
            hint = f"name one of: {', '.join(found)}"
            raise InputError(Problem(f"has several records with number {wanted}", where, hint))
        file = self.read(found[0])
        if file.path.resolve().parent != self.path.resolve():
            where = Location(file.record.file)
            hint = "edit the file that it points to"
            raise InputError(Problem("is a link out of the folder, and is not edited", where, hint))
        if file.record.faults:
            faults = file.record.faults
            raise InputError(
                *(Problem(f.message, Location(file.record.file, f.line), f.hint) for f in faults)
            )
        return file

    def _meant(self, wanted: str) -> list[str]:
        from patternctl import adr

        digits = wanted.upper().removeprefix("ADR").lstrip("-_ #")
        if digits.isascii() and digits.isdecimal() and len(digits) < 10:
            return [file for file, name in self.names.items() if name.number == int(digits)]
        name = Path(wanted).name
        return [name] if adr.file_name(name) and name in self.names else []


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


def _create(
    folder: _Folder,
    head: Head,
    decided: tuple[Decision, Knowledge] | None,
    supersedes: Sequence[str],
) -> str:
    """Write a new record and what it changes in others; gives its path."""
    from patternctl import adr
    from patternctl.errors import InputError, Location, Problem
    from patternctl.generators import adr as pages

    replaced = [folder.one(wanted) for wanted in dict.fromkeys(supersedes)]
    name = _next(folder.names, head.title)
    head = head._replace(number=name.number if _numbers_titles(folder) else None)
    text = pages.decided(head, *decided) if decided else pages.blank(head)
    path, shown = folder.path / str(name), folder.file(str(name))
    if os.path.lexists(path):
        raise InputError(Problem("is there already", Location(shown), "give another title"))
    made = _File(path, text, adr.parse(text, shown))
    changes = _supersession(replaced, made, None)
    if not replaced:
        changes = [_Change(path, text, None)]
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        where = Location(folder.shown)
        raise InputError(Problem(f"cannot be made: {error.strerror}", where)) from None
    _commit(changes)
    return shown


def _next(names: Mapping[str, FileName], title: str) -> FileName:
    """The name of the next record, in the style of the last one."""
    from patternctl.model.adr import FileName

    if not names:
        return FileName(1, _slug(title))
    last = max(names.values(), key=lambda name: name.number)
    return last._replace(number=last.number + 1, slug=_slug(title), separator=last.separator or "-")


def _slug(title: str) -> str:
    """The title as a file's name has it: `use-outbox-for-orders`."""
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain.replace("'", "")))
    slug = "-".join(words)
    if len(slug) > _SLUG:
        slug = slug[: _SLUG + 1].rpartition("-")[0] or slug[:_SLUG]
    return slug or "decision"


def _numbers_titles(folder: _Folder) -> bool:
    """Whether headings begin with numbers, as those of adr-tools do."""
    from patternctl.errors import InputError

    if not folder.names:
        return False
    try:
        record = folder.read([*folder.names][-1]).record
    except InputError:
        return False
    return record.form == "sections" and record.heading.startswith(f"{record.number}. ")


def _supersession(replaced: Iterable[_File], new: _File, before: str | None) -> list[_Change]:
    """What changes in records that are superseded and in the one that supersedes them.

    The new one comes first; it is left out where it says so already. Raises `InputError`.
    """
    from patternctl.generators import supersession

    text, changes = new.text, []
    for old in replaced:
        _refuse_contradiction(old.record, new.record)
        if not new.record.among(old.record.superseded_by):
            edited = supersession.superseded(old.text, old.record, new.record)
            changes.append(_Change(old.path, edited, old.text))
        if not old.record.among(new.record.supersedes):
            text = supersession.superseding(text, new.record, old.record)
    if text != before:
        changes.insert(0, _Change(new.path, text, before))
    return changes


def _refuse_contradiction(old: Record, new: Record) -> None:
    from patternctl.errors import InputError, Location, Problem

    others = [reference for reference in old.superseded_by if not new.among([reference])]
    if others:
        where = Location(old.file, others[0].line)
        hint = "supersede that one, or change the status by hand"
        raise InputError(
            Problem(f"is superseded already, by {_names(others, old.name.width)}", where, hint)
        )
    if old.among(new.superseded_by):
        where = Location(new.file, new.superseded_by[0].line)
        raise InputError(Problem(f"is itself superseded by {old.file}", where))


def _commit(changes: Iterable[_Change]) -> None:
    """Write all files, or none of them where one cannot be written."""
    from contextlib import suppress

    from patternctl.cli._console import write
    from patternctl.errors import InputError

    done: list[_Change] = []
    try:
        for change in changes:
            write(str(change.path), change.text)
            done.append(change)
    except InputError:
        for change in reversed(done):
            with suppress(InputError, OSError):
                if change.before is None:
                    change.path.unlink()
                else:
                    write(str(change.path), change.before)
        raise


def _decided(file: str) -> tuple[Decision, Knowledge]:
    """The decision in a file, which must have one outcome. Raises `InputError`."""
    from patternctl.cli import _decision
    from patternctl.cli._console import STDOUT, display_name
    from patternctl.errors import InputError, Location, Problem
    from patternctl.generators.adr import named

    decision = _decision.read(file)
    knowledge = _knowledge(decision)
    where = Location("stdin" if file == STDOUT else display_name(Path(file)))
    strangers = sorted(named(decision) - knowledge.entries.keys())
    if strangers:
        hint = "run `patternctl decide` with this catalog"
        told = (f'"{name}" is no pattern of the catalog' for name in strangers)
        raise InputError(*(Problem(message, where, hint) for message in told))
    if len(decision.outcomes) == 1:
        return decision, knowledge
    names = ", ".join(decision.outcomes)
    message = f"is not decided: the answers allow {names}" if names else "has no outcome"
    raise InputError(Problem(message, where, _settling(decision.settled_by, knowledge)))


def _settling(question: str | None, knowledge: Knowledge) -> str:
    """What to answer so that one outcome is left."""
    told = knowledge.questions.get(question or "")
    if told is None:
        return f'answer "{question}"' if question else "answer more of its questions"
    choices = "|".join(told.choices)
    return f"answer this first: {told.ask} (`patternctl decide --set {question}={choices}`)"


def _knowledge(decision: Decision) -> Knowledge:
    """The words that a decision is told with. Raises `CatalogError`."""
    from patternctl import catalog
    from patternctl.cli._setup import catalog_folders
    from patternctl.errors import UsageError
    from patternctl.generators.adr import Knowledge, Told

    folders = catalog_folders()
    try:
        tree = catalog.tree(decision.tree, folders)
    except UsageError:  # a tree of a file of its own: its ids stand in for its words
        tree = None
    asked: dict[str, Asked] = {**catalog.problems().problems, **(tree.asked if tree else {})}
    questions = {name: Told(one.ask, _choices(one.choices)) for name, one in asked.items()}
    title = tree.title if tree else "Which architecture"
    return Knowledge(title, questions, catalog.entries(folders))


def _choices(choices: Mapping[str, Option]) -> dict[str, tuple[str, str]]:
    return {name: (choice.label, choice.means) for name, choice in choices.items()}


def _follower(folder: Path) -> Follow:
    """What tells where a link leads, from records in `folder`."""
    base = Path(os.path.abspath(folder))  # noqa: PTH100 - keeps links as the user wrote them
    inside = (parent for parent in (base, *base.parents) if (parent / ".git").exists())
    root = next(inside, Path.cwd() if base.is_relative_to(Path.cwd()) else base)

    def follow(record: Record, link: Link) -> str:  # noqa: ARG001 - all are of one folder
        path = os.path.normpath(base / link.target)
        if not Path(path).is_relative_to(root):
            return "leads out of the repository"
        return "" if os.path.exists(path) else "leads nowhere"  # noqa: PTH110 - never raises

    return follow


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
    by = _names(record.superseded_by, record.name.width)
    return f"{record.state} by {by}" if by else record.state or "-"


def _names(references: Iterable[Reference], width: int) -> str:
    return ", ".join(
        reference.file if reference.number is None else str(reference.number).zfill(width)
        for reference in references
    )


def _number(name: FileName) -> str:
    return str(name.number).zfill(name.width)


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
