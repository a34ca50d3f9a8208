from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.costing.bill import Design, bill, with_driver
from patternctl.engine import breakeven
from patternctl.engine.breakeven import Crossing, Crossings, Curve
from tests.engine.designs import FIXED, OPERATIONS, PER_CALL, STEPS, TIERED, designed

fixed, per_call, steps = designed(FIXED), designed(PER_CALL), designed(STEPS)
CURVED: dict[str, Any] = {"vm": ("compute", "vm.hour", "load * load")}
LIMITED: dict[str, Any] = {
    "vm": {"title": "One machine", "role": "compute", "resource": "vm.hour",
           "quantity": "load * hours", "because": "made up", "at_most": "50 * hours",
           "beyond": "one machine takes no more"}
}  # fmt: skip


def crossings(
    one: Design,
    other: Design,
    driver: str = "requests",
    low: float = 1.0,
    high: float = 100_000.0,
    **more: Any,
) -> Crossings:
    return breakeven.crossings(Curve(one, driver), Curve(other, driver), low, high, **more)


def only(found: tuple[Crossing, ...]) -> Crossing:
    (crossing,) = found
    return crossing


def test_straight_lines_cross_exactly() -> None:
    """146 USD for two machines; 2.628 USD for each request a second: 146 / 2.628 = 500 / 9."""
    crossing = only(crossings(fixed, per_call).found)
    assert crossing.volume == pytest.approx(500 / 9, rel=1e-12)
    assert crossing.how == "exact"
    assert crossing.before == crossing.after == pytest.approx((146, 146))
    assert crossing.cheaper == "one"


def test_within_a_tier_a_crossing_is_exact() -> None:
    """5.256 GB for each request a second: 1,000 GB cost 100, the other 46 buy 920 GB at 0.05."""
    crossing = only(crossings(designed(TIERED), fixed).found)
    assert crossing.volume == pytest.approx(1920 / 5.256, rel=1e-9)
    assert crossing.how == "exact"
    assert crossing.cheaper == "other"


def test_curves_are_bisected() -> None:
    """0.10 * (volume / 100)^2 = 146 at 100 * sqrt(1460)."""
    crossing = only(crossings(designed(CURVED), fixed).found)
    assert crossing.how == "bisected"
    assert crossing.volume == pytest.approx(100 * 1460**0.5, rel=1e-6)


def test_a_step_tells_both_sides() -> None:
    """The third machine comes with more than 200 requests a second; 2 cost as much as it had."""
    dearer = {"vm": ("compute", "vm.hour", "2.5 * hours")}
    crossing = only(crossings(steps, designed(dearer)).found)
    assert crossing.how == "step"
    assert crossing.volume == pytest.approx(200, rel=1e-6)
    assert crossing.before == pytest.approx((146, 182.5))
    assert crossing.after == pytest.approx((219, 182.5))


def test_designs_that_cost_the_same_do_not_cross() -> None:
    assert crossings(fixed, designed(FIXED, "same")) == Crossings((), ())
    assert crossings(per_call, per_call) == Crossings((), ())


def test_people_are_not_compared() -> None:
    found = crossings(designed({**FIXED, **OPERATIONS}), per_call).found
    assert only(found).volume == pytest.approx(500 / 9)


def test_what_is_not_known_anywhere_is_left_out_by_name() -> None:
    unpriced = designed({**FIXED, "cache": ("data", "cache.memory", "1")})
    for pair in ((unpriced, per_call), (per_call, unpriced)):
        found = crossings(*pair)
        assert only(found.found).volume == pytest.approx(500 / 9)
        assert found.left_out == ("made/cache: no price for cache.memory in made-up",)


def test_a_design_without_any_cost_is_refused_with_the_reason() -> None:
    unpriced = designed({"cache": ("data", "cache.memory", "1")})
    with pytest.raises(ValueError, match=r"made has no cost .*: made/cache: no price"):
        crossings(unpriced, per_call)


def test_designs_that_are_never_known_at_once_are_refused() -> None:
    early = designed(LIMITED)
    late = designed({"vm": {**LIMITED["vm"], "at_most": "max(0, load - 60) * 1000000",
                            "beyond": "too few"}})  # fmt: skip
    with pytest.raises(ValueError, match="no volume has both costs"):
        crossings(early, late)


def test_whole_things_cross_at_whole_numbers() -> None:
    """With n machines at 73 USD against 262.8 USD: more than that from the fourth on."""
    busy = with_driver(per_call, "requests", 100.0)
    crossing = only(crossings(fixed, busy, "machines", 1, 100, whole=True).found)
    assert (crossing.volume, crossing.how, crossing.cheaper) == (4, "step", "other")
    assert crossing.before == pytest.approx((219, 262.8))
    assert crossing.after == pytest.approx((292, 262.8))


def test_volumes_without_a_cost_are_gaps() -> None:
    """0.73 USD for each request a second up to 5,000: it crosses 146 USD at 200."""
    found = crossings(designed(LIMITED), fixed)
    assert only(found.found).volume == pytest.approx(200)
    (gap,) = found.gaps
    assert 5000 < gap.low < 6000
    assert gap.high == 100_000
    assert gap.why == "made/vm: one machine takes no more"


def test_no_crossing_is_told_across_a_gap() -> None:
    """The limited design would be dearer than 5,110 USD from 7,000 on, where it is not any more."""
    dear = designed({"vm": ("compute", "vm.hour", "70 * hours")})
    found = crossings(designed(LIMITED), dear)
    assert found.found == ()
    assert found.gaps


@pytest.mark.parametrize(
    ("low", "high"), [(0, 10), (-1, 10), (10, 1), (5, 5), (1, float("inf")), (float("nan"), 1)]
)
def test_a_range_that_cannot_be_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="from above zero to a larger volume"):
        crossings(fixed, per_call, low=low, high=high)


def test_one_point_is_no_range() -> None:
    with pytest.raises(ValueError, match="two points"):
        crossings(fixed, per_call, points=1)


def test_other_drivers_can_be_varied() -> None:
    """With n machines at 73 USD against 262.8 USD for 100 requests a second: n = 3.6."""
    busy = with_driver(per_call, "requests", 100.0)
    crossing = only(crossings(fixed, busy, "machines", 1, 100).found)
    assert crossing.volume == pytest.approx(3.6)
    assert crossing.cheaper == "other"


QUANTITIES = st.sampled_from(
    [
        "hours",
        "ceil(load) * hours",
        "requests * 900",
        "load * load * 40",
        "max(hours * 3, requests * 50)",
        "min(9 * hours, ceil(load * 3) * hours)",
    ]
)
PARTS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.tuples(st.just("compute"), st.sampled_from(["vm.hour", "traffic.out"]), QUANTITIES),
    min_size=1,
)


@given(PARTS, PARTS)
def test_crossings_are_antisymmetric_and_true(ones: Any, others: Any) -> None:
    one, other = designed(ones, "one"), designed(others, "other")
    there, back = (crossings(*pair, points=31).found for pair in ((one, other), (other, one)))
    assert [each.volume for each in there] == [each.volume for each in back]
    assert [each.before for each in there] == [each.before[::-1] for each in back]
    assert all(a.cheaper != b.cheaper for a, b in zip(there, back, strict=True))
    for each in there:
        at = [
            bill(with_driver(design, "requests", each.volume)).infrastructure.likely
            for design in (one, other)
        ]
        assert each.after == pytest.approx(tuple(at))
        if each.how != "step":
            assert at[0] == pytest.approx(at[1], rel=1e-4)
