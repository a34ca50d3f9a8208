"""Docker compose files to an architecture, with the line every fact was seen at.

Such files show what runs, what is published and kept, and the addresses that are written in them.
They do not show addresses that are in code, in images or in a service registry, so nothing here
says that a call, a store access or an event is *not* there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from patternctl import manifest, yamlio
from patternctl.errors import InputError, Location, Problem
from patternctl.importers import _compose_files, _compose_service
from patternctl.importers._compose_files import Files
from patternctl.importers._compose_service import ComposeService
from patternctl.importers._discovery import NAME, Discovery
from patternctl.model.system import System

_DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""Names in the order of docker compose's own search (compose-go, `cli/options.go`)."""
_FILE_NAME = re.compile(r"(docker-)?compose([._-][\w.-]*)?\.ya?ml", re.IGNORECASE)
_SERVICES = re.compile(
    r"^services\s*:[ \t]*(#.*)?\n(?:[ \t]*(?:#.*)?\n)*[ ]+['\"]?[\w.-]+['\"]?\s*:", re.M
)
_ATTRIBUTES = re.compile(r"^[ ]+.*\b(image|build|extends|environment|container_name)\s*:", re.M)


def recognises(path: Path, text: str) -> bool:
    """Whether this is a compose file, by its name or else by what it holds."""
    if manifest.recognises(text):
        return False
    if _FILE_NAME.fullmatch(path.name):
        return True
    return bool(_SERVICES.search(text) and _ATTRIBUTES.search(text))


def find(directory: Path) -> list[Path]:
    """The compose files of a directory that belong together, in merge order.

    As docker compose picks them: those that COMPOSE_FILE in `.env` lists, else the first default
    name there is, then the first override. Without a default name, the only compose file there is;
    with several, none (see `candidates`). Raises `InputError` where a listed file cannot be read.
    """
    if listed := _listed(directory):
        return listed
    for name in _DEFAULTS:
        if (directory / name).is_file():
            overrides = (directory / override for override in _OVERRIDES)
            return [directory / name, *[path for path in overrides if path.is_file()][:1]]
    named = candidates(directory)
    return named if len(named) == 1 else []


def _listed(directory: Path) -> list[Path]:
    """The files that COMPOSE_FILE in the directory's `.env` lists."""
    files, dotenv = Files(Path.cwd(), [directory]), directory / ".env"
    if not (dotenv.is_file() and files.inside(dotenv)):
        return []
    entries = {entry.name: entry for entry in files.entries(dotenv, {}) if entry.value}
    given, separator = entries.get("COMPOSE_FILE"), entries.get("COMPOSE_PATH_SEPARATOR")
    if given is None:
        return []
    where = Location(files.name(dotenv), given.line)
    names = str(given.value).split(str(separator.value) if separator else os.pathsep)
    found = [files.find(directory, name, "the compose file", where) for name in names if name]
    if files.problems:
        raise InputError(*files.problems)
    return [path for path in found if path is not None]


def candidates(directory: Path) -> list[Path]:
    """All files of a directory that are compose files by their names, sorted."""
    try:
        entries = sorted(directory.iterdir())
    except OSError:
        return []
    return [path for path in entries if _FILE_NAME.fullmatch(path.name) and path.is_file()]


def load(
    paths: Sequence[Path],
    *,
    profiles: Sequence[str] | None = None,
    env_file: Path | None = None,
    guess: bool = False,
    root: Path | None = None,
    text: str | None = None,
) -> System:
    """The system that `paths`, merged in order, describe. Raises `InputError` with all problems.

    `profiles` None takes all services, as `*` does; `env_file` stands in for the `.env` beside the
    first file; with `guess`, stores are paired with services by name, and addresses that several
    programs share count for all of them, at low confidence. Places are relative to `root` (the
    current folder) where they are below it. `text` is what the first path holds, where it is at
    hand already, as when it was piped in.
    """
    files = Files(root or Path.cwd(), [path.parent for path in paths])
    if text is not None:
        files.texts[files.name(paths[0])] = text
    with yamlio.paused_gc():
        project = _compose_files.load(paths, env_file, files)
        services = {
            name: _compose_service.read(name, cell, project.places[name], project, files)
            for name, cell in project.services.items()
        }
        files.problems += _name_problems(services.values())
        if not services and not files.problems:
            where = Location(project.files[0], 1) if project.files else Location(str(paths[0]))
            files.problems.append(Problem("describes no service", where, "list them: `services:`"))
        if files.problems:
            raise InputError(*dict.fromkeys(files.problems))
        wanted = _selected(services, profiles)
        return Discovery(project, services, wanted, files, guess=guess).system(paths)


def _name_problems(services: Iterable[ComposeService]) -> Iterator[Problem]:
    for service in services:
        if not NAME.fullmatch(service.name):
            hint = "use letters, digits, `-`, `_` and `.`"
            yield Problem(
                f"{service.name[:80]!r} is not a name of a service", service.location, hint
            )


def _selected(
    services: Mapping[str, ComposeService], profiles: Sequence[str] | None
) -> frozenset[str]:
    return frozenset(
        name
        for name, service in services.items()
        if profiles is None
        or "*" in profiles
        or not service.profiles
        or set(profiles) & set(service.profiles)
    )
