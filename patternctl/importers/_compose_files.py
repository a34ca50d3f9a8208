"""Compose files as docker compose reads them: `.env`, includes, extends and overlays resolved.

The result is the merged `services` and `volumes`, every value with the place it was written at.
Values come from `.env` and named files only, never from the process environment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patternctl import yamlio
from patternctl.errors import InputError, Location, PatternctlError, Problem
from patternctl.faults import suggest
from patternctl.importers import _addresses, _merge, _variables
from patternctl.yamlio import Cell, Document

MAX_CHAIN = 32
"""Longest chain of `extends`, deepest nesting of `include`: both far beyond what people write."""
_SECTIONS = ("services", "volumes", "configs", "networks")
_REMOTE = ("oci://", "https://", "http://", "git@", "ssh://", "github.com/")


@dataclass(slots=True)
class Project:
    """What a set of compose files says once everything in them is put together."""

    services: dict[str, Cell] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)
    """Where each service's name was first written."""
    volumes: dict[str, Cell] = field(default_factory=dict)
    configs: dict[str, Cell] = field(default_factory=dict)
    networks: dict[str, Cell] = field(default_factory=dict)
    name: str = ""
    files: list[str] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    """Every compose file, by its name in locations."""
    folders: dict[str, Path] = field(default_factory=dict)
    """Folder that relative paths in a file start from, by the file's name in locations."""
    variables: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Values for variables in a file, by the file's name in locations."""
    undefined: dict[Location, tuple[str, ...]] = field(default_factory=dict)
    """Values that hold variables without a value, which count as empty."""
    notes: list[str] = field(default_factory=list)


