"""Edits of decision records: who supersedes whom, in single lines, the rest byte for byte."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from patternctl import adr
from patternctl.errors import InputError, Location, Problem
from patternctl.model.adr import Record
from patternctl.yamlio import quoted

_KEY = re.compile(r"(?:status|Status)[ \t]*:")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'")
_BULLET = re.compile(
    r"\s*(?:[*+-]\s+)?(?:\*\*|__)?status(?:\*\*|__)?\s*:(?:\*\*|__)?", re.IGNORECASE
)
_SPACES = " \t"
_MORE = "more information"


class _Parts(NamedTuple):
    """A line that says the status."""

    head: str
    """Up to the colon."""
    told: str
    tail: str
    """Spaces and comment behind, and the end of the line."""


def superseded(text: str, old: Record, new: Record) -> str:
    """The text of `old`, its status saying that `new` supersedes it.

    Raises `InputError` where that cannot be said without touching more than a line.
    """
    link = _link(old, new)
    lines = text.split("\n")
    if old.form == "sections":
        _replace_section_status(lines, old, f"Superseded by {link}")
    elif old.form == "bullets":
        parts = _bullet(lines[old.status_line - 1])
        word = "Superseded" if parts and parts.told[:1].isupper() else "superseded"
        _replace(lines, old, parts, f" {word} by {link}")
    else:
        _replace_front_matter_status(lines, old, quoted(f"superseded by {link}"))
    edited = "\n".join(lines)
    _verify(edited, old, new)
    return edited


def superseding(text: str, new: Record, old: Record) -> str:
    """The text of `new`, saying that it supersedes `old`."""
    sentence = f"Supersedes {_link(new, old)}"
    lines = text.split("\n")
    plain = adr.split(text)
    if new.form == "sections":
        _append(lines, adr.status_section(plain), ["", sentence])
        return "\n".join(lines)
    sections = adr.headings(plain)
    more = next((index for index, title in sections.items() if title == _MORE), None)
    links = next((index for index, title in sections.items() if title == "links"), None)
    if more is not None:
        after = [] if more + 1 < len(plain) and not plain[more + 1].strip() else [""]
        _insert(lines, more + 1, ["", f"{sentence}.", *after])
    elif links is not None:
        end = next((index for index in sections if index > links), len(lines))
        bullet = f"* {sentence}"
        listed = any(line.lstrip().startswith(("*", "-", "+")) for line in plain[links + 1 : end])
        _append(lines, range(links, end), [bullet] if listed else ["", bullet])
    else:
        title = "## Links" if new.form == "bullets" else "## More Information"
        told = f"* {sentence}" if new.form == "bullets" else f"{sentence}."
        _append(lines, range(len(lines)), ["", title, "", told])
        if lines[-1]:
            _insert(lines, len(lines), [""])
    return "\n".join(lines)


def _link(record: Record, other: Record) -> str:
    """A link to `other` as `record` writes links."""
    file = quote(PurePosixPath(other.file).name, errors="surrogateescape")
    text = f"ADR-{str(other.number).zfill(other.name.width)}"
    if record.form == "sections" and other.heading:
        text = re.sub(r"(?<!\\)([\[\]])", r"\\\1", other.heading)
    return f"[{text}]({file})"


def _replace_front_matter_status(lines: list[str], old: Record, value: str) -> None:
    if old.status_line:
        _replace(lines, old, _front_matter(lines[old.status_line - 1]), f" {value}")
    elif lines[0].removeprefix("\ufeff").rstrip() == "---":
        _insert(lines, 1, [f"status: {value}"])
    else:
        mark = lines[0][:1] if lines[0].startswith("\ufeff") else ""
        lines[0] = lines[0].removeprefix(mark)
        _insert(lines, 0, [f"{mark}---", f"status: {value}", "---", ""])


def _replace_section_status(lines: list[str], old: Record, told: str) -> None:
    if old.status:
        end = "\r" if lines[old.status_line - 1].endswith("\r") else ""
        lines[old.status_line - 1] = told + end
    else:
        _insert(lines, old.status_line, ["", told])


def _replace(lines: list[str], record: Record, parts: _Parts | None, told: str) -> None:
    if parts is None:
        raise _unwritable(record)
    lines[record.status_line - 1] = parts.head + told + parts.tail


def _front_matter(line: str) -> _Parts | None:
    """The parts of a line of YAML; None where the value may go on in the next one."""
    key = _KEY.match(line)
    if key is None:
        return None
    rest = line[key.end() :]
    value = rest.lstrip(_SPACES)
    start = len(rest) - len(value)
    if value.startswith(("|", ">", "&", "*", "!")):
        return None
    if value.startswith(('"', "'")):
        quoted_value = _QUOTED.match(rest, start)
        if quoted_value is None:
            return None
        end = quoted_value.end()
        behind = rest[end:].strip()
        if behind and not (behind.startswith("#") and rest[end] in _SPACES):
            return None
        return _Parts(key[0], rest[start:end], rest[end:])
    return _parted(key[0], rest, (" #", "\t#"))


def _bullet(line: str) -> _Parts | None:
    """The parts of a line such as `* Status: accepted <!-- optional -->`."""
    key = _BULLET.match(line)
    if key is None:
        return None
    rest = line[key.end() :]
    return _parted(key[0], rest, ("<!--",))


def _parted(head: str, rest: str, comments: Sequence[str]) -> _Parts:
    """A value that ends where one of `comments` begins; spaces there go with what follows."""
    end = min((at for mark in comments if (at := rest.find(mark)) >= 0), default=len(rest))
    told = rest[:end].rstrip(_SPACES + "\r")
    return _Parts(head, told.lstrip(_SPACES), rest[len(told) :])


def _append(lines: list[str], section: range, told: list[str]) -> None:
    """Insert lines behind the last line of a section that is not empty."""
    filled = (index for index in reversed(section) if lines[index].strip())
    _insert(lines, next(filled, section.start - 1) + 1, told)


def _insert(lines: list[str], index: int, told: list[str]) -> None:
    """Insert lines, with line ends as their neighbour has them."""
    end = "\r" if lines[0].endswith("\r") else ""
    if index == len(lines) and index and end:  # the last line has no end yet
        lines[-1] += end
        lines += [*(line + end for line in told[:-1]), told[-1]]
        return
    lines[index:index] = [line + end for line in told]


def _verify(edited: str, old: Record, new: Record) -> None:
    """Refuse an edit after which the record does not say what it should, and all else as before."""
    again = adr.parse(edited, old.file)
    same = (again.title, again.date, again.decision_makers, len(again.faults))
    if same != (old.title, old.date, old.decision_makers, len(old.faults)):
        raise _unwritable(old)
    if not new.among(again.superseded_by):
        raise _unwritable(old)


def _unwritable(record: Record) -> InputError:
    where = Location(record.file, record.status_line)
    hint = "write the status in one line, such as `status: accepted`"
    return InputError(Problem("the status cannot be changed without reformatting", where, hint))
