"""What a manifest answers by itself."""

from pathlib import Path
from typing import Any

import pytest

from patternctl import catalog, cli, manifest, plugins
from patternctl.engine import answers, decide
from patternctl.engine.lint import lint
from patternctl.model.architecture import Requirements, Workload
from patternctl.model.choosing import Answer
from patternctl.model.decision import Asked, Option, Reading
from patternctl.model.settings import LintSettings
from patternctl.model.system import System
from patternctl.rulekit import answers as facts

TREE, PROBLEMS = catalog.tree("architecture"), catalog.problems()
QUESTIONS = decide.questions(TREE, PROBLEMS)
READINGS = [(name, each) for name, asked in QUESTIONS.items() for each in asked.read]
FULL = """\
version: 1
system: shop
requirements:
  consistency: eventual
  audit: critical
  scale: isolated
  cost_sensitive: true
  availability: 99.9%
  latency_p99: 100ms
  budget: 24000 USD/year
workload:
  requests: 3000/min
  peak_factor: 4
  read_write_ratio: 10
teams:
  sales: {size: 5}
  ops: {size: 4}
services:
  orders: {}
"""


def system(text: str) -> System:
    return manifest.from_text(text, "shop.yaml")


def read(text: str) -> dict[str, Answer]:
    return dict(answers.read(system(text), QUESTIONS, ()).answers)


def test_every_fact_of_a_reading_is_known() -> None:
    keys = {"requirements": Requirements.model_fields, "workload": Workload.model_fields}
    for name, reading in READINGS:
        assert not reading.fact or facts.known(reading.fact, keys), (name, reading.fact)


def test_every_finding_of_a_reading_is_a_rule_with_a_detector() -> None:
    rules = answers.rules(QUESTIONS.values())
    assert rules
    assert rules <= {*plugins.names("rules")}


def test_all_that_a_manifest_says_with_its_places() -> None:
    told = {name: (answer.choice, answer.place) for name, answer in read(FULL).items()}
    expected = {
        "consistency": ("eventual", "shop.yaml:4:3"),
        "audit": ("critical", "shop.yaml:5:3"),
        "scale": ("isolated", "shop.yaml:6:3"),
        "cost-sensitive": ("yes", "shop.yaml:7:3"),
        "availability": ("usual", "shop.yaml:8:3"),
        "latency": ("tight", "shop.yaml:9:3"),
        "budget": ("small", "shop.yaml:10:3"),
        "load": ("small", "shop.yaml:12:3"),
        "bursts": ("bursty", "shop.yaml:13:3"),
        "read-write-ratio": ("balanced", "shop.yaml:14:3"),
        "teams": ("few", "shop.yaml:15:1"),
        "people": ("medium", "shop.yaml:15:1"),
        "isolation": ("part", "shop.yaml:6:3"),
    }
    assert {name: told[name] for name in expected} == expected
    assert {answer.origin for answer in read(FULL).values()} == {"manifest"}


def test_what_is_not_said_stays_unanswered() -> None:
    assert read("version: 1\nsystem: x\n") == {}
    without_sizes = FULL.replace("ops: {size: 4}", "ops: {}")
    assert "people" not in read(without_sizes)
    assert read(without_sizes)["teams"].choice == "few"


@pytest.mark.parametrize(
    ("old", "new", "question", "choice"),
    [
        ("read_write_ratio: 10", "read_write_ratio: 10.5", "read-write-ratio", "above-10"),
        ("99.9%", "99.99%", "availability", "high"),
        ("99.9%", "99.999%", "availability", "extreme"),
        ("latency_p99: 100ms", "latency_p99: 1s", "latency", "usual"),
        ("latency_p99: 100ms", "latency_p99: none", "latency", "relaxed"),
        ("3000/min", "3001/min", "load", "medium"),
        ("cost_sensitive: true", "cost_sensitive: false", "cost-sensitive", "no"),
        ("24000 USD/year", "24012 USD/year", "budget", "medium"),
        ("24000 USD/year", "2000 USD/month", "budget", "small"),
    ],
)
def test_bounds_belong_to_the_lower_range(old: str, new: str, question: str, choice: str) -> None:
    assert read(FULL.replace(old, new))[question].choice == choice


def test_another_currency_is_told_and_not_guessed() -> None:
    result = answers.read(system(FULL.replace("USD", "EUR")), QUESTIONS, ())
    assert "budget" not in result.answers
    (note,) = result.notes
    assert note.startswith("shop.yaml:10:3: budget is in EUR")
    assert answers.read(system(FULL), QUESTIONS, ()).notes == ()


def asked(*readings: dict[str, Any]) -> dict[str, Asked]:
    read = tuple(Reading.model_validate(each) for each in readings)
    choices = {"a": Option(label="A", means="-")}
    return {"it": Asked(ask="?", why="-", find_out="-", read=read, choices=choices)}


DUAL = """\
version: 1
system: shop
services:
  orders:
    uses: [{store: db, access: write}]
    publishes: [{event: placed, via: direct}]
stores:
  db: {kind: relational}
"""


def test_a_finding_answers_and_its_absence_does_not() -> None:
    given = system(DUAL)
    found = lint([given], catalog.antipatterns(), LintSettings(select=("dual-write",))).findings
    assert found
    question = asked({"finding": "dual-write", "choice": "yes"})
    answer = answers.read(given, question, found).answers["it"]
    assert answer == Answer("yes", "finding", str(found[0].location))
    assert answers.read(given, question, ()).answers == {}


