"""From the paths a person names to systems: manifests as they are, compose files discovered."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from patternctl import catalog, manifest, yamlio
from patternctl.cli._console import STDOUT, display_name
from patternctl.errors import InputError, Location, PatternctlError, Problem, UsageError
from patternctl.model.architecture import SHIPPED
from patternctl.model.system import System

MANIFESTS = ("architecture.yaml", "architecture.yml")
_COMPOSE = re.compile(r"(docker-)?compose(\.override)?\.ya?ml")


class ComposeOptions(NamedTuple):
    """How compose files are read."""

    profiles: tuple[str, ...] = ()
    env_file: Path | None = None
    guess: bool = False


def systems(
    paths: Sequence[str],
    stdin_name: str,
    options: ComposeOptions | None = None,
    catalogs: Sequence[Path] = (),
) -> list[System]:
    """Read every input. Raises one `InputError` with the problems of all of them.

    Manifests may adopt what the shipped catalog and the folders `catalogs` tell.
    """
    patterns = SHIPPED | catalog.pattern_ids(catalogs)
    found: dict[tuple[Path, ...], System] = {}
    problems: list[Problem] = []
    for path in dict.fromkeys(paths):
        try:
            unit = _unit(path)
            key = tuple(file.resolve() for file in unit)
            if key not in found:
                found[key] = _system(unit, stdin_name, options or ComposeOptions(), patterns)
        except PatternctlError as error:
            problems += error.problems
    if problems:
        raise InputError(*dict.fromkeys(problems))
    return list(found.values())


def from_text(text: str, name: str, catalogs: Sequence[Path] = ()) -> System:
    """The system of a manifest or compose file that lies in no folder. Raises `InputError`."""
    patterns = SHIPPED | catalog.pattern_ids(catalogs)
    return _of_text(text, name, (Path(name),), None, ComposeOptions(), patterns)


def refuse_to_overwrite(targets: Iterable[str], read: Iterable[System]) -> None:
    """Raise `UsageError` where a report would replace one of the files it is about."""
    inputs = {Path(name).resolve() for system in read for name in system.sources.texts}
    for target in targets:
        if target != STDOUT and Path(target).resolve() in inputs:
            hint = "name another file after -o"
            raise UsageError(Problem("is an input of this run", Location(target), hint))


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


def _unit(name: str) -> tuple[Path, ...]:
    """The files that are read as one: a folder's, or a compose file and its override."""
    path = Path(name)
    try:
        is_folder = name != STDOUT and path.is_dir()
    except OSError as error:  # a name that no file can have
        problem = Problem(f"cannot be read: {error.strerror}", Location(name))
        raise InputError(problem) from None
    if is_folder:
        return _files_of(path)
    if _COMPOSE.fullmatch(path.name):
        from patternctl.importers import compose

        files = compose.find(path.parent)
        if path.resolve() in [file.resolve() for file in files]:
            return tuple(files)
    return (path,)


def _files_of(folder: Path) -> tuple[Path, ...]:
    for name in MANIFESTS:
        if (folder / name).is_file():
            return (folder / name,)
    files = compose_files(folder)
    if not files:
        where = Location(display_name(folder))
        below = sorted(display_name(file.parent) for file in folder.glob("*/*compose*.y*ml"))
        hint = f"below it are: {', '.join(dict.fromkeys(below))}" if below else ""
        hint = hint or "`patternctl init` writes a manifest to start from"
        raise InputError(Problem("holds no architecture.yaml and no compose file", where, hint))
    return tuple(files)


def _system(
    unit: tuple[Path, ...], stdin_name: str, options: ComposeOptions, patterns: Collection[str]
) -> System:
    path = unit[0]
    folder = None if str(path) == STDOUT else path.parent
    if folder is None:
        name, path = stdin_name, Path(stdin_name)
        text = standard_input(name)
    else:
        name = display_name(path)
        text = yamlio.read_text(path, name=name)
    return _of_text(text, name, (path, *unit[1:]), folder, options, patterns)


def _of_text(
    text: str,
    name: str,
    unit: Sequence[Path],
    folder: Path | None,
    options: ComposeOptions,
    patterns: Collection[str],
) -> System:
    if not manifest.recognises(text):
        from patternctl.importers import compose

        if compose.recognises(unit[0], text):
            return compose_system(unit, options, text)
    return manifest.from_text(text, name, patterns, folder)


def standard_input(name: str) -> str:
    """All of stdin, which messages call `name`. Raises `InputError`."""
    return yamlio.decode(sys.stdin.buffer.read(yamlio.MAX_BYTES + 1), Location(name))
