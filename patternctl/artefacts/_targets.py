"""What a manifest promises: of the system as a whole, and of each flow."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from patternctl.model import units
from patternctl.model.architecture import Objective, Requirements
from patternctl.model.system import System

NOT_STATED = "not stated"
_AVAILABLE = "requests that succeed / requests"
_LATENCY = "99th percentile of the time to answer"


class Target(NamedTuple):
    """A measure and what it should come to."""

    of: str
    """System, flow or pattern."""
    measure: str
    formula: str
    better: str
    """`higher` or `lower`."""
    target: str


def targets(system: System) -> list[Target]:
    """Measures of the system and of its flows; what is not stated says so."""
    return [*_targets(system)]


def _targets(system: System) -> Iterator[Target]:
    architecture = system.architecture
    needs = architecture.requirements or Requirements()
    whole = architecture.system
    yield Target(whole, "Availability", _AVAILABLE, "higher", ratio(needs.availability))
    yield Target(whole, "Latency", _LATENCY, "lower", duration(needs.latency_p99))
    told = str(needs.budget) if needs.budget else NOT_STATED
    yield Target(whole, "Cost", "bill of the infrastructure a month", "lower", told)
    for name, flow in architecture.flows.items():
        slo = flow.slo or Objective()
        of = f"flow {name}"
        yield Target(of, "Availability", _AVAILABLE, "higher", ratio(slo.availability))
        yield Target(of, "Latency", _LATENCY, "lower", duration(slo.latency_p99))


def ratio(value: float | None) -> str:
    """`99.9%`, or that it is not stated."""
    return NOT_STATED if value is None else units.format_ratio(value)


def duration(value: float | None) -> str:
    """`800ms`, `none`, or that it is not stated."""
    if value is None:
        return NOT_STATED
    return "none" if value == inf else units.format_duration(value)
