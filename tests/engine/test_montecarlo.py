import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.costing.bill import bill, reckoned, with_driver
from patternctl.engine.montecarlo import _Draws, simulate
from patternctl.errors import UsageError
from patternctl.model.estimate import Estimate, Intervals
from patternctl.model.expression import parse
from tests.engine.designs import FIXED, OPERATIONS, PER_CALL, STEPS, TIERED, designed, materials

DISK = {"disk": ("data", "disk.space", "100")}
EVERYTHING = {**FIXED, **TIERED, **DISK, **OPERATIONS}


def test_a_design_without_doubt_has_one_cost() -> None:
    found = simulate(designed(FIXED), 100)
    # 2 machines * 730 h * 0.10
    assert found.infrastructure == (146.0, 146.0, 146.0, 146.0, ())
    assert found.total == found.infrastructure
    assert found.people.mean == 0


def test_quantiles_are_those_of_the_pert_distribution() -> None:
    """100 GB at 0.1, 0.2, 0.4: beta(7/3, 11/3) on 10 to 40, with the mean (10 + 80 + 40) / 6.

    Its quantiles at 10, 50 and 90 % lie 0.1530, 0.3758 and 0.6445 of the way, by integration of
    x^(4/3) (1 - x)^(8/3) in 400,000 steps.
    """
    found = simulate(designed(DISK), 200_000).infrastructure
    assert found[:4] == pytest.approx((14.591, 21.274, 29.334, 21.667), rel=3e-3)
    assert [(each.key, each.title, each.share) for each in found.causes] == [
        (("price", "disk.space"), "Price of disk.space", 1.0)
    ]


def test_the_same_seed_gives_the_same_draws_and_another_one_others() -> None:
    design = designed(DISK)
    assert simulate(design, 1000, 7) == simulate(design, 1000, 7)
    assert simulate(design, 1000, 7) != simulate(design, 1000, 8)


def test_draws_do_not_depend_on_what_else_is_drawn() -> None:
    alone = simulate(designed(DISK), 1000).infrastructure
    beside = simulate(designed({**OPERATIONS, **DISK}), 1000)
    assert beside.infrastructure == alone
    assert beside.people.causes[0].key == ("", "wage")


def test_one_assumption_is_drawn_once_for_all_that_read_it() -> None:
    calls = {"calls": ("network", "call.count", "size * 1000000000000")}
    inner = materials("inner", calls)
    both = designed(calls, includes=[{"id": "inner"}], parts={"inner": inner})
    found = simulate(both, 1000).infrastructure
    assert [each.key for each in found.causes] == [("", "size")]
    # twice 1,000,000 calls per KB at 1 USD a million: 2 USD per KB, from 1 to 6 KB
    assert 2 <= found.p10 < found.p50 < found.p90 <= 12


def test_causes_are_ranked_and_chance_is_none() -> None:
    found = simulate(with_driver(designed(EVERYTHING), "requests", 1000.0), 20_000)
    shares = [each.share for each in found.infrastructure.causes]
    assert [each.key for each in found.infrastructure.causes] == [
        ("", "size"),
        ("price", "disk.space"),
    ]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_what_is_not_known_is_named_and_not_drawn_as_zero() -> None:
    found = simulate(designed({**FIXED, **PER_CALL, **OPERATIONS}), 100)
    assert found.unknown == ("made/calls", "made/development")
    assert found.infrastructure.mean == 146


def test_a_limit_is_exceeded_in_all_draws_or_in_none_as_in_the_bill() -> None:
    disk = {"title": "Disk", "role": "data", "resource": "disk.space", "quantity": "size * 1e6",
            "because": "made up", "at_most": "3", "beyond": "no disk is larger"}  # fmt: skip
    assert simulate(designed({"disk": disk}), 100).unknown == ()
    assert simulate(designed({"disk": {**disk, "at_most": "1.9"}}), 100).unknown == ("made/disk",)


@pytest.mark.parametrize("draws", [0, -1, 1_000_001])
def test_a_number_of_draws_that_cannot_be_is_refused(draws: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 1,000,000"):
        simulate(designed(FIXED), draws)


def test_one_draw_is_enough() -> None:
    assert simulate(designed(EVERYTHING), 1).infrastructure.causes == ()


def test_without_numpy_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(UsageError, match=r'pip install "patternctl\[simulate\]"'):
        simulate(designed(FIXED))


AMOUNTS = st.lists(st.floats(0, 1e6), min_size=3, max_size=3).map(
    lambda numbers: Estimate(*sorted(numbers))
)
FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "c", "2", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        inner.map(lambda each: f"ceil({each})"),
    ),
    max_leaves=6,
)


@given(FORMULAS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_draws_lie_within_the_bounds(formula: str, a: Estimate, b: Estimate, c: Estimate) -> None:
    names, draws = {"a": a, "b": b, "c": c}, _Draws(50, 0)
    evaluate = parse(formula).evaluate
    try:
        bounds: Estimate = evaluate(names.__getitem__, Intervals())
    except (ZeroDivisionError, OverflowError) as error:
        with pytest.raises(type(error)):
            evaluate(lambda name: draws.of(names[name], ("", name)), draws)
        return
    drawn: Any = evaluate(lambda name: draws.of(names[name], ("", name)), draws)
    assert drawn.bounds == bounds
    spread = draws.spread(drawn, {})
    slack = 1e-9 * max(map(abs, bounds))
    assert bounds.low - slack <= spread.p10 <= spread.p50 <= spread.p90 <= bounds.high + slack
    values = [drawn.values] if isinstance(drawn.values, float) else drawn.values
    assert all(bounds.low - slack <= each <= bounds.high + slack for each in values)


@given(st.floats(0, 1e5))
def test_costs_drawn_lie_within_the_bill(requests: float) -> None:
    design = with_driver(designed({**EVERYTHING, **STEPS}), "requests", requests)
    made, draws = bill(design), _Draws(50, 1)
    lines = {line.id: line for line in made.lines}
    for part, cost, why in reckoned(design, draws):
        assert (cost is None) == (lines[part.id].cost is None) == bool(why)
        if cost is not None:
            assert cost.bounds == lines[part.id].cost
    found = simulate(design, 50, 1).infrastructure
    slack = 1e-9 * made.infrastructure.high
    assert made.infrastructure.low - slack <= found.p10
    assert found.p90 <= made.infrastructure.high + slack
