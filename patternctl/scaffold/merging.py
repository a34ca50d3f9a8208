"""What becomes of each file of a project when it is written anew."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple, get_args

from patternctl.errors import Problem, UsageError

State = Literal["unchanged", "keep", "create", "update", "remove", "merge", "conflict"]
_ORDER: tuple[State, ...] = get_args(State)
MARK = "<<<<<<< yours\n"
_SECONDS = 60
_TOO_MANY = 128
"""Exit status of `git merge-file` from which on it is no number of conflicts."""


class Merged(NamedTuple):
    """One file."""

    path: str
    state: State
    before: str | None
    """What is there; None where nothing is."""
    after: str | None
    """What is to be there; None where nothing is."""


def rank(merged: Merged) -> tuple[int, str]:
    """Order in which files are told: what somebody has to look at comes last, where eyes are."""
    return _ORDER.index(merged.state), merged.path


def plan(
    written: Mapping[str, str], there: Mapping[str, str | None], fresh: Mapping[str, str]
) -> Iterator[Merged]:
    """Each file of `written` (last time) and `fresh` (now), by what is `there`.

    A person's edits are kept: where both sides changed a file they are merged line by line, and
    where they changed the same lines both are in the file, between conflict markers. A file that
    a person removed stays away. Raises `UsageError` where merging needs git and there is none.
    """
    for path in sorted({*written, *fresh}):
        yield _file(path, written.get(path), there.get(path), fresh.get(path))


def _file(path: str, old: str | None, mine: str | None, new: str | None) -> Merged:
    if mine == new:
        return Merged(path, "unchanged", mine, mine)
    if mine == old:
        if new is None:
            return Merged(path, "remove", mine, None)
        return Merged(path, "create" if mine is None else "update", mine, new)
    if old == new or mine is None or new is None:
        return Merged(path, "keep", mine, mine)
    text, clean = three_way(old or "", mine, new)
    return Merged(path, "merge" if clean else "conflict", mine, text)


def three_way(old: str, mine: str, new: str) -> tuple[str, bool]:
    """Both changes of a text in one, and whether they did not meet."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("yours", "before", "patternctl")]
        for file, text in zip(files, (mine, old, new), strict=True):
            file.write_text(text, encoding="utf-8", newline="")
        labels = [word for file in files for word in ("-L", file.name)]
        command = ["git", "merge-file", "-p", *labels, *map(str, files)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 -- fixed words, and paths of our own
        except subprocess.TimeoutExpired:
            told = f"git merge-file took more than {_SECONDS} s"
            raise UsageError(Problem(told, hint="try again")) from None
        except FileNotFoundError:
            hint = "install git, or start from an unchanged project"
            raise UsageError(Problem("merging your edits needs git", hint=hint)) from None
    if not 0 <= done.returncode < _TOO_MANY:
        told = done.stderr.decode(errors="replace").strip()
        raise UsageError(Problem(f"git merge-file failed: {told}"))
    return done.stdout.decode(), done.returncode == 0
