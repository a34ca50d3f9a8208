"""What a manifest answers by itself."""

import pytest

from patternctl import catalog
from patternctl.manifest import from_text
from patternctl.model.architecture import Requirements, Workload
from patternctl.model.decision import Reading
from patternctl.rulekit import Facts
from patternctl.rulekit.answers import Read, answer, first, known, place, stated

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
    assert answer(reading, facts(body)) == choice


def test_findings_answer_only_who_ran_the_rules() -> None:
    reading = Reading.model_validate({"finding": "dual-write", "choice": "events"})
    assert answer(reading, facts("")) is None


def test_the_first_reading_that_says_something_counts() -> None:
    readings = [words("requirements.audit", critical="a"), bands("teams.count", 1)]
    read = facts("requirements: {audit: standard}\nteams: {a: {}}")
    assert first(readings, read) == Read("to-1", "teams.count", ("teams",))
    assert first(readings, facts("")) is None
    assert place("requirements.audit") == ("requirements", "audit")
    assert stated("requirements.audit", read) == "standard"


def test_every_fact_that_the_catalog_reads_is_known() -> None:
    shipped = catalog.load()
    asked = [question for tree in shipped.trees.values() for question in tree.questions.values()]
    own = [c.question for tree in shipped.trees.values() for c in tree.criteria.values()]
    several = [*asked, *filter(None, own), *shipped.problems.problems.values()]
    named = {reading.fact for each in several for reading in each.read if reading.fact}
    assert named
    assert [fact for fact in named if not known(fact, KEYS)] == []
    assert not known("requirements.colour", KEYS)
