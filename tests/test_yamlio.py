"""The YAML reader: places, YAML 1.2 scalars, and everything that it refuses."""

import gc
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import yamlio
from patternctl.errors import InputError, Location, Problem
from tests.cost import peak_bytes, steps

LAUGHS = "\n".join(
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]",
        *(
            f"{n}: &{n} [{', '.join([f'*{p}'] * 10)}]"
            for p, n in zip("abcdefgh", "bcdefghi", strict=True)
        ),
    ]
)
DEEP_ALIASES = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3000))


def plain(text: str) -> object:
    return yamlio.parse(text, "f.yaml").plain()


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        plain(text)
    for problem in caught.value.problems:
        assert problem.location is not None
        assert problem.location.file == "f.yaml"
        assert problem.message
        assert problem.hint
    return caught.value.problems


def problem(text: str) -> Problem:
    (only,) = problems(text)
    return only


def place(text: str, *path: str | int) -> tuple[int, int, int]:
    where = yamlio.parse(text, "f.yaml").locate(path)
    assert where.file == "f.yaml"
    return where.line, where.column, where.end_column


# Places


def test_a_key_is_where_its_entry_is() -> None:
    text = "services:\n  orders:\n    replicas: 3\n"
    assert place(text, "services") == (1, 1, 9)
    assert place(text, "services", "orders") == (2, 3, 9)
    assert place(text, "services", "orders", "replicas") == (3, 5, 13)


def test_list_items_in_block_and_flow_style() -> None:
    text = "a:\n  - x\n  - to: y\n    via: http\nb: [p, {q: 1}, 'r']\n"
    assert place(text, "a", 0) == (2, 5, 6)
    assert place(text, "a", 1) == (3, 5, 0), "a block mapping over lines has no end column"
    assert place(text, "a", 1, "via") == (4, 5, 8)
    assert place(text, "b", 0) == (5, 5, 6)
    assert place(text, "b", 1) == (5, 8, 14)
    assert place(text, "b", 1, "q") == (5, 9, 10)
    assert place(text, "b", 2) == (5, 16, 19), "quotes are part of what is underlined"


def test_a_path_that_is_not_there_gives_its_nearest_ancestor() -> None:
    text = "a:\n  b: [x]\n"
    assert place(text, "a", "nothing", "deeper") == (1, 1, 2)
    assert place(text, "a", "b", 7) == (2, 3, 4)
    assert place(text, "a", "b", 0, "c") == (2, 7, 8)
    assert place(text, "nothing") == (1, 1, 0)
    assert place(text) == (1, 1, 0)


def test_an_aliased_value_is_where_its_anchor_is_and_its_key_where_it_is_used() -> None:
    text = "base: &base {x: 1}\nuser: *base\n"
    assert place(text, "user") == (2, 1, 5)
    assert place(text, "user", "x") == (1, 14, 15)


def test_a_merged_key_is_where_it_was_written() -> None:
    text = "one: &one {x: 1, y: 1}\ntwo: &two {y: 2, z: 2}\nuser:\n  <<: [*one, *two]\n  x: 3\n"
    assert place(text, "user", "x") == (5, 3, 4)
    assert place(text, "user", "y") == (1, 18, 19)
    assert place(text, "user", "z") == (2, 18, 19)
    assert plain(text)["user"] == {"x": 3, "y": 1, "z": 2}  # type: ignore[index]


def test_columns_count_characters_not_bytes() -> None:
    assert place("{é: 1, 😀: 2, x: 3}", "x") == (1, 14, 15)
    assert place("\ufeffa: 1\nb: 2\n", "b") == (2, 1, 2)


def test_lines_may_end_as_on_windows() -> None:
    assert place("a: 1\r\nb:\r\n  c: 2\r\n", "b", "c") == (3, 3, 4)


def test_numbers_as_keys_are_words() -> None:
    assert plain("1: a\n2: b") == {"1": "a", "2": "b"}
    assert place("1: a\n2: b", "2") == (2, 1, 2)


def test_cells_carry_the_place_of_every_value() -> None:
    cell = yamlio.parse("a:\n  - b: 1\n", "f.yaml").cells()
    inner = cell.value["a"].value[0].value["b"]
    assert inner.value == 1
    assert inner.location == Location("f.yaml", 2, 8, 9)


def test_cells_let_named_tags_through_and_say_so() -> None:
    text = "a: !reset [1]\nb: !override {c: 1}\nd: !reset x\n"
    cell = yamlio.parse(text, "f.yaml").cells(frozenset(("!reset", "!override")))
    assert [cell.value[key].tag for key in "abd"] == ["!reset", "!override", "!reset"]
    assert cell.value["b"].value["c"].tag == ""
    assert len(problems(text)) == 3


# Scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "OFF", "nan")),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('""', ""),
        ("'12'", "12"),
        ("12", 12),
        ("+12", 12),
        ("-0", 0),
        ("014", 14),
        ("0o14", 12),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2027-03-01", "2027-03-01"),
        ("0o8", "0o8"),
        ("0x", "0x"),
        ("٣", "٣"),
        ("1٣", "1٣"),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("+.INF", float("inf")),
        (".", "."),
        ("+", "+"),
        ("12345678901234567890", 12345678901234567890),
        ("9" * 5000, "9" * 5000),
        ("!!str 12", "12"),
        ('!!int "12"', 12),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = plain(f"a: {text}")["a"]  # type: ignore[index]
    assert found == value
    assert type(found) is type(value)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**30), 10**30)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(
            st.characters(
                exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"
            )
        ),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner),
        max_leaves=20,
    )
)
def test_json_is_read_as_json(tree: object) -> None:
    assert plain(json.dumps(tree, ensure_ascii=False)) == tree


# What is refused


def test_all_duplicates_are_told_at_once_in_file_order() -> None:
    found = problems("a: 1\na: 2\nb: {c: 1, c: 2}\nb: 3\n")
    assert [(p.location.line, p.location.column) for p in found if p.location] == [
        (2, 1),
        (3, 11),
        (4, 1),
    ]
    assert found[1].message == '"c" appears twice in the same mapping'


def test_keys_that_appear_twice_are_told_beside_what_the_first_says() -> None:
    value, repeats = yamlio.parse("a: 1\na: 2\nb: 3\n", "f.yaml").with_repeats()
    assert value == {"a": 1, "b": 3}
    assert [str(each.location) for each in repeats] == ["f.yaml:2:1"]
    with pytest.raises(InputError) as caught:
        yamlio.parse("a: 1\na: !x 2\nb: !x 3\nb: 4\na: 5\n", "f.yaml").with_repeats()
    assert [p.location.line for p in caught.value.problems if p.location] == [2, 3, 4, 5]


def test_a_fault_under_an_anchor_is_told_once_however_often_it_is_used() -> None:
    assert problem("a: &a {x: 1, x: 2}\nb: *a\nc: {<<: *a}\n").location == Location(
        "f.yaml", 1, 14, 15
    )


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('a: !!python/object/apply:os.system ["true"]', 4),
        ("a: !!python/object:os.x {x: 1}", 4),
        ("a: !!python/name:os.system", 4),
        ("!!python/name:os.system a: 1", 1),
        ("a: !custom 1", 4),
        ("a: !!binary aGVsbG8=", 4),
        ("a: !!set {x, y}", 4),
        ("a: !!map [x]", 4),
        ("a: !!str {x: 1}", 4),
    ],
)
def test_tags_that_would_build_something_are_refused(text: str, column: int) -> None:
    found = problem(text)
    assert found.location is not None
    assert (found.location.line, found.location.column) == (1, column)
    assert "tag" in found.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("---\n---\n", 2, "second document"),
        ("a:\n\tb: 1\n", 2, "tabs"),
        ("a:\n  b: 1\n\tc: 2\n", 3, "tabs"),
        ("a: *b\n", 1, "undefined alias"),
        ("a: &x 1\nb: &x 2\n", 2, "duplicate anchor"),
        ("b: 1\na: &a [*a]\n", 2, "inside its own anchor"),
        ("&a {x: *a}\n", 1, "inside its own anchor"),
        ("a: &a\n  <<: *a\n", 1, "inside its own anchor"),
        ("? [a]\n: 1\n", 1, "plain word"),
        ("c: {<<: 3}\n", 1, "<<"),
        ("c: {<<: [1]}\n", 1, "<<"),
        ("", 0, "empty"),
        ("# nothing\n\n# here\n", 0, "empty"),
        ("a: 1\nb: \x07\n", 2, "character"),
        ("a: \x00\n", 1, "character"),
        ("a: 1\nb: \ud800\n", 2, "character"),
        ("a: b\x85c\n", 3, "not valid YAML"),
        ("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        ('a: "x\n', 2, "not valid YAML"),
        ("a: @x\n", 1, "not valid YAML"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("a:\n  b: 1\n c: 2\n", 3, "not valid YAML"),
        ("%YAML 3.0\n---\na: 1\n", 1, "not valid YAML"),
        ('a: "\\ud800"\n', 1, "not valid YAML"),
    ],
)
def test_a_fault_has_line_and_remedy(text: str, line: int, words: str) -> None:
    found = problem(text)
    assert found.location is not None
    assert found.location.line == line
    assert words in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "{{- if .Values.x }}\nservices:\n  a: {{ .Values.b }}\n{{- end }}\n",
        "services:\n  a: {{ .Values.b }}\n",
        "services:\n  {{- range .Values.x }}\n  a: 1\n",
        "services:\n  a: {% if x %}\n",
    ],
)
def test_a_template_is_recognised(text: str) -> None:
    assert "render it first" in problem(text).hint


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 10_000, id="flow, open"),
        pytest.param("[" * 10_000 + "]" * 10_000, id="flow, closed"),
        pytest.param("[" * 1_000_000, id="flow, a million"),
        pytest.param("{a: " * 10_000, id="flow mappings"),
        pytest.param("- " * 10_000 + "x", id="block sequences"),
        pytest.param("? " * 10_000 + "x", id="keys"),
        pytest.param("\n".join(" " * i + "a:" for i in range(2000)), id="block mappings"),
        pytest.param(DEEP_ALIASES, id="aliases of aliases"),
        pytest.param(DEEP_ALIASES.replace("[*", "{<<: *").replace("]", "}"), id="merges of merges"),
        pytest.param(LAUGHS, id="billion laughs"),
        pytest.param(LAUGHS.replace("[", "{<<: [").replace("]", "]}"), id="billion merges"),
    ],
)
def test_bombs_are_refused_in_few_steps_and_in_little_memory(text: str) -> None:
    assert steps(lambda: problems(text)) < 200_000, "expanded, they take millions"
    assert peak_bytes(lambda: problems(text)) < 16 * 1024 * 1024
    found = problems(text)
    assert found[0].location is not None
    assert found[0].location.line


