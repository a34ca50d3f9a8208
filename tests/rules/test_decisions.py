"""Rules about decisions and adopted patterns, each at the fact where the verdict turns."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from patternctl import catalog, manifest, resources
from patternctl.engine.lint import lint
from patternctl.model.architecture import SHIPPED, Objective, Requirements
from patternctl.model.finding import LintResult
from patternctl.model.settings import LintSettings
from patternctl.rulekit.tree import Paths, standing
from tests.cost import steps

ENTRIES = catalog.antipatterns()
HEAD = "version: 1\nsystem: s\nservices: {a: {}, b: {}}\n"
OUTBOX = (resources.directory("catalog") / "patterns" / "outbox.yaml").read_text()


def result(rule: str, text: str, folder: Path | None = None) -> LintResult:
    folders = (folder,) if folder else ()
    system = manifest.from_text(HEAD + text, "a.yaml", SHIPPED | catalog.pattern_ids(folders))
    return lint([system], {rule: ENTRIES[rule]}, LintSettings(catalogs=folders))


def told(rule: str, text: str, folder: Path | None = None) -> list[str]:
    return [
        f"{finding.location.line} {finding.element} {finding.severity}: {finding.message}"
        for finding in result(rule, text, folder).findings
    ]


def lacking(rule: str, text: str) -> Mapping[str, tuple[str, ...]]:
    return {item.fact: item.elements for item in result(rule, text).unchecked}


def own(folder: Path, **patterns: str) -> Path:
    """A user's catalog of patterns that are like the outbox but for their relations."""
    (folder / "patterns").mkdir()
    bare = "\n".join(line for line in OUTBOX.split("\n") if not line.startswith("  saga:"))
    for name, relations in patterns.items():
        name = name.replace("_", "-")
        text = bare.replace("id: outbox", f"id: {name}", 1)
        (folder / "patterns" / f"{name}.yaml").write_text(f"{text}\n{relations}\n")
    return folder


DECIDED = "decisions: [{answers: {consistency: eventual, scale: moderate%s}, outcome: %s%s}]\n"


def decided(outcome: str, answers: str = ", read-write-ratio: above-10", more: str = "") -> str:
    return DECIDED % (answers, outcome, more)


def test_a_fact_that_moved_is_told_at_its_line_with_what_follows() -> None:
    text = f"requirements:\n  scale: moderate\n  consistency: strong\n{decided('cqrs-system')}"
    (finding,) = told("decision-outdated", text)
    assert finding == (
        "6 decisions.architecture warning: requirements.consistency says strong (recorded: "
        "eventual): the tree now leads to event-sourcing-system or traditional-cdc, recorded is "
        "cqrs-system"
    )


def test_several_facts_that_moved_are_one_finding() -> None:
    text = f"requirements: {{consistency: strong, audit: critical}}\n{decided('cqrs-system')}"
    (finding,) = result("decision-outdated", text).findings
    assert "requirements.audit says critical (recorded: no answer)" in finding.message
    assert [name for name, _ in finding.related] == [
        "decisions.architecture.answers.consistency", "requirements.audit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "outdated"),
    [
        ("workload: {read_write_ratio: 10}", True),
        ("workload: {read_write_ratio: 10.5}", False),
        ("requirements: {scale: variable}", True),
        ("requirements: {scale: moderate}", False),
        ("requirements: {audit: critical}", False),
        ("requirements: {budget: 100 EUR/month}", False),
        ("requirements: {availability: 99.999%}", False),
    ],
)
def test_only_what_changes_the_outcome_is_told(facts: str, outdated: bool) -> None:
    assert bool(told("decision-outdated", f"{facts}\n{decided('cqrs-system')}")) == outdated


def test_an_open_answer_leaves_every_outcome_that_it_may_have() -> None:
    text = decided("microservices", answers="")
    assert told("decision-outdated", text) == []
    assert told("decision-outdated", f"workload: {{read_write_ratio: 11}}\n{text}")


