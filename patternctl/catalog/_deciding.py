"""What deciding needs of the catalog, each read by itself: a tree, the problems."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from patternctl import faults
from patternctl.catalog import _names, _questions, _reading, _trees, _units
from patternctl.catalog._reading import Found
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


def _known(folders: Sequence[Path]) -> _questions.Known:
    """Ids of what there is, by the names of files."""
    patterns = {stem for folder in _FOLDERS for stem in _reading.find(folder, folders)}
    full = _names.in_full(_reading.shipped() / "mechanisms.yaml")
    rules = _reading.find("antipatterns", folders)
    return _questions.Known({*patterns, *full}, patterns, {*rules})
