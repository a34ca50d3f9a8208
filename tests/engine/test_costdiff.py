from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.costing.bill import bill, converted, with_driver
from patternctl.engine.costdiff import Limit, diff, limit
from patternctl.model.bill import Bill, Line
from patternctl.model.estimate import Estimate, exactly
from tests.engine.designs import FIXED, OPERATIONS, PER_CALL, STEPS, designed

BASE = bill(designed(FIXED))
"""146 USD a month."""


def billed(*lines: Line) -> Bill:
    return Bill("made", "Made", "USD", "made-up", lines, ())


def line(name: str, cost: float | None, role: Any = "compute") -> Line:
    known = None if cost is None else exactly(cost)
    return Line(name, name, role, "vm.hour", "hour", known, known, known, "" if known else "no")


LINES = st.lists(
    st.builds(
        line,
        st.sampled_from("abcd"),
        st.none() | st.floats(0, 1e6),
        st.sampled_from(["compute", "development"]),
    ),
    max_size=6,
)


@given(LINES)
def test_a_bill_does_not_differ_from_itself(lines: list[Line]) -> None:
    found = diff(billed(*lines), billed(*lines))
    assert found.changes == ()
    assert found.infrastructure.difference == found.people.difference == 0
    assert found.exceeds(limit("0")) is False
    assert found.exceeds(limit("0%")) is False


@given(LINES, LINES)
def test_the_way_back_is_the_opposite(before: list[Line], after: list[Line]) -> None:
    there, back = diff(billed(*before), billed(*after)), diff(billed(*after), billed(*before))
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(each.id, each.kind, each.difference) for each in there.changes} == {
        (each.id, opposite[each.kind], each.difference and -each.difference)
        for each in back.changes
    }
    assert there.infrastructure.difference == -back.infrastructure.difference


@given(LINES, LINES)
def test_changes_add_up_to_the_difference(before: list[Line], after: list[Line]) -> None:
    known = [[each for each in lines if each.cost] for lines in (before, after)]
    found = diff(billed(*known[0]), billed(*known[1]))
    for total, people in ((found.infrastructure, False), (found.people, True)):
        told = [each.difference for each in found.changes if each.people == people]
        assert sum(filter(None, told)) == pytest.approx(total.difference, abs=1e-6)


def test_machines_work_that_people_do_now_is_removed_and_added() -> None:
    found = diff(billed(line("a", 3)), billed(line("a", 3, "operations")))
    assert sorted((each.kind, each.people, each.difference) for each in found.changes) == [
        ("added", True, 3),
        ("removed", False, -3),
    ]


def test_lines_are_added_removed_and_changed() -> None:
    found = diff(billed(line("a", 1), line("b", 2)), billed(line("b", 5), line("c", 4)))
    assert [(each.id, each.kind, each.difference) for each in found.changes] == [
        ("b", "changed", 3),
        ("c", "added", 4),
        ("a", "removed", -1),
    ]
    assert found.infrastructure.before.likely == 3
    assert found.infrastructure.difference == 6
    assert found.infrastructure.percent == 200


def test_what_was_free_has_no_percentage() -> None:
    assert diff(billed(), billed(line("a", 1))).infrastructure.percent is None


def test_two_lines_of_one_name_are_two() -> None:
    found = diff(billed(line("a", 1), line("a", 2)), billed(line("a", 1)))
    assert [(each.kind, each.difference) for each in found.changes] == [("removed", -2)]


def test_a_quantity_that_costs_nothing_yet_is_a_change() -> None:
    before, after = line("a", 0), line("a", 0)._replace(quantity=exactly(5))
    assert [each.difference for each in diff(billed(before), billed(after)).changes] == [0]


def test_a_wider_range_is_a_change() -> None:
    wide = line("a", 2)._replace(cost=Estimate(1, 2, 3))
    assert [each.difference for each in diff(billed(line("a", 2)), billed(wide)).changes] == [0]


