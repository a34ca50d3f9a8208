"""Measures with formula and target."""

import pytest
from hypothesis import given

from patternctl.artefacts import kpi
from tests import golden
from tests.artefacts.orders import HOSTILE, files, order, system
from tests.artefacts.reviewed import GOLDEN, cells, rendered, reviewed


@pytest.mark.parametrize("name", ["shop", "clean", "bookshop"])
def test_measures_golden(name: str) -> None:
    for path, text in files([*kpi.make(reviewed(name))]).items():
        golden.check(GOLDEN / "kpi" / name / path, text)


def test_every_measure_of_an_adopted_pattern_has_a_formula_and_its_open_target() -> None:
    made = order(None, "outbox")
    rows = cells(files([*kpi.make(made)])["kpi/kpis.csv"])
    for each in made.entries["outbox"].kpis:
        row = ["Transactional outbox", each.name, each.measure, each.better, "not stated", ""]
        assert row in rows


def test_what_the_manifest_promises_is_a_target_and_what_it_does_not_is_said() -> None:
    stated = system(
        services={"a": {}},
        requirements={"availability": "99.9%"},
        flows={"buy": {"entry": "a", "slo": {"latency_p99": "800ms"}}},
    )
    rows = cells(files([*kpi.make(order(stated))])["kpi/kpis.csv"])
    told = {(row[0], row[1]): row[4] for row in rows[1:]}
    assert told == {
        ("shop", "Availability"): "99.9%",
        ("shop", "Latency"): "not stated",
        ("shop", "Cost"): "not stated",
        ("flow buy", "Availability"): "not stated",
        ("flow buy", "Latency"): "800ms",
    }


def test_a_system_without_patterns_has_its_own_measures() -> None:
    page = files([*kpi.make(order(system()))])["kpi/README.md"]
    assert "No pattern is adopted." in page
    assert "checked" not in page


def test_patterns_that_the_manifest_does_not_list_are_not_taken_for_none() -> None:
    told = "ot checked: the manifest does not list all adopted patterns."
    page = files([*kpi.make(order(system(complete=["services"])))])["kpi/README.md"]
    assert f"N{told}" in page
    assert "No pattern is adopted" not in page
    some = system(complete=["services"], patterns=[{"pattern": "saga"}])
    page = files([*kpi.make(order(some))])["kpi/README.md"]
    assert f"There may be more; n{told}" in page


@given(HOSTILE)
def test_hostile_names_stay_names(text: str) -> None:
    stated = system()
    stated = stated._replace(architecture=stated.architecture.model_copy(update={"system": text}))
    made = files([*kpi.make(order(stated, "saga"))])
    seen = rendered(made["kpi/README.md"])
    assert set(seen.tags) <= {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td"}
    cells(made["kpi/kpis.csv"])
