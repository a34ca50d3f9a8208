import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternctl import catalog
from patternctl.cli import explain
from patternctl.generators import catalogpage
from tests.cli.conftest import Run

ENTRIES = catalog.entries()


def listed(run: Run, *arguments: str) -> list[str]:
    outcome = run("patterns", *arguments, "--format", "json")
    assert outcome.status == 0
    return [entry["id"] for entry in json.loads(outcome.out)]


def test_the_list_names_every_entry_in_the_order_of_codes(run: Run) -> None:
    outcome = run("patterns")
    assert outcome.status == 0
    words = outcome.out.split()
    for entry in ENTRIES.values():
        assert {entry.id, entry.code} <= set(words)
    assert listed(run) == [*ENTRIES]
    codes = [entry.code for entry in ENTRIES.values() if entry.type in ("micro", "system")]
    assert codes == [f"MP{n}" for n in range(1, 16)] + [f"SP{n}" for n in range(1, 7)]


def test_filters_narrow_the_list_together(run: Run) -> None:
    expected = [
        entry.id
        for entry in ENTRIES.values()
        if entry.type == "micro" and entry.complexity in ("low", "medium")
    ]
    chosen = listed(run, "--type", "micro", "--complexity", "low", "--complexity", "medium")
    assert chosen == expected
    assert "bulkhead" in listed(run, "--guarantee", "isolation")
    assert "outbox" not in listed(run, "--guarantee", "isolation")
    assert listed(run, "--problem", "tail latency")[0] == "hedged-request"
    assert "traditional-cdc" not in listed(run, "--problem", "tail latency", "--type", "baseline")
    assert listed(run, "--problem", "zebra") == []
    assert "leave a filter out" in run("patterns", "--problem", "zebra").err


def test_a_filter_takes_only_words_it_knows(run: Run) -> None:
    outcome = run("patterns", "--complexity", "huge")
    assert outcome.status == 2
    assert "low, medium, high, very-high" in outcome.err


@pytest.mark.parametrize("name", ["outbox", "MP1", "mp1", "Transactional outbox", "outbox pattern"])
def test_any_name_shows_the_pattern(run: Run, name: str) -> None:
    page = run("patterns", "show", name, "-f", "markdown").out
    assert page.startswith("# Transactional outbox\n")
    assert json.loads(run("patterns", "show", name, "-f", "json").out)["id"] == "outbox"


def test_the_terminal_shows_first_what_decides_and_names_the_rest(run: Run) -> None:
    out = run("patterns", "show", "outbox").out
    assert "When not" in out
    assert "Runbook" not in out
    assert "--section" in out
    assert "runbook" in out
    assert "Runbook" in run("patterns", "show", "outbox", "--section", "all").out


STRUCTURE = {"id", "type", "kind", "style", "direction", "within", "source", "target", "over"}
"""Fields that arrange what is told: ids, kinds of nodes, ends of arrows."""


def leaves(value: object, field: str = "") -> Iterator[str]:
    """Every text of a model."""
    if isinstance(value, str):
        if field not in STRUCTURE:
            yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, field)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_page_tells_all_that_its_file_tells(run: Run, name: str) -> None:
    page = run("patterns", "show", name, "--format", "markdown").out
    pattern = ENTRIES[name]
    assert page.startswith(f"# {pattern.name}\n")
    assert "\n\n\n" not in page
    flat = " ".join(page.lower().split())
    told = (" ".join(text.lower().split()) for text in leaves(pattern.model_dump()))
    missing = [t for t in told if t not in flat and t.replace("-", " ") not in flat]
    assert not missing


def test_a_page_cites_every_line_that_its_file_cites(run: Run) -> None:
    pattern = ENTRIES["outbox"]
    page = run("patterns", "show", "outbox", "--format", "markdown").out
    for example in pattern.examples.values():
        for setting in example.settings:
            cited = f"{setting.lines[0][0]}"
            line = next(each for each in page.splitlines() if each.startswith(f"- {setting.name}:"))
            assert cited in line


