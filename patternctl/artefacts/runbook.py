"""Runbooks: for each adopted pattern what is seen, what to look at, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from patternctl import templating
from patternctl.artefacts._adopted import Part, parts, touching
from patternctl.artefacts._markdown import inline, table
from patternctl.artefacts._names import slugs
from patternctl.errors import Problem, UsageError
from patternctl.model.architecture import Architecture, Service
from patternctl.model.artefact import Artefact, Order
from patternctl.rulekit import Facts

SUMMARY = "what to look at and what to do when an adopted pattern misbehaves"
_FOLDER = "runbooks"
_INDEX = " readme"
"""Has the file name of no adoption, as long as no name of these has a blank in it."""
_SHOWN = 12
"""Services that are named at each symptom; the page begins with all of them."""


class _Place(NamedTuple):
    """A service that takes part, with what belongs to it."""

    name: str
    team: str | None
    stores: tuple[str, ...]
    sends: tuple[str, ...]
    receives: tuple[str, ...]
    calls: tuple[str, ...]

    def __str__(self) -> str:
        """In one line, escaped: where to look."""
        kinds = {
            "stores": self.stores,
            "sends": self.sends,
            "receives": self.receives,
            "calls": self.calls,
        }
        team = f"team {inline(self.team)}" if self.team else "team not stated"
        told = [f"{kind} {', '.join(map(inline, names))}" for kind, names in kinds.items() if names]
        return f"**{inline(self.name)}** ({'; '.join([team, *told])})"


def make(order: Order) -> Iterator[Artefact]:
    """A runbook for each adopted pattern, and their index by symptom.

    Raises `UsageError` where no pattern is adopted and none was asked for.
    """
    found = parts(order)
    if not found:
        hint = "state them under `patterns:`, or name one with --pattern"
        raise UsageError(Problem("there is no adopted pattern to write a runbook for", hint=hint))
    files = slugs([_INDEX, *(part.label for part in found)])
    rows = []
    for part in found:
        places = _places(order, part)
        teams = dict.fromkeys(place.team or "not stated" for place in places)
        yield Artefact(f"{_FOLDER}/{files[part.label]}.md", _page(order, part, places))
        link = f"[{inline(part.title)}]({files[part.label]}.md)"
        services = ", ".join(place.name for place in places) or "not stated"
        rows += [
            (inline(each.symptom), link, inline(services), inline(", ".join(teams) or "not stated"))
            for each in part.entry.runbook
        ]
    values = {"rows": rows}
    text = templating.render(f"{_FOLDER[:-1]}/index.md.j2", values, order.templates)
    yield Artefact(
        f"{_FOLDER}/README.md", text, "rehearse each runbook once with whoever is on call"
    )


def _page(order: Order, part: Part, places: list[_Place]) -> str:
    values = {
        "part": part,
        "entry": part.entry,
        "places": places,
        "shown": places[:_SHOWN],
        "findings": touching(order.findings, part),
        "md": inline,
        "table": table,
        "not_stated": [*_unstated(order, part, places)],
    }
    return templating.render("runbook/page.md.j2", values, order.templates)


def _places(order: Order, part: Part) -> list[_Place]:
    """Services that take part; every service where it is the whole system."""
    if order.system is None:
        return []
    architecture = order.system.architecture
    facts = Facts(architecture)
    names = part.services
    if part.whole:
        names = tuple(
            name
            for name in architecture.services
            if not (facts.is_infrastructure(name) or facts.is_external(name))
        )
    return [
        _place(name, architecture.services[name], architecture)
        for name in names
        if name in architecture.services
    ]


def _place(name: str, service: Service, architecture: Architecture) -> _Place:
    return _Place(
        name,
        service.team,
        tuple(_engine(use.store, architecture) for use in service.uses),
        tuple(_carried(each.event, architecture) for each in service.publishes),
        tuple(_carried(each.event, architecture) for each in service.consumes),
        tuple(dict.fromkeys(call.to for call in service.calls)),
    )


def _engine(store: str, architecture: Architecture) -> str:
    """`orders-db (postgres)`."""
    declared = (architecture.stores or {}).get(store)
    engine = declared and (declared.engine or declared.kind)
    return f"{store} ({engine})" if engine else store


def _carried(event: str, architecture: Architecture) -> str:
    """`order-placed through kafka`."""
    declared = (architecture.events or {}).get(event)
    return f"{event} through {declared.broker}" if declared and declared.broker else event


def _unstated(order: Order, part: Part, places: list[_Place]) -> Iterator[str]:
    """What somebody at night would like to know and the manifest does not say."""
    if order.system is None:
        return
    if part.whole:
        yield "at which services it is at work (`at`); every service of the system is listed"
    yield from (f"who owns {inline(place.name)} (`team`)" for place in places if not place.team)
    yield from (f"`{key}` of this adoption" for key in part.unstated)
