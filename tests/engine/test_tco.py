from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import resources, yamlio
from patternctl.costing.bill import bill, converted
from patternctl.engine.tco import Migration, Ownership, migration, ownership
from patternctl.model.bill import Bill, Line
from patternctl.model.estimate import Estimate, exactly
from patternctl.model.playbook import Playbook
from tests.engine.designs import FIXED, PER_CALL, designed

FOLDER = resources.directory("playbooks")
PLAYBOOKS = {
    path.stem: Playbook.model_validate(yamlio.read(path).plain()) for path in FOLDER.glob("*.yaml")
}


def costing(cost: Estimate, **people: float | None) -> Bill:
    lines = [Line("vm", "vm", "compute", "vm.hour", "hour", cost, cost, cost)]
    for role, each in people.items():
        known = None if each is None else exactly(each)
        name: Any = role
        why = "" if known else "depends on developers"
        lines.append(Line(role, role, name, "", "engineer-month", known, known, known, why))
    return Bill("made", "Made", "USD", "made-up", tuple(lines), ())


def over(
    stay: float, run: float, takes: float = 2, effort: float = 1, months: int = 12
) -> Ownership:
    way = Migration(exactly(takes), exactly(effort))
    return ownership(costing(exactly(stay)), costing(exactly(run)), way, exactly(10_000), months)


def test_months_by_hand() -> None:
    """5,000 a month or 1,000, both for 2 months, and 10,000 of work.

    After m months 5,000 m against 1,000 m + 10,000 + 10,000: equal after the 5th.
    """
    found = over(5000, 1000)
    assert [each.changed.likely for each in found.months[:5]] == pytest.approx(
        [11_000, 22_000, 23_000, 24_000, 25_000]
    )
    assert [each.stayed.likely for each in found.months[:3]] == [5000, 10_000, 15_000]
    assert [each.dual.likely for each in found.months[:3]] == [5000, 5000, 0]
    assert [each.effort.likely for each in found.months[:3]] == [5000, 5000, 0]
    assert (found.payback, found.earliest, found.latest) == (5, 5, 5)


def test_a_part_of_a_month_counts_as_such() -> None:
    found = over(1000, 0, takes=1.5, effort=3)
    assert [each.dual.likely for each in found.months[:3]] == [1000, 500, 0]
    assert [each.effort.likely for each in found.months[:3]] == pytest.approx([20_000, 10_000, 0])


def test_what_is_not_cheaper_never_pays_back() -> None:
    assert over(1000, 2000).payback is None
    assert over(1000, 1000).payback is None
    assert over(5000, 1000, months=4).payback is None


def test_a_change_without_work_and_time_pays_at_once() -> None:
    assert over(1000, 900, takes=0, effort=0).payback == 1
    assert over(1000, 1000, takes=0, effort=0).payback == 1


def test_bounds_are_those_of_bills_and_migration() -> None:
    stay, run = Estimate(4000, 5000, 6000), Estimate(500, 1000, 2000)
    way = Migration(Estimate(1, 2, 4), Estimate(1, 1, 2))
    found = ownership(costing(stay), costing(run), way, exactly(10_000), 24)
    # at best 6,000 (m - 1) against 500 m + 10,000; at worst 4,000 (m - 4) against 2,000 m + 20,000
    assert (found.earliest, found.payback, found.latest) == (3, 5, 18)


def test_nothing_is_paid_back_before_the_work_is_done() -> None:
    """Half of the work is cheaper than staying, and half a system is none."""
    assert over(100_000, 0, takes=0.5, effort=0).payback == 1
    assert over(5000, 0, takes=3.5, effort=0).payback == 4


def test_people_count_where_both_sides_know_them() -> None:
    way = Migration(exactly(0), exactly(0))
    current = costing(exactly(100), operations=1000, development=None)
    target = costing(exactly(100), operations=3000, development=None)
    found = ownership(current, target, way, exactly(1), 2)
    assert found.months[0].stay.likely == 1100
    assert found.months[0].run.likely == 3100
    assert found.left_out == ("development: made depends on developers",)
    one_sided = ownership(costing(exactly(100)), target, way, exactly(1), 2)
    assert one_sided.months[0].run.likely == 100
    assert [each.partition(":")[0] for each in one_sided.left_out] == ["operations", "development"]


