"""What is wrong with a folder of decision records: pure, all of it at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from pathlib import PurePosixPath

from patternctl.model.adr import STATUSES, FileName, Finding, Link, Record, Reference

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACEHOLDER = ("{", "[")
"""How the words of MADR's templates begin."""

Follow = Callable[[Record, Link], str]
"""What is wrong with a link; empty where it leads to something."""


def check(
    records: Sequence[Record], names: Mapping[str, FileName], folder: str, follow: Follow
) -> list[Finding]:
    """Every finding, in the order of files and lines.

    `names` are all records of the folder, those that cannot be read included.
    """
    known = _Known(records, names)
    found = [*_numbers(names, folder)]
    for record in records:
        found += _form(record)
        found += _links(record, follow)
        found += _supersession(record, known)
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.message))


class _Known:
    """Records by what others call them."""

    def __init__(self, records: Sequence[Record], names: Mapping[str, FileName]) -> None:
        self.names = names
        self.by_number: dict[int, list[Record]] = defaultdict(list)
        self.by_file: dict[str, Record] = {}
        for record in records:
            self.by_number[record.number].append(record)
            self.by_file[PurePosixPath(record.file).name] = record

    def meant(self, reference: Reference) -> list[Record] | None:
        """The records that a reference may mean; None where it means nothing there is."""
        if reference.file:
            record = self.by_file.get(reference.file)
            return [record] if record else None
        return self.by_number.get(reference.number or 0)

    def unread(self, reference: Reference) -> bool:
        """Whether it means a record that cannot be read, which is told elsewhere."""
        if reference.file:
            return reference.file in self.names
        return any(name.number == reference.number for name in self.names.values())


def _numbers(names: Mapping[str, FileName], folder: str) -> Iterator[Finding]:
    files: dict[int, list[str]] = defaultdict(list)
    for file, name in names.items():
        files[name.number].append(file)
    for same in files.values():
        for file in same[1:]:
            message = f"has the number of {same[0]}"
            hint = "give it the next free number, and change links to it"
            yield Finding("error", f"{folder}/{file}", 0, message, hint)
    for before, after in pairwise(sorted(files)):
        if after > before + 1:
            missing = str(before + 1) if after == before + 2 else f"{before + 1} to {after - 1}"
            yield Finding("note", folder, 0, f"no record has the number {missing}")


def _form(record: Record) -> Iterator[Finding]:
    for fault in record.faults:
        yield Finding("error", record.file, fault.line, fault.message, fault.hint)
    yield from _status(record)
    yield from _date(record)


def _status(record: Record) -> Iterator[Finding]:
    line, state = record.status_line, record.state
    known = ", ".join(STATUSES)
    if not record.status:
        if not record.faults:
            yield Finding("note", record.file, line, "says no status", f"one of {known}")
    elif record.status.startswith(_PLACEHOLDER):
        message = "the status is the template's placeholder"
        yield Finding("error", record.file, line, message, f"write one of {known}")
    elif state not in STATUSES:
        near = get_close_matches(state, STATUSES, 1)
        hint = f'did you mean "{near[0]}"?' if near else f"known: {known}"
        yield Finding("error", record.file, line, f'"{state}" is no status', hint)
    elif state == "superseded" and not record.superseded_by:
        yield _by_nothing(record)


def _by_nothing(record: Record) -> Finding:
    hint = f"`patternctl adr supersede {record.number} NEW` writes it"
    message = "is superseded, and does not say by which record"
    return Finding("error", record.file, record.status_line, message, hint)


def _date(record: Record) -> Iterator[Finding]:
    text = record.date
    if not text:
        return
    if text.startswith(_PLACEHOLDER):
        message = "the date is the template's placeholder"
    elif _valid(text):
        return
    else:
        message = f'"{text}" is no date'
    hint = "write it as YYYY-MM-DD"
    yield Finding("error", record.file, record.date_line, message, hint)


def _valid(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


def _links(record: Record, follow: Follow) -> Iterator[Finding]:
    for link in dict.fromkeys(record.links):
        wrong = follow(record, link)
        if wrong:
            yield Finding("error", record.file, link.line, f'the link to "{link.target}" {wrong}')


def _supersession(record: Record, known: _Known) -> Iterator[Finding]:
    for reference in record.superseded_by:
        others = known.meant(reference)
        if others is None:
            yield from _unknown(record, reference, known)
        elif record in others:
            yield Finding("error", record.file, reference.line, "is superseded by itself")
        elif not any(record.among(other.supersedes) for other in others):
            message = f"is superseded by {_name(others[0])}, which does not say so"
            yield _one_sided(record, reference, message, record.number, others[0].number)
    for reference in record.supersedes:
        others = known.meant(reference)
        if others is None:
            yield from _unknown(record, reference, known)
        elif record in others:
            yield Finding("error", record.file, reference.line, "supersedes itself")
        elif not any(record.among(other.superseded_by) for other in others):
            message = f"supersedes {_name(others[0])}, which does not say so"
            yield _one_sided(record, reference, message, others[0].number, record.number)


def _one_sided(record: Record, reference: Reference, message: str, old: int, new: int) -> Finding:
    hint = f"`patternctl adr supersede {old} {new}` writes both sides"
    return Finding("error", record.file, reference.line, message, hint)


def _unknown(record: Record, reference: Reference, known: _Known) -> Iterator[Finding]:
    if known.unread(reference) or reference.file:
        return  # a link to a missing file is told as such
    message = f"names the record {reference.number}, which there is not"
    yield Finding("error", record.file, reference.line, message)


def _name(record: Record) -> str:
    return PurePosixPath(record.file).name
