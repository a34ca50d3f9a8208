import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog
from patternctl.engine.staleness import (
    Legs,
    Sampler,
    latencies,
    pbs_consistency,
    t_visibility,
    visibility,
)
from patternctl.model.pattern import Pattern

# Bailis et al., PVLDB 5(8), 2012: fits of production latencies, in milliseconds
Leg = Callable[[Random], float]
REPLICAS = 3
DRAWS = 50_000


def fit(share: float, least: float, shape: float, rate: float) -> Leg:
    """A Pareto body for that share of messages, an exponential for the others."""

    def leg(random: Random) -> float:
        if random.random() < share:
            return least * random.paretovariate(shape)
        return random.expovariate(rate)

    return leg


SSD = fit(0.9122, 0.235, 10, 1.66)
DISK = fit(0.38, 1.05, 1.51, 0.183)
YAMMER_WRITE, YAMMER = fit(0.939, 3, 3.35, 0.0028), fit(0.982, 1.5, 3.8, 0.0217)


def replicas(write: Leg, other: Leg) -> Sampler:
    def sample(random: Random) -> list[Legs]:
        return [
            Legs(write(random), other(random), other(random), other(random))
            for _ in range(REPLICAS)
        ]

    return sample


def far_apart(random: Random) -> list[Legs]:
    """Disks in three places, 75 ms away from each other; writer and reader each near one."""
    near_writer, near_reader = random.randrange(REPLICAS), random.randrange(REPLICAS)
    legs = []
    for place, near in enumerate(replicas(DISK, SSD)(random)):
        there, back = 75.0 * (place != near_writer), 75.0 * (place != near_reader)
        legs.append(
            Legs(near.write + there, near.ack + there, near.read + back, near.response + back)
        )
    return legs


ON_SSD, ON_DISK, AT_YAMMER = replicas(SSD, SSD), replicas(DISK, SSD), replicas(YAMMER_WRITE, YAMMER)


SAMPLERS = {"ssd": ON_SSD, "disk": ON_DISK, "wan": far_apart, "yammer": AT_YAMMER}


# The figures of the catalog that rest on the model


@cache
def read_repair() -> Pattern:
    return catalog.entries()["read-repair"]


def told(text: str, unit: str) -> list[float]:
    """The numbers of a text before a unit: `97.4 %, 43.7 and 33 %` has three."""
    number = r"\d[\d,]*(?:\.\d+)?"
    lists = re.findall(rf"((?:{number}(?:, | and ))*{number}) {unit}", text)
    return [float(each.replace(",", "")) for each in re.findall(number, " ".join(lists))]


def error(share: float, draws: int = DRAWS) -> float:
    """What a share that is counted in so many draws may be off: four standard errors."""
    return 4 * math.sqrt(share * (1 - share) / draws)


@cache
def drawn(name: str) -> list[Sequence[Legs]]:
    random = Random(1)
    return [SAMPLERS[name](random) for _ in range(DRAWS)]


def again(name: str) -> Sampler:
    """What was drawn once, for one more question."""
    trials = iter(drawn(name))
    return lambda _: next(trials)


@cache
def delays(name: str) -> list[float]:
    return visibility(again(name), 1, 1, draws=DRAWS, seed=1)


def fresh(name: str, after: float) -> float:
    return bisect_right(delays(name), after) / DRAWS


def test_reads_right_after_the_commit() -> None:
    """Published shares are simulated as well, and rounded to a tenth or a whole percent."""
    figure = read_repair().metrics["stale-reads"]
    published, recomputed = told(figure.says, "%"), told(figure.why, "%")
    assert len(published) == len(recomputed) == 3
    for name, theirs, ours in zip(SAMPLERS, published, recomputed, strict=False):
        share = fresh(name, 0)
        assert share * 100 == pytest.approx(theirs, abs=100 * error(share) + 0.5), name
        assert share * 100 == pytest.approx(ours, abs=100 * error(share) + 0.05), name


def test_all_but_one_read_in_a_thousand_are_fresh_then() -> None:
    """Times are compared by what they promise, not as times: the tail is long and thin.

    The authors' simulator draws anew for each step of time and stops at the first that reaches
    99.9 %, so that its times come out early: up to five reads more in 10,000 are stale then.
    """
    figure = read_repair().metrics["time-to-visibility"]
    published, recomputed = told(figure.says, "ms"), told(figure.why, "ms")
    (later,) = told(figure.why, "% later")
    assert len(published) == len(recomputed) == 4
    for name, theirs, ours in zip(SAMPLERS, published, recomputed, strict=True):
        assert -error(0.999) - 0.0005 < fresh(name, theirs) - 0.999 < error(0.999), name
        assert fresh(name, ours) == pytest.approx(0.999, abs=error(0.999)), name
        assert theirs < ours <= theirs * (1 + later / 100), name


