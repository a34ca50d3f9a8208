"""What the catalog knows of patterns and trees, read when a rule asks for it and not before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from patternctl import catalog
from patternctl.errors import UsageError

if TYPE_CHECKING:
    from patternctl.catalog import Relations
    from patternctl.model.decision import Tree


class Knowledge:
    """Entries and trees by id, each read once: a manifest that names none costs nothing."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """`folders` are users' own catalogs, over the shipped one."""
        self._folders = tuple(folders)
        self._relations: dict[str, Relations | None] = {}
        self._trees: dict[str, Tree | None] = {}

    def relations(self, pattern: str) -> Relations | None:
        """How a pattern or baseline stands to others; None where no catalog tells it.

        Raises `CatalogError` where a user's own file of it is faulty.
        """
        if pattern not in self._relations:
            self._relations[pattern] = catalog.relations(pattern, self._folders)
        return self._relations[pattern]

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
