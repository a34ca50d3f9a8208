"""`patternctl verify`: what is proven of adopted patterns, and what is not."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from patternctl import catalog, manifest, yamlio
from patternctl.engine.verify import REQUIREMENTS, lifetimes, verify
from patternctl.model.knowledge import Practice
from patternctl.model.system import System
from tests.cli.conftest import Run
from tests.cost import steps

BASE = """\
version: 1
system: shop
services: {orders: {}, payments: {}}
patterns:
  - {pattern: outbox, name: out, at: [orders]}
  - {pattern: saga}
"""
WHOLE = "".join(
    f"  - {{requirement: {each}, url: https://example.org/{each}, date: 2026-01-01}}\n"
    for each in REQUIREMENTS
)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767312000")  # 2026-01-02


def stated(tmp_path: Path, *entries: str) -> None:
    block = "evidence:\n" + "".join(f"  - {each}\n" for each in entries) if entries else ""
    (tmp_path / "architecture.yaml").write_text(BASE + block)


def told(outcome) -> list[str]:  # type: ignore[no-untyped-def]
    return [line for line in outcome.out.splitlines() if line.startswith("architecture.yaml:")]


def test_what_has_no_evidence_is_listed_with_its_line(run: Run, tmp_path: Path) -> None:
    stated(tmp_path)
    outcome = run("verify")
    assert outcome.status == 1
    every = "architecture review, load test, chaos test, cost analysis, team readiness"
    assert told(outcome) == [
        f"architecture.yaml:5:5: out has no evidence of {every}",
        f"architecture.yaml:6:5: saga has no evidence of {every}",
    ]
    assert outcome.err == (
        "0 of 10 requirements are proven; --template writes entries for 10 of the others\n"
    )


def test_all_proven_is_exit_0(run: Run, tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text(f"{BASE}evidence:\n{WHOLE}")
    outcome = run("verify")
    assert (outcome.status, outcome.err) == (0, "10 of 10 requirements are proven\n")
    assert (
        "  met        load test            https://example.org/load-test, 2026-01-01, until "
        "2026-07-03 (expires by default after 183 days)\n" in outcome.out
    )


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("path: docs/gone.md, date: 2026-01-01", "there is no docs/gone.md beside this manifest"),
        ("path: here.md, date: 2025-01-01, expires: 2026-01-01", "expired on 2026-01-01"),
        ("path: here.md, date: 2026-01-03", "is dated 2026-01-03, which is still to come"),
        (
            "path: here.md, date: 2025-07-02",
            "expired on 2026-01-01, by default 183 days after its date",
        ),
        (
            "path: here.md, date: 2025-12-02, expires: 2025-12-01",
            "expires on 2025-12-01, before its date 2025-12-02",
        ),
        ("path: here.md, date: TODO", "has no date; write the day it was passed"),
        ("path: here.md, date: ", "has no date; write the day it was passed"),
        ("path: here.md", "has no date; write the day it was passed"),
        ("url: 'https://a.example', date: TODO", "has no date; write the day it was passed"),
        ("path: nothing.md, date: 2026-01-01", "nothing.md is empty"),
        ("path: blank.md, date: 2026-01-01", "blank.md is empty"),
        ("path: folder, date: 2026-01-01", "folder is a folder"),
        ("path: pipe, date: 2026-01-01", "pipe is no ordinary file"),
        ("path: dangling.md, date: 2026-01-01", "there is no dangling.md beside this manifest"),
        ("path: here.md/x.md, date: 2026-01-01", "there is no here.md/x.md beside this manifest"),
        ("date: 2026-01-01", "names neither a path nor a url"),
        ("path: '', date: 2026-01-01", "names neither a path nor a url"),
        ("path: /tmp/x.md, date: 2026-01-01", "/tmp/x.md is a path of one machine; write it from"),
        ("path: 'C:\\x.md', date: 2026-01-01", "C:\\x.md is a path of one machine; write it from"),
    ],
)
def test_evidence_that_does_not_hold_is_told_at_its_line(
    run: Run, tmp_path: Path, entry: str, message: str
) -> None:
    (tmp_path / "here.md").write_text("passed\n")
    (tmp_path / "nothing.md").touch()
    (tmp_path / "blank.md").write_text(" \n\t\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling.md").symlink_to("gone.md")
    os.mkfifo(tmp_path / "pipe")
    stated(tmp_path, f"{{pattern: out, requirement: load-test, {entry}}}")
    outcome = run("verify")
    assert outcome.status == 1
    assert told(outcome)[0].startswith(f"architecture.yaml:8:5: load test of out: {message}")


@pytest.mark.parametrize(
    "entry",
    [
        "path: here.md, date: 2026-01-02",
        "path: here.md, date: 2025-01-01, expires: 2026-01-02",
        "path: here.md, date: 2025-07-03",
        "path: sub/../here.md, date: 2026-01-01",
        "path: large, date: 2026-01-01",
        "path: link.md, date: 2026-01-01",
    ],
)
def test_evidence_that_holds(run: Run, tmp_path: Path, entry: str) -> None:
    (tmp_path / "here.md").write_text("passed\n")
    (tmp_path / "link.md").symlink_to("here.md")
    (tmp_path / "large").write_bytes(b"\0" * 5000)
    (tmp_path / "sub").mkdir()
    stated(tmp_path, f"{{pattern: out, requirement: load-test, {entry}}}")
    assert "1 of 10" in run("verify").err


def test_nobody_can_look_beside_a_manifest_that_lies_nowhere() -> None:
    entries = "[{requirement: load-test, path: a.md, date: 2026-01-01}]"
    system = manifest.from_text(f"{BASE}evidence: {entries}", "<stdin>")
    told = [check.told for check in verify(system, date(2026, 1, 2)).checks if check.proof]
    why = "a.md cannot be looked for, as this manifest lies in no folder"
    assert told == [f"load test of {name}: {why}" for name in ("out", "saga")]


def entry(place: str, date: str, expires: str = "") -> str:
    until = f", expires: {expires}" if expires else ""
    return f"{{requirement: load-test, url: 'https://{place}.example', date: {date}{until}}}"


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (entry("a", "2025-12-01", "2025-12-31"), entry("b", "2025-10-01")),
        (entry("a", "2025-12-01", "2026-01-02"), entry("b", "2025-11-01", "2026-12-31")),
        (entry("a", "2026-01-03"), entry("b", "2025-12-01")),
        (entry("a", "TODO"), entry("b", "2025-12-01")),
        (entry("a", "2025-12-01", "2026-05-01"), entry("b", "2025-12-02", "2026-05-01")),
    ],
)
def test_what_holds_longest_counts_wherever_it_stands(
    run: Run, tmp_path: Path, worse: str, better: str
) -> None:
    for entries in ([worse, better], [better, worse]):
        stated(tmp_path, *entries)
        outcome = run("verify")
        assert "2 of 10" in outcome.err
        assert outcome.out.count("  met        load test            https://b.example") == 2


def test_of_what_does_not_hold_the_youngest_is_told(run: Run, tmp_path: Path) -> None:
    old, young, todo = entry("a", "2025-01-01"), entry("b", "2025-02-01"), entry("c", "TODO")
    for entries in ([old, young, todo], [todo, young, old]):
        stated(tmp_path, *entries)
        assert run("verify").out.count("  expired    load test            https://b.example") == 2


def test_wrong_evidence_is_noted_where_other_evidence_holds(run: Run, tmp_path: Path) -> None:
    stated(tmp_path, entry("a", "2026-01-04"), entry("b", "2025-12-20"), entry("c", "2024-01-01"))
    (note, _) = run("verify").err.splitlines()
    assert note == (
        "note: architecture.yaml:8:5: load test does not count: is dated 2026-01-04, which is "
        "still to come"
    )


@pytest.mark.parametrize(
    ("expires", "noted"), [("2026-01-02", True), ("2026-02-01", True), ("2026-02-02", False)]
)
def test_what_expires_soon_is_noted(run: Run, tmp_path: Path, expires: str, *, noted: bool) -> None:
    stated(tmp_path, entry("a", "2025-12-20", expires))
    told = f"note: architecture.yaml:8:5: load test of out and saga expires on {expires}\n"
    assert (told in run("verify").err) == noted


def test_a_file_that_is_evidence_for_several_patterns_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review.md").write_text("good\n")
    stated(
        tmp_path,
        "{pattern: out, requirement: load-test, path: review.md, date: 2026-01-01}",
        "{pattern: out, requirement: chaos-test, path: review.md, date: 2026-01-01}",
        "{pattern: saga, requirement: team-readiness, path: ./review.md, date: 2026-01-01}",
        "{pattern: saga, requirement: chaos-test, path: saga.md, date: 2026-01-01}",
    )
    shared = "review.md is evidence for 2 patterns, so it has to tell of each: out and saga\n"
    assert shared in run("verify").out
    assert json.loads(run("verify", "-f", "json").out)["shared"] == {"review.md": ["out", "saga"]}
    page = run("verify", "-f", "markdown").out
    assert "## Evidence for several patterns\n\n- review.md: out, saga\n" in page


def test_evidence_counts_for_the_adoption_the_pattern_or_all(run: Run, tmp_path: Path) -> None:
    tail = "requirement: load-test, url: 'https://a.example', date: 2026-01-01}"
    for start, met in (("{pattern: out, ", 1), ("{pattern: outbox, ", 1), ("{", 2)):
        stated(tmp_path, start + tail)
        assert f"{met} of 10" in run("verify").err


def test_evidence_for_what_is_not_adopted_is_noted(run: Run, tmp_path: Path) -> None:
    stated(tmp_path, "{pattern: saag, requirement: load-test, path: x, date: 2026-01-01}")
    outcome = run("verify")
    note = 'note: architecture.yaml:8:6: evidence for "saag", which is not adopted, did you mean'
    assert outcome.err.startswith(f'{note} "saga"?\n')


def test_the_template_is_read_back_and_is_what_was_missing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "architecture.yaml"
    file.write_text(BASE + "  - {pattern: saga}\n")
    template = run("verify", "--template").out
    assert template.startswith(
        "evidence:\n  - pattern: out\n    requirement: architecture-review\n"
        "    path: docs/evidence/out-architecture-review.md\n    date: TODO\n"
        "    expires:  # left empty: 365 days after the date\n"
    )
    entries = yaml.safe_load(template)["evidence"]
    assert len(entries) == 15
    assert entries[10]["pattern"] == "saga#2"
    for each in entries:
        proof = tmp_path / each["path"]
        proof.parent.mkdir(parents=True, exist_ok=True)
        proof.write_text("passed\n")
    file.write_text(file.read_text() + template)
    outcome = run("verify")
    assert (outcome.status, outcome.err) == (1, "0 of 15 requirements are proven\n")
    assert outcome.out.count("has no date; write the day it was passed") == 15
    assert run("verify", "--template").out == ""
    file.write_text(file.read_text().replace("TODO", "2026-01-02"))
    assert run("verify").err == "15 of 15 requirements are proven\n"


def test_the_template_leaves_alone_what_is_to_be_mended(run: Run, tmp_path: Path) -> None:
    gone = "{requirement: load-test, path: gone.md, date: 2026-01-01}"
    late = "{pattern: out, requirement: chaos-test, url: 'https://a.example', date: 2025-01-01}"
    stated(tmp_path, gone, late)
    template = run("verify", "--template").out
    assert template.startswith("# to be added to `evidence:` of architecture.yaml\n  - pattern: ")
    assert len(yaml.safe_load(template)) == 8
    file = tmp_path / "architecture.yaml"
    file.write_text(file.read_text() + template)
    assert run("verify", "--template").status == 1


def test_what_is_asked_comes_from_the_pattern(run: Run, tmp_path: Path) -> None:
    stated(tmp_path)
    text = run("verify", "--asks").out
    assert "             - Kill the relay under load: No event is lost" in text
    page = run("verify", "--format", "markdown").out
    assert "- [ ] Chaos test (missing)\n  - Kill the relay under load" in page
    assert "## How: cost analysis\n" in page
    (check, *_) = json.loads(run("verify", "--format", "json").out)["checks"]
    assert check["requirement"] == "architecture-review"
    assert (check["file"], check["line"], check["until"]) == ("architecture.yaml", 5, None)
    assert "Both rows are in the same database and the same transaction." in check["asks"]


def test_sarif_has_a_result_for_each_at_its_line(run: Run, tmp_path: Path) -> None:
    stated(tmp_path, "{pattern: out, requirement: load-test, path: gone.md, date: 2026-01-01}")
    (log,) = json.loads(run("verify", "--format", "sarif").out)["runs"]
    assert len(log["results"]) == 10
    (result,) = [each for each in log["results"] if "gone.md" in each["message"]["text"]]
    assert result["ruleId"] == "load-test"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] == 8
    assert len({each["partialFingerprints"]["patternctl/v1"] for each in log["results"]}) == 10


def test_no_pattern_is_nothing_to_verify(run: Run, tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text("version: 1\nsystem: shop\nservices: {a: {}}\n")
    outcome = run("verify")
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err == "no pattern is adopted: there is nothing to verify\n"


def test_not_to_know_what_is_adopted_is_not_to_adopt_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text("services: {web: {image: nginx}}\n")
    outcome = run("verify", "docker-compose.yml")
    assert outcome.status == 2
    assert "docker-compose.yml: does not say which patterns are adopted" in outcome.err


def test_evidence_that_cannot_be_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    stated(
        tmp_path,
        "{requirement: load-tset, date: 2026-01-01}",
        "{requirement: load-test, url: 'javascript:alert(1)', date: soon}",
    )
    outcome = run("verify")
    assert outcome.status == 2
    assert "architecture.yaml:8:" in outcome.err
    assert 'did you mean "load-test"?' in outcome.err
    assert outcome.err.count("error: architecture.yaml:9:") == 2


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8"), max_size=50))
def test_any_path_is_judged(path: str) -> None:
    entry = f"{{requirement: load-test, path: {yamlio.quoted(path)}, date: 2026-01-01}}"
    system = manifest.from_text(f"{BASE}evidence: [{entry}]", "a.yaml", folder=Path())
    checks = [each for each in verify(system, date(2026, 1, 2)).checks if each.proof]
    assert [each.requirement for each in checks] == ["load-test"] * 2


def test_a_hostile_path_breaks_no_line(run: Run, tmp_path: Path) -> None:
    stated(
        tmp_path,
        "{pattern: out, requirement: load-test, date: 2026-01-01, "
        'path: "a\\n[x](http://y)\\u202e<b>"}',
    )
    outcome = run("verify")
    assert "\u202e" not in outcome.out
    assert all("http://y" not in line or "a\\n[x]" in line for line in outcome.out.splitlines())
    page = run("verify", "--format", "markdown").out
    assert "- [ ] Load test (not there): a \\[x\\](http://y)\\<b\\>, 2026-01-01\n" in page


def test_every_requirement_has_a_lifetime_and_its_reason() -> None:
    practices = catalog.practices().practices
    assert lifetimes().keys() == {*REQUIREMENTS}
    assert all(each.lifetime is None or each.lifetime.source for each in practices.values())
    told = practices["load-test"].model_dump() | {"lifetime": None}
    with pytest.raises(ValidationError, match="evidence of it would hold for ever"):
        Practice.model_validate(told)


def test_how_long_evidence_holds_is_explained(run: Run) -> None:
    assert (
        "Evidence of it holds 183 days, unless it says otherwise."
        in run("explain", "load-test").out
    )


def test_work_grows_with_what_is_adopted_and_proven() -> None:
    def system(size: int) -> System:
        adopted = "".join(f"  - {{pattern: saga, name: s{i}}}\n" for i in range(size))
        proven = "".join(
            f"  - {{pattern: s{i}, requirement: {each}, url: 'https://a.example/{i}',"
            " date: 2026-01-01}\n"
            for i in range(size)
            for each in REQUIREMENTS
        )
        text = f"version: 1\nsystem: x\npatterns:\n{adopted}evidence:\n{proven}"
        return manifest.from_text(text, "a.yaml")

    few, many = (system(size) for size in (50, 200))
    today = date(2026, 1, 2)
    assert not verify(many, today).missing
    assert steps(lambda: verify(many, today)) < 5 * steps(lambda: verify(few, today))
