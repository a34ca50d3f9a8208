"""Values of drivers: ranges, growth with the load, values for one element, what is left out."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog, manifest
from patternctl.costing import terms as reckoning
from patternctl.costing.bill import Terms, architecture, bill, declared
from patternctl.costing.parts import Stated
from patternctl.costing.prices import Prices
from patternctl.engine.montecarlo import simulate
from patternctl.errors import InputError
from patternctl.model.bill import Bill
from patternctl.model.cost import Costs, Materials, measured
from patternctl.model.estimate import Estimate
from patternctl.model.price import Override
from patternctl.model.settings import CostSettings, DriverText
from patternctl.model.system import System
from tests.costing.reckoning import reckon, reckon_for, shipped, small_bill, terms

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "architecture.yaml"
HEAD = "version: 1\nsystem: x\n"
LOAD = "workload: {requests: 100/s, read_write_ratio: 3, payload: 4KB}\n"
SIZED = """
services:
  web: {exposed: true, replicas: 3, calls: [api]}
  api: {}
  old: {runtime: vm, replicas: 2, calls: [api]}
  nightly: {kind: job, replicas: 2}
stores:
  orders-db: {replicas: 2, size: 100GB}
  docs: {kind: document, replicas: 3, size: 100GB}
brokers:
  bus: {replicas: 3}
