"""Judging a folder of decision records: what is wrong with it, what the next one is; pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Literal

from patternctl.errors import Location, Problem
from patternctl.model.adr import STATUSES, FileName, Finding, Form, Link, Record, Reference
from patternctl.rulekit.graph import components, shortest_cycle

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACEHOLDER = ("{", "[")
"""How the words of MADR's templates begin."""
_NO_SUCCESSORS = ("rejected", "deprecated")
"""What does not stand, and so takes no other record's place."""
_SLUG = 60
"""Most characters of a title in a file's name."""

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
        found += _gaps(record)
        found += _links(record, follow)
        found += _supersession(record, known)
        found += _replacing(record)
    found += _circles(records, known)
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.message))


def next_name(names: Iterable[FileName], title: str) -> FileName:
    """The name of the next record, in the style of the last one."""
    last = max(names, key=lambda name: name.number, default=None)
    if last is None:
        return FileName(1, slug(title))
    return last._replace(number=last.number + 1, slug=slug(title), separator=last.separator or "-")


def slug(title: str) -> str:
    """The title as a file's name has it: `use-outbox-for-orders`."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain.replace("'", "")))
    joined = "-".join(words)
    if len(joined) > _SLUG:
        joined = joined[: _SLUG + 1].rpartition("-")[0] or joined[:_SLUG]
    return joined or "decision"


def style(newest_first: Iterable[Record]) -> tuple[Form, bool]:
    """How a new record is to be written, as the newest does that says its status.

    Gives the form, and whether headings begin with the record's number.
    """
    for record in newest_first:
        if record.status:
            return record.form, record.heading.startswith(f"{record.number}. ")
    return "front-matter", False


def contradiction(old: Record, new: Record, others: Iterable[Record] = ()) -> Problem | None:
    """Why `new` cannot supersede `old`; None where it can, or does already.

    `others` are all records of the folder, by way of which the one may lead to the other.
    """
    if old.file == new.file:
        return Problem(f"{old.file} cannot supersede itself")
    if new.state in _NO_SUCCESSORS:
        where = Location(new.file, new.status_line)
        hint = "name a record that stands, or change its status first"
        return Problem(f"a {new.state} record supersedes nothing", where, hint)
    named = [reference for reference in old.superseded_by if not new.among([reference])]
    if named:
        where = Location(old.file, named[0].line)
        hint = "supersede that one, or change the status by hand"
        message = f"is superseded already, by {references(named, old.name.width)}"
        return Problem(message, where, hint)
    return _round(old, new, others)


def _round(old: Record, new: Record, others: Iterable[Record]) -> Problem | None:
    """The circle that would close if `new` superseded `old` as well."""
    records = list({each.file: each for each in (old, new, *others)}.values())
    later = _later(records, _Known(records, {}))
    way, before = [new.file], {new.file: ""}
    for file in way:
        for further in later[file]:
            if further not in before:
                before[further] = file
                way.append(further)
    if old.file not in before:
        return None
    between = before[old.file]
    line = next((each.line for each in new.superseded_by), 0)
    by = f", by way of {between}" if between != new.file else ""
    return Problem(f"is itself superseded by {old.file}{by}", Location(new.file, line))


def _later(records: Iterable[Record], known: _Known) -> dict[str, list[str]]:
    """Files of the records that supersede each, whichever side says so."""
    later: dict[str, list[str]] = {record.file: [] for record in records}
    for record in records:
        for reference in record.superseded_by:
            later[record.file] += [each.file for each in known.meant(reference) or ()]
        for reference in record.supersedes:
            for each in known.meant(reference) or ():
                later[each.file].append(record.file)
    return later


def references(named: Iterable[Reference], width: int) -> str:
    """Records as others name them: numbers of `width` digits, or files."""
    return ", ".join(
        one.file if one.number is None else str(one.number).zfill(width) for one in named
    )


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


def _gaps(record: Record) -> Iterator[Finding]:
    """Hints of the template that are still there: wrong in what is decided, else to be done."""
    if record.gaps:
        count = len(record.gaps)
        lines = f"{count} line{'s' * (count != 1)}"
        message = f"hints of the template are left in {lines}, here first"
        hint = "replace what stands in braces, or leave it out"
        severity: Literal["error", "note"] = "error" if record.state == "accepted" else "note"
        yield Finding(severity, record.file, record.gaps[0], message, hint)


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


def _replacing(record: Record) -> Iterator[Finding]:
    """What takes another record's place and does not stand itself; it may have stood once."""
    if record.supersedes and record.state in _NO_SUCCESSORS:
        severity: Literal["error", "note"] = "error" if record.state == "rejected" else "note"
        message = f"is {record.state}, and supersedes another record"
        hint = "change the status of one of them"
        yield Finding(severity, record.file, record.supersedes[0].line, message, hint)


def _circles(records: Sequence[Record], known: _Known) -> Iterator[Finding]:
    """Records that supersede one another in the end, told once at the first of them."""
    later = _later(records, known)
    lines = {record.file: record.status_line for record in records}
    for together in components(later):
        names = [PurePosixPath(file).name for file in shortest_cycle(together, later)][:-1]
        first = names.index(min(names))
        turned = [*names[first:], *names[:first]]
        message = f"supersede one another: {' by '.join([*turned, turned[0]])}"
        file = next(each for each in together if PurePosixPath(each).name == turned[0])
        hint = "the newest of them is superseded by none"
        yield Finding("error", file, lines[file], message, hint)


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
