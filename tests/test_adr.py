from pathlib import Path

import pytest

from patternctl import adr
from patternctl.errors import InputError
from patternctl.model.adr import FileName, Link, Reference

MADR4 = """\
---
status: "superseded by [ADR-0009](0009-use-events.md)"  # since May
date: 2026-02-03
decision-makers: [Ada, Grace]
nav_order: 7
---

# Use CRUD

See [the other](0002-other.md#why) and [the web](https://example.org), [here](#here).

## More Information

Supersedes [ADR-0001](0001-old.md).
"""
MADR3 = """\
---
status: accepted
date: 2022-10-01
deciders: Ada, Grace
---
# Use CRUD

## Validation

By a review.
"""
MADR2 = """\
# Use CRUD

* Status: Superseded by [Use events](0009-use-events.md) <!-- optional -->
* Deciders: Ada, Grace <!-- optional -->
* Date: 2019-12-31

## Links

* Supersedes [Old](0001-old.md)
"""
ADR_TOOLS = """\
# 7. Use CRUD

Date: 2016-02-12

## Status

Superceded by [9. Use events](0009-use-events.md)

Supercedes [1. Old](0001-old.md)

## Context

Something.
"""
FILE = "docs/adr/0007-use-crud.md"


@pytest.mark.parametrize(
    ("text", "form", "line"),
    [(MADR4, "front-matter", 2), (MADR2, "bullets", 3), (ADR_TOOLS, "sections", 7)],
)
def test_each_style_tells_status_title_and_supersession(text: str, form: str, line: int) -> None:
    record = adr.parse(text, FILE)
    assert (record.form, record.title, record.number) == (form, "Use CRUD", 7)
    assert (record.state, record.status_line) == ("superseded", line)
    assert [(one.number, one.file) for one in record.superseded_by] == [(9, "0009-use-events.md")]
    assert [one.number for one in record.supersedes] == [1]
    assert not record.faults


def test_madr_3_is_read() -> None:
    record = adr.parse(MADR3, FILE)
    assert (record.status, record.date, record.date_line) == ("accepted", "2022-10-01", 3)
    assert record.decision_makers == ("Ada", "Grace")
    assert record.front_matter == ("status: accepted", "date: 2022-10-01", "deciders: Ada, Grace")


def test_line_ends_and_byte_order_mark_do_not_matter() -> None:
    changed = "\ufeff" + MADR4.replace("\n", "\r\n")
    assert adr.parse(changed, FILE) == adr.parse(MADR4, FILE)


def test_links_are_those_to_files() -> None:
    text = """# T

[a](a.md "title") ![b](<b c.png>) [c](c%20d.md) [e](e(1).md) [f]: no

[ref]: r.md
[^1]: note
`[code](no.md)` ``[`](no.md)`` [after](after.md)
<!-- [comment](no.md)
[still](no.md) --> [out](out.md)
~~~
[fenced](no.md)
~~~
[mail](mailto:a@b) [root](/x) [self](#x) [none]() [proto](//x) [win](C:/x)
[dangling ` tick](tick.md)
"""
    assert adr.parse(text, FILE).links == (
        Link("a.md", 3),
        Link("b c.png", 3),
        Link("c d.md", 3),
        Link("e(1).md", 3),
        Link("r.md", 5),
        Link("after.md", 7),
        Link("out.md", 9),
        Link("tick.md", 14),
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("superseded by ADR-0123", [(123, "")]),
        ("superseded by 12 and 13", [(12, ""), (13, "")]),
        ("superseeded by [ADR-5](0005-x.md)", [(5, "0005-x.md")]),
        ("superseded by [prose](prose.md)", [(None, "prose.md")]),
        ("superseded by something newer of 2024", []),
        ("accepted", []),
    ],
)
def test_what_supersedes_a_record(status: str, expected: list[tuple[int | None, str]]) -> None:
    record = adr.parse(f"---\nstatus: {status}\n---\n# T\n", FILE)
    assert record.superseded_by == tuple(Reference(n, file, 2) for n, file in expected)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("---\nstatus: accepted\n# T\n", 1, "front matter is not closed"),
        ("---\n- accepted\n---\n# T\n", 2, "front matter is no mapping"),
        ("---\nstatus: [\n---\n# T\n", 3, "front matter: not valid YAML"),
        ("---\nstatus: a\nstatus: b\n---\n# T\n", 3, '"status" appears twice'),
        ("nothing\n", 1, "has no heading"),
        ("", 1, "has no heading"),
    ],
)
def test_faults_have_their_line(text: str, line: int, message: str) -> None:
    fault = adr.parse(text, FILE).faults[0]
    assert message in fault.message
    assert fault.line == line


def test_names_of_files() -> None:
    assert adr.file_name("0007-use-crud.md") == FileName(7, "use-crud")
    assert adr.file_name("ADR-12_x y.markdown") == FileName(12, "x y", 2, "ADR-", "_", ".markdown")
    for name in ("README.md", "template.md", "20200101-by-date.md", "0001-x.txt", "7things.md"):
        assert adr.file_name(name) is None
    for name in ("0007-use-crud.md", "ADR-12_x y.markdown", "3.md"):
        assert str(adr.file_name(name)) == name


@pytest.mark.parametrize("heading", ["C \\#", "\\[x\\]", "a \\<b>", "7. Use it", "Use `x`"])
def test_a_heading_is_read_without_escapes_and_number(heading: str) -> None:
    title = adr.parse(f"# {heading}\n", FILE).title
    assert title == heading.replace("\\", "").removeprefix("7. ")


def test_a_heading_may_be_underlined() -> None:
    assert adr.parse("Use it\n======\n", FILE).title == "Use it"


def test_a_hostile_record_is_read_in_linear_time() -> None:
    for unit in ("`", "](", "[", "<!--", "a](((", "* ", "supersedes 1 and "):
        adr.parse(unit * 100_000, FILE)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"# T\n\xe4\n")
    (tmp_path / "huge").write_bytes(b" " * (adr.MAX_BYTES + 1))
    (tmp_path / "link").symlink_to("gone")
    for name, message in [
        ("latin", "latin:2: is not UTF-8 text"),
        ("huge", "larger than 2 MiB"),
        ("link", "the link points nowhere"),
        ("missing", "no such file"),
        (".", "is no ordinary file"),
    ]:
        with pytest.raises(InputError, match=message):
            adr.read_text(tmp_path / name, name=name)
