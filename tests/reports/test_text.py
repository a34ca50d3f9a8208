from dataclasses import replace

import pytest

from patternctl.errors import Location
from patternctl.model.finding import LintResult, Suppression, Unchecked
from patternctl.model.render import RenderOptions
from patternctl.reports import text
from patternctl.reports._frame import Frame, Frames
from tests.reports import sample


def frame(line: str, column: int, end: int = 0, room: int = 40) -> Frame | None:
    return Frames({"a": f"first\n{line}\nlast"}).at(Location("a", 2, column, end), room)


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("  a: 1", 3, 4, Frame("  a: 1", 2, 1)),
        ("  a: 1  \t ", 3, 0, Frame("  a: 1", 2, 4)),
        ("  a: 1", 0, 0, Frame("  a: 1", 2, 4)),
        ("  a: 1", 99, 0, Frame("  a: 1", 6, 1)),
        ("  a: 1", 3, 99, Frame("  a: 1", 2, 4)),
        ("  a: 1", 4, 2, Frame("  a: 1", 3, 1)),
        ("\ta:\t1", 5, 0, Frame("    a:    1", 10, 1)),
        ("訂單: é", 5, 0, Frame("訂單: é", 6, 1)),
        ("訂單: x", 1, 3, Frame("訂單: x", 0, 4)),
        ("e\u0301: x", 5, 0, Frame("e\u0301: x", 3, 1)),
        ("a\x1b[1m: x", 1, 0, Frame("a␛[1m: x", 0, 8)),
        ("x" * 40, 1, 0, Frame("x" * 40, 0, 40)),
        ("x" * 41, 1, 0, Frame("x" * 38 + "…", 0, 38)),
    ],
)
def test_the_underline_stands_below_what_it_means(
    line: str, column: int, end: int, expected: Frame
) -> None:
    assert frame(line, column, end) == expected


@pytest.mark.parametrize("column", [1, 20, 39, 40, 41, 150, 280, 300])
@pytest.mark.parametrize("filler", ["x", "訂", "\t", "é"])
def test_a_long_line_is_cut_around_the_place(column: int, filler: str) -> None:
    line = filler * (column - 1) + "@" + filler * (300 - column)
    found = frame(line, column, column + 1)
    assert found is not None
    assert _cells(found.line) <= 40
    assert found.length == 1
    before = found.line[: found.line.index("@")]
    assert _cells(before) == found.indent


def _cells(text: str) -> int:
    return sum(2 if c == "訂" else 1 for c in text)


@pytest.mark.parametrize("line", [0, 4, 99])
def test_a_place_without_a_line_has_no_frame(line: int) -> None:
    assert Frames({"a": "one\n\nthree"}).at(Location("a", line, 1), 40) is None
    assert Frames({}).at(Location("a", 2, 1), 40) is None
    assert Frames({"a": "one\n\nthree"}).at(Location("a", 2, 1), 40) is None


def test_lines_end_where_the_yaml_reader_ends_them() -> None:
    frames = Frames({"a": "one\r\ntwo\rthree\x85four\u2028five"})
    shown = [frames.at(Location("a", line, 1), 40) for line in range(1, 6)]
    assert [f.line for f in shown if f] == ["one", "two", "three", "four", "five"]


def test_a_file_on_one_line_costs_no_more_than_what_is_shown() -> None:
    line = "{" + "a: [b, c], " * 100_000 + "}"
    findings = tuple(
        sample.finding(n, location=Location("a", 1, 11 * n + 2, 11 * n + 3)) for n in range(3000)
    )
    result = LintResult(("a",), findings, rules=("no-timeout",), texts={"a": line})
    rendered = text.render(result, RenderOptions())
    assert rendered.count("\n  | ") + rendered.count("a: [b, c], ") > 3000
    assert max(map(len, rendered.splitlines())) <= 100


def test_related_places_beyond_five_are_counted() -> None:
    rendered = text.render(sample.RESULT, sample.PLAIN)
    assert rendered.count("= also: services") == 5
    assert "= also: and 2 more" in rendered


def test_long_remarks_are_wrapped_at_words_and_aligned() -> None:
    narrow = replace(sample.PLAIN, width=60)
    lines = text.render(sample.RESULT, narrow).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("not checked: "))
    assert all(len(line) <= 60 for line in lines[start : start + 3])
    assert lines[start + 1].startswith(" " * len("not checked: "))


def test_what_was_not_checked_says_what_to_state_and_how_to_see_it() -> None:
    rendered = text.render(sample.RESULT, replace(sample.PLAIN, width=1000))
    assert (
        "not checked: 5 rules lacked facts (timeout on 3 calls, "
        "owner on 1 store and 1 store access, replicas on 2 services and 1 more)" in rendered
    )
    assert "write `none` where there is none; --show-unchecked lists them" in rendered
    assert "--show-unchecked" not in text.render(sample.RESULT, sample.OPTIONS)


@pytest.mark.parametrize(
    ("element", "noun"),
    [
        ("services.calls", "service"),
        ('services."a.b".calls.x', "call"),
        ("services.a.latency", "service"),
        ("patterns.checkout.steps.payments", "step"),
        ("workload", "system"),
        ("", "system"),
    ],
)
def test_elements_are_called_by_their_kind(element: str, noun: str) -> None:
    result = LintResult((), (), unchecked=(Unchecked("PC1", "r", "f", (element,)),))
    assert f"(f on 1 {noun})" in text.render(result, RenderOptions())


def test_a_run_without_findings_says_so() -> None:
    assert text.render(sample.CLEAN, sample.PLAIN) == "All good: 40 rules, 1 system.\n"
    aside = sample.finding(suppression=Suppression("baseline"))
    some = LintResult(("a",), (), suppressed=(aside,), rules=("no-timeout",))
    assert text.render(some, sample.PLAIN) == "All good: 1 rule, 1 system, 1 suppressed.\n"
    assert text.render(LintResult(("a",), ()), sample.PLAIN) == (
        "Nothing was checked: 0 rules, 1 system.\n"
    )


def test_the_page_of_a_rule_is_told_where_it_cannot_be_followed() -> None:
    options = RenderOptions(docs_url="https://example.org/rules")
    assert "= see: https://example.org/rules/no-timeout" in text.render(sample.RESULT, options)