def test_an_outcome_of_the_ranking_is_held_against_the_ranking() -> None:
    tree = catalog.tree("architecture")
    answers = {"consistency": "eventual", "scale": "moderate", "read-write-ratio": "balanced",
               "teams": "one", "people": "small", "budget": "small"}  # fmt: skip
    ((first, _), *_) = standing(tree, catalog.load().entries, answers)
    assert first not in Paths(tree).follow(answers).leaves
    block = f"decisions: [{{answers: {answers}, outcome: {first}}}]\n".replace("'", "")
    assert told("decision-outdated", block) == []
    grown = f"teams: {{{', '.join(f't{i}: {{size: 9}}' for i in range(9))}}}\n"
    (finding,) = told("decision-outdated", f"{grown}{block}")
    assert "teams.count says many (recorded: one)" in finding
    assert "the ranking now puts" in finding


def test_what_people_answered_is_not_outdone_by_what_is_concluded() -> None:
    tree = catalog.tree("architecture")
    answers = {"consistency": "eventual", "scale": "isolated", "isolation": "all",
               "teams": "one", "people": "small", "budget": "small"}  # fmt: skip
    rest = {**answers, "isolation": "part"}
    ((first, _), *_), ((other, _), *_) = (
        standing(tree, catalog.load().entries, each) for each in (answers, rest)
    )
    assert first not in (other, *Paths(tree).follow(answers).leaves)
    block = f"decisions: [{{answers: {answers}, outcome: {first}}}]\n".replace("'", "")
    assert told("decision-outdated", f"requirements: {{scale: isolated}}\n{block}") == []


def test_the_ranking_s_choice_in_an_open_tree_can_be_outdated() -> None:
    tree, entries = catalog.tree("architecture"), catalog.load().entries
    answers = {"consistency": "eventual", "teams": "many", "people": "large", "budget": "large"}
    leaves = Paths(tree).follow(answers).leaves
    ((first, _), *_) = standing(tree, entries, answers)
    assert first in leaves[:-1]
    ((then, _), *_) = standing(tree, entries, {**answers, "teams": "one", "people": "small"})
    assert then != first
    block = f"decisions: [{{answers: {answers}, outcome: {first}}}]\n".replace("'", "")
    assert told("decision-outdated", block) == []
    (finding,) = told("decision-outdated", f"teams: {{one: {{size: 2}}}}\n{block}")
    assert f"the ranking now puts {then} first, recorded is {first}" in finding


@pytest.mark.parametrize(
    ("outcome", "hint"),
    [("event-sourcing", ', did you mean "event-sourcing-system"?'), ("batch", "")],
)
def test_an_outcome_that_the_tree_does_not_know_is_told(outcome: str, hint: str) -> None:
    (finding,) = told("decision-outdated", decided(outcome, more=", adr: 3"))
    assert finding == (
        "4 decisions.architecture.outcome warning: "
        f"{outcome} is neither a leaf nor a candidate of the tree architecture{hint}"
    )


def test_an_outcome_against_tree_and_ranking_is_told_unless_a_record_says_why() -> None:
    text = decided("edge")
    (finding,) = told("decision-outdated", text)
    assert finding == (
        "4 decisions.architecture.outcome info: the recorded answers lead to cqrs-system, not to "
        "edge, and no ADR tells why"
    )
    assert told("decision-outdated", decided("edge", more=", adr: 3")) == []
    moved = f"requirements: {{scale: isolated}}\n{decided('edge', more=', adr: 3')}"
    assert "the tree now leads to cell-based" in told("decision-outdated", moved)[0]


def test_answers_that_the_tree_does_not_know_get_a_suggestion() -> None:
    text = "decisions: [{answers: {consistncy: eventual, audit: criticl}, outcome: edge}]\n"
    assert [each.partition(": ")[2] for each in told("decision-outdated", text)] == [
        'the tree architecture has no question "consistncy", did you mean "consistency"?',
        '"criticl" is no answer to audit, did you mean "critical"?',
    ]


def test_a_misspelt_tree_gets_a_suggestion() -> None:
    text = "decisions: [{tree: architcture, answers: {}, outcome: edge}]\n"
    (finding,) = told("decision-outdated", text)
    assert finding == (
        '4 decisions.architcture.tree warning: no catalog has a decision tree "architcture", '
        'did you mean "architecture"?'
    )


PROBLEMS = "decisions: [{answers: {}, outcome: edge, adr: 1, problems: {%s}}]\n"


