"""What holds for every output format, and the expected output of each."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from subprocess import run
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patternctl import plugins
from patternctl.errors import Location
from patternctl.model.finding import LintResult, Notice, Suppression, Unchecked
from patternctl.model.render import RenderOptions
from patternctl.reports._style import visible
from tests import golden
from tests.cost import steps
from tests.reports import sample, workflow

GOLDEN = Path(__file__).parent / "golden"
EXTENSIONS = {
    "text": "txt",
    "concise": "txt",
    "json": "json",
    "sarif": "sarif",
    "github": "txt",
    "gitlab": "json",
    "junit": "xml",
    "markdown": "md",
}
FORMATS = sorted(EXTENSIONS)
# Any character a terminal or a runner may obey: controls but for the end of line, and what
# reorders text; and what is not seen at all.
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e0fff]"
)


def render(name: str, result: LintResult, options: RenderOptions = sample.OPTIONS) -> str:
    text: str = plugins.load("reports", name).render(result, options)
    return text


def test_every_format_is_tested() -> None:
    assert plugins.names("reports") == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str) -> None:
    golden.check(GOLDEN / f"{name}.{EXTENSIONS[name]}", render(name, sample.RESULT))


@pytest.mark.parametrize("name", FORMATS)
def test_golden_of_a_clean_run(name: str) -> None:
    text = render(name, sample.CLEAN, sample.PLAIN)
    golden.check(GOLDEN / f"{name}-clean.{EXTENSIONS[name]}", text)


@pytest.mark.parametrize("name", ["text", "concise"])
def test_golden_in_colour(name: str) -> None:
    options = replace(
        sample.OPTIONS, color=True, hyperlinks=True, docs_url="https://example.org/rules"
    )
    golden.check(GOLDEN / f"{name}-color.txt", render(name, sample.RESULT, options))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("result", [sample.RESULT, sample.CLEAN, LintResult((), ())])
def test_a_report_is_a_module_with_one_function_and_ends_in_one_newline(
    name: str, result: LintResult
) -> None:
    module = plugins.load("reports", name)
    public = [
        key
        for key, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and not key.startswith("_")
    ]
    assert public == ["render"]
    assert re.search(r"[^\n]\n\Z", render(name, result))


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_reaches_the_terminal(name: str) -> None:
    assert not OBEYED.search(render(name, sample.RESULT))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00\x1b\x7f", "a\u2400\u241b\u2421"),
        ("a\x9b", r"a\x9b".replace("x", "u00")),
        ("user\u061c\u200e\u200f\u202e", r"user\u061c\u200e\u200f\u202e"),
        ("ad\u00admin\u200b\u200d\u2060\ufeff", r"ad\u00admin\u200b\u200d\u2060\ufeff"),
        ("\U000e0041\ud800\uffff", r"\U000e0041\ud800\uffff"),
        ("naïve 訂單 \u2764\ufe0f", "naïve 訂單 \u2764\ufe0f"),
    ],
)
def test_what_is_not_seen_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_quiet_shows_findings_only(name: str) -> None:
    quiet = replace(sample.PLAIN, quiet=True)
    assert render(name, sample.CLEAN, quiet) == ""
    text = render(name, sample.RESULT, quiet)
    assert "Found" not in text
    assert "expired" not in text
    assert text.count("PC301") == 7


@pytest.mark.parametrize("name", ["text", "concise", "markdown"])
def test_suppressed_findings_are_counted_and_shown_on_demand(name: str) -> None:
    assert "4 suppressed" in render(name, sample.RESULT, sample.PLAIN)
    assert "by the baseline" not in render(name, sample.RESULT, sample.PLAIN)
    assert "by the baseline" in render(name, sample.RESULT)


@pytest.mark.parametrize("name", FORMATS)
def test_ten_times_the_findings_cost_ten_times_the_work(name: str) -> None:
    small, large = sample.many(100), sample.many(1_000)
    assert steps(lambda: render(name, large)) < 11 * steps(lambda: render(name, small))
    assert len(render(name, large)) < 11 * len(render(name, small))


def test_importing_a_format_imports_nothing_heavy() -> None:
    names = sorted(FORMATS, key=lambda name: name == "junit")  # the one that may import more
    code = """