def test_sections_can_be_picked_by_the_beginning_of_their_name(run: Run) -> None:
    out = run("patterns", "show", "saga", "-s", "run", "-s", "Failure modes", "-f", "markdown").out
    headings = [line for line in out.splitlines() if line.startswith("## ")]
    assert headings == ["## Failure modes", "## Runbook"]
    outcome = run("patterns", "show", "saga", "--section", "gossip")
    assert outcome.status == 2
    assert 'there is no section "gossip"' in outcome.err
    assert "runbook" in outcome.err


def test_every_page_has_the_same_sections(run: Run) -> None:
    for pattern in ENTRIES.values():
        names = [*catalogpage.sections(catalogpage.pattern(pattern))]
        assert {"problem", "solution", "guarantees", "runbook", "references"} <= {*names}, names


def test_an_unknown_pattern_is_answered_with_a_suggestion(run: Run) -> None:
    outcome = run("patterns", "show", "outbx")
    assert outcome.status == 2
    assert 'did you mean "outbox"?' in outcome.err


def test_patterns_are_compared_side_by_side(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run("patterns", "compare", "outbox", "event-sourcing", "--format", "json")
    table = json.loads(outcome.out)
    assert [*table] == ["outbox", "event-sourcing"]
    assert table["outbox"]["between them"] == "is an alternative to event-sourcing"
    outbox = ENTRIES["outbox"].tradeoffs
    assert outbox is not None
    assert table["outbox"]["latency"] == outbox.latency
    assert outbox.cost in run("patterns", "compare", "outbox", "saga", "-f", "markdown").out
    monkeypatch.setenv("COLUMNS", "100")
    assert "Transactional" in run("patterns", "compare", "outbox", "saga").out


def test_comparing_takes_two(run: Run) -> None:
    outcome = run("patterns", "compare", "outbox")
    assert outcome.status == 2
    assert "two patterns or more" in outcome.err


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("dual write", "outbox"),
        ("tail latency", "hedged-request"),
        ("noisy neighbour", "bulkhead"),
        ("overselling", "escrow"),
        ("stale cache", "write-through-cache"),
        ("blast radius", "cell-based"),
        ("cold start", "serverless"),
        ("retry storm", "circuit-breaker"),
    ],
)
def test_search_finds_patterns_by_words_of_the_problem(run: Run, words: str, first: str) -> None:
    outcome = run("patterns", "search", *words.split(), "--format", "json")
    assert outcome.status == 0
    assert json.loads(outcome.out)[0]["id"] == first
    assert first in run("patterns", "search", words).out


def test_search_says_when_it_finds_nothing(run: Run) -> None:
    outcome = run("patterns", "search", "zebra")
    assert outcome.status == 1
    assert outcome.out == ""
    assert "patternctl patterns" in outcome.err


def test_explain_knows_rules_patterns_and_mechanisms(run: Run) -> None:
    assert "# Transactional outbox" in run("explain", "MP1", "-f", "markdown").out
    assert "# Circuit breaker" in run("explain", "P9", "-f", "markdown").out
    assert run("explain", "P12", "-f", "markdown").out.startswith("# P12\n")
    assert "`outbox`" in run("explain", "p19", "-f", "markdown").out
    assert json.loads(run("explain", "P19", "-f", "json").out)["used_by"]
    outcome = run("explain", "P21")
    assert outcome.status == 2
    assert "P1 to P20" in outcome.err
    outcome = run("explain", "circuit-braker")
    assert outcome.status == 2
    assert 'did you mean "circuit-breaker"?' in outcome.err