@pytest.mark.parametrize(("requests", "became"), [(None, ""), (10.0, "known")])
def test_what_becomes_known_or_unknown_is_said(requests: float | None, became: str) -> None:
    open_ = designed({**FIXED, **PER_CALL})
    told = bill(with_driver(open_, "requests", requests) if requests else open_)
    found = diff(bill(open_), told)
    assert [each.became for each in found.changes] == ([became] if became else [])
    back = diff(told, bill(open_)).changes
    assert [(each.became, each.difference) for each in back] == (
        [("unknown", None)] if became else []
    )


def test_people_are_kept_apart() -> None:
    found = diff(BASE, bill(designed({**FIXED, **OPERATIONS})))
    assert found.infrastructure.difference == 0
    assert found.people.difference == 5000  # half an engineer at 10,000
    assert found.exceeds(limit("1")) is False
    assert found.untold == ()  # development is not known, and no machine


def test_currencies_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="USD and EUR cannot be compared"):
        diff(BASE, converted(BASE, "EUR", 0.9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10%", Limit(0.1, relative=True)),
        ("250 %", Limit(2.5, relative=True)),
        (" 0.5% ", Limit(0.005, relative=True)),
        ("500", Limit(500, relative=False)),
        ("0", Limit(0, relative=False)),
    ],
)
def test_a_limit_is_an_amount_or_a_percentage(text: str, expected: Limit) -> None:
    assert limit(text) == expected


@pytest.mark.parametrize(
    "text", ["", "%", "-1", "-5%", "10%%", "5% more", "nan", "inf", "1e3", "500 USD", "9" * 30]
)
def test_another_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 10% or 500"):
        limit(text)


@pytest.mark.parametrize(
    ("text", "exceeds"), [("9%", True), ("10%", False), ("9.99", True), ("10", False)]
)
def test_a_limit_is_kept_up_to_itself(text: str, exceeds: bool) -> None:
    found = diff(billed(line("a", 100)), billed(line("a", 100), line("b", 10)))
    assert found.exceeds(limit(text)) is exceeds


def test_any_cost_exceeds_a_percentage_of_nothing() -> None:
    assert diff(billed(), billed(line("a", 1))).exceeds(limit("500%")) is True


def test_nobody_can_tell_whether_the_unknown_keeps_a_limit() -> None:
    base, more = billed(line("a", 100)), [line("a", 100), line("b", None)]
    assert diff(base, billed(*more)).exceeds(limit("10%")) is None
    assert diff(base, billed(*more, line("c", 50))).exceeds(limit("10%")) is True
    assert diff(base, billed(line("a", None))).exceeds(limit("10%")) is None
    assert diff(billed(*more), billed(*more)).exceeds(limit("10%")) is False


def test_an_unknown_that_goes_away_keeps_any_limit() -> None:
    base = billed(line("a", 100), line("b", None))
    assert diff(base, billed(line("a", 100))).exceeds(limit("0")) is False


def test_what_is_not_known_on_one_side_is_in_neither_total() -> None:
    found = diff(billed(line("a", 100), line("b", 40)), billed(line("a", 110), line("b", None)))
    assert (found.infrastructure.before, found.infrastructure.after) == (exactly(100), exactly(110))
    assert found.infrastructure.difference == 10
    assert [each.id for each in found.untold] == ["b"]


def test_a_range_compares_like_with_like() -> None:
    before, after = (line("a", 2)._replace(cost=Estimate(*ends)) for ends in ((1, 2, 3), (2, 5, 9)))
    found = diff(billed(before), billed(after))
    assert found.changes[0].range == found.infrastructure.range == Estimate(1, 3, 6)
    assert diff(billed(after), billed(before)).infrastructure.range == Estimate(-6, -3, -1)
    assert diff(billed(), billed(line("a", None))).changes[0].range is None


def test_a_step_is_a_change_of_its_line() -> None:
    grown = [bill(with_driver(designed(STEPS), "requests", rate)) for rate in (100.0, 101.0)]
    (change,) = diff(*grown).changes
    assert change.difference == pytest.approx(73)