def test_the_first_reading_that_says_something_counts() -> None:
    consistency = {"fact": "requirements.consistency", "words": {"strong": "a"}}
    audit = {"fact": "requirements.audit", "words": {"critical": "b"}}
    both = answers.read(system(FULL), asked(consistency, audit), ()).answers
    assert both["it"].choice == "b"  # `eventual` has no word in the first
    both = answers.read(system(FULL), asked(audit, consistency), ()).answers
    assert both["it"].place == "shop.yaml:5:3"


GEOGRAPHY = "requirements:\n  geography: region\n  scale: SCALE\nservices: {orders: {}}\n"


def test_what_is_concluded_is_marked_and_gives_way_to_what_is_stated() -> None:
    told = read(FULL)
    inferred = {name for name, answer in told.items() if answer.inferred}
    assert {"isolation", "history-as-data"} <= inferred
    assert not {"scale", "teams", "read-write-ratio", "budget"} & inferred
    text = f"version: 1\nsystem: x\n{GEOGRAPHY}".replace("SCALE", "variable")
    assert read(text)["geography"] == Answer("region", "manifest", "shop.yaml:4:3")
    far = text.replace("  geography: region\n", "").replace("variable", "global")
    assert read(far)["geography"] == Answer("continents", "manifest", "shop.yaml:4:3", True)


def test_keys_that_answer_a_question_differently_are_a_problem() -> None:
    text = f"version: 1\nsystem: x\n{GEOGRAPHY}".replace("SCALE", "global")
    found = answers.read(system(text), QUESTIONS, ())
    (problem,) = found.problems
    assert str(problem.location) == "shop.yaml:5:3"
    assert problem.message == (
        "requirements.scale says continents, but requirements.geography says region (shop.yaml:4:3)"
    )
    assert problem.hint == "correct one of them: both answer `geography`"
    assert answers.read(system(FULL), QUESTIONS, ()).problems == ()


def test_decide_refuses_a_manifest_that_contradicts_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.yaml"
    text = f"version: 1\nsystem: x\n{GEOGRAPHY}".replace("SCALE", "global")
    file.write_text(text.replace("requirements:\n", "requirements:\n  consistency: eventual\n"))
    assert cli.run(["decide", str(file), "--no-input"]) == 2
    assert "requirements.geography says region" in capsys.readouterr().err


FLOWS = """\
version: 1
system: x
workload: {read_write_ratio: 3}
stores: {db: {}}
services:
  web: {uses: [{store: db, access: read}]}
  orders: {uses: [{store: db, access: read-write}]}
flows:
  look: {entry: web, requests: 50/s}
  buy: {entry: orders, requests: 1/s}
"""


def test_what_the_structure_shows_otherwise_is_a_note() -> None:
    found = answers.read(system(FLOWS), QUESTIONS, ())
    assert found.answers["read-write-ratio"].choice == "balanced"
    assert found.problems == ()
    (note,) = found.notes
    assert note == (
        "shop.yaml:8:1: read-write-ratio: flows.reads_for_each_write says above-10, "
        "workload.read_write_ratio says balanced and counts"
    )
    unstated = FLOWS.replace("workload: {read_write_ratio: 3}\n", "")
    assert read(unstated)["read-write-ratio"] == Answer(
        "above-10", "manifest", "shop.yaml:7:1", True
    )


SAGA = """\
version: 1
system: x
services: {a: {team: x}, b: {team: y}}
patterns:
  - {pattern: saga, style: STYLE, steps: [STEPS]}
"""


@pytest.mark.parametrize(
    ("style", "steps", "choice"),
    [
        ("orchestration", 2, "one-owner"),
        ("orchestration", 10, "many-steps"),
        ("choreography", 5, "few-steps"),
        ("choreography", 6, "in-between"),
        ("choreography", 10, "many-steps"),
    ],
)
def test_the_shape_of_a_saga_is_that_of_the_transaction(
    style: str, steps: int, choice: str
) -> None:
    told = ", ".join(f"{{service: {'ab'[number % 2]}}}" for number in range(steps))
    text = SAGA.replace("STYLE", style).replace("STEPS", told)
    assert read(text)["cross-service-transactions"].choice == choice


def test_findings_answer_only_what_they_show() -> None:
    assert answers.rules(QUESTIONS.values()) == {
        "dual-write",
        "event-sourcing-without-snapshots",
        "no-circuit-breaker",
        "shared-db-server",
        "single-replica",
    }


def test_a_small_ratio_does_not_say_that_queries_are_served_well() -> None:
    assert "read-heavy-queries" not in read(FULL)
    told = read(FULL.replace("read_write_ratio: 10", "read_write_ratio: 11"))
    assert told["read-heavy-queries"] == Answer("other-shapes", "manifest", "shop.yaml:14:3", True)


def test_adopted_patterns_each_once() -> None:
    patterns = "patterns:\n  - {pattern: cqrs}\n  - {pattern: edge}\n  - {pattern: cqrs}\n"
    assert answers.adopted(system(FULL + patterns).architecture) == ("cqrs", "edge")
    assert answers.adopted(system(FULL).architecture) == ()
