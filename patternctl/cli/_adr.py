"""The parts of `patternctl adr` that read and write folders of records."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from patternctl import adr
from patternctl.cli import _console
from patternctl.cli._alone import alone
from patternctl.cli._console import display_name, note
from patternctl.engine import adr as judge
from patternctl.errors import InputError, Location, PatternctlError, Problem, UsageError
from patternctl.model.adr import FileName, Link, Record

if TYPE_CHECKING:
    from patternctl.generators.adr import Head, Knowledge
    from patternctl.model.choosing import Decision


class File(NamedTuple):
    """A record with what it is made of."""

    path: Path
    text: str
    record: Record


class Folder(NamedTuple):
    """A folder of records."""

    path: Path
    shown: str
    """As messages name it."""
    names: Mapping[str, FileName]
    """Its records by file name."""

    @classmethod
    def find(cls, directory: Path | None, *, create: bool = False) -> Folder:
        """The folder that is named, or the one where records usually are. Raises `InputError`."""
        usual = adr.usual(Path()) or Path(adr.DEFAULT)
        path = directory or adr.pointed(Path.cwd()) or usual
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

    def read(self, name: str) -> File:
        """One record. Raises `InputError`."""
        path, shown = self.path / name, self.file(name)
        text = adr.read_text(path, name=shown)
        return File(path, text, adr.parse(text, shown))

    def records(self) -> tuple[list[Record], list[Problem]]:
        """All records that can be read, and what is wrong with the others."""
        records: list[Record] = []
        problems: list[Problem] = []
        for name in self.names:
            try:
                records.append(self.read(name).record)
            except PatternctlError as error:
                problems += error.problems
        return records, problems

    def newest_first(self) -> Iterator[Record]:
        """The records that can be read, each when it is asked for."""
        for name in reversed([*self.names]):
            with suppress(InputError):
                yield self.read(name).record

    def one(self, wanted: str) -> File:
        """The record of a number or file name, to be edited. Raises `InputError`."""
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
        if (number := adr.number(wanted)) is not None:
            return [file for file, name in self.names.items() if name.number == number]
        name = Path(wanted).name
        return [name] if adr.file_name(name) and name in self.names else []


class _Change(NamedTuple):
    path: Path
    text: str
    before: str | None
    """None where the file is new."""


def create(
    directory: Path | None,
    head: Head,
    decided: tuple[Decision, Knowledge] | None,
    supersedes: Sequence[str],
    *,
    there: bool = False,
) -> None:
    """Write a new record and what it changes in others, and print its path.

    Numbers are given while no other run writes to the folder, so that no two are the same. The
    folder is made, unless it has to be `there`. Raises `InputError`.
    """
    folder = Folder.find(directory, create=not there)
    if not os.path.lexists(folder.path):
        for wanted in supersedes:
            folder.one(wanted)
        _make(folder)
    with alone(folder.path):
        shown = _add(Folder.find(folder.path), head, decided, supersedes)
    _console.write(_console.STDOUT, f"{shown}\n")


def link(directory: Path | None, old: str, new: str) -> list[Path]:
    """Let two records say that one supersedes the other; gives the files that were changed."""
    folder = Folder.find(directory)
    with alone(folder.path):
        before, after = folder.one(old), folder.one(new)
        changes = _supersession(folder, [before], after, after.text)
        _commit(changes)
    return [change.path for change in changes]


def follower(folder: Path) -> judge.Follow:
    """What tells where a link leads, from records in `folder`."""
    base = Path(os.path.abspath(folder))  # noqa: PTH100 - keeps links as the user wrote them
    root = adr.root(base)

    def follow(record: Record, link: Link) -> str:  # noqa: ARG001 - all are of one folder
        path = os.path.normpath(base / link.target)
        if not Path(path).is_relative_to(root):
            return "leads out of the repository"
        return "" if os.path.exists(path) else "leads nowhere"  # noqa: PTH110 - never raises

    return follow


def _make(folder: Folder) -> None:
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        where = Location(folder.shown)
        raise InputError(Problem(f"cannot be made: {error.strerror}", where)) from None


def _add(
    folder: Folder,
    head: Head,
    decided: tuple[Decision, Knowledge] | None,
    supersedes: Sequence[str],
) -> str:
    """Write the next record; gives its path as messages name it."""
    from patternctl.generators import adr as pages

    named = (folder.one(wanted) for wanted in dict.fromkeys(supersedes))
    replaced = {file.path: file for file in named}.values()
    name = judge.next_name(folder.names.values(), head.title)
    form, numbered = judge.style(folder.newest_first())
    head = head._replace(form=form, number=name.number if numbered else None)
    text = pages.decided(head, *decided) if decided else pages.blank(head)
    path, shown = folder.path / str(name), folder.file(str(name))
    made = File(path, text, adr.parse(text, shown))
    _tell_twin(folder, made.record)
    changes = _supersession(folder, replaced, made, None)
    _commit(changes or [_Change(path, text, None)])
    return shown


def _tell_twin(folder: Folder, made: Record) -> None:
    """Say that a record has this title already; titles that are alike have files that are."""
    twins: list[str] = []
    for file, name in folder.names.items():
        with suppress(InputError):
            if name.slug == made.slug and _title(folder.read(file).record) == _title(made):
                twins.append(str(name.number).zfill(name.width))
    if twins:
        verb = "records {} have" if len(twins) > 1 else "record {} has"
        note(f"note: {verb.format(', '.join(twins))} this title already")


def _title(record: Record) -> str:
    return record.title.casefold()


def _supersession(
    folder: Folder, replaced: Collection[File], new: File, before: str | None
) -> list[_Change]:
    """What changes in records that are superseded and in the one that supersedes them.

    The new one comes first; it is left out where it says so already. Raises `PatternctlError`.
    """
    from patternctl.generators import supersession

    text, changes = new.text, []
    others = folder.records()[0] if replaced else []
    for old in replaced:
        if wrong := judge.contradiction(old.record, new.record, others):
            if before is None and wrong.location and wrong.location.file == new.record.file:
                wrong = wrong._replace(location=None)  # there is no such file yet
            raise InputError(wrong) if wrong.location else UsageError(wrong)
        if not new.record.among(old.record.superseded_by):
            edited = supersession.superseded(old.text, old.record, new.record)
            changes.append(_Change(old.path, edited, old.text))
        if not old.record.among(new.record.supersedes):
            text = supersession.superseding(text, new.record, old.record)
    if text != before:
        changes.insert(0, _Change(new.path, text, before))
    return changes


def _commit(changes: Iterable[_Change]) -> None:
    """Write all files, or none of them where one cannot be written."""
    done: list[_Change] = []
    try:
        for change in changes:
            if change.before is None:
                _claim(change.path)
                done.append(change)
            _console.write(str(change.path), change.text)
            if change.before is not None:
                done.append(change)
    except BaseException:  # Ctrl-C too
        for change in reversed(done):
            with suppress(InputError, OSError):
                if change.before is None:
                    change.path.unlink()
                else:
                    _console.write(str(change.path), change.before)
        raise


def _claim(path: Path) -> None:
    """Create a file that must not be there yet."""
    where = Location(display_name(path))
    try:
        path.open("x").close()
    except FileExistsError:
        raise InputError(Problem("is there already", where, "give another title")) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror}", where)) from None
