"""Files of the catalog: which there are, and reading one of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from patternctl import faults, resources, yamlio
from patternctl.errors import InputError, Location, Problem
from patternctl.model.base import Id

FOLDERS = {
    "patterns": "pattern",
    "baselines": "baseline",
    "antipatterns": "anti-pattern",
    "decisions": "decision tree",
    "costs": "bill of materials",
    "prices": "price book",
}
"""What a user's folder may hold: folders by name, with what one file of each tells."""
_SHOULD = f"it should hold folders of files <id>.yaml: {', '.join(f'{name}/' for name in FOLDERS)}"
_KEBAB = get_args(Id)[1].pattern
Model = TypeVar("Model", bound=BaseModel)


class Found(NamedTuple):
    """A file that was found, not read yet."""

    home: Path
    """The catalog's folder it belongs to."""
    path: Path
    over: Found | None = None
    """The lowest file that it replaces: of the same name, in the same folder of a catalog below."""


class File(NamedTuple, Generic[Model]):
    """One file as it was read."""

    home: Path
    """The catalog's folder it belongs to: relations within one must go both ways."""
    path: Path
    document: yamlio.Document | None
    """None where it is no YAML."""
    data: dict[str, Any]
    """What it says, faulty or not; empty where it is no mapping."""
    model: Model | None
    """None where it is faulty."""
    problems: tuple[Problem, ...]
    """What is wrong with the file by itself."""
    over: Found | None = None
    """The file that it replaces."""

    @property
    def stem(self) -> str:
        """Its name without `.yaml`, which is the id of what it tells."""
        return self.path.stem


def shipped() -> Path:
    """Folder of the shipped catalog."""
    return resources.directory("catalog")


def homes(folders: Sequence[Path]) -> list[Path]:
    """The shipped catalog and the users' folders over it, each once."""
    unique: dict[str, Path] = {}
    for folder in (shipped(), *folders):
        unique.setdefault(os.path.realpath(folder), folder)
    return list(unique.values())


def find(name: str, folders: Sequence[Path]) -> dict[str, Found]:
    """Files of the catalog's folder `name` by stem, the last of each."""
    found: dict[str, Found] = {}
    for number, home in enumerate(homes(folders)):
        for path in sorted((home / name).glob("[!.]*.yaml")):
            if number == 0 or belongs(path, home):
                below = found.get(path.stem)
                found[path.stem] = Found(home, path, below and (below.over or below))
    return found


def strays(folders: Sequence[Path]) -> list[Problem]:
    """What is wrong with the users' folders themselves: what they hold, and what they lack."""
    return [problem for home in homes(folders)[1:] for problem in _strays(home)]


def _strays(home: Path) -> Iterator[Problem]:
    where = Location(str(home))
    if not home.is_dir():
        message = "is not a folder" if home.exists() else "no such folder"
        yield Problem(message, where, "check the path of the catalog")
        return
    children = sorted(home.glob("[!.]*"))
    known = [child for child in children if child.name in FOLDERS]
    if not known:
        hint = f'did you mean "{below}"?' if (below := _catalog_in(children)) else _SHOULD
        yield Problem("is no catalog: it holds nothing that is known", where, hint)
        return
    for child in children:
        if child.name not in FOLDERS:
            kind = "folder" if child.is_dir() else "file"
            hint = faults.suggest(child.name, FOLDERS) or _SHOULD
            yield Problem(f"this {kind} is not known in a catalog", Location(str(child)), hint)
        elif not child.is_dir():
            yield Problem("should be a folder", Location(str(child)), _SHOULD)
        else:
            yield from _strays_in(child, home)


def _catalog_in(folders: Sequence[Path]) -> Path | None:
    """The first of the folders that is a catalog."""
    found = (path for path in folders for name in FOLDERS if (path / name).is_dir())
    return next(found, None)


def _strays_in(folder: Path, home: Path) -> Iterator[Problem]:
    for path in sorted(folder.glob("[!.]*")):
        if wrong := _misplaced(path, home):
            yield Problem(wrong, Location(str(path)), "remove it, or put the file itself here")
        elif path.suffix != ".yaml":
            hint = f"name it {path.stem}.yaml"
            if path.suffix not in (".yml", ".YAML", ".YML"):
                hint = f"files here are {folder.name}: <id>.yaml"
            yield Problem("this file is not read", Location(str(path)), hint)


def belongs(path: Path, home: Path) -> bool:
    """Whether a user's file may be read: it is a file, and in the catalog's folder `home`."""
    return not _misplaced(path, home)


def _misplaced(path: Path, home: Path) -> str:
    """Why `path` is not read: reading must neither hang nor show what lies elsewhere."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(home)):
        return "is a link that leads out of the catalog"
    if path.is_dir():
        return "is a folder, where files are read"
    if path.exists() and not path.is_file():
        return "is not a file"
    return ""


def read(found: Found, model: type[Model], called: str) -> File[Model]:
    """Read and validate one file; nothing is raised, all is told in the result.

    What says the same as when it was read before is not parsed again: nobody changes a `File`.
    """
    try:
        text = yamlio.read_text(found.path)
    except InputError as error:
        return File(found.home, found.path, None, {}, None, error.problems, found.over)
    return _parsed(found, text, model, called)


@lru_cache(maxsize=256)
def _parsed(found: Found, text: str, model: type[Model], called: str) -> File[Model]:
    home, path, over = found
    try:
        document = yamlio.parse(text, str(path))
        data, repeated = document.with_repeats()
    except InputError as error:
        problems = [p._replace(hint="") if p.message == "is empty" else p for p in error.problems]
        return File(home, path, None, {}, None, tuple(problems), over)
    if not isinstance(data, dict):
        problem = Problem(
            f"is not {called}: the top must be a mapping",
            Location(document.name, 1),
            "start it with `id:`" if "id" in model.model_fields else "",
        )
        return File(home, path, document, {}, None, (*repeated, problem), over)
    valid, problems = validated(data, document, model, called)
    problems += repeated
    if "id" in model.model_fields:
        problems += misnamed(data, document, path)
    return File(home, path, document, data, None if problems else valid, tuple(problems), over)


def misnamed(data: dict[str, Any], document: yamlio.Document, path: Path) -> Iterator[Problem]:
    """An id that is not the file's name."""
    if isinstance(data.get("id"), str) and data["id"] != path.stem:
        message = f'the id is "{data["id"]}", the file is named "{path.stem}"'
        yield Problem(message, document.locate_value(("id",)), "give both the same name")


def contents(path: Path) -> dict[str, Any]:
    """What a file says, checked by nobody; empty where it is no mapping, or no YAML."""
    try:
        data = yamlio.read(path).plain()
    except InputError:
        return {}
    return data if isinstance(data, dict) else {}


def validated(
    data: dict[str, Any], document: yamlio.Document, model: type[Model], called: str
) -> tuple[Model | None, list[Problem]]:
    """The model that `data` is, or what keeps it from being one."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        form = faults.Form(model, called, message=_message, hint=_hint)
        details = error.errors(include_url=False)
        return None, list(faults.problems(details, data, document, form).values())


def _message(detail: ErrorDetails) -> str:
    if detail["type"] != "string_pattern_mismatch":
        return ""
    return "is not a name" if detail["ctx"]["pattern"] == _KEBAB else "is not a code of this kind"


def _hint(complaint: faults.Complaint) -> str:
    if complaint.detail["type"] != "string_pattern_mismatch":
        return ""
    pattern = complaint.detail["ctx"]["pattern"]
    if pattern == _KEBAB:
        return "use small letters, digits and single dashes, as in `event-sourcing`"
    return f"codes match {pattern}"
