"""Writing generated files: planned first, all of them or none, a person's edits never lost."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple, get_args

from patternctl.cli import _record, _staging
from patternctl.cli._record import Entry, Run
from patternctl.cli._staging import Content
from patternctl.model.artefact import Artefact

State = Literal["create", "update", "remove", "unchanged", "conflict"]
"""In the order of a plan: what somebody has to look at comes last, where eyes are."""
_STATES: tuple[State, ...] = get_args(State)
_COMMENTS = {
    ".md": ("<!-- ", " -->"),
    ".html": ("<!-- ", " -->"),
    ".svg": ("<!-- ", " -->"),
    ".yaml": ("# ", ""),
    ".yml": ("# ", ""),
    ".py": ("# ", ""),
    ".sh": ("# ", ""),
    ".mmd": ("%% ", ""),
    ".dot": ("// ", ""),
    ".js": ("// ", ""),
}
"""How a comment begins and ends; other files hold none, and are known by the record only."""


class File(NamedTuple):
    """A file that is to be."""

    path: str
    content: bytes
    run: Run | None = None
    """What makes it, and may remove it when it makes it no more; None where nothing may."""
    basis: str = ""
    """Hash of what it is made from, which says whether it is up to date; empty for the content."""


class Planned(NamedTuple):
    """What is to become of one file."""

    path: str
    state: State
    before: bytes | None
    """What is there; None where nothing is."""
    after: bytes | None
    """What is to be there; None where nothing is."""
    entry: Entry | None
    """What the record is to say; None where nothing."""
    known: bool
    """Whether the record knows the file."""


def content(artefact: Artefact, header: str) -> bytes:
    """What the file holds, with the header as a comment where its format has comments."""
    if artefact.data is not None:
        return artefact.data
    marks = _COMMENTS.get(PurePosixPath(artefact.path).suffix)
    text = artefact.text
    if marks is not None:
        start, end = marks
        text = _headed(text, f"{start}{header.replace('--', '- -')}{end}\n")
    return text.encode()


def _headed(text: str, line: str) -> str:
    """The text with a line on top, or where front matter, doctype and `#!` allow it first."""
    cut = 0
    if text.startswith("---\n") and (end := text.find("\n---\n", 3)) > 0:
        cut = end + len("\n---\n")
    elif text.startswith(("---", "<!DOCTYPE", "<?xml", "#!")):
        cut = text.index("\n") + 1
    return text[:cut] + line + text[cut:]


def plan(folder: Path, files: Sequence[File], repeated: Collection[Run] = ()) -> list[Planned]:
    """What becomes of each file, and of those that earlier runs of `repeated` made and it does not.

    A file that somebody changed is a conflict, whatever was to become of it. Raises `UsageError`
    for paths that may not be written, `InputError` for a faulty record.
    """
    paths = [file.path for file in files]
    _staging.refuse_alike(paths)
    _staging.refuse_escapes(folder, paths)
    known = _known(folder, paths)
    gone = [path for path in sorted(known.keys() - {*paths}) if known[path].run in repeated]
    _staging.refuse_escapes(folder, gone)
    planned = [_planned(folder, file, known.get(file.path)) for file in files]
    planned += [_removed(folder, path, known[path]) for path in gone if (folder / path).is_file()]
    return sorted(planned, key=lambda each: _STATES.index(each.state))


def _planned(folder: Path, file: File, known: Entry | None) -> Planned:
    was = known or Entry("", None)
    before, after = _staging.read(folder / file.path), file.content
    own = before is not None and was.holds(before)
    if own and file.basis and file.basis == was.basis:
        after = before or after  # it would differ in what does not matter only
    run = was.run if was.run and was.run.includes(file.run) else file.run
    entry = Entry(_record.digest(after), run, file.basis)
    state: State
    if before is None:
        state = "create"
    elif _record.normal(before) == _record.normal(after):
        state = "unchanged"
    else:
        state = "update" if own else "conflict"
    return Planned(file.path, state, before, after, entry, known is not None)


def _removed(folder: Path, path: str, known: Entry) -> Planned:
    before = _staging.read(folder / path)
    own = before is None or known.holds(before)
    return Planned(path, "remove" if own else "conflict", before, None, None, known=True)


def _known(folder: Path, paths: Iterable[str]) -> dict[str, Entry]:
    """What the record says; where only case differs from `paths` and the file is one, by those."""
    known = _record.read(folder)
    alike = {path.casefold(): path for path in paths}
    for old in [path for path in known if alike.get(path.casefold(), path) != path]:
        new = alike[old.casefold()]
        with suppress(OSError):
            if (folder / old).samefile(folder / new):
                known.setdefault(new, known.pop(old))
    return known


def changes(planned: Iterable[Planned]) -> list[Planned]:
    """Files that are not as they would be generated now."""
    return [each for each in planned if each.state != "unchanged"]


def contents(planned: Iterable[Planned]) -> list[Content]:
    """What changes in the folder."""
    return [Content(each.path, each.before, each.after) for each in changes(planned)]


def commit(folder: Path, planned: Sequence[Planned]) -> None:
    """Write and remove all that is planned, or nothing. Raises `InputError`."""
    if planned:
        with _staging.held(folder):
            record = _recorded(folder, planned)
            _staging.put(folder, [*contents(planned), *record])


def _recorded(folder: Path, planned: Sequence[Planned]) -> Iterator[Content]:
    """The record, where it changes: it does not list files that are not there any more."""
    known = _known(folder, [each.path for each in planned])
    there = {each.path for each in planned}
    record = {
        path: entry
        for path, entry in known.items()
        if path not in there and os.path.lexists(folder / path)
    }
    record |= {each.path: each.entry for each in planned if each.entry is not None}
    before, after = _staging.read(folder / _record.NAME), _record.render(record)
    if before != after:
        yield Content(_record.NAME, before, after)
