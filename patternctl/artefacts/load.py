"""Load profiles for k6 and Locust, as large as the workload and as strict as the objectives."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from patternctl.artefacts._names import slugs
from patternctl.errors import Problem, UsageError
from patternctl.model.architecture import Architecture, Flow
from patternctl.model.artefact import Artefact, Order
from patternctl.model.system import System

SUMMARY = "load profiles (k6 and Locust) sized from the workload and the objectives"

_RAMP, _HOLD = 120, 600
"""Seconds of a change and of a level: long enough for pools, caches and autoscalers; a proposal."""
_ASSUMED = 1.0
"""Seconds that a request takes at most where no objective says it, to have enough users at hand."""
_BUSIEST = 10.0
"""Most requests a second that one simulated user sends."""


class _Kind(NamedTuple):
    """One kind of request."""

    name: str
    average: float
    """Requests a second."""
    availability: float | None
    latency: float | None
    """Seconds in which 99 of 100 have to be answered."""


def make(order: Order) -> Iterator[Artefact]:
    """A script for k6 and a file for Locust with the same flows, rates and limits."""
    from patternctl.templating import render

    if order.system is None:
        hint = "name the manifest of the system after the kind"
        raise UsageError(Problem("load is that of a system, of which no pattern tells", hint=hint))
    values = _values(order.system.architecture, _kinds(order.system))
    step = "run the load test where nobody is served, with k6 or Locust, as the files in load/ tell"
    for name in ("k6.js", "locustfile.py"):
        yield Artefact(f"load/{name}", render(f"load/{name}.j2", values, order.templates), step)


def _kinds(system: System) -> list[_Kind]:
    """Every kind of request with its rate. Raises `UsageError` with all rates that are missing."""
    stated = system.architecture
    whole = stated.workload.requests if stated.workload else None
    flows = stated.flows
    if not flows:
        if not whole:
            raise UsageError(_lacking(system, "workload"))
        return [_kind(stated, "requests", None, whole)]
    rates = {name: flow.requests for name, flow in flows.items()}
    unknown = [name for name, rate in rates.items() if rate is None]
    left = (whole or 0.0) - sum(rate for rate in rates.values() if rate is not None)
    if unknown and left <= 0:
        raise UsageError(*(_lacking(system, "flows", name) for name in unknown))
    found = {name: left / len(unknown) if rate is None else rate for name, rate in rates.items()}
    if not any(found.values()):
        raise UsageError(_problem(system, "every flow has a rate of 0", "flows"))
    return [_kind(stated, name, flows[name], rate) for name, rate in found.items() if rate]


def _lacking(system: System, *path: str) -> Problem:
    return _problem(system, f"`{'.'.join(path)}.requests` is not stated", *path)


def _problem(system: System, message: str, *path: str) -> Problem:
    hint = "state how much is asked, such as 120/s"
    return Problem(message, system.sources.locate(path), hint)


def _kind(stated: Architecture, name: str, flow: Flow | None, rate: float) -> _Kind:
    needs, slo = stated.requirements, flow.slo if flow else None
    availability = (slo.availability if slo else None) or (needs.availability if needs else None)
    latency = (slo.latency_p99 if slo else None) or (needs.latency_p99 if needs else None)
    return _Kind(name, rate, availability, None if latency == math.inf else latency)


def _values(stated: Architecture, kinds: list[_Kind]) -> Mapping[str, object]:
    """What the templates are filled with; text is quoted already."""
    peak = (stated.workload.peak_factor if stated.workload else None) or 1.0
    names = slugs(kind.name for kind in kinds)
    patience = max(kind.latency or _ASSUMED for kind in kinds)
    return {
        "system": json.dumps(stated.system),
        "flows": [_shown(kind, names[kind.name]) for kind in kinds],
        "peak": _number(peak),
        "stages": [*_stages(peak)],
        "per_user": _number(min(_BUSIEST, 1 / (2 * patience))),
        "notes": [json.dumps(note)[1:-1] for note in _notes(stated, kinds)],
    }


def _shown(kind: _Kind, slug: str) -> dict[str, str]:
    """A flow in numbers that JavaScript and Python read alike; 0 is "no limit"."""
    failed = 0.0 if kind.availability is None else 1 - kind.availability
    return {
        "name": json.dumps(kind.name),
        "variable": json.dumps(f"PATH_{slug.upper().replace('-', '_')}"),
        "rate": _number(kind.average),
        "limited": "1" if kind.availability is not None else "0",
        "failed": _number(failed),
        "within": _number(kind.latency or 0.0),
        "busy": _number(kind.latency or _ASSUMED),
    }


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _stages(peak: float) -> Iterator[tuple[int, str]]:
    """(seconds, multiple of the average at their end): up, level, peak, and back."""
    yield _RAMP, "1"
    yield _HOLD, "1"
    if peak > 1:
        yield _RAMP, _number(peak)
        yield _HOLD, _number(peak)
        yield _RAMP, "1"
        yield _HOLD, "1"
    yield _RAMP, "0"


def _notes(stated: Architecture, kinds: list[_Kind]) -> Iterator[str]:
    """What the manifest does not say, or says in two ways."""
    yield "not stated: method, path, headers and body of each flow; a path is set with PATH_<FLOW>"
    work = stated.workload
    if not stated.flows:
        yield "not stated: flows; all requests are of one kind"
    elif work and work.requests and all(flow.requests for flow in stated.flows.values()):
        yield from _difference(work.requests, sum(kind.average for kind in kinds))
    for name, flow in stated.flows.items():
        if flow.requests is None:
            yield f"not stated: requests of {name}; it gets an equal part of what the others leave"
    if work is None or work.peak_factor is None:
        yield "not stated: workload.peak_factor; the load stays at the average"
    for kind in kinds:
        if kind.availability is None:
            yield f"not stated: availability of {kind.name}; failures break nothing"
        if kind.latency is None:
            yield f"not stated: latency_p99 of {kind.name}; slowness breaks nothing"


def _difference(whole: float, flows: float) -> Iterator[str]:
    gap = whole - flows
    if abs(gap) <= whole * 1e-9:
        return
    size = f"{_number(abs(gap))}/s"
    if gap > 0:
        yield f"{size} of workload.requests belong to no flow and are left out"
    else:
        yield f"the flows add up to {size} more than workload.requests; theirs are taken"
