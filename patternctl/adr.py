"""Finding and reading folders of architecture decision records: MADR 2 to 4, adr-tools' style.

A record is a Markdown file of the folder itself whose name begins with a number. What is read is
never reformatted; `generators/supersession.py` edits single lines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from patternctl import yamlio
from patternctl.errors import InputError, Location, Problem
from patternctl.model.adr import Fault, FileName, Form, Link, Record, Reference

MAX_BYTES = 2 * 1024 * 1024
"""Largest record read."""
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
POINTER = ".adr-dir"
"""The file of adr-tools that holds the folder's path."""

_NAME = re.compile(
    r"(?P<prefix>(?:adr[-_ ]?)?)(?P<number>[0-9]{1,6})"
    r"(?:(?P<separator>[-_. ]+)(?P<slug>.+?))?(?P<suffix>\.(?:md|markdown))",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = re.compile(r" {0,3}#[ \t]+(.*)")
_SECTION = re.compile(r" {0,3}##[ \t]+(.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINK = re.compile(r"(?<!\\)\]\(\s*(<[^<>]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]]+\]:\s*(<[^<>]*>|\S+)")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[#/]|$")
"""How targets begin that are no file beside the record."""
_FIELD = re.compile(
    r"\s*(?:[*+-]\s+)?(?:\*\*|__)?(status|date|deciders|decision[- ]makers)"
    r"(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(.*)",
    re.IGNORECASE,
)
_START = r"\s*(?:>\s*)?(?:[*+-]\s+)?[*_]*"
_BY = re.compile(_START + r"super[sc]ee?ded[ -]by\b[*_:\s]*(.*)", re.IGNORECASE)
_OF = re.compile(_START + r"super[sc]ee?des\b[*_:\s]*(.*)", re.IGNORECASE)
_NUMBERS = re.compile(r"(?:(?:adr[-_ #]*)?[0-9]{1,6}\b(?:\s*(?:,|and)\s*)?)+", re.IGNORECASE)
_GAP = re.compile(r"(?<![\\\w$])\{(?:[Aa]|[A-Za-z]{2,})[.,]? +[^\s{}]")
"""A hint of a template, which is prose in braces, rather than a variable or an object."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def root(folder: Path) -> Path:
    """What paths in an absolute `folder` may lead within: its repository.

    Where it lies in none, that is the working directory around it, or else the folder itself.
    """
    inside = (parent for parent in (folder, *folder.parents) if (parent / ".git").exists())
    here = Path.cwd()
    return next(inside, here if folder.is_relative_to(here) else folder)


def usual(folder: Path) -> Path | None:
    """The folder below `folder` where records usually are; None where there is none."""
    return next((path for name in FOLDERS if (path := folder / name).is_dir()), None)


def pointed(here: Path) -> Path | None:
    """The folder that `.adr-dir` names, in an absolute `here` or a parent within the repository.

    Its path is from `here`; None where there is no such file. Raises `InputError` where it names no
    folder, or one outside the folder that holds the file.
    """
    for holder in (here, *here.parents):
        if os.path.lexists(holder / POINTER):
            return _told_by(holder / POINTER, here)
        if (holder / ".git").exists():
            break
    return None


def _told_by(pointer: Path, here: Path) -> Path:
    shown = os.path.relpath(pointer, here)
    lines = split(read_text(pointer, name=shown))
    told = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if len(told) != 1 or "\0" in told[0][1]:
        where = Location(shown, told[1][0] if len(told) > 1 else 1)
        hint = "write one line, such as `doc/adr`"
        raise InputError(Problem("is to hold the path of one folder", where, hint))
    ((line, path),) = told
    target = pointer.parent / path
    real, holder = os.path.realpath(target), os.path.realpath(pointer.parent)
    if not Path(real).is_relative_to(holder):
        hint = "name a folder below this file, or give --dir"
        message = f'"{path}" is outside the folder that holds this file'
        raise InputError(Problem(message, Location(shown, line), hint))
    return Path(os.path.relpath(target, here))


def number(wanted: str) -> int | None:
    """The number that `7`, `0007` or `ADR-7` means; None where it is a file's name or a path."""
    digits = wanted.upper().removeprefix("ADR").lstrip("-_ #")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def file_name(name: str) -> FileName | None:
    """The parts of a record's file name; None where the file is no record."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return FileName(
        int(match["number"]),
        match["slug"] or "",
        len(match["number"]),
        match["prefix"],
        match["separator"] or "",
        match["suffix"],
    )


def files(folder: Path, *, name: str) -> dict[str, FileName]:
    """Records of a folder by file name, in the order of their numbers.

    Raises `InputError`, which calls the folder `name`.
    """
    where = Location(name)
    try:
        found = {
            entry.name: parts for entry in folder.iterdir() if (parts := file_name(entry.name))
        }
    except FileNotFoundError:
        raise InputError(Problem("no such folder", where)) from None
    except NotADirectoryError:
        raise InputError(Problem("is a file, not a folder", where)) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", where)) from None
    return dict(sorted(found.items(), key=lambda item: (item[1].number, item[0])))


def read_text(path: Path, *, name: str) -> str:
    """The file's text, byte order mark and line ends as they are. Raises `InputError`."""
    where = Location(name)
    if not path.is_file():
        missing = not path.exists()
        message = "no such file" if missing else "is no ordinary file"
        hint = "the link points nowhere" if path.is_symlink() and missing else ""
        raise InputError(Problem(message, where, hint))
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", where)) from None
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        message = f"larger than {limit} MiB, which no decision record should be"
        raise InputError(Problem(message, where, "move attachments into files of their own"))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        place = where._replace(line=data.count(b"\n", 0, error.start) + 1)
        raise InputError(Problem("is not UTF-8 text", place, "save the file as UTF-8")) from None