"""


def of(text: str) -> System:
    return manifest.from_text(text, "architecture.yaml")


def settings(*flags: str) -> CostSettings:
    texts = (flag.partition("=") for flag in flags)
    return CostSettings(values=tuple(DriverText(name, text, "flag") for name, _, text in texts))


def flagged(text: str, *flags: str) -> Bill:
    return bill(declared(reckoning.terms(settings(*flags), of(text))))


def quantity(made: Bill, name: str) -> Estimate:
    line = next(line for line in made.lines if line.id == name)
    assert line.quantity is not None, line.unknown
    return line.quantity


# Ranges


def test_no_range_is_likeliest_at_its_lowest() -> None:
    """Such a range says that the true value can only be higher: then it is no likeliest value."""
    costs = shipped().costs
    sources = {"": costs.drivers, **{key: each.drivers for key, each in costs.materials.items()}}
    found = [
        (place, name)
        for place, drivers in sources.items()
        for name, driver in drivers.items()
        if driver.assume is not None
        and not driver.assumed.exact
        and driver.assumed.low == driver.assumed.likely
    ]
    assert not found


def test_the_likely_bill_lies_within_the_middle_of_all_draws() -> None:
    design = declared(shipped()._replace(stated=Stated(manifest.load(SHOP))))
    likely, spread = bill(design).infrastructure.likely, simulate(design, 20_000).infrastructure
    assert spread.p10 < likely < spread.p50


# Growth


SIZES = {
    # stated three and two: ceil(3 x 2.5) and ceil(2 x 2.5); api's follow from load by formula
    "services.web/memory": 730 * 8,
    "services.old/processors": 730 * 5 * 2,
    # two instances of 2 vCPU, assumed for the stated load: 2 x 5
    "stores.orders-db/processors": 730 * 2 * 5,
    "stores.docs/processors": 730 * 3 * 5,
    "brokers.bus/processors": 730 * 3 * 5,
}
FIXED = {
    "services.nightly/processors": 730 * 0.04 * 2 * 0.5,
    "stores.orders-db/storage": 2 * 100 * 1e9 / 2**30,
}


def test_what_is_sized_for_the_stated_load_grows_with_it() -> None:
    made = flagged(HEAD + LOAD + SIZED, "requests=250/s")
    for name, units in {**SIZES, **FIXED}.items():
        assert quantity(made, name).likely == pytest.approx(units), name


@pytest.mark.parametrize("requests", ["100/s", "40/s"])
def test_at_the_stated_load_and_below_nothing_changes(requests: str) -> None:
    stated = flagged(HEAD + LOAD + SIZED)
    made = flagged(HEAD + LOAD + SIZED, f"requests={requests}")
    assert quantity(stated, "services.web/memory").likely == 730 * 3
    for name in SIZES:
        assert quantity(made, name) == quantity(stated, name)
    assert "growth" not in {each.id for each in stated.assumptions}


@pytest.mark.parametrize("flags", [(), ("requests=500/s",)])
def test_without_a_stated_load_what_is_stated_fits_any(flags: tuple[str, ...]) -> None:
    made = flagged(HEAD + SIZED, *flags)
    assert quantity(made, "services.web/memory").likely == 730 * 3
    assert {each.id: each.value for each in made.assumptions}["growth"] == (1, 1, 1)


def test_what_is_given_on_purpose_does_not_grow() -> None:
    made = flagged(HEAD + LOAD + SIZED, "requests=250/s", "services.web/replicas=4")
    assert quantity(made, "services.web/memory").likely == 730 * 4


def test_the_floor_of_a_larger_load_is_the_stated_size() -> None:
    made = flagged(HEAD + LOAD + SIZED, "requests=250/s")
    line = next(line for line in made.lines if line.id == "services.web/memory")
    assert line.cost is not None
    assert line.floor is not None
    assert line.cost.likely == pytest.approx(line.floor.likely * 8 / 3)


def test_one_machine_carries_only_so_much() -> None:
    """2 vCPU at 100/s are 96 at 4,800/s."""
    for rate, unknown in (("4800/s", False), ("4801/s", True)):
        made = flagged(HEAD + LOAD + "stores: {db: {}}", f"requests={rate}")
        line = next(line for line in made.lines if line.id == "stores.db/processors")
        assert ("96 vCPU" in line.unknown) == unknown


# Values for one element or for materials


def test_the_narrowest_value_counts() -> None:
    wide = "store_vcpus=4"
    kind = "store-relational/store_vcpus=8"
    one = "stores.a-db/store_vcpus=16"
    text = HEAD + LOAD + "stores: {a-db: {}, b-db: {}, docs: {kind: document, replicas: 1}}"
    for flags, sizes in (
        ((wide,), (4, 4, 4)),
        ((wide, kind), (8, 8, 4)),
        ((one, kind, wide), (16, 8, 4)),
    ):
        made = flagged(text, *flags, "replicas=1")
        found = [quantity(made, f"stores.{name}/processors") for name in ("a-db", "b-db", "docs")]
        assert [each.likely / 730 for each in found[:2]] == [*sizes[:2]]
        assert found[2].likely / 730 == sizes[2]


def test_shared_drivers_may_differ_for_one_element() -> None:
    text = HEAD + LOAD + "services: {web: {exposed: true, calls: [api]}, api: {}}"
    plain = flagged(text)
    made = flagged(text, "services.api/payload=40KB")
    name = "services.{}/transfer".format
    assert quantity(made, name("api")).likely == pytest.approx(
        10 * quantity(plain, name("api")).likely
    )
    assert quantity(made, name("web")) == quantity(plain, name("web"))


@pytest.mark.parametrize("place", ["app-tier", "cqrs-system/three-tier/app-tier"])
def test_parts_of_architectures_have_values_of_their_own(place: str) -> None:
    made = reckon("cqrs-system", {"requests": "0/s", f"{place}/least_app_vcpus": "16"})
    assert quantity(made, "cqrs-system/three-tier/app-tier/processors").likely == 730 * 16
    cells = reckon("cell-based", {"requests": "100/s", "cells": "10", "entry/requests": "500/s"})
    # 500/s for each entry, whatever a cell's part of all requests is: / 10 / 25 units
    name = "cell-based/three-tier/entry/load-balancer-capacity"
    assert quantity(cells, name).likely == pytest.approx(730 * 10 * 500 * 4e-6 * 3600)


def test_assumptions_are_named_with_their_materials() -> None:
    made = flagged(HEAD + LOAD + "stores: {a: {}, b: {}}", "stores.a/size=1GB")
    assert "store-relational/size" in {each.id for each in made.assumptions}
    both = flagged(HEAD + LOAD + "stores: {a: {}, b: {}}", "store-relational/size=1GB")
    assert "store-relational/size" not in {each.id for each in both.assumptions}


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("stores.ordersdb/size=1GB", 'did you mean "stores.orders-db"'),
        ("store-relation/size=1GB", 'did you mean "store-relational"'),
        ("stores.orders-db/store_vcpu=8", 'did you mean "store_vcpus"'),
        ("stores.orders-db/peak_factor=8", 'no driver "peak_factor" in "stores.orders-db"'),
        ("app-tier/three-tier/app_vcpus=8", 'nothing called "app-tier/three-tier"'),
        ("/size=8", "nothing called"),
        ("stores.orders-db/=8", "there is no driver"),
        ("stores.orders-db/size=-1GB", "stores.orders-db/size"),
        ("stores.orders-db/size=many", "stores.orders-db/size"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_values_for_nothing_are_refused(flag: str, told: str, known: bool) -> None:
    if not known and "ordersdb" in flag:  # without a manifest nobody knows its stores
        assert reckoning.terms(settings(flag)).flags
        return
    with pytest.raises(InputError) as caught:
        reckoning.terms(settings(flag), of(HEAD + SIZED) if known else None)
    message = " ".join(f"{each.message} {each.hint}" for each in caught.value.problems)
    assert (told if known or "mean" not in told else "") in message


def test_without_a_manifest_elements_are_believed() -> None:
    found = reckoning.terms(settings("stores.any/store-vcpus=8", "services.any/cpu-time=3ms"))
    assert {*found.flags} == {"stores.any/store_vcpus", "services.any/cpu_time"}


def test_one_value_is_given_once() -> None:
    with pytest.raises(InputError, match=r"stores\.any/size is given twice"):
        reckoning.terms(settings("stores.any/size=1GB", "stores.any/size=2GB"))


# People


def people(text: str, name: str) -> dict[str, Estimate]:
    made = reckon_for(name, of(HEAD + "teams: {a: {size: 10}}\n" + text))
    return {line.role: line.quantity for line in made.lines if line.people and line.quantity}


DECIDED = "decisions: [{outcome: cqrs-system, date: 2026-01-01, answers: {load: medium}}]"
MADE = {
    "nothing": "",
    "decided": DECIDED,
    "adopted": "patterns: [{pattern: outbox, at: [a]}, {pattern: microservices}]\n" + DECIDED,
}


@pytest.mark.parametrize(("made", "present"), [("nothing", 1), ("decided", 2), ("adopted", 3)])
def test_developers_are_those_of_the_present_system(made: str, present: float) -> None:
    """Ten, of whom a traditional application would take ten over the factor of what there is."""
    text = f"services: {{a: {{}}}}\n{MADE[made]}"
    for name, factor in (("traditional-monolith", 1), ("cqrs-system", 2), ("microservices", 3)):
        found = people(text, name)["development"].likely
        assert found == pytest.approx(10 * factor / present)


def test_the_present_system_takes_the_developers_that_it_has() -> None:
    made = flagged(f"{HEAD}{LOAD}teams: {{a: {{size: 10}}}}\n{MADE['decided']}")
    assert quantity(made, "system/people/development") == (10, 10, 10)
    assert "present_factor" not in {each.id for each in made.assumptions}


@pytest.mark.parametrize(
    ("name", "engineers"),
    [
        ("cqrs-system", 0.375 + 19 * 0.03),
        ("traditional-cdc", 0.35 + 19 * 0.03),
        ("serverless", 0.125 + 19 * 0.03),
        ("microservices", 20 * 0.03),
        ("traditional-monolith", 0.25),
    ],
)
def test_services_do_not_vanish_by_another_design(name: str, engineers: float) -> None:
    rows = ", ".join(f"s{n}: {{}}" for n in range(20))
    assert people(f"services: {{{rows}}}", name)["operations"].likely == pytest.approx(engineers)


def test_one_application_is_what_nobody_lists() -> None:
    made = reckon("cqrs-system", {"requests": "1/s"})
    assert quantity(made, "cqrs-system/people/operations") == (0.2, 0.375, 1.5)


# Edge, zones, sizes, what is left out


def test_answers_of_services_near_the_users_leave_there() -> None:
    """Three of four requests enter at the edge, a quarter at the region; answers of 4 KB."""
    text = """
