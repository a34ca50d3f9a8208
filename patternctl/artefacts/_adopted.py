"""Adopted patterns with what the manifest says of the places where they are at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import NamedTuple

from patternctl.model import units
from patternctl.model.architecture import Adoption
from patternctl.model.architecture import Pattern as Stated
from patternctl.model.artefact import Order
from patternctl.model.finding import Finding
from patternctl.model.pattern import Pattern
from patternctl.model.system import ElementNames
from patternctl.rulekit import Facts
from patternctl.rulekit.adoption import adoptions

_SHARES = frozenset({"budget", "utilisation"})
_OWN = frozenset({"pattern", "name", "at", "steps", "commands", "queries"})


class Part(NamedTuple):
    """One adoption, or a pattern that was asked for by its id."""

    label: str
    """Its name in the manifest, else its id."""
    entry: Pattern
    services: tuple[str, ...]
    """Services that take part, in the order of the manifest; empty where it is all, or none."""
    settings: tuple[tuple[str, str], ...] = ()
    """What the manifest says of it, as it writes it."""
    unstated: tuple[str, ...] = ()
    """Settings that it leaves out."""
    whole: bool = False
    """Whether it is the whole system."""
    element: str = ""
    """Its name as findings have it; empty where it is not of the manifest."""

    @property
    def title(self) -> str:
        """Name of the adoption, and that of its pattern where it has another."""
        name = self.entry.name
        return name if self.label == self.entry.id else f"{self.label} ({name})"


def parts(order: Order) -> list[Part]:
    """Adoptions of the system, then the patterns that were asked for."""
    found = [*_adoptions(order)] if order.system else []
    asked = dict.fromkeys(order.patterns)
    return found + [Part(name, order.entries[name], ()) for name in asked]


def _adoptions(order: Order) -> Iterator[Part]:
    assert order.system is not None  # noqa: S101 -- asked by the only caller
    architecture = order.system.architecture
    names = ElementNames(architecture)
    place = {name: number for number, name in enumerate(architecture.services)}
    stated = architecture.patterns or ()
    for adopted, own in zip(adoptions(Facts(architecture)), stated, strict=True):
        element = names(adopted.path)
        label = element.removeprefix("patterns.").replace('"', "")
        services = tuple(sorted(adopted.services or (), key=lambda name: place.get(name, 0)))
        told, unstated = _settings(own)
        entry = order.entries[adopted.id]
        yield Part(label, entry, services, told, unstated, adopted.services is None, element)


def _settings(own: Stated) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Settings that are stated, as manifests write them, and the names of the others."""
    if isinstance(own, Adoption):
        return (), ()
    values = {key: getattr(own, key) for key in type(own).model_fields if key not in _OWN}
    told = tuple((key, _written(key, value)) for key, value in values.items() if value is not None)
    return told, tuple(key for key, value in values.items() if value is None)


def _written(key: str, value: object) -> str:
    if value == inf:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return units.format_ratio(value) if key in _SHARES else units.format_duration(value)
    if isinstance(value, dict):
        return ", ".join(value)
    every = getattr(value, "every", None)
    return str(value) if every is None else f"every {every} events"


def touching(findings: Iterable[Finding], part: Part) -> list[Finding]:
    """Findings about the adoption, and about what its pattern cures at services that take part."""
    services = [f"services.{name}" for name in part.services]
    about = part.entry.cures.keys() | {each.antipattern for each in part.entry.pitfalls}
    return [
        finding
        for finding in findings
        if (part.element and within(finding.element, part.element))
        or (finding.rule in about and any(within(finding.element, name) for name in services))
    ]


def within(element: str, outer: str) -> bool:
    """Whether an element is another, or a part of it."""
    return element == outer or element.startswith(f"{outer}.")
