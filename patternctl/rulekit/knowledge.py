"""What the catalog knows of patterns and trees, read when a rule asks for it and not before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from patternctl import catalog
from patternctl.errors import UsageError
from patternctl.model.settings import CostSettings

if TYPE_CHECKING:
    from patternctl.catalog import Relations
    from patternctl.model.decision import Problems, Tree
    from patternctl.model.promise import Promise


class Knowledge:
    """Entries and trees by id, each read once: a manifest that names none costs nothing."""

    def __init__(self, folders: Sequence[Path] = (), costing: CostSettings | None = None) -> None:
        """`folders` are users' own catalogs, over the shipped one; `costing` what costs go by."""
        self._folders = tuple(folders)
        self.costing = costing or CostSettings(catalogs=self._folders)
        self._relations: dict[str, Relations | None] = {}
        self._trees: dict[str, Tree | None] = {}
        self._problems: Problems | None = None
        self._promises: tuple[Promise, ...] | None = None

    def relations(self, pattern: str) -> Relations | None:
        """How a pattern or baseline stands to others; None where no catalog tells it.

        Raises `CatalogError` where a user's own file of it is faulty.
        """
        if pattern not in self._relations:
            self._relations[pattern] = catalog.relations(pattern, self._folders)
        return self._relations[pattern]

    def trees(self) -> list[str]:
        """Ids of the decision trees that the catalogs hold."""
        return catalog.tree_ids(self._folders)

    def problems(self) -> Problems:
        """What single patterns solve, and how to ask for it."""
        if self._problems is None:
            self._problems = catalog.problems()
        return self._problems

    def promises(self) -> tuple[Promise, ...]:
        """What requirements ask the guarantees of patterns for."""
        if self._promises is None:
            self._promises = catalog.promises()
        return self._promises

    def tree(self, name: str) -> Tree | None:
        """The decision tree of this id; None where no catalog has it.

        Raises `CatalogError` where its file is faulty.
        """
        if name not in self._trees:
            try:
                self._trees[name] = catalog.tree(name, self._folders)
            except UsageError:
                self._trees[name] = None
        return self._trees[name]
