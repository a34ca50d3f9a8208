"""How stale reads of replicated data are: the WARS model of Probabilistically Bounded Staleness.

A write goes to all replicas and commits when the first few have acknowledged it; a read goes to
all replicas some time later and returns the newest of the first few answers. Four legs per
replica decide what it sees: write, acknowledgement, read, response.

Source: Bailis et al., Probabilistically Bounded Staleness for Practical Partial Quorums,
PVLDB 5(8), 2012, section 4.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
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


def visibility(sample: Sampler, read: int, write: int, *, draws: int, seed: int) -> list[float]:
    """For each trial the shortest time after commit at which the read is consistent, sorted.

    Negative where even a read that had started before the commit would have been.
    Raises `ValueError` as `pbs_consistency`.
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}, should be 1 or more")
    random = Random(seed)  # noqa: S311 - a simulation, nothing secret
    return sorted(_visible_after(sample(random), read, write) for _ in range(draws))


def _visible_after(replicas: Sequence[Legs], read: int, write: int) -> float:
    if not (1 <= read <= len(replicas) and 1 <= write <= len(replicas)):
        raise ValueError(f"quorums are from 1 to {len(replicas)}, the number of replicas")
    committed = sorted(legs.write + legs.ack for legs in replicas)[write - 1]
    first = sorted(replicas, key=lambda legs: legs.read + legs.response)[:read]
    return min(legs.write - legs.read for legs in first) - committed