class Files:
    """Finds and reads the files of one project; remembers what was read and what was wrong."""

    def __init__(self, root: Path, folders: Sequence[Path]) -> None:
        self.root = root
        self.allowed = tuple({root.resolve(), *(folder.resolve() for folder in folders)})
        self.problems: list[Problem] = []
        self.texts: dict[str, str] = {}
        self._entries: dict[object, tuple[_variables.Entry, ...]] = {}

    def name(self, path: Path) -> str:
        """The file's name in locations: relative to the root where it is below it."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except (ValueError, OSError, RuntimeError):
            return path.as_posix()

    def inside(self, path: Path) -> bool:
        """Whether the file is, links followed, below the root or the folder of a compose file."""
        try:
            resolved = path.resolve()
        except (OSError, RuntimeError, ValueError):
            return False
        return any(resolved.is_relative_to(folder) for folder in self.allowed)

    def is_missing(self, path: Path) -> bool:
        """Whether nothing is at a path that may be read: env files are often kept out of git."""
        try:
            return self.inside(path) and not path.exists()
        except (OSError, ValueError):
            return False

    def find(self, folder: Path, written: str, what: str, where: Location) -> Path | None:
        """The file named at `where`; a problem is kept where it is not there or out of bounds."""
        path = folder / written
        try:
            exists = path.is_file()
        except (OSError, ValueError):
            exists = False
        if not self.inside(path):
            hint = "only files below the current folder and beside the compose file are read"
            self.problems.append(
                Problem(f"{what} {_shown(written)} is outside the project", where, hint)
            )
        elif not exists:
            message = f"{what} {_shown(written)} {_what_is_there(path)}"
            self.problems.append(Problem(message, where, "check the path"))
        else:
            return path
        return None

    def text(self, path: Path) -> str:
        """Text of the file. Raises `InputError`."""
        name = self.name(path)
        if name not in self.texts:
            self.texts[name] = yamlio.read_text(path, name=name)
        return self.texts[name]

    def entries(self, path: Path, variables: Mapping[str, str]) -> tuple[_variables.Entry, ...]:
        """Entries of an environment file that may refer to `variables`.

        Its text is not kept, as it holds secrets. Raises `InputError`.
        """
        key = (path, frozenset(variables.items()))
        if key not in self._entries:
            text = yamlio.read_text(path, name=self.name(path))
            self._entries[key] = tuple(_variables.entries(text, variables))
        return self._entries[key]

    def variables(self, path: Path, known: Mapping[str, str]) -> dict[str, str]:
        """`known` and what an environment file adds to it. Raises `InputError`."""
        found = {e.name: e.value for e in self.entries(path, known) if e.value is not None}
        return {**known, **found}


def load(paths: Sequence[Path], env_file: Path | None, files: Files) -> Project:
    """Read and merge `paths` in order. Problems are kept in `files`, or raised if none is left."""
    folder = paths[0].parent
    variables: dict[str, str] = {}
    default = folder / ".env"
    if env_file is not None:
        variables = files.variables(env_file, {})
    elif default.is_file() and files.inside(default):
        variables = files.variables(default, {})
    project = Project()
    reader = _Reader(files, project)
    for path in paths:
        reader.add(path, folder, variables, ())
    for name, cell in project.services.items():
        project.services[name] = _merge.without_resets(cell)
    project.name = variables.get("COMPOSE_PROJECT_NAME") or project.name
    return project


class _Reader:
    """Puts files together into a project, one after another."""

    def __init__(self, files: Files, project: Project) -> None:
        self.files = files
        self.project = project
        self.included: set[Path] = set()
        self.extended: dict[Path, _Source | None] = {}

    def add(
        self, path: Path, folder: Path, variables: Mapping[str, str], stack: tuple[Path, ...]
    ) -> None:
        """Lay one file over the project, after what it includes."""
        try:
            source = _Source(path, folder, variables, self)
        except PatternctlError as error:
            self.files.problems += error.problems
            return
        if not stack:
            self.project.files.append(source.name)
        self._include(source, (*stack, path.resolve()))
        for name, cell in source.sections["services"].items():
            self._add_service(source, name, cell)
        project = self.project
        for section in ("volumes", "configs", "networks"):
            merged = _merge.merge_section(getattr(project, section), source.sections[section])
            setattr(project, section, merged)
        if not stack and isinstance(given := source.top.get("name", _NOTHING).value, str):
            project.name = given

    def _add_service(self, source: _Source, name: str, cell: Cell) -> None:
        where = source.document.locate(("services", name))
        if cell.tag == _merge.RESET:
            self.project.services.pop(name, None)
            return
        resolved = source.service(name, where, (), self.project.services)
        if resolved is None:
            return
        self.project.places.setdefault(name, where)
        base = self.project.services.get(name)
        self.project.services[name] = _merge.merge_service(base, resolved) if base else resolved

    def _include(self, source: _Source, stack: tuple[Path, ...]) -> None:
        include = source.top.get("include", _NOTHING)
        if include.value is None:
            return
        if not isinstance(include.value, list):
            self._problem("include: should be a list", include.location)
            return
        for item in include.value:
            self._include_item(item, source, stack)

    def _include_item(self, item: Cell, source: _Source, stack: tuple[Path, ...]) -> None:
        settings: dict[str, Cell] = item.value if isinstance(item.value, dict) else {"path": item}
        paths = _texts(settings.get("path", _NOTHING))
        if not paths:
            self._problem("include: should name a file", item.location)
            return
        found = [self._included_file(cell, source, stack) for cell in paths]
        folder = next((path.parent for path in found if path), source.folder)
        project_directory = settings.get("project_directory", _NOTHING).value
        if isinstance(project_directory, str):
            folder = source.folder / project_directory
        variables = self._included_variables(settings, source, folder)
        for path in found:
            if path is not None and path.resolve() not in self.included:
                self.included.add(path.resolve())
                self.add(path, folder, variables, stack)

    def _included_file(self, cell: Cell, source: _Source, stack: tuple[Path, ...]) -> Path | None:
        written = str(cell.value)
        if written.startswith(_REMOTE):
            self.project.notes.append(f"{cell.location}: {_shown(written)} is remote and not read")
            return None
        path = self.files.find(source.folder, written, "the included file", cell.location)
        if path is not None and path.resolve() in stack:
            self._problem(f"{_shown(written)} includes itself", cell.location)
            return None
        if len(stack) > MAX_CHAIN:
            self._problem(f"includes are nested more than {MAX_CHAIN} levels deep", cell.location)
            return None
        return path

    def _included_variables(
        self, settings: dict[str, Cell], source: _Source, folder: Path
    ) -> Mapping[str, str]:
        variables: dict[str, str] = {}
        named = _texts(settings.get("env_file", _NOTHING))
        paths = [
            self.files.find(source.folder, str(cell.value), "the env_file", cell.location)
            for cell in named
        ]
        default = folder / ".env"
        if not named and default.is_file() and self.files.inside(default):
            paths = [default]
        for path in paths:
            if path is not None:
                variables = self.files.variables(path, variables)
        return {**variables, **source.variables}

    def _problem(self, message: str, where: Location, hint: str = "") -> None:
        self.files.problems.append(Problem(message, where, hint))


class _Source:
    """One compose file: parsed, variables replaced, sections checked to be mappings."""

    def __init__(
        self, path: Path, folder: Path, variables: Mapping[str, str], reader: _Reader
    ) -> None:
        self.reader = reader
        self.files = reader.files
        self.variables = variables
        self.folder = folder
        self.path = path
        self.name = self.files.name(path)
        self.document = yamlio.parse(self.files.text(path), self.name)
        reader.project.documents[self.name] = self.document
        reader.project.folders[self.name] = folder
        reader.project.variables[self.name] = variables
        cells = self._interpolated(self.document.cells(tags=_merge.TAGS))
        if not isinstance(cells.value, dict):
            where = Location(self.name, 1)
            raise InputError(
                Problem(
                    "is not a compose file: the top must be a mapping", where, "see `services:`"
                )
            )
        self.top: dict[str, Cell] = cells.value
        self.sections = {section: self._section(section) for section in _SECTIONS}
        self._resolved: dict[str, Cell | None] = {}

    def _section(self, section: str) -> dict[str, Cell]:
        cell = self.top.get(section, _NOTHING)
        if cell.value is None:
            return {}
        if not isinstance(cell.value, dict):
            where = self.document.locate((section,))
            self.files.problems.append(Problem(f"{section}: should be a mapping", where))
            return {}
        return {
            k: v for k, v in cell.value.items() if not k.startswith("x-") or section != "services"
        }

    def _interpolated(self, cell: Cell) -> Cell:
        value: Any = cell.value
        if isinstance(value, dict):
            value = {key: self._interpolated(item) for key, item in value.items()}
        elif isinstance(value, list):
            value = [self._interpolated(item) for item in value]
        elif isinstance(value, str) and "$" in value:
            value = self._replaced(value, cell.location)
        else:
            return cell
        return Cell(value, cell.location, cell.tag)

    def _replaced(self, text: str, where: Location) -> str:
        try:
            result = _variables.interpolate(text, self.variables)
        except ValueError as error:
            hint = "write `$$` for a dollar sign that is meant"
            self.files.problems.append(Problem(str(error), where, hint))
            return text
        if result.undefined:
            self.reader.project.undefined[where] = result.undefined
        return result.text

    def service(
        self,
        name: str,
        where: Location,
        stack: tuple[tuple[Path, str], ...],
        others: Mapping[str, Cell],
    ) -> Cell | None:
        """The service with what it extends below it; None where that cannot be found.

        `where` is the place that asks for it, `others` are services of files read before.
        """
        if name in self._resolved:
            return self._resolved[name]
        key = (self.path.resolve(), name)
        if key in stack or len(stack) > MAX_CHAIN:
            long = f"its chain of `extends` is longer than {MAX_CHAIN}"
            message = f'"{name}" extends itself' if key in stack else long
            self._problem(message, where, "break the chain")
            return None
        cell = self.sections["services"].get(name) or others.get(name)
        if cell is None:
            hint = suggest(name, self.sections["services"])
            self._problem(f'there is no service "{name}" in {self.name}', where, hint)
            return None
        self._resolved[name] = resolved = self._with_base(cell, where, (*stack, key), others)
        return resolved

    def _with_base(
        self,
        cell: Cell,
        where: Location,
        stack: tuple[tuple[Path, str], ...],
        others: Mapping[str, Cell],
    ) -> Cell | None:
        if cell.value is None:
            return Cell({}, where, cell.tag)
        if not isinstance(cell.value, dict):
            self._problem(
                f"{stack[-1][1]}: should be a mapping", where, "indent what belongs to it"
            )
            return None
        extends = cell.value.get("extends", _NOTHING)
        if extends.value is None:
            return Cell(cell.value, where, cell.tag)
        base = self._base(extends, stack, others)
        own = {key: value for key, value in cell.value.items() if key != "extends"}
        return None if base is None else _merge.merge_service(base, Cell(own, where))

    def _base(
        self, extends: Cell, stack: tuple[tuple[Path, str], ...], others: Mapping[str, Cell]
    ) -> Cell | None:
        named = extends.value if isinstance(extends.value, dict) else {"service": extends}
        service, file = named.get("service", _NOTHING).value, named.get("file", _NOTHING)
        if not isinstance(service, str) or isinstance(file.value, dict | list):
            self._problem("extends: should name a service", extends.location)
            return None
        if file.value is None:
            return self.service(service, extends.location, stack, others)
        source = self._other(str(file.value), file.location)
        return source.service(service, extends.location, stack, {}) if source else None

    def _other(self, written: str, where: Location) -> _Source | None:
        """The file that `extends` names."""
        path = self.files.find(self.folder, written, "the extended file", where)
        if path is None:
            return None
        resolved = path.resolve()
        if resolved == self.path.resolve():
            return self
        known = self.reader.extended
        if resolved not in known:
            try:
                known[resolved] = _Source(path, path.parent, self.variables, self.reader)
            except PatternctlError as error:
                self.files.problems += error.problems
                known[resolved] = None
        return known[resolved]

    def _problem(self, message: str, where: Location, hint: str = "") -> None:
        self.files.problems.append(Problem(message, where, hint))


_NOTHING = Cell(None, Location(""))


def _texts(cell: Cell) -> list[Cell]:
    """A text or a list of texts as a list; empty where it is neither."""
    items = cell.value if isinstance(cell.value, list) else [cell]
    return [item for item in items if isinstance(item.value, str)]


def _shown(text: str) -> str:
    """A path as written; of a URL no more than its host, as it may hold a login."""
    return f'"{(_addresses.masked(text) if "//" in text else text)[:80]}"'


def _what_is_there(path: Path) -> str:
    """What stands where a file should: `does not exist`, `is a directory`."""
    try:
        if path.is_dir():
            return "is a directory, not a file"
        return "is not an ordinary file" if path.exists() else "does not exist"
    except (OSError, ValueError):
        return "does not exist"
