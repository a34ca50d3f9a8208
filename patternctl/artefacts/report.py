"""One page for a review: what is decided, drawn, found, promised, owned, proven and paid for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from patternctl import templating
from patternctl.artefacts._adopted import parts
from patternctl.artefacts._gaps import remark
from patternctl.artefacts._ownership import BETWEEN_TEAMS, LEGEND, Ownership, mismatches
from patternctl.artefacts._pictures import svg
from patternctl.artefacts._targets import targets
from patternctl.artefacts._views import Found
from patternctl.artefacts._views_system import containers, data_flow
from patternctl.artefacts._views_time import sequence
from patternctl.costing.bill import Design, bill, declared
from patternctl.costing.terms import terms
from patternctl.engine import sweep
from patternctl.engine.verify import REQUIREMENTS, Check, Verification, verify
from patternctl.errors import Location, Problem, UsageError
from patternctl.generators import dot, mermaid, plot
from patternctl.generators._amounts import money, span, spoken
from patternctl.generators._drawing import Drawing
from patternctl.model.architecture import FactKind
from patternctl.model.artefact import Artefact, Order
from patternctl.model.bill import Bill, Line, total
from patternctl.model.estimate import Estimate
from patternctl.model.finding import SEVERITIES, Finding, Severity
from patternctl.model.settings import CostSettings
from patternctl.model.system import ElementNames, System
from patternctl.rulekit import Facts
from patternctl.rulekit.decided import in_force

SUMMARY = "one HTML page for a review, readable on paper and without a network"
_OVER = "requests=1/s..100000/s"
_POINTS = 11
"""Values of the curve, two for each power of ten: each of them is a bill."""
_FLOWS = 4
"""Flows that are drawn; `patternctl generate diagram` draws all."""
_DRAWN = 150
"""Elements of a picture that can be read on a page."""
_JUDGED: tuple[FactKind, ...] = ("calls", "uses", "events", "patterns", "owners")
"""What rules have to see in full for their silence to mean that all is well."""
_ID = re.compile(r' id="[^"]*"')


class Cost(NamedTuple):
    """What an element costs a month, as the page shows it."""

    element: str
    low: str
    likely: str
    high: str
    note: str
    """What the amounts leave out."""


class Picture(NamedTuple):
    """A diagram as the page holds it: drawn, or as text where nothing here can draw it."""

    title: str
    svg: str
    """Empty where nothing here can draw it."""
    text: str
    about: str


class Answer(NamedTuple):
    """One answer of a decision, in the words of the tree."""

    question: str
    answer: str


def make(order: Order) -> Iterator[Artefact]:
    """The page. Raises `UsageError` without a system, and `InputError` for faulty prices."""
    system = order.system
    if system is None:
        hint = "name a manifest; `patternctl patterns show` tells of patterns alone"
        raise UsageError(Problem("a review is one of a system", hint=hint))
    architecture, adopted = system.architecture, parts(order)
    ownership = Ownership(system)
    misfits = mismatches(ownership, order.findings)
    made, drawn = _costs(system, order.costing)
    pictures = [*_pictures(system, order.findings)]
    values = {
        "system": architecture,
        "files": [*dict.fromkeys(PurePath(name).name for name in system.sources.texts)],
        "today": order.options.today,
        "findings": sorted(order.findings, key=lambda each: -SEVERITIES.index(each.severity)),
        "counts": _counts(order.findings),
        "place": partial(_place, system),
        "pieces": _pieces,
        "findings_gap": remark(architecture, *_JUDGED, some=bool(order.findings)),
        "decisions": [*_decisions(system)],
        "parts": adopted,
        "parts_gap": remark(architecture, "patterns", some=bool(adopted)),
        "bill": made,
        "span": span,
        "costs": [*_rows(made)],
        "assumed": [(each, spoken(each.measure, each.value)) for each in made.assumptions],
        "curve": drawn,
        "targets": targets(system),
        "teams": ownership.teams,
        "sizes": ownership.sizes,
        "elements": ownership.elements(),
        "legend": LEGEND,
        "mismatches": misfits,
        "mismatches_gap": remark(architecture, *BETWEEN_TEAMS, some=bool(misfits)),
        **_proven(verify(system, order.options.today)),
    }
    step = "open report/index.html in a browser, or print it"
    undrawn = [each._replace(svg="") for each in pictures]
    text, basis = (
        templating.render("report/page.html.j2", {**values, **more}, order.templates)
        for more in ({"pictures": pictures}, {"pictures": undrawn, "today": ""})
    )
    yield Artefact("report/index.html", text, step, basis=basis)


def _place(system: System, where: Location) -> str:
    """`line 12` of the file that the page names, else `other.yaml:12`."""
    if where.file != system.name:
        return f"{where.file}:{where.line}" if where.line else where.file
    return f"line {where.line}" if where.line else ""


def _pieces(text: str) -> list[str]:
    """A sentence of the catalog in parts: text, code, text, …"""
    return text.split("`")


def _proven(found: Verification) -> dict[str, object]:
    """What verification asks of each adoption, a row each, and how much of it is proven."""
    rows: dict[str, dict[str, Check]] = {}
    for check in found.checks:
        rows.setdefault(check.adoption, {})[check.requirement] = check
    return {
        "requirements": REQUIREMENTS,
        "proofs": rows,
        "asked": len(found.checks),
        "proven": len(found.checks) - len(found.missing),
    }


def _counts(findings: Sequence[Finding]) -> dict[Severity, int]:
    return {
        severity: sum(each.severity == severity for each in findings)
        for severity in reversed(SEVERITIES)
    }


# Diagrams


def _pictures(system: System, findings: Sequence[Finding]) -> Iterator[Picture]:
    """What runs, what it says to one another, and the first flows, with findings on them."""
    facts = Facts(system.architecture)
    found = Found(ElementNames(system.architecture), findings)
    if not facts.services:
        return
    for title, canvas in (("Containers", containers(facts)), ("Data flow", data_flow(facts))):
        yield _picture(title, canvas.drawn(title, found)[0], len(canvas.nodes))
    for name in [*facts.architecture.flows][:_FLOWS]:
        if drawn := sequence(facts, name, found):
            yield _picture(f"Flow {name}", drawn[0], len(facts.hops(name)))


def _picture(title: str, drawing: Drawing, size: int) -> Picture:
    if size > _DRAWN:
        return Picture(title, "", "", f"Too large for a page: {size} elements.")
    drawn = svg(dot.render(drawing)) or ""
    # names that several pictures would share, and what only a file of its own begins with
    inner = _ID.sub("", drawn[drawn.find("<svg") :]) if drawn else ""
    return Picture(title, inner, mermaid.render(drawing), drawing.description)


def _decisions(system: System) -> Iterator[dict[str, object]]:
    """Decisions in force, with questions and answers in the words of their trees."""
    facts = Facts(system.architecture)
    for recorded in in_force(facts):
        own = recorded.decision
        tree = facts.knowledge.tree(own.tree)
        answers = []
        for name, choice in own.answers.items():
            asked = tree.asked.get(name) if tree else None
            option = asked.choices.get(choice) if asked else None
            answers.append(Answer(asked.ask if asked else name, option.label if option else choice))
        yield {"own": own, "title": tree.title if tree else own.tree, "answers": answers}


class Curve(NamedTuple):
    """The infrastructure over the requests."""

    svg: str
    """Empty where no amount is known."""
    gap: str
    """Why it has none at some numbers of requests; empty where it has."""


def _costs(system: System, settings: CostSettings) -> tuple[Bill, Curve]:
    """The bill, and its infrastructure over the requests."""
    found = terms(settings, system)
    design = declared(found)
    return bill(design), _curve(design)


def _curve(design: Design) -> Curve:
    over = sweep.parse(_OVER, design.terms.costs)
    try:
        rows = sweep.sweep([design], over.driver, sweep.values(over, _POINTS)).rows
    except ValueError:  # it has no cost at any number of requests, which the table tells
        return Curve("", "")
    gaps = (reason for row in rows for reason in row.readings[0].unknown)
    points = [(row.value, *_amounts(row.readings[0])) for row in rows]
    label = f"{design.terms.prices.book.currency} a month"
    title = "Infrastructure over requests"
    return Curve(plot.svg(title, over.title, label, [(design.title, points)]), next(gaps, ""))


def _amounts(reading: sweep.Reading) -> Estimate | tuple[None, None, None]:
    return (None, None, None) if reading.unknown else reading.infrastructure


def _rows(made: Bill) -> Iterator[Cost]:
    """A row for each element, people last."""
    found: dict[tuple[bool, str], list[Line]] = {}
    for line in made.lines:
        found.setdefault((line.people, line.id.rpartition("/")[0]), []).append(line)
    for (people, element), lines in sorted(found.items(), key=lambda entry: entry[0][0]):
        known = [line.cost for line in lines if line.cost is not None]
        note = "; ".join(dict.fromkeys(line.unknown for line in lines if line.unknown))
        name = element.removeprefix(f"{made.name}/")
        shown = f"{name} (people)" if people else name
        low, likely, high = map(money, total(known)) if known else ("", "", "")
        yield Cost(shown, low, likely, high, note)