def parse(text: str, file: str) -> Record:
    """The record in `text`; what cannot be understood is among its `faults`."""
    lines = split(text)
    front = _front_matter(lines, file)
    prose = _prose(lines, front.end)
    heading, heading_line = _heading(lines, prose)
    name = file_name(PurePosixPath(file).name) or FileName(0, "")
    faults = [*front.faults]
    if not heading:
        faults.append(Fault(front.end + 1, "has no heading", "begin with `# <title>`"))
    fields = {**_fields(prose, heading_line), **front.fields}
    form, status = _status(front, fields, prose)
    return Record(
        file=file,
        name=name,
        title=_title(heading, name.number),
        form=form,
        status=_lower_first(status.text),
        status_line=status.line,
        date=fields.get("date", _NOTHING).text,
        date_line=fields.get("date", _NOTHING).line,
        decision_makers=_people(front.values, fields),
        supersedes=_named(_OF, front.fields.get("supersedes"), status, prose),
        superseded_by=_named(_BY, front.fields.get("superseded-by"), status, prose),
        links=tuple(_links([*lines[: front.end], *prose[front.end :]])),
        front_matter=tuple(lines[1 : front.end - 1]),
        heading=heading,
        faults=tuple(faults),
        gaps=tuple(index for index, line in enumerate(prose, 1) if _GAP.search(line)),
    )


def split(text: str) -> list[str]:
    """The lines of a record, without line ends and byte order mark."""
    return [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]


def front_matter_end(lines: Sequence[str]) -> int | None:
    """How many lines front matter takes, its dashes included; 0 where there is none.

    None where it begins and does not end.
    """
    if lines[0].rstrip() != "---":
        return 0
    closing = (n for n, line in enumerate(lines) if n and line.rstrip() in ("---", "..."))
    end = next(closing, None)
    return None if end is None else end + 1


def headings(lines: Sequence[str]) -> dict[int, str]:
    """Second-level headings by index of their line, in lower case."""
    prose = _prose(lines, front_matter_end(lines) or 0)
    return _sections(prose)


class _Said(NamedTuple):
    text: str
    line: int


_NOTHING = _Said("", 0)


class _Front(NamedTuple):
    end: int
    values: Mapping[str, Any]
    fields: Mapping[str, _Said]
    faults: Sequence[Fault]


