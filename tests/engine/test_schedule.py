from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.engine.schedule import (
    LAST,
    Slot,
    Work,
    after,
    covered,
    dated,
    days,
    laid,
    middle,
    working_day,
)
from patternctl.model.estimate import ZERO, Estimate, exactly

MONDAY = date(2027, 1, 11)
DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2027, 1, 8), date(2027, 1, 8)),
        (date(2027, 1, 9), MONDAY),
        (date(2027, 1, 10), MONDAY),
        (MONDAY, MONDAY),
        (date(2028, 2, 26), date(2028, 2, 28)),  # a leap year
    ],
)
def test_a_weekend_moves_to_monday(day: date, moved: date) -> None:
    assert working_day(day) == moved


def test_working_days_by_hand() -> None:
    assert after(MONDAY, 0) == MONDAY
    assert after(MONDAY, 4) == date(2027, 1, 15)
    assert after(MONDAY, 5) == date(2027, 1, 18)
    assert after(date(2027, 1, 13), 3) == date(2027, 1, 18)
    assert after(date(2027, 1, 9), 1) == date(2027, 1, 12)
    assert [days(weeks) for weeks in (0.5, 1, 2.5, 1 / 3, 60.8333)] == [3, 5, 13, 2, 305]


def test_phases_by_hand() -> None:
    """2 to 4 weeks, then 1 week: the second begins where the first likely ends, after 3 weeks."""
    slots = laid([Work(middle(2, 4)), Work(exactly(1), (0,))])
    first, second = dated(date(2027, 1, 9), slots)
    assert first == (MONDAY, date(2027, 1, 22), date(2027, 1, 29), date(2027, 2, 5))
    assert second == (date(2027, 2, 1), date(2027, 1, 29), date(2027, 2, 5), date(2027, 2, 12))


def test_works_beside_each_other_are_waited_for() -> None:
    """Of 1 to 3 and of 2 weeks, the end is 2, 2 and 3 weeks away."""
    slots = laid([Work(middle(1, 3)), Work(exactly(2)), Work(exactly(1), (0, 1))])
    assert slots[1].begin == ZERO
    assert slots[2].begin == Estimate(2, 2, 3)
    assert covered(slots) == Estimate(3, 3, 4)
    assert covered(slots[:2]) == Estimate(2, 2, 3)
    assert covered([slots[1], slots[1]]) == exactly(2)
    assert covered([]) == ZERO
    apart = [Slot(exactly(0), exactly(1)), Slot(exactly(5), exactly(7))]
    assert covered(apart) == exactly(3)


def test_what_no_calendar_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="takes some time"):
        laid([Work(Estimate(0, 1, 2))])
    with pytest.raises(ValueError, match="earlier ones only"):
        laid([Work(exactly(1), (0,))])
    with pytest.raises(ValueError, match="within 50 years"):
        dated(MONDAY, laid([Work(exactly(2601))]))
    with pytest.raises(ValueError, match="before 9000"):
        dated(LAST + timedelta(days=1), laid([Work(exactly(1))]))
    assert dated(LAST, laid([Work(exactly(2600))]))[0].latest.year < 9999


@given(DATES, st.integers(0, 5000))
def test_working_days_are_counted_one_by_one(start: date, count: int) -> None:
    day = working_day(start)
    weeks, rest = divmod(count, 5)
    day += timedelta(weeks=weeks)
    for _ in range(rest):
        day = working_day(day + timedelta(days=1))
    assert after(start, count) == day
    assert day.weekday() < 5


@given(DATES, st.lists(st.tuples(st.floats(0.1, 20), st.floats(0, 20)), min_size=1, max_size=8))
def test_ends_are_ordered_and_nothing_overlaps(
    start: date, ranges: list[tuple[float, float]]
) -> None:
    works = [Work(middle(a, a + b), (n - 1,) if n else ()) for n, (a, b) in enumerate(ranges)]
    spans = dated(start, laid(works))
    for before, span in zip([None, *spans], spans, strict=False):
        assert span.earliest <= span.likely <= span.latest
        assert span.start <= span.likely
        assert all(each.weekday() < 5 for each in span)
        if before:
            assert before.start <= span.start
            assert before.likely <= span.start + timedelta(days=1)
