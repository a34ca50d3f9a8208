"""Rules about decisions and adopted patterns, each at the fact where the verdict turns."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from patternctl import catalog, manifest, resources
from patternctl.engine.lint import lint
from patternctl.model.architecture import SHIPPED
from patternctl.model.finding import LintResult
from patternctl.model.settings import LintSettings
from patternctl.rulekit.tree import Paths, best
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
    (first, *_) = best(tree, answers)
    assert first not in Paths(tree).follow(answers).leaves
    block = f"decisions: [{{answers: {answers}, outcome: {first}}}]\n".replace("'", "")
    assert told("decision-outdated", block) == []
    grown = f"teams: {{{', '.join(f't{i}: {{size: 9}}' for i in range(9))}}}\n"
    (finding,) = told("decision-outdated", f"{grown}{block}")
    assert "teams.count says many (recorded: one)" in finding
    assert "the ranking now puts" in finding


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
    ],
)  # fmt: skip
def test_promises_are_kept_by_what_is_adopted(asked: str, patterns: str, unkept: list[str]) -> None:
    text = f"requirements: {{{asked}}}\npatterns: {patterns}\n"
    found = sorted(finding.element for finding in result("unkept-promise", text).findings)
    assert found == [f"requirements.{name}" for name in unkept]


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
