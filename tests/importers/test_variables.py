from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.importers._variables import MAX_VALUE, Entry, Interpolated, entries, interpolate

VALUES = {"A": "1", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$A", "1"),
        ("x${A}y", "x1y"),
        ("${A:-d}", "1"),
        ("${B:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${B-d}", "d"),
        ("${B:-}", ""),
        ("${A:+r}", "r"),
        ("${B:+r}", ""),
        ("${EMPTY:+r}", ""),
        ("${EMPTY+r}", "r"),
        ("${A:?needed}", "1"),
        ("${B:-${C:-${A}}}", "1"),
        ("$$A costs $$", "$A costs $"),
        ("100% $ sure", "100% $ sure"),
        ("a}b", "a}b"),
    ],
)
def test_interpolation(text: str, expected: str) -> None:
    assert interpolate(text, VALUES).text == expected


@pytest.mark.parametrize(
    ("text", "undefined"),
    [
        ("$B", ("B",)),
        ("${B}-${C}-${B}", ("B", "C")),
        ("${B?must be set}", ("B",)),
        ("${B:-d}", ()),
        ("${B:+r}", ()),
        ("${A:-$C}", ()),
        ("${B:-$C}", ("C",)),
    ],
)
def test_variables_without_value_and_default_are_named(
    text: str, undefined: tuple[str, ...]
) -> None:
    assert interpolate(text, VALUES).undefined == undefined


@pytest.mark.parametrize("text", ["${", "${A", "${A:-x", "${}", "${A!x}", "${1}", "${B:-" * 40])
def test_broken_interpolation_says_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=r"\$\{|nested"):
        interpolate(text, VALUES)


def test_values_that_grow_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        interpolate("$BIG$BIG", {"BIG": "x" * MAX_VALUE})


@given(st.text(alphabet="${}AB:-?+x "), st.dictionaries(st.sampled_from("AB"), st.text()))
def test_interpolation_gives_a_text_or_says_why_not(text: str, values: dict[str, str]) -> None:
    with suppress(ValueError):
        assert isinstance(interpolate(text, values), Interpolated)


def test_environment_files() -> None:
    text = (
        "# comment\n"
        "A=1 # trailing\n"
        "export B = two words \n"
        "\n"
        "C='$A raw'\n"
        'D="line\\n$A"\n'
        "E\n"
        "F=\n"
        "G=$A-${B}-#not a comment\n"
        'H="over\nlines"\n'
        "I=x\n"
    )
    assert list(entries(text, {})) == [
        Entry("A", "1", 2),
        Entry("B", "two words", 3),
        Entry("C", "$A raw", 5),
        Entry("D", "line\n1", 6),
        Entry("E", None, 7),
        Entry("F", "", 8),
        Entry("G", "1-two words-#not a comment", 9),
        Entry("H", "over\nlines", 10),
        Entry("I", "x", 12),
    ]


def test_values_of_environment_files_cannot_explode() -> None:
    lines = ["A0=" + "x" * 100, *(f"A{i}=$A{i - 1}$A{i - 1}" for i in range(1, 60))]
    assert max(len(entry.value or "") for entry in entries("\n".join(lines), {})) <= 2 * MAX_VALUE


@given(st.text())
def test_any_text_is_read_as_an_environment_file(text: str) -> None:
    assert all(entry.name and entry.line >= 1 for entry in entries(text, {}))
