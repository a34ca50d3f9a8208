"""GitHub's commands, GitLab's Code Quality, JUnit, Markdown: what their readers ask for."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from xmlschema import XMLSchema

from patternctl.errors import Location
from patternctl.model.finding import LintResult, Notice, Severity
from patternctl.model.render import RenderOptions
from patternctl.reports import github, gitlab, junit, markdown
from patternctl.reports._style import visible
from tests.reports import sample, workflow

# Written from the table of properties in GitLab's documentation
# (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format). GitLab's own schema
# (`app/validators/json_schemas/codeclimate.json`) asks for less: not for `check_name`, and for
# nothing inside `location`.
GITLAB_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}

JUNIT = XMLSchema(Path(__file__).parents[1] / "data" / "junit-10.xsd")


def test_github_sees_the_most_severe_first() -> None:
    commands = workflow.parse(github.render(sample.RESULT, sample.PLAIN))
    assert [c.name for c in commands] == (
        ["error"] * 5 + ["warning"] * 2 + ["notice"] * 2 + ["group", "endgroup"]
    )


def test_github_gets_place_and_title_unescaped() -> None:
    commands = workflow.parse(github.render(sample.RESULT, sample.PLAIN))
    assert commands[0].properties == {
        "file": "architecture.yaml",
        "line": "6",
        "endLine": "6",
        "col": "9",
        "endColumn": "35",
        "title": "PC301 no-timeout",
    }
    assert commands[2].properties["file"] == sample.HOSTILE_FILE
    assert commands[4].properties["file"] == "sub/gone.yaml"
    assert commands[7].properties == {"file": "architecture.yaml", "title": "PC301 no-timeout"}


def test_github_hears_how_many_there_are_of_a_level_that_it_cuts() -> None:
    def levels(*counts: tuple[Severity, int]) -> str:
        severities = [severity for severity, count in counts for _ in range(count)]
        found = tuple(sample.finding(n, severity=s) for n, s in enumerate(severities))
        return github.render(LintResult((), found), sample.PLAIN)

    assert "GitHub shows" not in levels(("error", 10), ("warning", 10), ("info", 10))
    text = levels(("error", 3), ("warning", 11), ("info", 1_200))
    assert (
        "\nGitHub shows 10 annotations of a level for one step, not 11 warnings, 1,200 notices\n"
        in text
    )


def test_github_notices_cannot_start_a_command() -> None:
    notice = Notice("\n::error::x", Location("::warning::a##[error]b"))
    result = LintResult((), (), notices=(notice,), notes=("::error::x", "##[error]x"))
    names = [c.name for c in workflow.parse(github.render(result, sample.PLAIN))]
    assert names == ["group", "endgroup"]


@pytest.mark.parametrize("result", [sample.RESULT, sample.CLEAN])
def test_gitlab_accepts_the_report(result: LintResult) -> None:
    entries = json.loads(gitlab.render(result, sample.PLAIN))
    Draft202012Validator(GITLAB_SCHEMA).validate(entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(result.findings)


def test_gitlab_severities() -> None:
    entries = json.loads(gitlab.render(sample.RESULT, sample.PLAIN))
    assert {entry["severity"] for entry in entries} == {"major", "minor", "info"}


@pytest.mark.parametrize("result", [sample.RESULT, sample.CLEAN, LintResult((), ())])
def test_junit_keeps_to_the_schema(result: LintResult) -> None:
    JUNIT.validate(ET.fromstring(junit.render(result, sample.PLAIN)))


def test_the_schema_of_junit_refuses_what_it_does_not_know() -> None:
    root = ET.fromstring(junit.render(sample.CLEAN, sample.PLAIN))
    root[0][0].set("file", "architecture.yaml")
    assert not JUNIT.is_valid(root)


def test_junit_counts_add_up() -> None:
    root = ET.fromstring(junit.render(sample.RESULT, sample.PLAIN))
    suites = root.findall("testsuite")
    for suite in suites:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
    for key in ("tests", "failures"):
        assert int(root.get(key, "")) == sum(int(suite.get(key, "")) for suite in suites)


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x7f", "\ud800", "\ufffe", "\uffff"])
def test_junit_replaces_what_xml_refuses(character: str) -> None:
    text = f"a{character}b"
    found = sample.finding(message=text, element=text, location=Location(text))
    root = ET.fromstring(junit.render(LintResult((text,), (found,), notes=(text,)), sample.PLAIN))
    (failure,) = root.iter("failure")
    assert (failure.get("message") or "").replace("a", "").replace("b", "") != character


def test_junit_has_a_passing_case_for_a_clean_file() -> None:
    root = ET.fromstring(junit.render(sample.RESULT, sample.PLAIN))
    (case,) = root.findall("testsuite[@name='clean.yaml']/testcase")
    assert case.get("name") == "40 rules"
    assert len(case) == 0


def test_markdown_of_ten_thousand_findings_fits_into_a_comment() -> None:
    text = markdown.render(sample.many(10_000), sample.OPTIONS)
    assert 40_000 < len(text) <= 65_000
    shown = text.count("\n| error ")
    assert f"and {10_000 - shown:,} more" in text
    assert text.count("<details>") == text.count("</details>") == 1


def test_markdown_with_endless_texts_fits_too() -> None:
    long = "`|" * 100_000
    found = tuple(
        sample.finding(n, rule=f"r{n}", message=long, help=long, location=Location(long, 1))
        for n in range(300)
    )
    result = LintResult((long,), found, notices=(Notice(long),) * 300, notes=(long,) * 300)
    text = markdown.render(result, sample.OPTIONS)
    assert len(text) <= 65_000
    assert text.count("<details>") == text.count("</details>")


def test_markdown_filled_to_the_brim_still_says_what_it_left_out() -> None:
    result = replace(sample.many(10_000), notes=("x",) * 100_000)
    text = markdown.render(result, sample.OPTIONS)
    assert 64_700 < len(text) <= 65_000
    assert text.splitlines()[-1].startswith("- and ")


def test_markdown_rows_have_four_cells_whatever_the_text() -> None:
    text = markdown.render(sample.RESULT, sample.PLAIN)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(sample.RESULT.findings)
    assert {row.count("|") for row in rows} == {5}
    assert "<script" not in text
    assert "@team" not in text
    assert " #12 " not in text


@given(st.text(max_size=60), st.text(st.sampled_from("`|\\\\<>&[](){}*_~!@#$:x1 "), max_size=20))
def test_markdown_shows_any_text_as_it_is(message: str, file: str) -> None:
    found = sample.finding(message=message, location=Location(f"a{file}z", 3))
    text = markdown.render(LintResult((), (found,)), RenderOptions())
    cells = [
        "".join(child.content for child in token.children or ())
        for token in MarkdownIt("commonmark").enable("table").parse(text)
        if token.type == "inline" and token.level == 4
    ]
    where, said = cells[6:8]
    assert said.replace("\u200b", "") == visible(message).replace("\u200b", "").strip()
    plain = where.removeprefix("<code>").removesuffix("</code>").replace("\u200b", "")
    assert plain == f"a{file}z:3"


def test_markdown_links_to_source_and_to_the_page_of_the_rule() -> None:
    options = RenderOptions(
        source_url="https://example.org/blob/main", docs_url="https://example.org/rules"
    )
    text = markdown.render(sample.RESULT, options)
    assert "[`architecture.yaml:6`](https://example.org/blob/main/architecture.yaml#L6)" in text
    assert "[PC301 no-timeout](https://example.org/rules/no-timeout)" in text
    assert "/odd%2C%20dir/a%3Ab%7Cc%20%60d%60.yaml#L1)" in text
    assert "example.org/blob/main/C%3A" not in text
