"""Runbooks of adopted patterns, with the names of the system."""

from pathlib import Path

import pytest
from hypothesis import given

from patternctl import cli
from patternctl.artefacts import runbook
from patternctl.errors import UsageError
from tests import golden
from tests.artefacts.orders import HOSTILE, files, order, system
from tests.artefacts.reviewed import GOLDEN, finding, found, rendered, reviewed

ADOPTED = [{"pattern": "outbox", "name": "out", "at": ["a"], "relay": "polling"}]


@pytest.mark.parametrize("name", ["shop", "ticketing", "clean"])
def test_runbooks_golden(name: str) -> None:
    for path, text in files([*runbook.make(reviewed(name))]).items():
        golden.check(GOLDEN / "runbook" / name / path, text)


def test_a_runbook_names_services_stores_brokers_teams_and_settings() -> None:
    made = files([*runbook.make(reviewed("shop"))])
    page = made["runbooks/catalog-outbox.md"]
    assert "**catalog** (team browse; stores catalog-db (postgres); sends product-updated" in page
    assert "| `poll_interval` | 1s |" in page
    assert "PC406" in page  # its own fault
    assert "PC301" not in page  # somebody else's


def test_what_is_not_stated_is_said() -> None:
    made = files([*runbook.make(order(system(services={"a": {}}, patterns=ADOPTED)))])
    page = made["runbooks/out.md"]
    assert "team not stated" in page
    assert "- who owns a (`team`)\n- `poll_interval` of this adoption\n- `retention` of" in page


def test_a_pattern_of_the_catalog_without_a_system() -> None:
    made = files([*runbook.make(order(None, "saga"))])
    assert list(made) == ["runbooks/saga.md", "runbooks/README.md"]
    assert "Not stated: this runbook was made of the catalog" in made["runbooks/saga.md"]


def test_a_system_without_patterns_is_told_what_to_state() -> None:
    with pytest.raises(UsageError, match="no adopted pattern"):
        [*runbook.make(order(system(services={"a": {}})))]


def test_a_pattern_of_the_whole_system_is_at_every_service_of_its_own() -> None:
    services: dict[str, object] = {f"s{n}": {} for n in range(20)}
    services["far"] = {"kind": "external"}
    stated = system(services=services, patterns=[{"pattern": "microservices"}])
    page = files([*runbook.make(order(stated))])["runbooks/microservices.md"]
    assert "at which services it is at work" in page
    assert "**s19**" in page
    assert "far" not in page
    assert "s11 and 8 more\n" in page


def test_names_that_would_be_one_file_are_two() -> None:
    adopted = [{"pattern": "saga", "name": name} for name in ("README", "readme", "CON", "con")]
    stated = system(services={"a": {}}, patterns=adopted)
    assert len(files([*runbook.make(order(stated))])) == 5


@given(HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    stated = system(
        services={"a": {"uses": [{"store": "db"}], "team": "t"}},
        stores={"db": {"engine": text}},
        patterns=ADOPTED,
    )
    made = found(stated)
    made.findings = (finding(text)._replace(element="patterns.out"),)
    pages = files([*runbook.make(made)])
    tags = set(rendered(files([*runbook.make(reviewed("shop"))])["runbooks/buy.md"]).tags)
    for page in pages.values():
        seen = rendered(page)
        assert set(seen.tags) <= tags | {"a"}
        assert all(link.endswith(".md") for link in seen.links)


def test_a_kind_that_lacks_facts_is_left_out_of_all_and_no_other_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "architecture.yaml").write_text("version: 1\nsystem: shop\nservices: {a: {}}\n")
    assert cli.run(["generate", "all", "-o", "out"]) == 0
    told = capsys.readouterr().err
    assert "skipped runbook: there is no adopted pattern to write a runbook for\n" in told
    assert (tmp_path / "out/team/README.md").is_file()
    assert not (tmp_path / "out/runbooks").exists()
    assert cli.run(["generate", "runbook", "-o", "out"]) == 2
