import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator

from patternctl.errors import Location
from patternctl.model.finding import LintResult
from patternctl.model.render import RenderOptions
from patternctl.reports import sarif
from tests.reports import sample

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "data" / "sarif-2.1.0-rtm.5.schema.json").read_text("utf-8")
)


def log(result: LintResult, options: RenderOptions = sample.OPTIONS) -> Any:
    return json.loads(sarif.render(result, options))


def only_run(result: LintResult, options: RenderOptions = sample.OPTIONS) -> Any:
    (run,) = log(result, options)["runs"]
    return run


@pytest.mark.parametrize(
    "options", [sample.OPTIONS, RenderOptions(), RenderOptions(docs_url="https://example.org/r")]
)
@pytest.mark.parametrize("result", [sample.RESULT, sample.CLEAN, LintResult((), ())])
def test_it_is_valid_sarif(result: LintResult, options: RenderOptions) -> None:
    Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER).validate(
        log(result, options)
    )


def test_rules_are_those_with_results_and_results_point_to_them() -> None:
    run = only_run(sample.RESULT)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["PC101", "PC301", "PC999"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert only_run(sample.CLEAN)["tool"]["driver"]["rules"] == []


def test_a_rule_tells_what_github_shows() -> None:
    rule = only_run(sample.RESULT)["tool"]["driver"]["rules"][1]
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert rule["properties"]["precision"] == "high"
    assert rule["properties"]["problem.severity"] == "warning"
    assert len(rule["properties"]["tags"]) <= 10
    assert len(rule["fullDescription"]["text"]) <= 1024
    for heading in ("## Why is this bad?", "## Fix", "## Bad", "## Good", "```yaml"):
        assert heading in rule["help"]["markdown"]


def test_levels_are_those_of_the_findings() -> None:
    levels = [result["level"] for result in only_run(sample.RESULT)["results"]]
    assert levels == ["error"] * 5 + ["warning"] * 2 + ["note"] * 2 + [
        "error",
        "warning",
        "note",
        "warning",
    ]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a/b.yaml", "a/b.yaml"),
        ("./a/b.yaml", "a/b.yaml"),
        (".\\a\\b c.yaml", "a/b%20c.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("ü#?.yaml", "%C3%BC%23%3F.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        ("../b.yaml", "../b.yaml"),
        ("/srv/b c.yaml", "file:///srv/b%20c.yaml"),
        ("C:\\x\\b c.yaml", "file:///C:/x/b%20c.yaml"),
    ],
)
def test_places_are_references_relative_to_the_root(file: str, uri: str) -> None:
    found = sample.finding(location=Location(file, 1))
    place = only_run(LintResult((), (found,)))["results"][0]["locations"][0]
    artifact = place["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == uri
    assert ("uriBaseId" in artifact) == (not uri.startswith("file:"))
    assert unquote(uri).isprintable()


@pytest.mark.parametrize(
    ("location", "region"),
    [
        (Location("a", 3, 5, 9), {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}),
        (Location("a", 3, 5), {"startLine": 3, "startColumn": 5}),
        (Location("a", 3), {"startLine": 3}),
        (Location("a"), None),
    ],
)
def test_a_region_tells_what_is_known(location: Location, region: dict[str, int] | None) -> None:
    found = sample.finding(location=location)
    place = only_run(LintResult((), (found,)))["results"][0]["locations"][0]
    assert place["physicalLocation"].get("region") == region


def test_fingerprints_do_not_depend_on_lines() -> None:
    above, below = (sample.finding(location=Location("a", line)) for line in (3, 9))
    one, other = (only_run(LintResult((), (f,)))["results"][0] for f in (above, below))
    assert one["partialFingerprints"] == other["partialFingerprints"]
    assert one["partialFingerprints"] == {"patternctl/v1": above.fingerprint}


def test_suppressed_results_are_left_out_unless_asked_for() -> None:
    run = only_run(sample.RESULT, sample.PLAIN)
    assert len(run["results"]) == len(sample.RESULT.findings)
    assert not any("suppressions" in result for result in run["results"])


def test_suppressed_results_say_where_and_why_and_the_others_that_they_stand() -> None:
    found = [result["suppressions"] for result in only_run(sample.RESULT)["results"]]
    assert found[: len(sample.RESULT.findings)] == [[]] * len(sample.RESULT.findings)
    (first,), _, _, (last,) = found[len(sample.RESULT.findings) :]
    assert first["justification"] == "agreed with the owner, until 2027-03-01"
    assert first["location"]["physicalLocation"]["region"]["startLine"] == 6
    assert last == {"kind": "external"}
    kinds = [entry["kind"] for suppressions in found for entry in suppressions]
    assert kinds == ["inSource"] * 3 + ["external"]


def test_related_places_are_linked_in_the_message() -> None:
    cycle = next(r for r in only_run(sample.RESULT)["results"] if r["ruleId"] == "PC101")
    assert [place["id"] for place in cycle["relatedLocations"]] == list(range(1, 8))
    assert '. See also [services."s.0".calls.\\[x\\](1)](1), ' in cycle["message"]["text"]
    assert cycle["message"]["text"].endswith(" and 2 more.")


def test_notices_and_what_was_not_checked_are_notifications() -> None:
    (invocation,) = only_run(sample.RESULT)["invocations"]
    assert len(invocation["toolConfigurationNotifications"]) == 2
    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert "not checked: PC301 no-timeout: timeout on 2 calls" in texts


def test_more_results_than_github_takes_are_cut_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sarif._MOST_RESULTS == 25_000
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 20)
    run = only_run(sample.many(23))
    assert len(run["results"]) == 20
    (left,) = run["invocations"][0]["toolExecutionNotifications"]
    assert left["message"]["text"] == "3 results left out beyond 20: the most severe are kept"
    assert run["results"][0]["level"] == "error"
