"""What loading gives. Models are named here and not imported: see the package's docstring."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from patternctl.errors import Location, Problem
from patternctl.model.antipattern import AntiPattern
from patternctl.yamlio import Document, ElementPath

if TYPE_CHECKING:
    from patternctl.model.cost import Costs, Reference
    from patternctl.model.decision import Problems, Tree
    from patternctl.model.knowledge import Claims, Practices
    from patternctl.model.pattern import Mechanisms, Pattern
    from patternctl.model.playbook import Playbook
    from patternctl.model.price import PriceBook


class Place(NamedTuple):
    """Where something of the catalog is written: a document, and the path to it therein."""

    document: Document
    at: ElementPath = ()

    @property
    def file(self) -> str:
        """The file as messages name it: `patterns/outbox.yaml`."""
        return "/".join(Path(self.document.name).parts[-2:])

    def locate(self, path: ElementPath = ()) -> Location:
        """The place of `path` below, or of its nearest ancestor."""
        return self.document.locate((*self.at, *path))

    def locate_value(self, path: ElementPath) -> Location:
        """As `locate`, but the place of a word is the word and not its key."""
        return self.document.locate_value((*self.at, *path))


class Catalog(NamedTuple):
    """Everything the catalog holds."""

    patterns: Mapping[str, Pattern]
    """Micro and system patterns by id, in the order of their codes: `MP`, `SP`, then users' own."""
    baselines: Mapping[str, Pattern]
    """What systems are weighed against, by id."""
    mechanisms: Mechanisms
    """`mechanisms.yaml`."""
    antipatterns: Mapping[str, AntiPattern]
    """Anti-patterns by id, in the order of their codes."""
    trees: Mapping[str, Tree]
    """Decision trees by id."""
    problems: Problems
    """`problems.yaml`."""
    playbooks: Mapping[str, Playbook]
    """Playbooks by id."""
    practices: Practices
    """`practices.yaml`."""
    claims: Claims
    """`claims.yaml`."""
    costs: Costs
    """Drivers and bills of materials by name."""
    price_books: Mapping[str, PriceBook]
    """Price books by id."""
    reference_costs: Reference
    """`reference-costs.yaml`."""
    places: Mapping[str, Place]
    """Where each is written, by id, or by file stem for `mechanisms`, `practices` and `claims`."""

    @property
    def entries(self) -> dict[str, Pattern]:
        """Patterns, mechanisms told in full and baselines by id."""
        return {**self.patterns, **self.mechanisms.in_full, **self.baselines}

    def locate(self, name: str, path: ElementPath = ()) -> Location:
        """The place of `path` in what is called `name` in `places`. Raises `KeyError`."""
        return self.places[name].locate(path)


class Wanted(NamedTuple):
    """Entries of which one should be there."""

    any_of: tuple[str, ...]
    """Ids."""
    why: str


class Relations(NamedTuple):
    """How an entry stands to others, as its file says it."""

    id: str
    code: str
    name: str
    type: str
    """One of `vocabulary.PatternType`."""
    complexity: str
    requires: Mapping[str, str]
    """Ids with the reason, as in `composes_with` and `conflicts_with`."""
    composes_with: Mapping[str, str]
    conflicts_with: Mapping[str, str]
    wants: tuple[Wanted, ...]
    promises: frozenset[str]
    """Properties that it guarantees."""
    denies: frozenset[str]
    """Properties of which it says that something is not guaranteed; it may guarantee other things
    about them."""


class Examined(NamedTuple):
    """What is readable of the catalog, and what is wrong with the rest."""

    catalog: Catalog
    problems: list[Problem]
    homes: list[Path]
    """Folders that were read: the shipped one, then those of users."""
    replaced: list[str]
    """Ids of shipped files that a user's file replaces."""