def test_latencies_of_quorums() -> None:
    """By what they promise: the share of requests that are quicker. Published times are rounded."""
    number = r"([\d.]+)"
    pattern = rf"from {number} and {number} to {number} and {number}"
    found = re.findall(pattern, read_repair().metrics["price-of-quorums"].says)
    assert len(found) == 3
    off = math.sqrt(2) * error(0.999)  # they are of as many draws as ours
    for name, published in zip(("ssd", "disk", "yammer"), found, strict=True):
        for quorum, times in ((1, published[:2]), (2, published[2:])):
            ours = latencies(again(name), quorum, quorum, draws=DRAWS, seed=1)
            for time, trials in zip(map(float, times), ours, strict=True):
                assert bisect_right(trials, time - 0.005) / DRAWS < 0.999 + off, (name, quorum)
                assert bisect_right(trials, time + 0.005) / DRAWS > 0.999 - off, (name, quorum)


def test_two_rounds_of_a_repair() -> None:
    stated = dict(
        zip(
            ("ssd", "disk", "wan"),
            told(read_repair().metrics["repair-latency"].why, "ms"),
            strict=False,
        )
    )
    for name, time in stated.items():
        rounds = latencies(again(name), 2, 2, draws=DRAWS, seed=1)
        slow = sum(trials[int(0.999 * DRAWS)] for trials in rounds)
        assert slow == pytest.approx(time, rel=0.05, abs=0.5), name  # "about"


def test_the_figures_name_what_recomputes_them() -> None:
    assert "recomputed by patternctl/engine/staleness.py" in read_repair().references["pbs"]


# The model itself


@given(st.floats(0, 0.99))
def test_reads_are_as_fresh_as_asked_for_from_then_on(probability: float) -> None:
    visible = t_visibility(ON_DISK, 1, 1, probability, draws=50, seed=4)
    assert pbs_consistency(ON_DISK, 1, 1, visible, draws=50, seed=4) >= probability


@pytest.mark.parametrize(("read", "write"), [(1, 3), (2, 2), (3, 1), (3, 3)])
def test_quorums_that_overlap_are_never_stale(read: int, write: int) -> None:
    assert pbs_consistency(ON_DISK, read, write, 0, draws=500, seed=2) == 1
    assert t_visibility(ON_DISK, read, write, 0.999, draws=500, seed=2) == 0


@given(st.floats(0, 50), st.floats(0, 50), st.integers(1, 2))
def test_later_and_larger_reads_are_fresher(one: float, other: float, read: int) -> None:
    early, late = sorted((one, other))

    def consistent(read: int, after: float) -> float:
        return pbs_consistency(ON_DISK, read, 1, after, draws=50, seed=3)

    assert 0 <= consistent(read, early) <= consistent(read, late) <= 1
    assert consistent(read, early) <= consistent(read + 1, early)


def test_answers_that_are_waited_for_set_the_latency() -> None:
    def sample(_: Random) -> list[Legs]:
        return [Legs(1, 10, 0.25, 0.25), Legs(2, 20, 0.25, 0.5), Legs(3, 30, 0.5, 0.5)]

    assert latencies(sample, 1, 3, draws=2, seed=1) == ([0.5, 0.5], [33, 33])
    assert latencies(sample, 2, 1, draws=1, seed=1) == ([0.75], [11])


def test_a_seed_decides_the_draws() -> None:
    runs = [visibility(ON_SSD, 1, 1, draws=20, seed=seed) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_what_makes_no_sense() -> None:
    for read, write in ((0, 1), (4, 1), (1, 0), (1, 4)):
        with pytest.raises(ValueError, match="quorums are from 1 to 3"):
            pbs_consistency(ON_SSD, read, write, 0, draws=1, seed=1)
    with pytest.raises(ValueError, match="draws is 0"):
        pbs_consistency(ON_SSD, 1, 1, 0, draws=0, seed=1)
    with pytest.raises(ValueError, match="probability is 1"):
        t_visibility(ON_SSD, 1, 1, 1, draws=1, seed=1)
    with pytest.raises(ValueError, match="quorums are from 1 to 3"):
        latencies(ON_SSD, 4, 1, draws=1, seed=1)
    with pytest.raises(ValueError, match="draws is 0"):
        latencies(ON_SSD, 1, 1, draws=0, seed=1)