@pytest.mark.parametrize(
    ("problems", "called"),
    [
        ('history-as-data: "no"', True),
        ("history-as-data: explained", False),
        ("history-as-data: evidence", False),
        ("hot-stock: held", False),
    ],
)
def test_problems_are_judged_by_the_patterns_that_facts_call_for(
    problems: str, called: bool
) -> None:
    found = told("decision-outdated", f"requirements: {{audit: critical}}\n{PROBLEMS % problems}")
    assert told("decision-outdated", PROBLEMS % problems) == []
    message = (
        "requirements.audit says evidence (recorded: no): "
        "history-as-data now calls for event-sourcing"
    )
    assert [each.partition(": ")[2] for each in found] == [message] * called
    assert all(" decisions.architecture.problems.history-as-data info: " in e for e in found)


def test_problems_that_are_not_known_get_a_suggestion() -> None:
    text = PROBLEMS % "hot-stok: held, hot-stock: hled"
    assert [each.partition(": ")[2] for each in told("decision-outdated", text)] == [
        'the list of problems has no question "hot-stok", did you mean "hot-stock"?',
        '"hled" is no answer to hot-stock, did you mean "held"?',
    ]


STANDS = "---\nstatus: accepted\n---\n# It\n"
FALLEN = "---\nstatus: superseded by [ADR-0002](0002-then.md)\n---\n# It\n"


def judged(folder: Path, adr: str) -> LintResult:
    """Lint of a decision that names a record, in a manifest on disk."""
    text = HEAD + decided("cqrs-system", more=f", adr: {adr}")
    (folder / "a.yaml").write_text(text)
    rule = {"decision-outdated": ENTRIES["decision-outdated"]}
    assert lint([manifest.from_text(text, "a.yaml")], rule, LintSettings()).findings == ()
    return lint([manifest.load(folder / "a.yaml")], rule, LintSettings())


