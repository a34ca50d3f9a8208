"""Reading the catalog: files to checked model objects, with every fault of every file at once.

The shipped catalog comes first; folders of users' own lie over it: a file of theirs replaces the
shipped one of the same name, or adds to them. Models of patterns are imported where they are
needed: `lint` runs on every commit and reads anti-patterns only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from patternctl.catalog import _antipatterns, _reading
from patternctl.catalog._types import Catalog, Examined, Place, Relations
from patternctl.errors import CatalogError
from patternctl.model.antipattern import AntiPattern
from patternctl.yamlio import paused_gc

if TYPE_CHECKING:
    from patternctl.catalog._overrides import Agreement
    from patternctl.model.cost import Costs, Reference
    from patternctl.model.decision import Problems, Tree
    from patternctl.model.knowledge import Practices
    from patternctl.model.pattern import Mechanisms, Pattern
    from patternctl.model.playbook import Playbook
    from patternctl.model.price import PriceBook
    from patternctl.model.promise import Promise

__all__ = [
    "Catalog",
    "Examined",
    "Place",
    "Relations",
    "agreement",
    "antipatterns",
    "costs",
    "each_entry",
    "entries",
    "examine",
    "ids",
    "load",
    "mechanisms",
    "names",
    "pattern",
    "pattern_ids",
    "playbooks",
    "practices",
    "price_books",
    "prices",
    "problems",
    "promises",
    "reference_costs",
    "relations",
    "tree",
    "tree_ids",
]

_PREFIX = re.compile(r"([A-Z]{2,5})([1-9][0-9]{0,2})?")


def load(folders: Sequence[Path] = ()) -> Catalog:
    """All of the catalog, cross-checked. Raises `CatalogError` with every fault of every file."""
    examined = examine(folders)
    if examined.problems:
        raise CatalogError(*examined.problems)
    return examined.catalog


def examine(folders: Sequence[Path] = ()) -> Examined:
    """As `load`, but what is readable and the faults side by side."""
    from patternctl.catalog._survey import examine as read_all

    with paused_gc():
        return read_all(folders)


def entries(folders: Sequence[Path] = ()) -> dict[str, Pattern]:
    """Patterns, mechanisms told in full and baselines by id, each valid by itself.

    Raises `CatalogError` with the faults of these files.
    """
    from patternctl.catalog._patterns import entries as read_entries

    with paused_gc():
        found, problems = read_entries(folders)
    if problems:
        raise CatalogError(*problems)
    return found


def each_entry(folders: Sequence[Path] = ()) -> Mapping[str, Pattern]:
    """As `entries`, but each is read when it is asked for first, and its faults raised then."""
    from patternctl.catalog._single import Entries

    return Entries(folders)


def pattern(name: str, folders: Sequence[Path] = ()) -> Pattern:
    """The pattern, baseline or mechanism of this id, code, name or synonym; one file is parsed.

    Raises `UsageError` where there is none and `CatalogError` where its file is faulty.
    """
    from patternctl.catalog._single import pattern as read_one

    return read_one(name, folders)


def mechanisms() -> Mechanisms:
    """The mechanisms that the source document numbers. Raises `CatalogError`."""
    from patternctl.catalog._patterns import read_mechanisms

    file = read_mechanisms(_reading.shipped())
    if file.model is None:
        raise CatalogError(*file.problems)
    return file.model


def tree(source: str | Path, folders: Sequence[Path] = ()) -> Tree:
    """The decision tree of this id, or the one in a file; nothing but its file is parsed.

    Raises `UsageError` where there is none and `CatalogError` with every fault of it.
    """
    from patternctl.catalog import _deciding

    with paused_gc():
        return _deciding.tree(source, folders)


def tree_ids(folders: Sequence[Path] = ()) -> list[str]:
    """Ids of the decision trees there are."""
    return [*_reading.find("decisions", folders)]


def promises() -> tuple[Promise, ...]:
    """`promises.yaml`: what the requirements of a manifest ask the guarantees of patterns for."""
    from patternctl.catalog import _promises

    return _promises.read()


def problems() -> Problems:
    """`problems.yaml`. Raises `CatalogError` where it is faulty."""
    from patternctl.catalog import _deciding

    with paused_gc():
        return _deciding.problems()


def costs(folders: Sequence[Path] = ()) -> Costs:
    """Drivers and bills of materials. Raises `CatalogError` with every fault of them."""
    from patternctl.catalog import _costs

    with paused_gc():
        return _costs.costs(folders)


def prices(name: str, folders: Sequence[Path] = ()) -> PriceBook:
    """The price book of this id; nothing but its file is parsed.

    Raises `UsageError` where there is none and `CatalogError` with every fault of it.
    """
    from patternctl.catalog import _costs

    with paused_gc():
        return _costs.prices(name, folders)


def agreement(path: Path, book: PriceBook, known: Collection[str]) -> Agreement:
    """Prices and discounts of one's own for `book`; `known` are the resources that there are.

    Raises `CatalogError` with every fault of the file.
    """
    from patternctl.catalog import _overrides

    return _overrides.read(path, book, known)


def price_books(folders: Sequence[Path] = ()) -> list[str]:
    """Ids of the price books there are."""
    return [*_reading.find("prices", folders)]


def reference_costs() -> Reference:
    """The source document's own table of costs. Raises `CatalogError` where it is faulty."""
    from patternctl.catalog import _costs

    return _costs.reference()


def playbooks() -> dict[str, Playbook]:
    """The shipped playbooks by id. Raises `CatalogError` with every fault of them."""
    from patternctl.catalog import _survey

    with paused_gc():
        return _survey.playbooks()


def practices() -> Practices:
    """`practices.yaml`. Raises `CatalogError` where it is faulty."""
    from patternctl.catalog import _survey

    return _survey.practices()


def relations(name: str, folders: Sequence[Path] = ()) -> Relations | None:
    """How the entry of this id stands to others; None where there is none.

    Only its file is read. Raises `CatalogError` where that is a user's own and faulty.
    """
    from patternctl.catalog import _glance

    return _glance.relations(name, folders)


def pattern_ids(folders: Sequence[Path]) -> set[str]:
    """Ids of patterns and baselines by the names of their files; none without folders of users'."""
    several = (_reading.find(name, folders) for name in ("patterns", "baselines"))
    return {stem for found in several for stem in found} if folders else set()


def antipatterns(folders: Sequence[Path] = ()) -> dict[str, AntiPattern]:
    """All anti-patterns by id, ordered by code. Raises `CatalogError` with all faults found."""
    found, problems = _antipatterns.read(folders)
    if problems:
        raise CatalogError(*problems)
    return found


def names(entries: Mapping[str, AntiPattern]) -> dict[str, str]:
    """Every way to name a rule, to its id: id, code, synonyms."""
    known: dict[str, str] = {}
    for antipattern in entries.values():
        known |= dict.fromkeys(antipattern.synonyms, antipattern.id)
    for antipattern in entries.values():
        known |= {antipattern.id: antipattern.id, antipattern.code: antipattern.id}
    return known


def ids(name: str, known: Mapping[str, str]) -> set[str]:
    """Ids of the rules that a name, a code in any case or a prefix of codes (`PC3`) stands for.

    `known` is what `names` gives. Empty where it stands for nothing.
    """
    if name in known:
        return {known[name]}
    prefix = _PREFIX.fullmatch(name.upper())
    if not prefix:
        return set()
    return {
        rule
        for key, rule in known.items()
        if key.startswith(prefix[0]) and key.rstrip("0123456789") == prefix[1]
    }