services: {near: {runtime: edge}, api: {exposed: true}}
flows:
  look: {entry: near, requests: 75/s}
  call: {entry: api, requests: 25/s}
"""
    made = flagged(HEAD + LOAD + text, "outside_share=100%")
    month = 2_628_000
    assert quantity(made, "services.near/requests").likely == pytest.approx(75 * month)
    size = month * 4e-6 * 1e9 / 2**30
    assert quantity(made, "services.near/answers").likely == pytest.approx(75 * size)
    answers = quantity(made, "system/entry/outward/answers")
    assert answers.likely == pytest.approx(25 * size)
    plain = flagged(HEAD + LOAD + "services: {api: {exposed: true}}", "outside_share=100%")
    assert quantity(plain, "system/entry/outward/answers").likely == pytest.approx(100 * size)


@pytest.mark.parametrize(("zones", "crossing"), [(1, 0.0), (2, 1 / 2), (3, 2 / 3)])
def test_zones_are_those_of_gateways_and_of_traffic(zones: int, crossing: float) -> None:
    made = reckon("traditional-monolith", {"requests": "100/s", "zones": str(zones)})
    name = "traditional-monolith/three-tier/{}".format
    assert quantity(made, name("entry/nat")).likely == 730 * zones
    rows = 100 * 2_628_000 * 4e-6 * 2 * crossing * 1e9 / 2**30
    assert quantity(made, name("rows")).likely == pytest.approx(rows)


def test_a_gigabyte_is_that_of_the_price_list() -> None:
    """2^30 bytes are 1 GB of the list, and memory and hours are not converted."""
    made = small_bill(
        {"data": "100GiB"},
        stored=("kv.storage", "data"),
        held=("cache.memory", "13.07 * hours"),
    )
    assert quantity(made, "case/stored").likely == pytest.approx(100)
    assert quantity(made, "case/held").likely == pytest.approx(13.07 * 730)
    book = catalog.prices("aws-us-east-1").model_copy(update={"gigabyte": "decimal"})
    found = terms({"data": "100GB"})
    decimal = bill(architecture("serverless", found._replace(prices=Prices(book))))
    assert quantity(decimal, "serverless/storage").likely == pytest.approx(100)


def lacking(values: dict[str, str]) -> Terms:
    return terms(values)._replace(prices=Prices(catalog.prices("azure-eastus")))


def test_nothing_of_what_has_no_price_costs_nothing() -> None:
    """Azure's book has no price for a workflow: whoever runs none needs none."""
    text = HEAD + LOAD + "services: {a: {exposed: true}}\npatterns: [{pattern: saga, at: [a]}]"
    stated = Stated(of(text))
    name = "patterns.saga/workflow"
    for share, cost in (("0%", Estimate(0, 0, 0)), ("0%..0%..1%", None), ("10%", None)):
        design = declared(lacking({"managed_share": share})._replace(stated=stated))
        line = next(each for each in bill(design).lines if each.id == name)
        assert line.cost == cost
        assert (name in simulate(design, 10).unknown) == (cost is None)