def on_the_record(folder: Path, adr: str) -> str | None:
    """What is told of the record; None where it could not be looked at."""
    result = judged(folder, adr)
    if result.unchecked:
        assert [(each.fact, each.elements) for each in result.unchecked] == [
            ("adr", ("decisions.architecture",))
        ]
        assert result.findings == ()
        return None
    assert {each.element for each in result.findings} <= {"decisions.architecture.adr"}
    return "; ".join(each.message for each in result.findings)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder for a manifest, with records beside it."""
    records = tmp_path / "shop" / "docs" / "adr"
    records.mkdir(parents=True)
    (records / "0001-it.md").write_text(STANDS)
    (records / "0003-was.md").write_text(FALLEN)
    (records / "0004-void.md").write_text(" \n\n")
    (records / "0005-one.md").write_text(STANDS)
    (records / "0005-other.md").write_text(STANDS)
    (records / "0006-silent.md").write_text("# It\n")
    (records / "0007-broken.md").write_bytes(b"# \xff\n")
    return tmp_path / "shop"


@pytest.mark.parametrize(
    ("adr", "message"),
    [
        ("docs/adr/0001-it.md", ""),
        ("1", ""),
        ('"1"', ""),
        ('"0001"', ""),
        ("ADR-1", ""),
        ("docs/adr/0002-it.md", 'there is no record "docs/adr/0002-it.md" beside this manifest'),
        ("../none.md", 'there is no record "../none.md" beside this manifest'),
        ("2", "docs/adr has no record 2"),
        ("docs/adr/0003-was.md", "the record docs/adr/0003-was.md is superseded by 0002-then.md"),
        ("3", "the record docs/adr/0003-was.md is superseded by 0002-then.md"),
        ("docs/adr", "docs/adr is a folder, and no record"),
        ("4", "docs/adr/0004-void.md is empty, and no record"),
        ("5", "docs/adr has several records 5: 0005-one.md, 0005-other.md"),
        ("6", None),
        ("7", None),
        ("../beside.md", None),
        ("/none/at/all.md", None),
        ("https://wiki.example.org/adr/1", None),
        ('"a\\0b"', 'there is no record "a\0b" beside this manifest'),
        (f"{'x' * 5000}.md", f'there is no record "{"x" * 5000}.md" beside this manifest'),
    ],
)
def test_the_record_of_a_decision_is_there_and_stands(
    shop: Path, adr: str, message: str | None
) -> None:
    (shop.parent / "beside.md").write_text(FALLEN)
    assert on_the_record(shop, adr) == message


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("accepted", ""),
        ("proposed", ""),
        ("rejected", "is rejected"),
        ("Deprecated", "is deprecated"),
        ("superseded", "is superseded"),
        ("superseded by 7 and 9", "is superseded by record 7 and record 9"),
        ("Superceded by ADR-0007", "is superseded by record 7"),
    ],
)
def test_a_decision_cannot_rest_on_a_record_that_fell(shop: Path, status: str, told: str) -> None:
    for text in (f"---\nstatus: {status}\n---\n# It\n", f"# It\n\n## Status\n\n{status}\n"):
        (shop / "docs" / "adr" / "0001-it.md").write_text(text)
        message = f"the record docs/adr/0001-it.md {told}" if told else ""
        assert on_the_record(shop, "1") == message


def test_the_record_of_a_replaced_decision_may_fall(shop: Path) -> None:
    old, new = (decided("cqrs-system", more=f", adr: {number}") for number in (3, 1))
    text = HEAD + old.replace("]\n", f", {new.removeprefix('decisions: [')}")
    (shop / "a.yaml").write_text(text)
    rule = {"decision-outdated": ENTRIES["decision-outdated"]}
    assert lint([manifest.load(shop / "a.yaml")], rule, LintSettings()).findings == ()


@pytest.mark.parametrize(
    ("folder", "pointer", "told"),
    [
        ("doc/adr", "", "the record doc/adr/0003-was.md is superseded"),
        ("../../docs/decisions", "", "the record ../../docs/decisions/0003-was.md is superseded"),
        ("../../../docs/adr", "", None),
        ("../records", "records", "the record ../records/0003-was.md is superseded"),
        ("../../../records", "../records", None),
        ("doc/adr", "nowhere", None),
    ],
)
def test_a_number_is_looked_up_where_the_records_of_the_repository_are(
    tmp_path: Path, folder: str, pointer: str, told: str | None
) -> None:
    shop = tmp_path / "around" / "repository" / "systems" / "shop"
    (shop / folder).mkdir(parents=True)
    (shop / folder / "0003-was.md").write_text("---\nstatus: superseded\n---\n# It\n")
    (shop / "../../.git").mkdir()
    if pointer:
        (shop / "../.adr-dir").write_text(f"{pointer}\n")
    assert on_the_record(shop, "3") == told


def test_of_equal_candidates_only_the_one_that_ranks_first_came_from_the_ranking() -> None:
    answers = {"consistency": "eventual", "audit": "standard", "scale": "variable",
               "cost-sensitive": "no", "read-write-ratio": "above-10"}  # fmt: skip
    (first, most), (second, points), *_ = standing(
        catalog.tree("architecture"), catalog.load().entries, answers
    )
    assert (first, second, most) == ("microservices", "edge", points)
    block = f"decisions: [{{answers: {answers}, outcome: {second}}}]\n".replace("'", "")
    block = block.replace("sensitive: no", 'sensitive: "no"')
    (finding,) = told("decision-outdated", block)
    assert "the recorded answers lead to microservices, not to edge" in finding


def test_a_decision_of_an_unknown_tree_is_not_judged() -> None:
    text = "decisions: [{tree: ours, answers: {}, outcome: edge}]\n"
    assert told("decision-outdated", text) == []
    assert lacking("decision-outdated", text) == {"tree": ("decisions.ours",)}


def test_a_decision_of_a_users_tree_is_judged(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "ours.yaml").write_text("""\
id: ours
title: Ours
start: size
questions:
  size:
    ask: How large?
    why: It matters.
    find_out: Count.
    read: [{fact: workload.requests, bands: [{up_to: 10, choice: small}, {choice: large}]}]
    choices:
      small: {label: Small, means: Little., leaf: traditional-monolith}
      large: {label: Large, means: Much., leaf: microservices}
criteria:
  size: {weight: 2, because: It decides.}
candidates:
  traditional-monolith: {size: {small: {score: 2, why: Enough.}, large: {score: -1, why: Tight.}}}
  microservices: {size: {small: {score: -2, why: Too much.}, large: {score: 1, why: Fits.}}}
