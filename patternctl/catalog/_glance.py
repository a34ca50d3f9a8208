"""How an entry stands to others, from a look at its file: lints of adopted patterns take many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from patternctl import yamlio
from patternctl.catalog import _names, _reading
from patternctl.catalog._reading import Found
from patternctl.catalog._types import Relations, Wanted
from patternctl.errors import CatalogError

_FOLDERS = ("patterns", "baselines")
_FIELDS = re.compile(
    r"^(?:code|name|type|complexity|guarantees|requires|composes_with|conflicts_with|wants):.*\n"
    r"(?:[ \t#-].*\n|\n)*",
    re.M,
)
"""Fields of an entry at the left margin, each with all of its value."""


def relations(name: str, folders: Sequence[Path]) -> Relations | None:
    """See `patternctl.catalog.relations`."""
    data = _contents(name, folders)
    if data is None:
        return None
    wants = tuple(
        Wanted(tuple(each["any_of"]), str(each["why"])) for each in data.get("wants") or ()
    )
    told = [(str(g.get("property")), bool(g.get("denied"))) for g in data.get("guarantees") or ()]
    return Relations(
        id=name,
        code=str(data.get("code", "")),
        name=str(data.get("name", name)),
        type=str(data.get("type", "")),
        complexity=str(data.get("complexity", "")),
        requires=data.get("requires") or {},
        composes_with=data.get("composes_with") or {},
        conflicts_with=data.get("conflicts_with") or {},
        wants=wants,
        promises=frozenset(word for word, denied in told if not denied),
        denies=frozenset(word for word, denied in told if denied),
    )


def _contents(name: str, folders: Sequence[Path]) -> dict[str, Any] | None:
    """What the file of an entry says of its relations, or all that it says.

    A user's file is checked. Of a shipped one nothing but the fields needed is parsed, which takes
    a twentieth of the time; tests compare the two.
    """
    for folder in _FOLDERS:
        if found := _reading.find(folder, folders).get(name):
            if found.home != _reading.shipped():
                return _checked(found)
            return _parsed(yamlio.read_text(found.path), found.path)
    mechanisms = _reading.shipped() / "mechanisms.yaml"
    part = _names.parts_in_full(mechanisms).get(name)
    return _parsed(part, mechanisms) if part is not None else None


def _parsed(text: str, path: Path) -> dict[str, Any]:
    """The fields that `relations` reads."""
    fields = "".join(match[0] for match in _FIELDS.finditer(text + "\n"))
    data: dict[str, Any] = yamlio.parse(fields, str(path)).plain()
    return data


def _checked(found: Found) -> dict[str, Any]:
    from patternctl.catalog._patterns import read_pattern

    file = read_pattern(found)
    if file.model is None:
        raise CatalogError(*file.problems)
    return file.data