def test_more_values_than_any_manifest_needs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamlio, "MAX_NODES", 1000)
    assert "more than 1,000 values" in problem(f"a: [{'1, ' * 1000}]").message
    plain(f"a: [{'1, ' * 900}]")


def test_nesting_just_within_the_limit_is_read() -> None:
    depth = yamlio.MAX_DEPTH - 1
    plain("[" * depth + "x" + "]" * depth)
    problems("[" * (depth + 1) + "x" + "]" * (depth + 1))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        plain(text)


@given(st.text(alphabet="ab:-?&*!<>[]{},#|'\"% \n\t0.~", max_size=60))
def test_any_punctuation_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        document = yamlio.parse(text, "f.yaml")
        document.plain()
        document.cells()
        document.locate(("a", 0, "b"))


# Files


def refused(path: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        yamlio.read(path, name="given name")
    (only,) = caught.value.problems
    assert only.location is not None
    assert only.location.file == "given name"
    assert only.hint
    return only


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.yaml").message == "no such file"


def test_a_link_to_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "gone.yaml")
    assert refused(link).hint == "the link points nowhere"


def test_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(link)
    assert "cannot be read" in refused(link).message


def test_a_directory(tmp_path: Path) -> None:
    assert "directory" in refused(tmp_path).message


def test_a_file_used_as_a_directory(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a: 1\n")
    assert "cannot be read" in refused(tmp_path / "f" / "g.yaml").message


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    assert peak_bytes(lambda: refused(file)) < 100 * 1024 * 1024
    assert "larger than 32 MiB" in refused(file).message


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 0, "is empty"),
        (b"# only\n# comments\n", 0, "is empty"),
        (b"a: 1\n\x00\x01\x02", 0, "binary"),
        (b"\x7fELF\x02\x01\x01\x00\x00", 0, "binary"),
        ("a: 1\n".encode("utf-16-le"), 0, "binary"),
        ("a: 1\nb: é\n".encode("latin-1"), 2, "not UTF-8"),
        (b"\xff\xfea\x00:\x00 ", 1, "not UTF-8"),
    ],
)
def test_other_contents(tmp_path: Path, data: bytes, line: int, words: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(data)
    found = refused(file)
    assert words in found.message
    assert found.location is not None
    assert found.location.line == line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_or_without_a_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes("a: é\n".encode(encoding))
    assert yamlio.read(file).plain() == {"a": "é"}


def test_the_garbage_collector_is_left_as_it_was() -> None:
    with yamlio.paused_gc():
        assert not gc.isenabled()
        with yamlio.paused_gc():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_quoted_merge_key_is_a_key_like_any_other() -> None:
    document = yamlio.parse('"<<": foo\na: 1\n', "a.yaml")
    assert document.plain() == {"<<": "foo", "a": 1}
    assert document.locate(("a",)).line == 2


def test_aliases_chained_through_keys_are_bounded() -> None:
    chain = "".join(f"- &a{i} {{? *a{i - 1} : x}}\n" for i in range(1, 4000))
    with pytest.raises(InputError):
        yamlio.parse(f"- &a0 {{x: y}}\n{chain}", "a.yaml").plain()
