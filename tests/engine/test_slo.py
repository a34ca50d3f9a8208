"""Windows, factors and budgets, against the book's table and the formulas of the catalog."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.engine import models, slo
from patternctl.rulekit import Facts
from patternctl.rules import availability_budget
from tests.test_example_systems import load

MONTH = 30 * slo.DAY
PROMISED = st.decimals("0.85", "0.99999", places=5)


def factors(days: int) -> list[str]:
    return [slo.plain(slo.factor(pair, days * slo.DAY)) for pair in slo.PAIRS]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (30, ["14.4", "6", "3", "1"]),
        (28, ["13.44", "5.6", "2.8", "0.933333"]),
        (7, ["3.36", "1.4", "1", "1"]),
        (90, ["43.2", "18", "9", "3"]),
    ],
)
def test_factors_follow_the_period(days: int, expected: list[str]) -> None:
    assert factors(days) == expected


@pytest.mark.parametrize("pair", slo.PAIRS)
def test_factors_are_those_of_the_formula_and_spend_what_they_say(pair: slo.Pair) -> None:
    factor = float(slo.factor(pair, MONTH))
    assert factor == pytest.approx(models.burn_factor(float(pair.budget), MONTH, pair.long))
    spent = models.error_budget_spent(factor, pair.long, MONTH)
    assert spent == pytest.approx(float(pair.budget))
    assert pair.long in (12 * pair.short, 24 * pair.short)


def test_thresholds_are_decimals() -> None:
    found = [slo.plain(alarm.threshold) for alarm in slo.alarms(slo.exact(0.999), MONTH)]
    assert found == ["0.0144", "0.006", "0.003", "0.001"]


def test_a_total_outage_is_told_within_a_minute_at_three_nines() -> None:
    assert slo.alarms(Decimal("0.999"), MONTH)[0].outage == 52


def of(objective: str, severity: slo.Severity = "page") -> list[slo.Alarm]:
    known = slo.alarms(Decimal(objective), MONTH)
    return [alarm for alarm in known if alarm.pair.severity == severity]


@pytest.mark.parametrize(
    ("rate", "least", "seconds"),
    [
        (6.0, 5, 52),  # the share decides
        (2 / slo.HOUR, 5, 9000),  # the fifth failure decides, in the window of 6 hours
        (5 / slo.HOUR, 5, 3600),  # as many an hour: not surely in one hour, surely in six
        (5 / (6 * slo.HOUR), 5, None),
        (0.0, 1, None),
        (6.0, 1000, 167),
    ],
)
def test_a_page_waits_for_enough_bad_events(rate: float, least: int, seconds: int | None) -> None:
    assert slo.soonest(of("0.999"), rate, least) == seconds


@given(PROMISED, st.floats(0.00001, 100), st.integers(1, 50))
def test_more_traffic_and_fewer_errors_are_told_no_later(
    objective: Decimal, rate: float, least: int
) -> None:
    known = slo.alarms(objective, MONTH)
    at = slo.soonest(known, rate, least)
    sooner = slo.soonest(known, rate * 2, least)
    assert at is None or (sooner is not None and sooner <= at)
    if fewer := slo.fewer(known, rate, least, Decimal(3600)):
        assert fewer < least
        assert (slo.soonest(known, rate, fewer) or 0) <= 3600
        assert fewer + 1 == least or (slo.soonest(known, rate, fewer + 1) or 3601) > 3600


@pytest.mark.parametrize(
    ("objective", "every"), [("0.9", 600), ("0.999", 120), ("0.9999", 10), ("0.999999", None)]
)
def test_a_synthetic_request_makes_an_outage_known_in_time(
    objective: str, every: int | None
) -> None:
    budget = (1 - Decimal(objective)) * MONTH
    assert slo.probe(budget, 5) == every
    if every:
        told = slo.soonest(of(objective), 1 / every, 5)
        assert told is not None
        assert told < budget


@pytest.mark.parametrize(
    ("objective", "reason"),
    [
        ("1", "no error budget"),
        ("0", "promises nothing"),
        ("0.8", "never fire a page: 6 times"),
        ("0.83", "83.34%"),
        ("0.8334", ""),
        ("0.9", ""),
        ("0.99999", ""),
    ],
)
def test_objectives_that_nothing_can_watch_are_refused(objective: str, reason: str) -> None:
    found = slo.refusal(Decimal(objective), MONTH, ("page", "ticket"))
    assert reason in found
    assert bool(reason) == bool(found)


def test_the_fastest_page_of_a_low_objective_can_never_fire() -> None:
    possible = [alarm.possible for alarm in slo.alarms(Decimal("0.93"), MONTH)]
    assert possible == [False, True, True, True]
    assert all(alarm.possible for alarm in slo.alarms(Decimal("0.9306"), MONTH))


@given(PROMISED, st.integers(7, 90))
def test_what_is_not_refused_can_fire(objective: Decimal, days: int) -> None:
    for severity in ("page", "ticket"):
        known = [
            alarm
            for alarm in slo.alarms(objective, days * slo.DAY)
            if alarm.pair.severity == severity
        ]
        refused = slo.refusal(objective, days * slo.DAY, [severity])
        assert bool(refused) == (not any(alarm.possible for alarm in known))


def test_a_ceiling_is_what_the_rule_finds() -> None:
    facts = Facts(load("shop").architecture)
    ceiling = slo.ceiling(facts, "buy")
    hit = next(iter(availability_budget.check(facts, {"margin": 1})))
    assert ceiling.below(Decimal("0.999"))
    assert f"{float(ceiling.allowed) * 100:.4f}%" in getattr(hit, "message", "")
    assert ceiling.allowed == Decimal("0.999") ** 4 * Decimal("0.9999") ** 2
    assert len(ceiling.unknown) == 3
    assert not slo.ceiling(facts, "look").below(Decimal("0.995"))


def test_an_objective_that_equals_its_ceiling_is_kept() -> None:
    assert not slo.Ceiling(Decimal("0.999"), (), ()).below(Decimal("0.999"))
