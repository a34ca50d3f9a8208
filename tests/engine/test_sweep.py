import pytest

from patternctl.costing.bill import bill, with_driver
from patternctl.engine.sweep import MOST, Range, parse, sweep, values
from patternctl.model.cost import Driver
from tests.engine.designs import FIXED, OPERATIONS, PER_CALL, designed

made = designed({**FIXED, **PER_CALL})
COSTS = made.terms.costs
RATES = Range("requests", "Requests", "rate", 1.0, 1000.0)


def test_a_range_is_read_in_the_units_of_its_driver() -> None:
    expected = Range("requests", "Requests", "rate", 1.0, 100_000.0)
    assert parse("workload.requests=1/s..100000/s", COSTS) == expected
    assert parse("requests = 60/min .. 100k/s", COSTS) == expected
    assert parse("size=1KB..2MB", COSTS)[3:] == (1e-6, 2e-3)
    assert parse("machines=2..5", COSTS)[3:] == (2, 5)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "should name a driver"),
        ("1/s..2/s", "should name a driver"),
        ("=1/s..2/s", "should name a driver"),
        ("requests=1/s", "a start and an end"),
        ("requests=1/s..", "a start and an end"),
        ("requests=..5/s", "a start and an end"),
        ("requests=9/s..1/s", "starts above its end: write 1/s..9/s"),
        ("requests=1/s..60/min", "starts where it ends"),
        ("requests=1..2", r'requests: "1" should be a rate such as 120/s'),
        ("requests=1/s..2/s..3/s", "one start and one end"),
        ("requests=-1/s..5/s", "should be a rate"),
        ("requests=1/s..9000G/s", "requests: .* is absurd"),
        ("machines=1.5..3", "whole number"),
        ("machines=-2..3", "not be negative"),
        ("machines=1..nan", "should be a number"),
        ("machines=1..inf", "should be a number"),
        ("machines=one..3", 'machines: "one" should be a number'),
        ("request=1/s..2/s", 'there is no driver "request": did you mean "requests"'),
        ("workload=1/s..2/s", "there is no driver"),
    ],
)
def test_a_range_that_cannot_be_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(text, COSTS)


def test_a_driver_of_single_materials_can_be_varied() -> None:
    own = designed(FIXED, drivers={"hit_ratio": {"title": "Hits", "measure": "share"}}).terms.costs
    assert parse("hit-ratio=1%..50%", own)[:3] == ("hit_ratio", "Hits", "share")


def test_values_are_at_equal_ratios_or_distances() -> None:
    assert values(RATES, 4) == pytest.approx((1, 10, 100, 1000))
    assert values(RATES, 4, "linear") == pytest.approx((1, 334, 667, 1000))
    assert values(RATES, 2) == (1, 1000)
    assert values(RATES)[-1] == 1000


def test_counts_are_whole_and_told_once() -> None:
    assert values(Range("machines", "", "count", 1, 4), 9) == (1, 2, 3, 4)


@pytest.mark.parametrize("points", [-1, 0, 1, MOST + 1])
def test_a_number_of_points_that_cannot_be_is_refused(points: int) -> None:
    with pytest.raises(ValueError, match="points should be from 2"):
        values(RATES, points)


def test_a_logarithm_does_not_start_at_zero() -> None:
    over = Range("requests", "", "rate", 0.0, 10.0)
    with pytest.raises(ValueError, match="does not start at zero"):
        values(over)
    assert values(over, 3, "linear") == (0, 5, 10)


def test_each_design_is_reckoned_at_each_value() -> None:
    rows = sweep([made, designed(OPERATIONS, "idle")], "requests", [1.0, 10.0]).rows
    assert [row.value for row in rows] == [1, 10]
    # 146 for the machines, 2.628 for each request a second
    assert [row.readings[0].infrastructure.likely for row in rows] == pytest.approx(
        [148.628, 172.28]
    )
    assert [row.readings[0].floor.likely for row in rows] == [146, 146]
    assert rows[0].readings[1].unknown == ()  # development is people's work
    there = bill(with_driver(made, "requests", 10.0))
    assert rows[1].readings[0].infrastructure == there.infrastructure


def test_what_has_no_cost_at_any_value_is_left_out_by_name() -> None:
    found = sweep([designed({**FIXED, **PER_CALL})], "machines", [3.0, 4.0])
    assert found.left_out == (("made/calls: depends on requests",),)
    assert [row.readings[0].unknown for row in found.rows] == [(), ()]
    assert [row.readings[0].infrastructure.likely for row in found.rows] == [219, 292]


def test_what_has_a_cost_elsewhere_ends_the_curve_with_its_reason() -> None:
    """One machine takes 5,000 requests a second."""
    limited = {"title": "One machine", "role": "compute", "resource": "vm.hour",
               "quantity": "load * hours", "because": "made up", "at_most": "50 * hours",
               "beyond": "one machine takes no more"}  # fmt: skip
    found = sweep([designed({"vm": limited})], "requests", [100.0, 6000.0])
    assert found.left_out == ((),)
    assert [row.readings[0].unknown for row in found.rows] == [
        (),
        ("made/vm: one machine takes no more",),
    ]


def test_a_design_without_any_cost_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="made has no cost at any value: made/calls: depends on"):
        sweep([designed(PER_CALL)], "machines", [3.0])


def test_a_range_keeps_to_what_a_driver_can_be() -> None:
    costs = designed(FIXED).terms.costs
    regions = Driver(title="Regions", measure="count", least=1)
    bounded = costs._replace(drivers={**costs.drivers, "regions": regions})
    with pytest.raises(ValueError, match=r"regions: .* is absurd"):
        parse("regions=0..3", bounded)