def _front_matter(lines: Sequence[str], file: str) -> _Front:
    end = front_matter_end(lines)
    if end is None:
        fault = Fault(1, "front matter is not closed", "end it with a line `---`")
        return _Front(0, {}, {}, [fault])
    text = "\n".join(["", *lines[1 : end - 1]])
    if end == 0 or all(not line.strip() or line.startswith("#") for line in text.split("\n")):
        return _Front(end, {}, {}, [])
    try:
        document = yamlio.parse(text, file)
        values = document.plain()
    except InputError as error:
        return _Front(end, {}, {}, [_unreadable(problem) for problem in error.problems])
    if not isinstance(values, dict):
        fault = Fault(2, "front matter is no mapping", "write it as `status: accepted`")
        return _Front(end, {}, {}, [fault])
    fields = {
        key.lower().replace("_", "-"): _Said(_plain(value), document.locate([key]).line)
        for key, value in values.items()
    }
    return _Front(end, values, fields, [])


def _unreadable(problem: Problem) -> Fault:
    line = problem.location.line if problem.location else 1
    return Fault(line, f"front matter: {problem.message}", problem.hint)


def _plain(value: object) -> str:
    """A value of front matter as text; braces of an unfilled template stay."""
    if isinstance(value, dict):
        return "{" + ", ".join(value) + "}"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else " ".join(str(value).split())


def _prose(lines: Sequence[str], start: int) -> list[str]:
    """The lines from index `start` on without code and comments; those left out are empty."""
    prose = [""] * start
    fence, comment = "", False
    for line in lines[start:]:
        if fence:
            closing = line.strip()
            if closing.startswith(fence) and not closing.strip(fence[0]):
                fence = ""
            prose.append("")
            continue
        opening = None if comment else _FENCE.match(line)
        if opening:
            fence = opening[1]
            prose.append("")
            continue
        kept, comment = _without_comments(line if comment else _without_code(line), comment)
        prose.append(kept)
    return prose


def _without_code(line: str) -> str:
    """The line without code between backticks."""
    if "`" not in line:
        return line
    kept: list[str] = []
    hidden: list[str] = []
    closing = ""
    for part in re.split(r"(`+)", line):
        if not closing and part.startswith("`"):
            closing, hidden = part, [part]
        elif closing:
            hidden.append(part)
            if part == closing:
                closing = ""
        else:
            kept.append(part)
    return "".join(kept + hidden if closing else kept)


def _without_comments(line: str, comment: bool) -> tuple[str, bool]:  # noqa: FBT001 - a state
    """The line without `<!-- … -->`, and whether a comment is open at its end."""
    kept: list[str] = []
    position = 0
    while True:
        mark = "-->" if comment else "<!--"
        found = line.find(mark, position)
        if not comment:
            kept.append(line[position : found if found >= 0 else None])
        if found < 0:
            return "".join(kept), comment
        position = found + len(mark)
        comment = not comment


def _heading(lines: Sequence[str], prose: Sequence[str]) -> tuple[str, int]:
    """The first heading as written, and the index of its line."""
    for index, line in enumerate(prose):
        if _HEADING.fullmatch(line) and (match := _HEADING.fullmatch(lines[index])):
            return _unclosed(match[1]), index
        below = prose[index + 1] if index + 1 < len(prose) else ""
        if line.strip() and below.startswith("=") and not below.strip().strip("="):
            return lines[index].strip(), index
    return "", -1


def _title(heading: str, number: int) -> str:
    """The heading without the number that adr-tools puts before it."""
    match = re.match(r"(?:adr[-_ ]?)?([0-9]{1,6})\s*[.:–-]\s+(?=\S)", heading, re.IGNORECASE)
    if match and int(match[1]) == number:
        heading = heading[match.end() :]
    return _ESCAPED.sub(r"\1", heading)


def _sections(prose: Sequence[str]) -> dict[int, str]:
    found = ((index, _SECTION.fullmatch(line)) for index, line in enumerate(prose))
    return {index: _unclosed(match[1]).lower() for index, match in found if match}


