"""What users are promised while something is broken, and when an experiment stops."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from patternctl.artefacts._chaos_faults import Challenge
from patternctl.model import units
from patternctl.model.architecture import Objective, Requirements
from patternctl.rulekit import Facts

PAGE = 14.4
"""Times the budget is burnt at which somebody is paged: 2 % of 30 days' in an hour (Site
Reliability Workbook, chapter 5). An experiment that burns faster is stopped."""
_FEWEST, _MOST = 20, 1000
"""Requests judged together: so many that one failure alone stops nothing, where that can be."""
_SLOW = 0.01
"""Share of requests that may be slower than the 99th percentile allows."""


class Promise(NamedTuple):
    """Objectives that hold for one experiment."""

    flow: str
    """Flow that they are of; empty where none goes through what is hit: those of the system."""
    availability: float | None
    latency: float | None
    """99th percentile in seconds."""

    @property
    def failed(self) -> float:
        """Share of requests that may fail before the experiment is stopped."""
        budget = 1 - self.availability if self.availability is not None else 0.0
        return round(min(1.0, PAGE * budget), 6)

    @property
    def slow(self) -> float:
        """Share of requests that may be slow before the experiment is stopped."""
        return round(PAGE * _SLOW, 6)

    @property
    def requests(self) -> int:
        """Requests that are judged together."""
        wanted = math.ceil(1 / self.failed) + 1 if self.failed else _FEWEST
        return min(_MOST, max(_FEWEST, wanted))

    @property
    def users(self) -> str:
        return f"users of {self.flow or 'the system'}"

    @property
    def kept(self) -> str:
        """What is probed, in words: the steady state."""
        failed = f"{units.format_ratio(self.failed)} fail" if self.failed else "none fails"
        text = f"of {self.requests} requests to CHAOS_URL "
        text += f"at most {failed}" if self.failed else failed
        if self.latency is None:
            return text
        late = f"longer than {units.format_duration(self.latency)}"
        return f"{text} and at most {units.format_ratio(self.slow)} take {late}"


def flows(facts: Facts | None) -> dict[str, set[str]]:
    """Services of each flow, critical flows first."""
    if facts is None:
        return {}
    stated = facts.architecture.flows
    order = sorted(stated, key=lambda name: stated[name].critical is not True)
    return {name: {stated[name].entry, *(hop.callee for hop in facts.hops(name))} for name in order}


def promise(facts: Facts | None, known: Mapping[str, set[str]], challenge: Challenge) -> Promise:
    """The objectives of the first flow that goes through what is hit, else the whole system's.

    Through a store or a broker go the flows of the services that use it. What the flow leaves out
    is the system's as well.
    """
    if facts is None:
        return Promise("", None, None)
    hit = {challenge.target} if challenge.target in facts.services else {*challenge.services}
    name = next((name for name, services in known.items() if hit & services), "")
    own = facts.architecture.flows[name].slo if name else None
    needs = facts.architecture.requirements or Requirements()
    availability, latency = _first(own, needs)
    return Promise(name, availability, None if latency == math.inf else latency)


def _first(own: Objective | None, needs: Requirements) -> tuple[float | None, float | None]:
    own = own or Objective()
    return (
        needs.availability if own.availability is None else own.availability,
        needs.latency_p99 if own.latency_p99 is None else own.latency_p99,
    )
