"""Teams: who owns what, who needs whom, and where structure and teams do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from patternctl import templating
from patternctl.artefacts._adopted import Part, parts
from patternctl.artefacts._gaps import remark, unlisted
from patternctl.artefacts._markdown import inline, sheet
from patternctl.artefacts._ownership import (
    BETWEEN_TEAMS,
    LEGEND,
    NOT_STATED,
    Element,
    Ownership,
    mismatches,
)
from patternctl.errors import Problem, UsageError
from patternctl.model.artefact import Artefact, Order
from patternctl.rulekit.wording import listed

SUMMARY = "team topology, ownership matrix, and where structure and teams do not fit"
_WIDEST = 12
"""Teams that a matrix on a page has columns for; the sheet has all of them."""


def make(order: Order) -> Iterator[Artefact]:
    """A page, and the ownership matrix as a sheet. Raises `UsageError` without a system."""
    if order.system is None:
        hint = "name a manifest; what a pattern asks of teams is told by `patternctl patterns show`"
        raise UsageError(Problem("teams are those of a system", hint=hint))
    architecture = order.system.architecture
    ownership = Ownership(order.system)
    elements = ownership.elements()
    values = {
        "system": architecture.system,
        "teams": [_team(name, ownership, elements) for name in ownership.teams],
        "columns": ownership.teams if len(ownership.teams) <= _WIDEST else [],
        "elements": elements,
        "legend": LEGEND,
        "between": ownership.between(),
        "mismatches": mismatches(ownership, order.findings),
        "unlisted": remark(architecture, *BETWEEN_TEAMS, some=False),
        "parts": _distinct(parts(order)),
        "unlisted_patterns": remark(architecture, "patterns", some=False),
        "not_stated": [*_unstated(ownership, elements)],
        "md": inline,
    }
    yield Artefact("team/README.md", templating.render("team/page.md.j2", values, order.templates))
    heads = ["kind", "name", "owner", *ownership.teams]
    rows = [
        [each.kind, each.name, each.owner, *map(each.letters, ownership.teams)] for each in elements
    ]
    yield Artefact("team/ownership.csv", sheet(heads, rows))


def _team(name: str, ownership: Ownership, elements: list[Element]) -> dict[str, object]:
    owned = {
        f"{kind}s": [e.name for e in elements if e.kind == kind and "O" in e.teams.get(name, ())]
        for kind in ("service", "store", "event")
    }
    size = ownership.sizes.get(name)
    return {
        "name": name,
        "size": size or NOT_STATED,
        "description": ownership.descriptions.get(name, ""),
        **owned,
    }


def _distinct(found: list[Part]) -> list[Part]:
    """One part for each pattern: what people must know is the same wherever it is adopted."""
    return [*{part.entry.id: part for part in reversed(found)}.values()][::-1]


def _unstated(ownership: Ownership, elements: list[Element]) -> Iterator[str]:
    if not ownership.teams:
        yield "teams: no service names one (`team`), and there is no block `teams`"
    lacking = [each for each in elements if ownership.teams and each.owner == NOT_STATED]
    for kind in ("service", "store", "event"):
        names = [inline(each.name) for each in lacking if each.kind == kind]
        if names:
            yield f"owners of {kind}s: {', '.join(names)}"
    if sizes := [inline(name) for name in ownership.teams if not ownership.sizes.get(name)]:
        yield f"people of teams: {', '.join(sizes)}"
    if words := unlisted(ownership.facts.architecture, *BETWEEN_TEAMS, "patterns"):
        yield f"all {listed(words)}: what is missing below may be there all the same"