""")
    text = "decisions: [{tree: ours, answers: {size: small}, outcome: traditional-monolith}]\n"
    assert told("decision-outdated", text, tmp_path) == []
    grown = told("decision-outdated", f"workload: {{requests: 11/s}}\n{text}", tmp_path)
    assert "leads to microservices, recorded is traditional-monolith" in grown[0]


@pytest.mark.parametrize(
    ("patterns", "contradicted"),
    [
        ("[]", False),
        ("[{pattern: cqrs-system}]", False),
        ("[{pattern: cqrs-system}, {pattern: microservices}]", False),
        ("[{pattern: microservices}]", True),
        ("[{pattern: microservices, at: [a]}]", False),
        ("[{pattern: bulkhead}]", False),
        ("[{pattern: traditional-monolith}]", True),
    ],
)
def test_whole_systems_contradict_a_decision_for_another(patterns: str, contradicted: bool) -> None:
    text = f"patterns: {patterns}\n{decided('cqrs-system')}"
    assert bool(told("decision-contradicted", text)) == contradicted


def test_where_patterns_are_told_in_part_only_what_does_not_go_together_contradicts() -> None:
    text = f"complete: [services]\npatterns: [{{pattern: PATTERN}}]\n{decided('cqrs-system')}"
    assert told("decision-contradicted", text.replace("PATTERN", "microservices")) == []
    assert told("decision-contradicted", text.replace("PATTERN", "serverless")) == [
        "5 patterns.serverless warning: serverless is adopted, the recorded decision is cqrs-system"
    ]


def test_a_replaced_decision_contradicts_nothing() -> None:
    text = """patterns: [{pattern: serverless}]
decisions:
  - {answers: {}, outcome: edge}
  - {answers: {}, outcome: serverless}
"""
    assert told("decision-contradicted", text) == []


def test_what_is_required_is_an_error_and_what_is_wanted_a_warning() -> None:
    text = "patterns:\n  - {pattern: event-sourcing-system}\n"
    assert [each.split(": ")[0] for each in told("missing-prerequisite", text)] == [
        "5 patterns.event-sourcing-system error",
        "5 patterns.event-sourcing-system error",
        "5 patterns.event-sourcing-system warning",
    ]


def test_one_missing_pattern_is_one_finding_for_all_that_need_it() -> None:
    text = """patterns:
  - {pattern: saga, name: buy}
  - {pattern: microservices}
  - {pattern: cqrs, at: [a]}
  - {pattern: circuit-breaker}
"""
    (finding,) = result("missing-prerequisite", text).findings
    assert finding.message.startswith("microservices, saga and cqrs want outbox or event-sourcing")
    assert len(finding.related) == 2


def test_patterns_told_in_part_lack_nothing_for_certain() -> None:
    text = "complete: [services]\npatterns: [{pattern: saga, name: buy}, {pattern: batch}]\n"
    assert told("missing-prerequisite", text) == []
    assert lacking("missing-prerequisite", text) == {"patterns": ("patterns.buy",)}


@pytest.mark.parametrize(
    ("at", "there", "met"),
    [
        (", at: [a]", ", at: [a, b]", True),
        ("", ", at: [b]", True),
        (", at: [a]", "", True),
        (", at: [a]", ", at: [b]", False),
    ],
)
def test_what_is_required_is_needed_where_it_is_required(
    tmp_path: Path, at: str, there: str, met: bool
) -> None:
    folder = own(tmp_path, late="requires: {batch: It needs it.}")
    text = f"patterns: [{{pattern: late{at}}}, {{pattern: batch{there}}}]\n"
    elsewhere = "late requires batch, which is adopted for other services only: it needs it"
    found = [each.partition(" error: ")[2] for each in told("missing-prerequisite", text, folder)]
    assert found == [elsewhere] * (not met)


def test_every_adoption_needs_what_it_requires(tmp_path: Path) -> None:
    folder = own(tmp_path, late="requires: {outbox: It needs it.}")
    text = "patterns: [{pattern: late, at: [a]}, {pattern: late, name: z, at: [b]}, %s]\n"
    (finding,) = told("missing-prerequisite", text % "{pattern: outbox, at: [a]}", folder)
    assert finding.startswith("4 patterns.z error: late requires outbox, which is adopted for")
    assert len(told("missing-prerequisite", text % "{pattern: cqrs, at: [a]}", folder)) == 1


def test_relations_of_a_users_own_pattern_count(tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        retry_queue="wants:\n  - {any_of: [bulkhead, batch], why: Retries crowd out the rest.}",
        slow_lane="conflicts_with: {retry-queue: Both hold back the same calls.}",
    )
    adopted = "patterns: [{pattern: retry-queue, at: [a]}, {pattern: slow-lane}]\n"
    (missing,) = told("missing-prerequisite", adopted, folder)
    assert missing.endswith("none of them is adopted: retries crowd out the rest")
    assert "retry-queue wants bulkhead or batch" in missing
    (conflict,) = told("conflicting-patterns", adopted, folder)
    assert conflict == (
        "4 patterns.retry-queue warning: retry-queue works against slow-lane: "
        "both hold back the same calls"
    )


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ("at: [a]", ", at: [b]", False),
        ("at: [a]", ", at: [a, b]", True),
        ("at: [a]", "", True),
        ("at: [a, b]", ", name: x, at: [b]", True),
    ],
)
def test_conflicts_need_a_place_where_the_two_meet(one: str, other: str, met: bool) -> None:
    text = f"patterns: [{{pattern: hedged-request, {one}}}, {{pattern: batch{other}}}]\n"
    assert bool(told("conflicting-patterns", text)) == met


def test_every_adoption_that_meets_the_other_pattern_is_told() -> None:
    text = """patterns:
  - {pattern: batch, at: [a, b]}
  - {pattern: hedged-request, name: x, at: [a]}
  - {pattern: hedged-request, name: "y", at: [b]}
