"""Every objective of an order: what its manifest states, and what the catalog proposes."""

from __future__ import annotations

from patternctl.artefacts import _slo_proposals, _slo_stated
from patternctl.artefacts._slo_model import Found, Objective, Omitted, named
from patternctl.artefacts._slo_settings import Settings
from patternctl.engine import slo
from patternctl.errors import Problem
from patternctl.model.artefact import Order
from patternctl.model.system import System


def collect(order: Order, settings: Settings) -> Found:
    """Every objective of the order; those of the manifest only where no patterns are asked for."""
    omitted: list[Omitted] = []
    problems: list[Problem] = []
    found: list[Objective] = []
    if order.system and not order.patterns:
        for each in _slo_stated.objectives(order.system, settings, omitted):
            one = each.objective
            why = "takes no time at all" if not one.good else ""
            why = why or slo.refusal(one.target, int(settings.period), one.severities)
            if why and each.promise:
                problems.append(_refused(order.system, each, why))
            elif why:
                omitted.append(Omitted(one.title, f"{each.written} {why}"))
            else:
                found.append(one)
    for proposal in _slo_proposals.objectives(order, settings):
        if isinstance(proposal, Omitted):
            omitted.append(proposal)
        else:
            found.append(proposal)
    return Found(named(found), tuple(omitted), tuple(problems))


def _refused(system: System, stated: _slo_stated.Stated, why: str) -> Problem:
    name = ".".join(str(key) for key in stated.path)
    hint = "state what users notice and the parts can keep, such as 99.9% or 300ms"
    return Problem(f"{name}: {stated.written} {why}", system.sources.locate(stated.path), hint)
