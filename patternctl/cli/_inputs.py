"""From the paths a person names to systems: manifests as they are, compose files discovered."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from patternctl import manifest, yamlio
from patternctl.cli._console import STDOUT, display_name
from patternctl.errors import InputError, Location, PatternctlError, Problem
from patternctl.model.system import System

MANIFESTS = ("architecture.yaml", "architecture.yml")
_MANIFEST = re.compile(r"^version:\s*1\s*(#.*)?$.*^system:", re.MULTILINE | re.DOTALL)


class ComposeOptions(NamedTuple):
    """How compose files are read."""

    profiles: tuple[str, ...] = ()
    env_file: Path | None = None
    guess: bool = False


def systems(
    paths: Sequence[str], stdin_name: str, options: ComposeOptions | None = None
) -> list[System]:
    """Read every input. Raises one `InputError` with the problems of all of them."""
    found: list[System] = []
    problems: list[Problem] = []
    for group in _groups(paths):
        try:
            found.append(_system(group, stdin_name, options or ComposeOptions()))
        except PatternctlError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return found


def compose_system(
    paths: Sequence[Path], options: ComposeOptions, text: str | None = None
) -> System:
    """One system from compose files that belong together, in merge order.

    `text` is what the first holds, where it is at hand already.
    """
    from patternctl.importers import compose

    return compose.load(
        list(paths),
        profiles=options.profiles or None,
        env_file=options.env_file,
        guess=options.guess,
        text=text,
    )


def compose_files(directory: Path) -> list[Path]:
    """The compose files of a directory that belong together; empty where there is none.

    Raises `InputError` where several could be meant.
    """
    from patternctl.importers import compose

    files = compose.find(directory)
    if not files and (candidates := compose.candidates(directory)):
        names = ", ".join(display_name(file) for file in candidates)
        where = Location(display_name(directory))
        raise InputError(Problem("holds several compose files", where, f"name one of: {names}"))
    return files


def _groups(paths: Sequence[str]) -> list[list[str]]:
    """Inputs that are read together: an override goes with the compose file it overrides."""
    groups: list[list[str]] = []
    for path in dict.fromkeys(paths):
        base = next((g for g in groups if ".override." in path and g[0] == _overridden(path)), None)
        if base is None:
            groups.append([path])
        else:
            base.append(path)
    return groups


def _overridden(path: str) -> str:
    return path.replace(".override.", ".")


def _system(group: list[str], stdin_name: str, options: ComposeOptions) -> System:
    path = Path(group[0])
    if group[0] == STDOUT:
        data = sys.stdin.buffer.read(yamlio.MAX_BYTES + 1)
        name, path = stdin_name, Path(stdin_name)
        text = yamlio.decode(data, Location(name))
    elif path.is_dir():
        return _directory(path, options)
    else:
        name = display_name(path)
        text = yamlio.read_text(path, name=name)
    if not _MANIFEST.search(text):
        from patternctl.importers import compose

        if compose.recognises(path, text):
            return compose_system([path, *map(Path, group[1:])], options, text)
    return manifest.from_text(text, name)


def _directory(path: Path, options: ComposeOptions) -> System:
    for name in MANIFESTS:
        if (path / name).is_file():
            return manifest.load(path / name, name=display_name(path / name))
    files = compose_files(path)
    if not files:
        where = Location(display_name(path))
        hint = "`patternctl init` writes a manifest to start from"
        raise InputError(Problem("holds no architecture.yaml and no compose file", where, hint))
    return compose_system(files, options)
