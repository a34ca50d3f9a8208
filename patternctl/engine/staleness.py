"""How stale reads of replicated data are: the WARS model of Probabilistically Bounded Staleness.

A write goes to all replicas and commits when the first few have acknowledged it; a read goes to
all replicas some time later and returns the newest of the first few answers. Four legs per
replica decide what it sees: write, acknowledgement, read, response. The figures of
`catalog/patterns/read-repair.yaml` that cite the model are recomputed from here, by the tests.

Source: Bailis et al., Probabilistically Bounded Staleness for Practical Partial Quorums,
PVLDB 5(8), 2012, section 4.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple


class Legs(NamedTuple):
    """One-way latencies of a write and a later read at one replica, in one unit of time."""

    write: float
    ack: float
    read: float
    response: float


Sampler = Callable[[Random], Sequence[Legs]]
"""Draws the legs of every replica for one write and one read."""


def pbs_consistency(
    sample: Sampler, read: int, write: int, after: float, *, draws: int, seed: int
) -> float:
    """Probability that a read sees the last write, when it starts `after` that was committed.

    `read`, `write`: answers waited for; `after`: in the unit of the legs; `draws`: number of
    trials, the standard error is at most 0.5 / sqrt(draws).
    Raises `ValueError` for quorums that the replicas cannot give, or no draws.
    """
    delays = visibility(sample, read, write, draws=draws, seed=seed)
    return bisect_right(delays, after) / len(delays)


def t_visibility(
    sample: Sampler, read: int, write: int, probability: float, *, draws: int, seed: int
) -> float:
    """Time after commit from which reads see the last write with that probability.

    In the unit of the legs; 0 where reads do so at once. Raises `ValueError` as
    `pbs_consistency`, and for a probability outside 0 to less than 1.
    """
    if not 0 <= probability < 1:
        raise ValueError(f"probability is {probability:g}, should be from 0 to less than 1")
    delays = visibility(sample, read, write, draws=draws, seed=seed)
    return max(0.0, delays[int(probability * len(delays))])


def latencies(
    sample: Sampler, read: int, write: int, *, draws: int, seed: int
) -> tuple[list[float], list[float]]:
    """For each trial how long a read and a write take that wait for so many answers, sorted.

    In the unit of the legs. Raises `ValueError` as `pbs_consistency`.
    """
    trials = [_answered(legs, read, write) for legs in _trials(sample, draws, seed)]
    return sorted(time for time, _ in trials), sorted(time for _, time in trials)


def visibility(sample: Sampler, read: int, write: int, *, draws: int, seed: int) -> list[float]:
    """For each trial the shortest time after commit at which the read is consistent, sorted.

    Negative where even a read that had started before the commit would have been.
    Raises `ValueError` as `pbs_consistency`.
    """
    return sorted(_visible_after(legs, read, write) for legs in _trials(sample, draws, seed))


def _trials(sample: Sampler, draws: int, seed: int) -> Iterator[Sequence[Legs]]:
    if draws < 1:
        raise ValueError(f"draws is {draws}, should be 1 or more")
    random = Random(seed)  # noqa: S311 - a simulation, nothing secret
    return (sample(random) for _ in range(draws))


def _visible_after(replicas: Sequence[Legs], read: int, write: int) -> float:
    _, committed = _answered(replicas, read, write)
    first = sorted(replicas, key=lambda legs: legs.read + legs.response)[:read]
    return min(legs.write - legs.read for legs in first) - committed


def _answered(replicas: Sequence[Legs], read: int, write: int) -> tuple[float, float]:
    """When the answers waited for are there, of a read and of a write."""
    if not (1 <= read <= len(replicas) and 1 <= write <= len(replicas)):
        raise ValueError(f"quorums are from 1 to {len(replicas)}, the number of replicas")
    reads = sorted(legs.read + legs.response for legs in replicas)
    writes = sorted(legs.write + legs.ack for legs in replicas)
    return reads[read - 1], writes[write - 1]