def test_claims_can_be_narrowed_and_counted(run: Run) -> None:
    outcome = run("claims", "outbox", "--verdict", "false", "--format", "json")
    claims = json.loads(outcome.out)
    assert claims
    assert {claim["entry"] for claim in claims} == {"outbox"}
    assert {claim["verdict"] for claim in claims} == {"false"}
    assert all(claim["why"] and claim["lines"] for claim in claims)
    counted = run("claims", "MP1").err
    assert counted.startswith(f"{len(json.loads(run('claims', 'MP1', '-f', 'json').out))} claims: ")


def test_claims_tell_their_reasons_when_asked(run: Run) -> None:
    figure = ENTRIES["outbox"].metrics["throughput"]
    assert figure.why in run("claims", "outbox", "--why", "-f", "markdown").out
    assert figure.why not in run("claims", "outbox", "-f", "markdown").out


def test_claims_as_csv_read_back(run: Run) -> None:
    rows = [*csv.DictReader(io.StringIO(run("claims", "--format", "csv").out))]
    assert len(rows) == len(json.loads(run("claims", "--format", "json").out))
    assert {row["verdict"] for row in rows} == {
        "holds", "holds-when", "overstated", "false", "unchecked",
    }  # fmt: skip


def test_contradictions_keep_both_sides(run: Run) -> None:
    found = json.loads(run("claims", "--contradictions", "--format", "json").out)
    assert [entry["number"] for entry in found] == list(range(1, 65))
    assert all(len(entry["sides"]) > 1 for entry in found)
    only = json.loads(run("claims", "saga", "--contradictions", "-f", "json").out)
    assert {entry["entry"] for entry in only} == {"saga"}
    assert "64. " in run("claims", "--contradictions").out
    outcome = run("claims", "--contradictions", "--verdict", "false")
    assert outcome.status == 2
    assert "stands alone" in outcome.err


def test_the_catalog_lists_everything_and_explain_tells_each(run: Run) -> None:
    rows = json.loads(run("catalog", "list", "-f", "json").out)
    kinds = {row["kind"] for row in rows}
    assert kinds >= {"pattern", "baseline", "mechanism", "anti-pattern", "playbook", "practice"}
    assert "meta-patterns" in {row["name"] for row in rows if row["kind"] == "unspecified"}
    whole = catalog.load()
    for row in rows:
        if row["kind"] in ("mechanism", "playbook", "practice"):
            found = explain._rest(row["name"], whole)
            assert found is not None, row
            assert found.page.startswith("# ")
    assert "# Introduce" in run("explain", "to-outbox", "-f", "markdown").out
    outcome = run("catalog", "list", "gossip")
    assert outcome.status == 2
    assert "playbook" in outcome.err


OWN = """\
id: claim-check
code: OWN1
name: Claim check
type: micro
complexity: low
summary: Puts a large payload aside and sends a reference to it.
problem: Brokers refuse or choke on large messages.
solution: [Store the payload, send its key.]
when: [Payloads exceed the broker's limit.]
when_not: [They are small.]
guarantees:
  - property: efficiency
    holds: The broker carries keys only.
    verdict: holds
    references: [hohpe]
composes_with: {outbox: The row holds the key.}
references: {hohpe: "Hohpe, Woolf: Enterprise Integration Patterns (2003)"}
"""


def test_a_catalog_of_ones_own_is_read_everywhere(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "our" / "patterns"
    folder.mkdir(parents=True)
    (folder / "claim-check.yaml").write_text(OWN)
    (tmp_path / "patternctl.toml").write_text('catalog = ["our"]\n')
    assert "claim-check" in listed(run)
    assert "# Claim check" in run("patterns", "show", "own1", "-f", "markdown").out
    assert "# Claim check" in run("explain", "claim-check", "-f", "markdown").out
    assert run("patterns", "search", "large payload").out.count("claim-check") == 1
    assert run("catalog", "check").status == 0
    (folder / "claim-check.yaml").write_text(OWN.replace("outbox:", "outbx:"))
    outcome = run("catalog", "check")
    assert outcome.status == 2
    assert "our/patterns/claim-check.yaml:16:" in outcome.err
    assert 'did you mean "outbox"?' in outcome.err
