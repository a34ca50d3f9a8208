"""What a generated project says of itself, and what follows from that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from patternctl import catalog, manifest, plugins, yamlio
from patternctl.generators.manifest import body
from patternctl.model.artefact import Order, Sources
from patternctl.model.finding import Finding
from patternctl.model.pattern import Pattern
from patternctl.model.system import System

FILE = "architecture.yaml"
_KINDS = ("slo", "chaos")
_COMMENT = "# This project as `patternctl lint` reads it. Keep it true.\n"


def system(fragments: Iterable[str]) -> System:
    """The architecture that units state together."""
    whole: dict[str, Any] = {}
    for text in fragments:
        _merge(whole, yamlio.parse(text, FILE).plain() or {})
    return manifest.from_text(json.dumps(whole), FILE)


def text(made: System) -> str:
    """Its manifest."""
    return _COMMENT + "\n".join(body(made)) + "\n"


def operations(made: System) -> dict[str, str]:
    """SLO rules and chaos experiments of the project, by path."""
    order = Order(made, (), _Sources())
    artefacts = (each for kind in _KINDS for each in plugins.load("artefacts", kind).make(order))
    return {f"ops/{each.path}": each.text for each in artefacts}


class _Sources(Sources):
    """The shipped catalog; a project is clean when it is made."""

    def findings(self, system: System) -> tuple[Finding, ...]:
        del system
        return ()

    def entries(self) -> Mapping[str, Pattern]:
        return catalog.each_entry()


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


def stated(made: System) -> Iterator[str]:
    """Patterns that a manifest adopts, by id."""
    yield from (each.pattern for each in made.architecture.patterns or ())