def test_a_bill_tells_what_it_leaves_out_once() -> None:
    text = HEAD + LOAD + "stores: {a: {engine: redis}, b: {engine: redis}}\nbrokers: {bus: {}}"
    told = flagged(text).left_out
    assert len({*told}) == len(told)
    materials = shipped().costs.materials
    used = ("store-cache", "broker", "system", "entry", "outward", "upkeep", "people")
    assert {*told} == {each for name in used for each in materials[name].leaves_out}


@pytest.mark.parametrize("name", reckoning.architectures(shipped().costs))
def test_every_architecture_tells_what_it_leaves_out(name: str) -> None:
    left_out = reckon(name, {}).left_out
    assert "Environments for development and tests" in left_out
    assert {*shipped().costs.materials[name].leaves_out} <= {*left_out}


def test_what_is_left_out_is_told_in_one_place() -> None:
    told = [name for name, each in shipped().costs.materials.items() if "left out" in each.because]
    assert not told


def test_a_formula_with_an_assumption_beside_it() -> None:
    """The assumption is for when the formula lacks something, and is told then only."""
    value: Any = {each.id: each.value for each in reckon("cqrs-system", {}).assumptions}
    assert value["kept_services"] == measured("number", 1)
    set_ = reckon("cqrs-system", {"services": "26"})
    assert "kept_services" not in {each.id for each in set_.assumptions}


# What totals hold


def test_the_floor_of_a_line_without_a_cost_is_paid_all_the_same() -> None:
    made = flagged(HEAD + "services: {web: {exposed: true}}\nstores: {s: {kind: key-value}}")
    assert any(line.cost is None for line in made.lines)
    for floor, whole in zip(made.floor, made.infrastructure, strict=True):
        assert 0 < floor <= whole
    known = [line.cost.likely for line in made.lines if line.cost and not line.people]
    floors = [line.floor.likely for line in made.lines if line.floor and not line.cost]
    assert made.infrastructure.likely == pytest.approx(sum(known) + sum(floors))


@given(st.floats(0, 1e6), st.lists(st.sampled_from(["50ms", "200ms", ""]), min_size=1, max_size=5))
def test_shares_of_tiers_stay_in_order(rate: float, latencies: list[str]) -> None:
    """Functions share the tiers of one price: the average falls where the quantity rises."""
    service = "  f{}: {{runtime: function, exposed: true{}}}\n".format
    times = [f", latency: {{p50: {each}}}" if each else "" for each in latencies]
    rows = "".join(service(number, time) for number, time in enumerate(times))
    made = flagged(f"{HEAD}services:\n{rows}", f"requests={rate:.6f}/s")
    for line in made.lines:
        low, likely, high = line.cost or (0, 0, 0)
        assert 0 <= low <= likely * (1 + 1e-9)
        assert likely <= high * (1 + 1e-9)


