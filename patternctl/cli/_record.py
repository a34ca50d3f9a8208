"""What was generated into a folder, and by which run: `.patternctl-generated.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from patternctl.errors import InputError, Location, Problem

NAME = ".patternctl-generated.json"
_VERSION = 2
"""Version 1 held hashes only."""


class Run(NamedTuple):
    """What makes the same files again, and removes those of its own that it makes no more."""

    kind: str
    manifest: str
    """Its path from the folder; empty without one."""
    flags: str = ""
    """Flags that choose what is made; empty where all is made that the kind makes."""

    def includes(self, other: Run | None) -> bool:
        """Whether it makes what the other makes, and so keeps it as its own."""
        return other is not None and self == other._replace(flags="")


class Entry(NamedTuple):
    """One file."""

    sha256: str
    """Of what was written, see `digest`."""
    run: Run | None
    """None where nothing may remove it, or version 1 of the record did not tell."""
    basis: str = ""
    """Hash of what it was made from, where that says whether it is up to date."""

    def holds(self, content: bytes) -> bool:
        """Whether a file is as it was written; version 1 hashed line ends as they are."""
        return self.sha256 in (digest(content), sha256(content).hexdigest())


def normal(content: bytes) -> bytes:
    """Text with the line ends of Unix, which Git may have changed; what is no text as it is."""
    return content if b"\0" in content else content.replace(b"\r\n", b"\n")


def digest(content: bytes) -> str:
    """The hash by which a file is known again."""
    return sha256(normal(content)).hexdigest()


def read(folder: Path) -> dict[str, Entry]:
    """What the folder's record says, by path; nothing without one. Raises `InputError`."""
    where = Location(str(folder / NAME))
    try:
        data = json.loads((folder / NAME).read_bytes())
        version, files = data["version"], data["files"]
        if version == 1:
            return {path: Entry(_text(told), None) for path, told in files.items()}
        if version == _VERSION:
            return {path: _entry(told) for path, told in files.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", where)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hint = "remove it: files that were not changed are recognised by what they hold"
        raise InputError(Problem("is not a record of generated files", where, hint)) from None
    message = f"is of version {version!r}, which this patternctl does not know"
    raise InputError(Problem(message, where, "use the patternctl that wrote it, or a newer one"))


def render(entries: Mapping[str, Entry]) -> bytes:
    """The record's text, sorted by path."""
    files = {path: _told(entry) for path, entry in sorted(entries.items())}
    return (json.dumps({"version": _VERSION, "files": files}, indent=2) + "\n").encode()


def _entry(told: Mapping[str, object]) -> Entry:
    names = (_text(told.get(name, "")) for name in Run._fields)
    run = Run(*names) if "kind" in told else None
    return Entry(_text(told["sha256"]), run, _text(told.get("basis", "")))


def _told(entry: Entry) -> dict[str, str]:
    run: dict[str, str] = entry.run._asdict() if entry.run else {}
    told = {**run, "basis": entry.basis, "sha256": entry.sha256}
    return {name: value for name, value in told.items() if value}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