def _unclosed(heading: str) -> str:
    """A heading without the `#` that may close it."""
    text = heading.strip()
    inner = text.rstrip("#")
    closed = inner != text and (not inner or inner[-1] in " \t")
    return inner.rstrip() if closed else text


def _fields(prose: Sequence[str], heading: int) -> dict[str, _Said]:
    """What stands between the heading and the first section as `* Status: accepted`."""
    end = next(iter(_sections(prose)), len(prose))
    found: dict[str, _Said] = {}
    for index in range(heading + 1, end):
        match = _FIELD.fullmatch(prose[index])
        if match:
            key = match[1].lower().replace(" ", "-")
            found.setdefault(key, _Said(match[2].strip(), index + 1))
    return found


def _status(front: _Front, fields: Mapping[str, _Said], prose: Sequence[str]) -> tuple[Form, _Said]:
    if "status" in front.fields:
        return "front-matter", front.fields["status"]
    if "status" in fields:
        return "bullets", fields["status"]
    section = [*status_section(prose)]
    if section:
        told = [_Said(prose[index].strip(), index + 1) for index in section if prose[index].strip()]
        by = (said for said in told if _BY.match(said.text))
        plain = (said for said in told if not _OF.match(said.text))
        return "sections", next(by, None) or next(plain, None) or _Said("", section[0])
    return "front-matter", _NOTHING


def status_section(lines: Sequence[str]) -> range:
    """Indices of the lines below the heading `## Status`; empty where there is none."""
    sections = _sections(lines)
    start = next((index for index, title in sections.items() if title == "status"), None)
    if start is None:
        return range(0)
    later = (index for index in sections if index > start)
    return range(start + 1, next(later, len(lines)))


def _lower_first(status: str) -> str:
    word, space, rest = status.partition(" ")
    return word.lower() + space + rest


def _people(values: Mapping[str, Any], fields: Mapping[str, _Said]) -> tuple[str, ...]:
    for key in ("decision-makers", "decision_makers", "deciders"):
        value = values.get(key)
        if isinstance(value, list):
            return tuple(_plain(person) for person in value)
    said = fields.get("decision-makers") or fields.get("deciders") or _NOTHING
    if said.text.startswith(("{", "[")):
        return ()  # the template's own words
    mark = ";" if ";" in said.text else ","
    return tuple(person for part in said.text.split(mark) if (person := part.strip()))


def _named(
    pattern: re.Pattern[str], key: _Said | None, status: _Said, prose: Sequence[str]
) -> tuple[Reference, ...]:
    """The records that front matter, status and text name as superseding or superseded."""
    told = [*_references(key.text, key.line)] if key else []
    lines = ((line, index) for index, line in enumerate(prose, 1) if index != status.line)
    for line, number in [(status.text, status.line), *lines]:
        if match := pattern.match(line):
            told += _references(match[1], number)
    first: dict[tuple[int | None, str], Reference] = {}
    for reference in told:
        first.setdefault((reference.number, reference.file), reference)
    return tuple(first.values())


def _references(text: str, line: int) -> Iterator[Reference]:
    linked = [target for match in _LINK.finditer(text) if (target := _target(match[1]))]
    for target in linked:
        file = PurePosixPath(target).name
        name = file_name(file)
        yield Reference(name.number if name else None, file, line)
    if not linked and (match := _NUMBERS.match(text.lstrip("["))):
        for digits in re.findall(r"[0-9]+", match[0]):
            yield Reference(int(digits), "", line)


def _links(lines: Iterable[str]) -> Iterator[Link]:
    for number, line in enumerate(lines, 1):
        if "](" in line or "]:" in line:
            definition = _DEFINITION.match(line)
            matches = [definition] if definition else _LINK.finditer(line)
            for match in matches:
                if target := _target(match[1]):
                    yield Link(target, number)


def _target(written: str) -> str:
    """The file that a link means; empty where it means none."""
    target = written.strip("<>").strip()
    if _ELSEWHERE.match(target):
        return ""
    return unquote(re.split(r"[#?]", target, maxsplit=1)[0])