def test_infrastructure_that_is_not_known_is_refused() -> None:
    way = Migration(exactly(0), exactly(0))
    unknown = bill(designed(PER_CALL))
    for pair in ((unknown, bill(designed(FIXED))), (bill(designed(FIXED)), unknown)):
        with pytest.raises(ValueError, match="made/calls: depends on requests"):
            ownership(*pair, way, exactly(1), 12)


def test_currencies_are_not_mixed() -> None:
    made = bill(designed(FIXED))
    with pytest.raises(ValueError, match="USD and EUR"):
        ownership(
            made, converted(made, "EUR", 1), Migration(exactly(0), exactly(0)), exactly(1), 12
        )


@pytest.mark.parametrize("months", [-1, 0, 601])
def test_a_number_of_months_that_cannot_be_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="months should be from 1 to 600"):
        over(1, 1, months=months)


def test_a_playbook_says_how_long_it_takes() -> None:
    """To CQRS: 2-4, 4-8, 2-4 and 2-4 weeks, in all 10-20; a month has 4.345 weeks."""
    way = migration(PLAYBOOKS["to-cqrs"])
    week = 604_800 / 2_628_000
    assert way.months == pytest.approx((10 * week, 15 * week, 20 * week))
    assert way.effort == pytest.approx((10 * week, 30 * week, 80 * week))
    assert [each.id for each in way.assumptions] == ["migration/months", "migration/effort"]
    assert "to-cqrs" in way.assumptions[0].because
    assert "rule of thumb" in way.assumptions[1].because


def test_what_is_stated_is_not_assumed() -> None:
    way = migration(PLAYBOOKS["to-event-sourcing"], exactly(6), exactly(12))
    assert way == (exactly(6), exactly(12), ())
    with pytest.raises(ValueError, match="zero or more"):
        migration(PLAYBOOKS["to-cqrs"], exactly(6), exactly(-1))


def test_the_weeks_to_plan_with_count_where_the_source_has_words_or_overstates() -> None:
    """To event sourcing: 3-6, 4-10, 3-6, 4-9 (the source: 2), 1-4 and 4-13 weeks, in all 19-48."""
    week = 604_800 / 2_628_000
    way = migration(PLAYBOOKS["to-event-sourcing"])
    assert way.months == pytest.approx((19 * week, 33.5 * week, 48 * week))


@pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=PLAYBOOKS)
def test_every_playbook_is_reckoned(playbook: Playbook) -> None:
    low, likely, high = migration(playbook).months
    assert 0 < low <= likely <= high


AMOUNT = st.lists(st.floats(0, 1e5), min_size=3, max_size=3).map(lambda x: Estimate(*sorted(x)))
SPAN = st.lists(st.floats(0, 30), min_size=3, max_size=3).map(lambda x: Estimate(*sorted(x)))


@given(AMOUNT, AMOUNT, SPAN, SPAN)
def test_months_add_up_and_bounds_are_ordered(
    stay: Estimate, run: Estimate, takes: Estimate, effort: Estimate
) -> None:
    way = Migration(takes, effort)
    found = ownership(costing(stay), costing(run), way, exactly(100), 24)
    sums = [0.0, 0.0]
    for each in found.months:
        for amount in each[1:]:
            low, likely, high = amount
            assert low <= likely * (1 + 1e-9) + 1e-9
            assert likely <= high * (1 + 1e-9) + 1e-9
        sums[0] += each.stay.likely
        sums[1] += each.run.likely + each.dual.likely + each.effort.likely
        assert each.stayed.likely == pytest.approx(sums[0])
        assert each.changed.likely == pytest.approx(sums[1])
    known = [each or 25 for each in (found.earliest, found.payback, found.latest)]
    assert known == sorted(known)
