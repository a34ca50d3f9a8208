"""What a generated project says of itself, and what follows from that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from patternctl import catalog, manifest, plugins, yamlio
from patternctl.errors import Problem, UsageError
from patternctl.generators.manifest import body
from patternctl.model.artefact import Order, Sources
from patternctl.model.finding import Finding
from patternctl.model.pattern import Pattern
from patternctl.model.system import System

FILE = "architecture.yaml"
_KINDS = ("slo", "chaos")
_RENAME = "give the project another name: `patternctl scaffold new NAME --from ...`"
_COMMENT = "# This project as `patternctl lint` reads it. Keep it true.\n"


_OWN = ("services", "stores")
"""Kinds of elements of which a name of the manifest must mean none of the project's own."""


def system(fragments: Mapping[str, str], stated: str) -> System:
    """The architecture that units state together, by the name of each.

    Raises `UsageError` where the unit `stated`, which speaks of a manifest's services, has names
    of the other units' elements: they would be one in the project's manifest.
    """
    parsed = {unit: yamlio.parse(text, FILE).plain() or {} for unit, text in fragments.items()}
    own: dict[str, Any] = {}
    for unit, each in parsed.items():
        if unit != stated:
            _merge(own, each)
    problems = [
        Problem(f"the manifest and the project both have a {kind[:-1]} called {name}", hint=_RENAME)
        for kind in _OWN
        for name in parsed.get(stated, {}).get(kind, {})
        if name in own.get(kind, {})
    ]
    if problems:
        raise UsageError(*problems)
    whole: dict[str, Any] = {}
    for each in parsed.values():
        _merge(whole, each)
    if "patterns" in whole:
        whole["patterns"] = _adoptions(whole["patterns"])
    return manifest.from_text(json.dumps(whole), FILE)


def text(made: System) -> str:
    """Its manifest."""
    return _COMMENT + "\n".join(body(made)) + "\n"


def operations(made: System, counted: Iterable[str]) -> dict[str, str]:
    """SLO rules and chaos experiments of the project, by path.

    `counted` are the ids of those of the catalog's objectives whose events the project counts: the
    others would be alarms that nothing feeds.
    """
    order = Order(made, (), _Sources(frozenset(counted)))
    artefacts = (each for kind in _KINDS for each in plugins.load("artefacts", kind).make(order))
    return {f"ops/{each.path}": each.text for each in artefacts}


class _Sources(Sources):
    """The shipped catalog; a project is clean when it is made."""

    def __init__(self, counted: frozenset[str]) -> None:
        super().__init__()
        self._counted = counted

    def findings(self, system: System) -> tuple[Finding, ...]:
        del system
        return ()

    def entries(self) -> Mapping[str, Pattern]:
        return {id_: self._with_counted(entry) for id_, entry in catalog.each_entry().items()}

    def _with_counted(self, entry: Pattern) -> Pattern:
        slos = {
            name: each for name, each in entry.slos.items() if f"{entry.id}-{name}" in self._counted
        }
        return entry.model_copy(update={"slos": slos})


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add what is new: mappings key by key, lists at the end, and words in place of others."""
    for key, value in more.items():
        before = into.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            _merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            into[key] = [*before, *(each for each in value if each not in before)]
        else:
            into[key] = value


def _adoptions(stated: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each pattern once, with all that adopt it."""
    found: dict[str, dict[str, Any]] = {}
    for adoption in stated:
        first = found.setdefault(adoption["pattern"], dict(adoption))
        at = dict.fromkeys((*first.get("at", ()), *adoption.get("at", ())))
        found[adoption["pattern"]] = {**adoption, **first, "at": [*at]}
    return [*found.values()]
