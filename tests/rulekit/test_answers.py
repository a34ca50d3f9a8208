"""What a manifest answers by itself."""

import pytest
from pydantic import ValidationError

from patternctl import catalog
from patternctl.manifest import from_text
from patternctl.model.architecture import Requirements, Workload
from patternctl.model.decision import Reading
from patternctl.rulekit import Facts
from patternctl.rulekit.answers import Read, contradictions, first, known, stated, told
from patternctl.rulekit.derived import Derived

KEYS = {"requirements": Requirements.model_fields, "workload": Workload.model_fields}


def facts(body: str) -> Facts:
    return Facts(from_text(f"version: 1\nsystem: shop\n{body}\n", "architecture.yaml").architecture)


def words(fact: str, **answers: str) -> Reading:
    return Reading.model_validate({"fact": fact, "words": answers})


def bands(fact: str, *limits: float) -> Reading:
    ranges = [{"up_to": limit, "choice": f"to-{limit:g}".replace(".", "-")} for limit in limits]
    return Reading.model_validate({"fact": fact, "bands": [*ranges, {"choice": "above"}]})


@pytest.mark.parametrize(
    ("reading", "body", "choice"),
    [
        (words("requirements.audit", critical="yes"), "requirements: {audit: critical}", "yes"),
        (words("requirements.audit", critical="yes"), "requirements: {audit: standard}", None),
        (words("requirements.audit", critical="yes"), "requirements: {}", None),
        (words("requirements.audit", critical="yes"), "", None),
        (
            words("requirements.cost_sensitive", true="cheap", false="dear"),
            "requirements: {cost_sensitive: false}",
            "dear",
        ),
        (bands("workload.read_write_ratio", 10), "workload: {read_write_ratio: 10}", "to-10"),
        (bands("workload.read_write_ratio", 10), "workload: {read_write_ratio: 10.1}", "above"),
        (bands("requirements.latency_p99", 1), "requirements: {latency_p99: 1000ms}", "to-1"),
        (bands("requirements.latency_p99", 1), "requirements: {latency_p99: none}", "above"),
        (
            bands("requirements.availability", 0.999),
            "requirements: {availability: 99.9%}",
            "to-0-999",
        ),
        (
            bands("requirements.budget", 2000),
            "requirements: {budget: 24000 USD/year}",
            "to-2000",
        ),
        (bands("requirements.budget", 2000), "requirements: {budget: 100 EUR/month}", None),
        (bands("requirements.audit", 1), "requirements: {audit: critical}", None),
        (bands("teams.count", 1), "teams: {a: {}, b: {}}", "above"),
        (bands("teams.count", 1), "teams: {}", None),
        (bands("teams.count", 1), "", None),
        (bands("teams.people", 8), "teams: {a: {size: 4}, b: {size: 4}}", "to-8"),
        (bands("teams.people", 8), "teams: {a: {size: 4}, b: {}}", None),
        (bands("services.count", 1), "services: {a: {}}", "to-1"),
        (bands("no.such", 1), "services: {a: {}}", None),
    ],
)
def test_a_reading_answers_what_is_stated(reading: Reading, body: str, choice: str | None) -> None:
    read = first([reading], facts(body))
    assert (read and read.choice) == choice


def test_findings_answer_only_who_ran_the_rules() -> None:
    reading = Reading.model_validate({"finding": "dual-write", "choice": "events"})
    assert first([reading], facts("")) is None
    assert first([reading], facts(""), {"no-timeout"}) is None
    assert first([reading], facts(""), {"dual-write"}) == Read("events", "dual-write", None)


def test_the_first_reading_that_says_something_counts() -> None:
    readings = [words("requirements.audit", critical="a"), bands("teams.count", 1)]
    read = facts("requirements: {audit: standard}\nteams: {a: {}}")
    assert first(readings, read) == Read("to-1", "teams.count", ("teams",))
    assert first(readings, facts("")) is None
    assert stated("requirements.audit", read) == Derived("standard", ("requirements", "audit"))


def concluded(fact: str, **answers: str) -> Reading:
    return words(fact, **answers).model_copy(update={"inferred": True})


BOTH = "requirements: {audit: critical, scale: global, geography: region}"


def test_what_is_stated_counts_before_what_is_concluded_and_found() -> None:
    finding = Reading.model_validate({"finding": "dual-write", "choice": "c"})
    readings = [finding, concluded("requirements.scale", **{"global": "b"}),
                words("requirements.audit", critical="a")]  # fmt: skip
    read = told(readings, facts(BOTH), {"dual-write"})
    assert [(each.choice, each.inferred) for each in read] == [
        ("a", False), ("c", False), ("b", True)
    ]  # fmt: skip


def test_a_contradiction_is_between_what_counts_as_a_key_and_another_fact() -> None:
    far = concluded("requirements.scale", **{"global": "far"})
    near = words("requirements.geography", region="near")
    read = facts(f"{BOTH}\nteams: {{a: {{}}}}")

    def pairs(*readings: Reading) -> list[tuple[str, str]]:
        found = contradictions(told(readings, read, {"dual-write"}))
        return [(one.choice, other.choice) for one, other in found]

    assert pairs(far, near) == [("near", "far")]
    assert pairs(near, words("requirements.audit", critical="near")) == []
    assert pairs(near, bands("teams.count", 1)) == [("near", "to-1")]
    assert pairs(bands("teams.count", 1), near) == []
    assert pairs(near, Reading.model_validate({"finding": "dual-write", "choice": "x"})) == []


def test_a_range_may_say_nothing() -> None:
    reading = Reading.model_validate(
        {"fact": "teams.count", "bands": [{"up_to": 1}, {"choice": "many"}]}
    )
    assert first([reading], facts("teams: {a: {}}")) is None
    assert first([reading], facts("teams: {a: {}, b: {}}")) is not None
    with pytest.raises(ValidationError, match="no band gives an answer"):
        Reading.model_validate({"fact": "teams.count", "bands": [{"up_to": 1}, {}]})


def test_every_fact_that_the_catalog_reads_is_known() -> None:
    shipped = catalog.load()
    asked = [question for tree in shipped.trees.values() for question in tree.questions.values()]
    own = [c.question for tree in shipped.trees.values() for c in tree.criteria.values()]
    several = [*asked, *filter(None, own), *shipped.problems.problems.values()]
    named = {reading.fact for each in several for reading in each.read if reading.fact}
    assert named
    assert [fact for fact in named if not known(fact, KEYS)] == []
    assert not known("requirements.colour", KEYS)
