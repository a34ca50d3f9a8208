from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose, isfinite
from typing import NamedTuple

from patternctl.model.system import ElementPath
from patternctl.model.units import format_duration
from patternctl.rulekit import CallEdge, Facts, Hit, Lack
from patternctl.rulekit.wording import shortened


class _Wait(NamedTuple):
    """How long a service may wait for others before it can answer."""

    seconds: float
    text: str
    calls: tuple[CallEdge, ...]


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    circle = {name: group[0] for group in facts.sync_components for name in group}
    in_turn = _waits_in_turn(facts, circle)
    for callee, incoming in facts.calls_to.items():
        bounded = [edge for edge in incoming if _is_bounded(edge)]
        inner = facts.calls_from.get(callee, [])
        if not bounded or not inner:
            continue
        yield from _unknown(facts, inner)
        longest = _longest(inner)
        outward = _longest([edge for edge in inner if not _in_circle(edge, circle)])
        for edge in bounded:
            single = outward if _in_circle(edge, circle) else longest
            waits = [wait for wait in (single, in_turn.get(edge.path)) if wait is not None]
            yield from _compared(edge, waits)


def _is_bounded(edge: CallEdge) -> bool:
    return edge.call.patience is not None and isfinite(edge.call.patience)


def _in_circle(edge: CallEdge, circle: Mapping[str, str]) -> bool:
    """Whether the callee can lead back to the caller: such calls need not nest."""
    home = circle.get(edge.caller)
    return home is not None and circle.get(edge.callee) == home


def _unknown(facts: Facts, inner: list[CallEdge]) -> Iterator[Lack]:
    for edge in inner:
        if edge.call.patience is None and not facts.tells("timeouts"):
            yield Lack(edge.path, "timeout")
        elif _is_bounded(edge) and edge.call.attempts is None and not facts.tells("retries"):
            yield Lack(edge.path, "retry.attempts")


def _compared(edge: CallEdge, waits: list[_Wait]) -> Iterator[Hit]:
    """A hit where the longest of `waits` fills the time that `edge` leaves, or exceeds it."""
    timeout = edge.call.patience
    wait = max(waits, key=lambda wait: wait.seconds, default=None)
    if timeout is None or wait is None:
        return
    equal = isclose(timeout, wait.seconds)
    if equal or timeout < wait.seconds:
        yield Hit(
            edge.path,
            f"{edge.caller} gives {edge.callee} {format_duration(timeout)}, {edge.callee} may wait "
            f"{format_duration(wait.seconds)} {wait.text}",
            severity="warning" if equal else "error",
            related=tuple(call.path for call in wait.calls),
        )


def _span(edge: CallEdge) -> float:
    """Longest time a bounded call may take, in seconds, with its retries as far as they are stated.

    Waits between tries count with the first one's length, too little where they grow. A deadline
    over all tries ends them.
    """
    attempts = edge.call.attempts or 1
    delay = (edge.call.retry.delay if edge.call.retry else None) or 0.0
    waiting = delay * (attempts - 1) if isfinite(delay) else 0.0
    tries = (edge.call.patience or 0.0) * attempts + waiting
    return tries if edge.call.deadline is None else min(tries, edge.call.deadline)


def _longest(inner: list[CallEdge]) -> _Wait | None:
    edge = max(filter(_is_bounded, inner), key=_span, default=None)
    if edge is None:
        return None
    attempts = edge.call.attempts or 1
    tries = f" ({attempts} attempts)" if attempts > 1 else ""
    return _Wait(_span(edge), f"for {edge.callee}{tries}", (edge,))


def _waits_in_turn(facts: Facts, circle: Mapping[str, str]) -> dict[ElementPath, _Wait]:
    """By call, the longest sum of what its callee calls one after the other on a flow.

    Only flows with a `path` tell the order. Services that scatter and gather call side by side.
    """
    parallel = facts.adopters("scatter-gather")
    found: dict[ElementPath, _Wait] = {}
    for name, flow in facts.architecture.flows.items():
        if not flow.path:
            continue
        edges = [hop.edge for hop in facts.hops(name) if hop.kind == "sync" and hop.edge]
        sequence: dict[str, list[CallEdge]] = defaultdict(list)
        for edge in filter(_is_bounded, edges):
            if edge.caller not in parallel and not _in_circle(edge, circle):
                sequence[edge.caller].append(edge)
        for edge in edges:
            wait = _sum(sequence.get(edge.callee, []), name)
            known = found.get(edge.path)
            if wait and (known is None or known.seconds < wait.seconds):
                found[edge.path] = wait
    return found


def _sum(inner: list[CallEdge], flow: str) -> _Wait | None:
    if len(inner) < 2:
        return None
    seconds = sum(map(_span, inner))
    callees = " + ".join(shortened(edge.callee for edge in inner))
    return _Wait(seconds, f"on flow {flow}, one after the other: {callees}", tuple(inner))
