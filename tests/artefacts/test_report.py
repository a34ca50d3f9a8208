"""The page for a review: whole, quiet on the network, and safe to open."""

import re

import pytest
from hypothesis import given, settings

from patternctl.artefacts import report
from patternctl.errors import UsageError
from patternctl.model.bill import Assumption, Bill, Line
from patternctl.model.estimate import Estimate
from patternctl.model.settings import CostSettings
from tests import golden
from tests.artefacts.orders import HOSTILE, files, order, system
from tests.artefacts.reviewed import GOLDEN, Page, finding, found, reviewed
from tests.test_example_systems import load

DRAWN = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg viewBox="0 0 1 1"><g id="node1"><title>a</title>'
    "</g></svg>\n"
)


@pytest.fixture(autouse=True)
def _without_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of Graphviz differ from version to version."""
    monkeypatch.setattr(report, "svg", lambda _: None)


def page(name: str) -> str:
    (text,) = files([*report.make(reviewed(name))]).values()
    return text


BILL = Bill(
    "shop.yaml",
    "shop",
    "USD",
    "book",
    (
        Line(
            "services.orders/vcpu", "Processors", "compute", "container.vcpu", "h",
            Estimate(1, 2, 3), Estimate(10, 20, 30), Estimate(5, 6, 7),
        ),
        Line(
            "stores.orders-db/disk", "Disk", "data", "disk", "GB", None, None, None,
            "depends on the size of the store",
        ),
    ),
    (Assumption("cpu_time", "Processor time", Estimate(0.002, 0.005, 0.02), "time", "a guess"),),
)  # fmt: skip


@pytest.mark.parametrize("name", ["shop", "clean"])
def test_a_review_golden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    curve = report.Curve("<svg></svg>", "stores.orders-db/disk: too large")
    monkeypatch.setattr(report, "_costs", lambda *_: (BILL, curve))  # prices change every month
    monkeypatch.setattr(report, "_pictures", lambda *_: iter(()))  # they have tests of their own
    text = page(name).replace(f"{GOLDEN.parents[1]}/", "")
    golden.check(GOLDEN / "report" / f"{name}.html", text)


@pytest.mark.parametrize("name", ["shop", "ticketing", "clean"])
def test_nothing_is_loaded_and_nothing_runs(name: str) -> None:
    text = page(name)
    seen = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "embed"} & {*seen.tags}
    assert all(link.startswith("#") for link in seen.links)
    assert not seen.handlers
    assert not re.search(r"url\(|@import|javascript:", text)
    assert "default-src 'none'" in text


def test_links_of_the_contents_lead_somewhere() -> None:
    text = page("shop")
    assert {*Page(text).links} == {f"#{name}" for name in re.findall(r'<section id="(\w+)"', text)}


def test_it_holds_findings_decision_cost_objectives_owners_and_proofs() -> None:
    shown = Page(page("shop")).text
    for told in (
        "orders waits for payments over http without a timeout",
        "Which architecture for the system as a whole: cqrs-system",
        "Must every reader see a change as soon as it is confirmed?No, some delay is fine",
        "budget 9000 USD/month",
        "flow buyAvailability",
        "shipping belongs to no team",
        "0 of 20 requirements of verification proven",
    ):
        assert told in re.sub(r"\s*\n\s*", "", shown), told


def test_costs_are_those_of_the_bill() -> None:
    made, _ = report._costs(load("shop"), CostSettings())
    assert f"{made.infrastructure.likely:,.0f} USD" in Page(page("shop")).text
    assert 'class="patternctl-plot"' in page("shop")


def test_diagrams_are_drawn_where_graphviz_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "svg", lambda _: DRAWN)
    text = page("shop")
    assert text.count('<svg viewBox="0 0 1 1"><g><title>a</title></g></svg>') == 4
    assert "<?xml" not in text
    assert text.count("<!DOCTYPE") == 1
    assert "Mermaid" not in text


def test_diagrams_are_text_where_it_is_not() -> None:
    text = page("shop")
    assert text.count("As Mermaid text, because Graphviz") == 4
    assert "flowchart" in text


def test_a_system_too_large_for_a_picture_is_told_how_to_be_drawn() -> None:
    stated = system(services={f"s{n}": {} for n in range(400)})
    (text,) = files([*report.make(order(stated))]).values()
    assert "Too large for a page: 400 elements" in text


def test_a_system_of_which_nothing_is_stated_says_so_everywhere() -> None:
    (text,) = files([*report.make(order(system()))]).values()
    shown = Page(text).text
    assert shown.count("Not stated") == 3  # decision, diagrams, ownership
    assert "budget not stated" in shown
    assert "nothing to verify" in shown


def test_what_the_manifest_does_not_list_is_not_taken_for_none() -> None:
    (text,) = files([*report.make(reviewed("bookshop"))]).values()
    shown = Page(text).text
    assert "<dt>Adopted patterns</dt><dd>not checked</dd>" in text
    told = "the manifest does not list all"
    assert f"There may be more; not checked: {told} calls, store accesses, events," in shown
    assert shown.count(f"Not checked: {told} adopted patterns.") == 2  # adopted, verified
    assert f"Not checked: {told} teams, calls, store accesses or events." in shown
    assert "flows not stated" in shown
    assert "No pattern is adopted" not in shown
    assert "0 findings are about teams" not in shown


def test_places_are_lines_of_the_one_file_and_name_others() -> None:
    text = page("shop")
    assert '<span class="small">line 33</span>' in text
    assert "architecture.yaml:33" not in text
    assert "docker-compose.override.yml:6<" in page("bookshop")


def test_code_in_what_to_do_is_shown_as_code() -> None:
    text = page("shop")
    assert "<code>external_producer</code>" in text
    assert "`external_producer`" not in text


def test_without_a_system_it_is_refused() -> None:
    with pytest.raises(UsageError, match="a review is one of a system"):
        [*report.make(order(None, "saga"))]


@settings(max_examples=15)
@given(HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    stated = system(
        description=text,
        services={"a": {"team": "t", "description": text}, "b": {"calls": ["a"]}},
        teams={"t": {"description": text}},
        flows={"f": {"entry": "b", "description": text}},
        patterns=[{"pattern": "saga", "name": "buy"}],
        evidence=[{"requirement": "load-test", "path": text, "date": "2026-01-01"}],
        decisions=[{"outcome": "saga", "answers": {}, "adr": text}],
    )
    stated = stated._replace(architecture=stated.architecture.model_copy(update={"system": text}))
    made = found(stated)
    made.findings = (finding(text),)
    (html,) = files([*report.make(made)]).values()
    seen = Page(html)
    assert not {"script", "img", "b"} & {*seen.tags}
    assert not seen.handlers
    assert all(link.startswith("#") for link in seen.links)
    assert "".join(text.split()) in "".join(seen.text.split())