def test_what_there_is_no_machine_for_fills_no_tiers() -> None:
    component = {
        "title": "T", "role": "network", "resource": "transfer.internet", "because": "B",
    }  # fmt: skip
    big = {**component, "quantity": "100000", "at_most": "1000", "beyond": "too much"}
    small = {**component, "quantity": "1000"}
    materials = Materials.model_validate(
        {"id": "case", "of": "architecture", "title": "T", "because": "B",
         "components": {"big": big, "small": small}}
    )  # fmt: skip
    costs = Costs(shipped().costs.drivers, {"case": materials})
    made = {
        line.id: line for line in bill(architecture("case", shipped()._replace(costs=costs))).lines
    }
    assert made["case/big"].unknown == "too much"
    cost = made["case/small"].cost
    assert cost is not None
    assert cost.likely == pytest.approx(1000 * 1e9 / 2**30 * 0.09)


def test_wages_are_not_taken_for_another_currency() -> None:
    book = catalog.prices("aws-us-east-1").model_copy(update={"currency": "EUR"})
    for values, known in (({}, False), ({"engineer_month": "9000"}, True)):
        found = terms({"requests": "1/s", **values})._replace(prices=Prices(book))
        line = next(
            each
            for each in bill(architecture("serverless", found)).lines
            if each.id == "serverless/people/operations"
        )
        assert (line.cost is not None) == known
        assert ("engineer_month is assumed in USD" in line.unknown) == (not known)


def test_the_same_team_costs_the_same_whatever_it_is_asked_for() -> None:
    for count in (1, 5, 40):
        rows = ", ".join(f"s{n}: {{}}" for n in range(count))
        stated = flagged(f"{HEAD}{LOAD}services: {{{rows}}}")
        made = reckon_for("microservices", of(f"{HEAD}{LOAD}services: {{{rows}}}"))
        engineers = quantity(stated, "system/people/operations")
        assert quantity(made, "microservices/people/operations") == engineers
        assert engineers.likely == pytest.approx(max(0.25, count * 0.03))


def test_values_that_no_line_reads_are_told() -> None:
    made = reckon("traditional-cdc", {"requests": "10/s", "events": "5/s", "changes": "3/s"})
    assert made.unread == ("events",)
    assert flagged(HEAD + SIZED, "stores.docs/size=1GB", "steps=3").unread == ("steps",)


def test_what_is_counted_in_parts_is_at_least_one() -> None:
    """An empty answer is a request all the same, and 1.5 KB are two units."""
    values = {"requests": "1/s", "payload": "0KB", "item_size": "1.5KB", "event_size": "65KB"}
    made = reckon("serverless", {**values, "read_write_ratio": "0", "events_per_write": "1"})
    month = 2_628_000
    assert quantity(made, "serverless/gateway").likely == month
    assert quantity(made, "serverless/writes").likely == month * 2 * 2
    assert quantity(made, "serverless/queue").likely == month * 3 * 2


def test_changes_go_to_other_regions() -> None:
    text = HEAD + LOAD + "deployment: {regions: 3}\nservices: {a: {exposed: true}}"
    size = 25 * 2_628_000 * 1e-6 * 1e9 / 2**30
    assert quantity(flagged(text), "system/replication").likely == pytest.approx(2 * size)


@pytest.mark.parametrize(
    ("word", "name"),
    [("cpu-time", "cpu_time"), ("workload.requests", "requests"), ("store_vcpus", "store_vcpus")],
)
def test_drivers_are_found_by_name_and_by_what_they_are_read_from(word: str, name: str) -> None:
    assert reckoning.find_driver(shipped().costs, word)[0] == name


def test_drivers_that_are_not_there_have_a_near_one() -> None:
    with pytest.raises(ValueError, match="did you mean"):
        reckoning.find_driver(shipped().costs, "cpu_tim")


@pytest.mark.parametrize(
    "tiers",
    [
        [{"up_to": 10, "price": 1}],
        [{"price": 1}, {"up_to": 10, "price": 1}],
        [{"up_to": 10, "price": 1}, {"up_to": 5, "price": 1}, {"price": 1}],
    ],
)
def test_agreed_tiers_cover_every_quantity_once(tiers: list[dict[str, float]]) -> None:
    with pytest.raises(ValueError, match="tier"):
        Override.model_validate({"unit": "GB", "tiers": tiers})


def test_what_grows_without_end_is_not_known() -> None:
    made = small_bill({}, much=("vm.vcpu", "ceil(" + "*".join(["100000000000000000"] * 20) + ")"))
    assert "which has no end" in made.lines[0].unknown