"""
    found = [each.split(" ")[1] for each in told("conflicting-patterns", text)]
    assert found == ["patterns.x", "patterns.y"]


@pytest.mark.parametrize(
    ("asked", "patterns", "unkept"),
    [
        ("audit: critical", "[{pattern: event-sourcing-system}]", []),
        ("audit: critical", "[{pattern: microservices}]", ["audit"]),
        ("audit: standard", "[]", []),
        ("consistency: strong", "[]", []),
        ("consistency: strong", "[{pattern: bulkhead}]", []),
        ("consistency: strong", "[{pattern: serverless}]", ["consistency"]),
        ("consistency: strong", "[{pattern: serverless}, {pattern: leader-follower}]", []),
        ("consistency: strong", "[{pattern: scatter-gather}]", ["consistency"]),
        ("consistency: eventual", "[{pattern: scatter-gather}]", []),
        ("consistency: strong, audit: critical", "[{pattern: serverless}]",
         ["audit", "consistency"]),
        ("scale: isolated", "[{pattern: microservices}]", ["scale"]),
        ("scale: isolated", "[{pattern: microservices}, {pattern: bulkhead}]", []),
        ("scale: isolated", "[{pattern: cell-based}]", []),
        ("scale: isolated", "[{pattern: saga}]", []),
        ("scale: isolated", "[]", []),
        ("scale: global", "[{pattern: microservices}]", ["scale"]),
        ("scale: global", "[{pattern: edge}]", []),
        ("scale: global", "[{pattern: cell-based}]", []),
        ("scale: variable", "[{pattern: microservices}]", []),
        ("scale: moderate", "[{pattern: microservices}]", []),
        ("availability: 99.99%", "[{pattern: microservices}]", ["availability"]),
        ("availability: 99.98%", "[{pattern: microservices}]", []),
        ("availability: 99.99%", "[{pattern: cqrs-system}]", []),
        ("availability: 99.99%", "[{pattern: microservices}, {pattern: cell-based}]", []),
        ("latency_p99: 10ms", "[{pattern: microservices}]", []),
    ],
)  # fmt: skip
def test_promises_are_kept_by_what_is_adopted(asked: str, patterns: str, unkept: list[str]) -> None:
    text = f"requirements: {{{asked}}}\npatterns: {patterns}\n"
    found = sorted(finding.element for finding in result("unkept-promise", text).findings)
    assert found == [f"requirements.{name}" for name in unkept]


def test_a_promise_for_some_services_does_not_hold_for_the_others() -> None:
    text = "requirements: {audit: critical}\npatterns:\n  - {pattern: event-sourcing, at: [AT]}\n"
    assert told("unkept-promise", text.replace("AT", "a, b")) == []
    (finding,) = told("unkept-promise", text.replace("AT", "a"))
    assert finding == (
        "4 requirements.audit warning: audit is asked for (critical), and what "
        "guarantees it (event-sourcing) is adopted for a, not for b"
    )
    other = "  - {pattern: event-sourcing, name: other, at: [b]}\n"
    assert told("unkept-promise", text.replace("AT", "a") + other) == []


@pytest.mark.parametrize("kind", ["external", "gateway", "frontend", "infrastructure", "job"])
def test_what_holds_no_part_of_the_system_needs_no_promise(kind: str) -> None:
    text = f"version: 1\nsystem: s\nservices: {{a: {{}}, b: {{kind: {kind}}}}}\n"
    text += "requirements: {audit: critical}\npatterns: [{pattern: event-sourcing, at: [a]}]\n"
    rule = {"unkept-promise": ENTRIES["unkept-promise"]}
    assert lint([manifest.from_text(text, "a.yaml")], rule, LintSettings()).findings == ()


def test_availability_that_flows_promise_is_left_to_the_rule_that_works_it_out() -> None:
    text = "requirements: {availability: 99.99%}\npatterns: [{pattern: microservices}]\n"
    flow = "flows: {f: {entry: a, slo: {availability: 99.99%}}}\n"
    (finding,) = told("unkept-promise", text)
    assert finding == (
        "4 requirements.availability warning: availability is asked for (99.99%), and nothing "
        "that is adopted guarantees it (microservices); denied by microservices"
    )
    assert told("unkept-promise", text + flow) == []
    untold = "requirements: {availability: 99.99%}\n"
    assert lacking("unkept-promise", untold) == {"patterns": ("requirements.availability",)}
    assert lacking("unkept-promise", untold + flow) == {}


def test_promises_ask_for_what_the_catalog_and_the_manifest_know() -> None:
    promises = catalog.promises()
    limits = ENTRIES["unkept-promise"].limits
    guarantees = (each.guarantees for each in catalog.load().entries.values())
    assert {each.property for each in promises} <= {g.property for all_ in guarantees for g in all_}
    assert {name for each in promises for name in each.also} <= SHIPPED
    assert {each.judged for each in promises} <= {"always", "shaped", "denied"}
    assert {each.flows for each in promises} <= {"", *Objective.model_fields}
    for each in promises:
        block, _, key = each.fact.partition(".")
        assert block == "requirements"
        assert bool(each.words) != bool(each.at_least)
        assert each.at_least in {"", *limits}
        kinds = get_args(Requirements.model_fields[key].annotation)
        assert {*each.words} <= {word for kind in kinds for word in get_args(kind)}


@pytest.mark.parametrize("told_", ["", "complete: [services]\npatterns: []\n"])
def test_promises_are_not_judged_where_patterns_are_not_told(told_: str) -> None:
    text = f"requirements: {{audit: critical}}\n{told_}"
    assert told("unkept-promise", text) == []
    assert lacking("unkept-promise", text) == {"patterns": ("requirements.audit",)}


def test_nothing_is_read_for_a_manifest_without_patterns_and_decisions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(catalog, "relations", None)
    monkeypatch.setattr(catalog, "tree", None)
    rules = {name: entry for name, entry in ENTRIES.items() if entry.group == "decisions"}
    assert len(rules) == 5
    text = f"{HEAD}requirements: {{audit: critical, consistency: strong}}\n"
    assert lint([manifest.from_text(text, "a.yaml")], rules, LintSettings()).findings == ()


@pytest.mark.parametrize("rule", ["missing-prerequisite", "conflicting-patterns"])
def test_many_adoptions_cost_in_proportion(rule: str) -> None:
    def adopting(count: int) -> str:
        names = "".join(f"  s{i}: {{}}\n" for i in range(count))
        hedged = "".join(
            f"  - {{pattern: hedged-request, name: h{i}, at: [s{i}]}}\n"
            f"  - {{pattern: batch, name: b{i}, at: [s{i}]}}\n"
            for i in range(count)
        )
        return f"version: 1\nsystem: s\nservices:\n{names}patterns:\n{hedged}"

    few, many = (
        steps(
            lambda size=size: lint(  # type: ignore[misc]
                [manifest.from_text(adopting(size), "a.yaml")],
                {rule: ENTRIES[rule]},
                LintSettings(),
            )
        )
        for size in (100, 400)
    )
    assert many < 5 * few
