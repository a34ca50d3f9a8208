"""What deciding needs of the catalog, each read by itself: a tree, the problems, relations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patternctl import faults
from patternctl.catalog import _names, _questions, _reading, _trees, _units
from patternctl.catalog._reading import Found
from patternctl.catalog._types import Relations
from patternctl.errors import CatalogError, Problem, UsageError
from patternctl.model.decision import Problems, Tree

_FOLDERS = ("patterns", "baselines")


def tree(source: str | Path, folders: Sequence[Path]) -> Tree:
    """See `patternctl.catalog.tree`."""
    found = _reading.find("decisions", folders)
    below = {stem: each.path for stem, each in found.items()}
    if isinstance(source, Path):
        file = _trees.read(Found(source.parent, source), below)
    elif source in found:
        file = _trees.read(found[source], below)
    else:
        hint = faults.suggest(source, found) or f"there are: {', '.join(found)}"
        raise UsageError(Problem(f'there is no decision tree "{source}"', hint=hint))
    if file.model is None or file.document is None:
        raise CatalogError(*file.problems)
    known = _known(folders)
    planted = _trees.Planted(file.model, _units.of_file(file))
    faulty = [
        *_trees.check(planted, {}, known.candidates),
        *_questions.check_tree(file.model, planted.unit.place, known),
    ]
    if faulty:
        raise CatalogError(*faulty)
    return file.model


def problems() -> Problems:
    """See `patternctl.catalog.problems`."""
    file = _trees.read_problems(_reading.shipped())
    if file.model is None:
        raise CatalogError(*file.problems)
    return file.model


def relations(name: str, folders: Sequence[Path]) -> Relations | None:
    """See `patternctl.catalog.relations`."""
    data = _contents(name, folders)
    if data is None:
        return None
    wants = tuple((tuple(each["any_of"]), str(each["why"])) for each in data.get("wants") or ())
    kept = (each for each in data.get("guarantees") or () if not each.get("denied"))
    return Relations(
        id=name,
        code=str(data.get("code", "")),
        name=str(data.get("name", name)),
        complexity=str(data.get("complexity", "")),
        requires=data.get("requires") or {},
        conflicts_with=data.get("conflicts_with") or {},
        wants=wants,
        promises=frozenset(str(each.get("property")) for each in kept),
    )


def _contents(name: str, folders: Sequence[Path]) -> dict[str, Any] | None:
    """What the file of an entry says."""
    for folder in _FOLDERS:
        if found := _reading.find(folder, folders).get(name):
            return _reading.contents(found.path)
    mechanisms = _reading.shipped() / "mechanisms.yaml"
    if name in _names.in_full(mechanisms):
        part: dict[str, Any] = _reading.contents(mechanisms)["in_full"][name]
        return part
    return None


def _known(folders: Sequence[Path]) -> _questions.Known:
    """Ids of what there is, by the names of files."""
    patterns = {stem for folder in _FOLDERS for stem in _reading.find(folder, folders)}
    full = _names.in_full(_reading.shipped() / "mechanisms.yaml")
    rules = _reading.find("antipatterns", folders)
    return _questions.Known({*patterns, *full}, patterns, {*rules})
