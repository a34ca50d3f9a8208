"""Measures: what the system is held to, and whether each adopted pattern pays off."""

from __future__ import annotations

from collections.abc import Iterator

from patternctl import templating
from patternctl.artefacts._adopted import parts
from patternctl.artefacts._gaps import remark
from patternctl.artefacts._markdown import inline, sheet
from patternctl.artefacts._targets import NOT_STATED, Target, targets
from patternctl.model.artefact import Artefact, Order

SUMMARY = "measures with formula and target, of the system and of each adopted pattern"
_HEADS = ("of", "measure", "formula", "better", "target", "target from")


def make(order: Order) -> Iterator[Artefact]:
    """A page, and the same as a sheet to fill in."""
    own = targets(order.system) if order.system else []
    architecture = order.system.architecture if order.system else None
    found = parts(order)
    measures = [  # the catalog knows which way is good, and no system's target
        Target(part.title, each.name, each.measure, each.better, NOT_STATED)
        for part in found
        for each in part.entry.kpis
    ]
    objectives = [
        Target(part.title, slo.title, f"{slo.good} / {slo.total}", "higher", slo.objective.says)
        for part in found
        for slo in part.entry.slos.values()
    ]
    values = {
        "system": architecture.system if architecture else "",
        "targets": own,
        "measures": measures,
        "objectives": objectives,
        "adopted": bool(found),
        "gap": remark(architecture, "patterns", some=bool(found)) if architecture else "",
        "md": inline,
    }
    text = templating.render("kpi/kpis.md.j2", values, order.templates)
    step = "agree on a target for each measure that has none, and write down today's value"
    yield Artefact("kpi/README.md", text, step)
    rows = [
        *((*each, "the manifest") for each in own if each.target != NOT_STATED),
        *((*each, "a proposal of the catalog") for each in objectives),
        *((*each, "") for each in (*own, *measures) if each.target == NOT_STATED),
    ]
    yield Artefact("kpi/kpis.csv", sheet(_HEADS, rows))
