import json
from pathlib import Path

import pytest

from patternctl import __version__, catalog, cli
from tests.cli.conftest import Run

ENTRIES = catalog.antipatterns()


def test_version(run: Run) -> None:
    assert run("--version").out == f"patternctl {__version__}\n"


def test_a_mistyped_command_is_answered_with_a_suggestion(run: Run) -> None:
    outcome = run("lnt")
    assert outcome.status == 2
    assert "'lint'" in outcome.err


def test_every_command_has_help_with_examples(run: Run) -> None:
    for command in cli.app.registered_commands:
        assert command.callback is not None
        outcome = run(command.callback.__name__, "--help")
        assert outcome.status == 0
        assert "Examples:" in outcome.out
        assert f"patternctl {command.callback.__name__}" in outcome.out


def test_init_writes_a_manifest_that_lints_clean(run: Run, tmp_path: Path) -> None:
    outcome = run("init", "--system", 'the "best" shop')
    assert outcome.status == 0
    text = (tmp_path / "architecture.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=architecture.schema.json\n")
    schema = json.loads((tmp_path / "architecture.schema.json").read_text())
    assert schema["title"] == "patternctl manifest"
    linted = run("lint", "-f", "json", "--fail-on", "info")
    assert linted.status == 0, linted.out
    assert json.loads(linted.out)["findings"] == []


def test_init_never_overwrites_unasked(run: Run, hangs: Path) -> None:
    before = hangs.read_text()
    outcome = run("init")
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert hangs.read_text() == before
    assert run("init", "--force").status == 0
    assert hangs.read_text() != before


def test_init_points_to_the_compose_files_it_sees(run: Run, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    assert "patternctl discover compose.yaml" in run("init").err


@pytest.mark.parametrize("rule", ENTRIES)
def test_explain_every_rule(run: Run, rule: str) -> None:
    page = run("explain", rule, "--format", "markdown").out
    antipattern = ENTRIES[rule]
    assert page.startswith(f"# {antipattern.title}\n")
    for example in antipattern.bad:
        for expected in example.expect:
            assert expected.severity is None or f" {expected.severity} {antipattern.code} " in page
    assert antipattern.why.split("\n")[0] in page
    assert "{{" not in page.replace("${{", "")
    assert "\n\n\n" not in page


def test_explain_in_the_terminal_and_as_json(run: Run) -> None:
    assert "Why it hurts" in run("explain", "PC301").out
    assert json.loads(run("explain", "infinite-wait", "--format", "json").out)["id"] == "no-timeout"


def test_explain_of_several_or_none(run: Run) -> None:
    assert "stands for" in run("explain", "PC3").err
    assert run("explain", "nope").status == 2


def test_rules_lists_all(run: Run) -> None:
    listed = json.loads(run("rules", "--format", "json").out)
    assert [entry["id"] for entry in listed] == list(ENTRIES)
    table = run("rules").out
    assert all(antipattern.code in table for antipattern in ENTRIES.values())
    assert run("rules", "PC301", "--format", "markdown").out.count("\n") == 3


@pytest.mark.parametrize("kind", ["manifest", "antipattern", "config"])
def test_schema_is_valid_and_described(run: Run, kind: str) -> None:
    import jsonschema

    schema = json.loads(run("schema", kind).out)
    jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert "description" in text


def test_discover_writes_a_manifest_that_lints(run: Run, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n"
        "  web: {image: acme/web, environment: {ORDERS_URL: 'http://orders:8080'}}\n"
        "  orders: {image: acme/orders}\n"
    )
    assert run("discover", "-o", "architecture.yaml").status == 0
    text = (tmp_path / "architecture.yaml").read_text()
    assert "compose.yaml:2" in text
    assert run("lint", "architecture.yaml", "--exit-zero").status == 0
    assert run("discover", "-o", "architecture.yaml").status == 2
    explained = run("discover", "--explain")
    assert "ORDERS_URL" in explained.out


def test_discover_without_compose_files(run: Run, tmp_path: Path) -> None:
    assert "holds no compose file" in run("discover").err
    (tmp_path / "compose-a.yaml").write_text("services: {}\n")
    (tmp_path / "compose-b.yaml").write_text("services: {}\n")
    outcome = run("discover")
    assert outcome.status == 2
    assert "compose-a.yaml, compose-b.yaml" in outcome.err
