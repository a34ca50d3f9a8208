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
    found = _trees.files(folders)
    if isinstance(source, Path):
        file = _trees.read(Found(source.parent, source), found)
    elif source in found:
        file = _trees.read(found[source], found)
    else:
        hint = faults.suggest(source, found) or f"there are: {', '.join(found)}"
        raise UsageError(Problem(f'there is no decision tree "{source}"', hint=hint))
    faulty = [*file.problems]
    if file.document is not None:
        known, unit = _known(folders), _units.of_file(file)
        faulty += _trees.check(unit, {}, known.candidates)
        faulty += _questions.check_tree(unit, known)
    if faulty or file.model is None:
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
