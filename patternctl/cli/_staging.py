"""Changing several files of a folder at once: all of them or none, whenever the run is killed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from difflib import unified_diff
from hashlib import sha256
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from patternctl.cli._alone import alone
from patternctl.cli._console import display_name
from patternctl.errors import InputError, Location, Problem, UsageError

_STAGE = ".patternctl-staged"
_READY = "ready.json"


class Content(NamedTuple):
    """What a file held, and is to hold; None where it is not there."""

    path: str
    before: bytes | None
    after: bytes | None


class _Move(NamedTuple):
    """One step from the staged files to the folder."""

    staged: str
    """Name of the staged file; empty where the target is removed."""
    path: str
    before: str | None
    """Hash of what the target held; None where it was not there."""


def diff(contents: Iterable[Content]) -> Iterator[str]:
    """Lines of a unified diff."""
    for path, old_content, new_content in contents:
        old = f"a/{path}" if old_content is not None else "/dev/null"
        new = f"b/{path}" if new_content is not None else "/dev/null"
        before, after = _lines(old_content or b""), _lines(new_content or b"")
        if before is None or after is None:
            yield f"Binary files {old} and {new} differ\n"
            continue
        for line in unified_diff(before, after, old, new):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes) -> list[str] | None:
    """Lines of a text with their ends; None for what is no text."""
    try:
        return None if b"\0" in content else StringIO(content.decode(), newline="\n").readlines()
    except UnicodeDecodeError:
        return None


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other runs away from the folder, and finish what a killed one began.

    Raises `InputError` for what the system refuses.
    """
    with _reporting(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            _recover(folder)
            yield


def put(folder: Path, contents: Sequence[Content]) -> None:
    """Write and remove all of it, or nothing, in a folder that is `held`.

    Files are staged in the folder first, and moved when all of them are there. A run that is
    killed while it moves them is finished by the next one. What somebody changes meanwhile stays.
    """
    if contents:
        _stage(folder / _STAGE, contents)
        _move(folder, folder / _STAGE)


def recover(folder: Path) -> None:
    """Finish what a killed run began to move; what was only staged is removed."""
    if os.path.lexists(folder / _STAGE):
        with _reporting(folder), alone(folder):
            _recover(folder)


def _recover(folder: Path) -> None:
    stage = folder / _STAGE
    if stage.is_symlink():
        return  # no run makes one, so it stays in the way
    if (stage / _READY).is_file():
        _move(folder, stage)
    elif stage.is_dir():
        shutil.rmtree(stage)


def _stage(stage: Path, contents: Iterable[Content]) -> None:
    """Write all contents beside one another, and what is to be done with them when that is done."""
    stage.mkdir()
    try:
        moves = []
        for number, (path, before, after) in enumerate(contents):
            if after is not None:
                _write(stage / str(number), after)
            moves.append(_Move("" if after is None else str(number), path, _hash(before)))
        _write(stage / f"{_READY}.part", json.dumps(moves).encode())
        (stage / f"{_READY}.part").replace(stage / _READY)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise


def _move(folder: Path, stage: Path) -> None:
    moves = _moves(stage)
    refuse_escapes(folder, [move.path for move in moves])
    refuse_escapes(stage, [move.staged for move in moves if move.staged])
    for staged, path, before in moves:
        target = folder / path
        if _hash(read(target)) != before:
            continue  # a killed run has moved it already, or somebody has changed it since
        if not staged:
            target.unlink(missing_ok=True)
            _prune(folder, target.parent)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (stage / staged).replace(target)
    shutil.rmtree(stage)


def _moves(stage: Path) -> list[_Move]:
    try:
        moves = [_Move(*each) for each in json.loads((stage / _READY).read_bytes())]
        if all(isinstance(word, str) for move in moves for word in (move.staged, move.path)):
            return moves
    except (ValueError, TypeError, RecursionError):
        pass
    where = Location(display_name(stage))
    raise InputError(Problem("is not what a killed run leaves behind", where, "remove it"))


def _prune(folder: Path, emptied: Path) -> None:
    """Remove folders that hold nothing any more."""
    while emptied != folder:
        try:
            emptied.rmdir()
        except OSError:
            return
        emptied = emptied.parent


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def read(path: Path) -> bytes | None:
    """What a file holds; None where there is none. Raises `InputError` where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        hint = "name another folder after -o, or move it away"
        message = f"is in the way: {error.strerror}"
        raise InputError(Problem(message, Location(display_name(path)), hint)) from None


def _hash(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


@contextmanager
def _reporting(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into `InputError`."""
    try:
        yield
    except OSError as error:
        where = Location(display_name(Path(error.filename or folder)))
        raise InputError(Problem(f"cannot be written: {error.strerror}", where)) from None


def refuse_alike(paths: Iterable[str]) -> None:
    """Raise `UsageError` for paths that are one file on some disks."""
    seen: dict[str, str] = {}
    problems = []
    for path in paths:
        if (other := seen.setdefault(path.casefold(), path)) != path:
            message = f"is the same file as {other} where case does not count"
            problems.append(Problem(message, Location(path)))
    if problems:
        raise UsageError(*problems)


def refuse_escapes(folder: Path, paths: Iterable[str]) -> None:
    """Raise `UsageError` for paths that lead out of the folder."""
    root = os.path.realpath(folder)
    problems = []
    for path in paths:
        pure = PurePosixPath(path)
        inside = os.path.realpath(folder / path)
        if pure.is_absolute() or ".." in pure.parts or not inside.startswith(root + os.sep):
            problems.append(Problem("leads out of the output folder", Location(path)))
    if problems:
        raise UsageError(*problems)