import sys
import patternctl.model.render, patternctl.model.finding
for name in sys.argv[1:]:
    before = set(sys.modules)
    __import__("patternctl.reports." + name)
    print(*(set(sys.modules) - before))
"""
    command = [sys.executable, "-c", code, *names]
    lines = run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for name, line in zip(names, lines, strict=True):
        roots = {module.partition(".")[0] for module in line.split()}
        heavy = {"rich", "jinja2", "typer", "click", "yaml", "asyncio", "logging", "http"}
        assert not roots & heavy, name
        assert ("xml" in roots) == (name == "junit"), name


ANY = st.text(st.characters(codec=None), max_size=30)
LOCATIONS = st.builds(Location, ANY, st.integers(0, 5), st.integers(0, 40), st.integers(0, 40))
SUPPRESSIONS = st.builds(
    Suppression, st.sampled_from(("inline", "baseline")), ANY, st.none(), st.none() | LOCATIONS
)


@st.composite
def results(draw: st.DrawFn) -> LintResult:
    """A result whose every text is arbitrary."""
    findings = [
        sample.finding(
            severity=draw(st.sampled_from(("error", "warning", "info"))),
            code=draw(ANY),
            rule=draw(st.just("no-timeout") | ANY),
            message=draw(ANY),
            element=draw(ANY),
            help=draw(ANY),
            location=draw(LOCATIONS),
            cures=(draw(ANY),),
            related=((draw(ANY), draw(LOCATIONS)),),
        )
        for _ in range(2)
    ]
    suppressed = findings[1]._replace(suppression=draw(SUPPRESSIONS))
    location = findings[0].location
    return LintResult(
        inputs=(draw(ANY),),
        findings=tuple(findings),
        suppressed=(suppressed,),
        unchecked=(Unchecked("PC1", draw(ANY), draw(ANY), (draw(ANY),)),),
        notices=(Notice(draw(ANY), draw(st.none() | LOCATIONS)),),
        notes=(draw(ANY),),
        rules=("no-timeout", "dual-write"),
        texts={location.file: draw(ANY), findings[1].location.file: draw(ANY)},
    )


SLOW_TO_DRAW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@given(results())
@SLOW_TO_DRAW
def test_any_text_leaves_every_format_readable(result: LintResult) -> None:
    for name in FORMATS:
        text = render(name, result)
        text.encode()
        assert not OBEYED.search(text)
    for name in ("json", "sarif", "gitlab"):
        json.loads(render(name, result))
    root = ET.fromstring(render("junit", result))
    assert len(list(root.iter("failure"))) == 2
    commands = workflow.parse(render("github", result))
    assert [command.name for command in commands[-2:]] == ["group", "endgroup"]
    assert len(commands) == 4
    assert all("title" in command.properties for command in commands[:2])


@given(results())
@SLOW_TO_DRAW
def test_json_gives_texts_back_as_they_were(result: LintResult) -> None:
    read = json.loads(render("json", result))
    for given_, found in zip(result.findings, read["findings"], strict=True):
        for key in ("message", "element", "help"):
            value = getattr(given_, key)
            if not re.search("[\ud800-\udbff][\udc00-\udfff]", value):
                assert found[key] == value


@given(results())
@SLOW_TO_DRAW
def test_github_messages_come_back_but_for_what_is_not_seen(result: LintResult) -> None:
    by_severity = sorted(
        result.findings, key=lambda f: ("error", "warning", "info").index(f.severity)
    )
    commands = workflow.parse(render("github", result))
    for given_, command in zip(by_severity, commands, strict=False):
        told = given_.message + (f"\n{given_.help}" if given_.help else "")
        assert command.message == "".join(c if c in "\r\n" else visible(c) for c in told)
