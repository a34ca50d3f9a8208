"""Bills of materials of the architectures: complete, sane, and in step with the source's table."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from patternctl import catalog, manifest
from patternctl.costing import terms as reckoning
from patternctl.costing.bill import Terms, architecture, bill
from patternctl.model.bill import Bill, Given
from patternctl.model.cost import measured
from patternctl.model.estimate import Estimate
from tests.costing import reckoning as reckoning_tests
from tests.costing.reckoning import cents, reckon, reckon_for, shipped

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "architecture.yaml"
NAMES = reckoning.architectures(shipped().costs)
TOLERANCE = 0.05
"""How far the model may be from the source document's figures where both are to agree."""

rates = st.floats(0, 100_000)
workloads = st.fixed_dictionaries(
    {},
    optional={
        "data": st.integers(0, 50_000).map("{}GB".format),
        "payload": st.integers(0, 500).map("{}KB".format),
        "peak_factor": st.integers(1, 20).map(str),
        "read_write_ratio": st.integers(0, 1000).map(str),
        "regions": st.integers(1, 5).map(str),
        "cells": st.integers(1, 50).map(str),
        "services": st.integers(1, 300).map(str),
        "events_per_write": st.integers(0, 10).map(str),
        "developers": st.integers(0, 100).map(str),
    },
)
architectures = st.sampled_from(NAMES)


def of(name: str, rate: float, values: dict[str, str]) -> Bill:
    return reckon(name, {**values, "requests": f"{rate:.6f}/s"})


# What there is


def test_every_architecture_of_the_catalog_has_a_bill() -> None:
    kinds = {name: each.type for name, each in catalog.entries().items()}
    assert {*NAMES} == {name for name, kind in kinds.items() if kind in ("system", "baseline")}


@pytest.mark.parametrize("name", NAMES)
def test_what_load_decides_is_unknown_without_it(name: str) -> None:
    made = reckon(name, {})
    unknown = {line.id: line.unknown for line in made.unknown}
    assert unknown.pop(f"{name}/people/development") == "depends on developers"
    assert unknown
    assert {*unknown.values()} == {"depends on requests"}
    assert all(line.cost is None and line.quantity is None for line in made.unknown)
    assert not reckon(name, {"requests": "100/s", "developers": "10"}).unknown


@pytest.mark.parametrize("name", NAMES)
def test_people_are_apart_from_infrastructure(name: str) -> None:
    made = reckon(name, {"requests": "10/s", "developers": "10", "engineer_month": "10000"})
    people = {line.role: line for line in made.lines if line.people}
    assert [*people] == ["operations", "development"]
    assert {line.id.rpartition("/")[0] for line in people.values()} == {f"{name}/people"}
    dearer = reckon(name, {"requests": "10/s", "developers": "10", "engineer_month": "20000"})
    assert dearer.people.likely == pytest.approx(2 * made.people.likely)
    assert dearer.infrastructure == made.infrastructure


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("traditional-monolith", 1),
        ("cqrs-system", 2),
        ("microservices", 3),
        ("serverless", 0.8),
        ("cell-based", 2),
    ],
)
def test_development_takes_the_factors_of_the_source(name: str, factor: float) -> None:
    made = reckon(name, {"requests": "10/s", "developers": "10", "engineer_month": "10000"})
    assert cents(made, "people/development") == factor * 100_000
    assert catalog.reference_costs().architectures[name].development == factor


def test_services_are_those_of_the_manifest() -> None:
    system = manifest.load(SHOP)
    number = len(system.architecture.services or {})
    made = reckon_for("microservices", system)
    databases = next(line for line in made.lines if line.id.endswith("many-services/databases"))
    assert databases.quantity == Estimate(*[730.0 * number * 4] * 3)
    assert "services" not in {each.id.rpartition("/")[2] for each in made.assumptions}
    assumed = {each.id: each.value for each in reckon("microservices", {}).assumptions}
    assert assumed["microservices/services"] == Estimate(10, 30, 100)


def test_numbers_without_a_source_say_so() -> None:
    materials = shipped().costs.materials.values()
    silent = [
        f"{each.id}/{name}"
        for each in materials
        if each.of in ("architecture", "part")
        for name, driver in each.drivers.items()
        if driver.assume not in (None, 1)
        and not driver.lines
        and "rule of thumb" not in (driver.because or "")
    ]
    assert not silent


# What follows from what


@pytest.mark.parametrize("name", NAMES)
def test_answers_and_logs_are_paid_once_however_many_regions(name: str) -> None:
    def flow(regions: str) -> list[float]:
        made = reckon(name, {"requests": "1000/s", "regions": regions})
        flows = [line for line in made.lines if "/outward/" in line.id]
        return [line.cost.likely for line in flows if line.cost]

    assert len(flow("1")) == 3
    assert flow("3") == pytest.approx(flow("1"))


def quantity(part: str, name: str = "cqrs-system", **values: str) -> float:
    """Likely quantity of one line, sizes in GB of 10^9 bytes."""
    made = reckon(name, {"requests": "6000/s", "peak_factor": "2", "utilisation": "50%", **values})
    found = next(line for line in made.lines if line.id == f"{name}/{part}")
    return reckoning_tests.quantity(found).likely


def test_two_regions_can_lose_one() -> None:
    # 6,000/s x 2 x 10 ms / 50 % = 240 vCPU: all of it in each of two regions, half in each of three
    sizes = [quantity("three-tier/app-tier/processors", regions=each) for each in "123"]
    assert [size / 730 for size in sizes] == pytest.approx([240, 480, 360])


def test_each_region_has_a_read_side_of_its_own() -> None:
    # 5,000 reads/s, 20 % of them searches, x 2 x 10 ms / 50 % = 40 vCPU, sized as the application
    part = "read-side/search-index/processors"
    sizes = [quantity(part, regions=each) / 730 for each in "123"]
    assert sizes == pytest.approx([40, 80, 60])


def test_the_write_database_of_cqrs_carries_writes_only() -> None:
    # one in six is a write: 1,000/s x 2 x 1 ms / 50 % = 4 vCPU, against 24; each has a standby
    processors = "three-tier/relational-database/processors"
    assert quantity(processors) == pytest.approx(730 * 4 * 2)
    assert quantity(processors, "traditional-monolith") == pytest.approx(730 * 24 * 2)


def test_cells_divide_load_and_data() -> None:
    # 240 vCPU over 20 cells are 12 each; over 60 cells 4, of which none has fewer than 8
    part = "three-tier/app-tier/processors"
    sizes = [quantity(part, "cell-based", cells=each) / 730 for each in ("20", "60")]
    assert sizes == pytest.approx([240, 480])
    storage = [
        quantity("three-tier/relational-database/storage", "cell-based", data="900GB", cells=each)
        for each in ("3", "9")
    ]
    assert storage == pytest.approx([1800, 1800])


def test_the_edge_takes_hits_off_the_origin() -> None:
    # five of six are reads, 60 % of them hits: half of 240 vCPU are left
    assert quantity("three-tier/app-tier/processors", "edge", hit_ratio="60%") == pytest.approx(
        730 * 120
    )


@pytest.mark.parametrize("name", sorted({*NAMES} - {"serverless", "cell-based"}))
def test_every_change_goes_to_the_other_regions(name: str) -> None:
    # 1,000 writes/s x 2,628,000 s x 1 KB = 2,628 GB to each of two others, edge or not
    part = "replication" if name == "microservices" else "three-tier/replication"
    assert quantity(part, name, regions="3") == pytest.approx(2 * 2628)


def test_an_event_log_grows_with_rate_age_and_size() -> None:
    values = {"events": "100/s", "event_size": "2KB", "hot_time": "10d", "log_time": "100d"}
    # 100/s x 864,000 s x 2 KB = 172.8 GB, twice; the archive holds ten times as much, once
    name = "event-sourcing-system"
    storage = quantity("three-tier/relational-database/storage", name, **values)
    assert storage == pytest.approx(345.6)
    assert quantity("event-archive/log", name, **values) == pytest.approx(1728)


def test_each_row_that_changes_is_captured() -> None:
    one, ten = (
        quantity("broker-cluster/transfer", "traditional-cdc", rows_per_write=each)
        for each in ("1", "10")
    )
    assert ten == pytest.approx(10 * one)


# 6,000 requests/s are 1,000 writes, 5,000 reads and 1,000 events of 1 KB; the month has 730 hours
# or 2,628,000 s; two thirds of what passes between parts crosses a zone, billed twice
BY_HAND = [
    # ten rows a write are 10,000/s, 20,000/s at peak: four pairs of workers of half a processor
    ("traditional-cdc", "change-capture/processors", {"rows_per_write": "10"}, 730 * 4),
    # 6,000/s x 40 KB x 3,600 s are 864 units of 1 GB an hour
    (
        "traditional-monolith",
        "three-tier/entry/load-balancer-capacity",
        {"payload": "40KB"},
        630_720,
    ),
    # 1,000 writes/s x 2,628,000 s x 4 KB = 10,512 GB, x 2/3 x 2: no query asks the database
    ("cqrs-system", "three-tier/rows", {}, 14_016),
    # 1,000/s x 604,800 s x 1 KB, three copies
    ("cqrs-system", "broker-cluster/storage", {}, 1_814.4),
    # 2,628 GB, in once and out to two groups: x 3 x 2/3 x 2
    ("cqrs-system", "broker-cluster/transfer", {}, 10_512),
    # a tenth of 100/s x 100 days x 2 KB
    (
        "event-sourcing-system",
        "event-archive/snapshots",
        {"events": "100/s", "event_size": "2KB", "log_time": "100d"},
        172.8,
    ),
    # 6,000/s x 2 x (10 ms + 4 x 0.5 ms) / 50 % / half a processor = 576 replicas
    ("microservices", "many-services/processors", {}, 730 * 576 * 0.5),
    # 6,000/s x 2,628,000 s x (2 KB + 3 x 0.5 KB)
    ("microservices", "entry/outward/logs", {}, 55_188),
    # 1,000/s x 2,628,000 s x two items, in each of two regions
    ("serverless", "writes", {"regions": "2"}, 10_512e6),
    # 6,000/s x 2 x 0.2 ms / 50 % / half a processor = 9.6, ten in each of two regions
    ("cell-based", "router-processors", {"regions": "2"}, 730 * 10 * 0.5 * 2),
]


@pytest.mark.parametrize(("name", "part", "values", "by_hand"), BY_HAND)
def test_quantities_by_hand(name: str, part: str, values: dict[str, str], by_hand: float) -> None:
    assert quantity(part, name, **values) == pytest.approx(by_hand)


def test_a_service_more_on_the_way_is_a_call_more() -> None:
    calls = [
        quantity("calls", "microservices", services_per_request=each, zones="2") for each in "013"
    ]
    # 6,000/s x 2,628,000 s x 4 KB = 63,072 GB for a call; half crosses a zone, billed twice
    assert calls == pytest.approx([0, 0, 2 * 63_072])


def test_one_database_carries_only_so_much() -> None:
    # 96 vCPU at 1 ms, three times the average at peak and half busy carry 16,000/s
    assert not [line for line in of("traditional-monolith", 16_000, {}).unknown if not line.people]
    beyond = [line for line in of("traditional-monolith", 16_001, {}).unknown if not line.people]
    assert [line.id for line in beyond] == [
        "traditional-monolith/three-tier/relational-database/processors"
    ]
    assert "96 vCPU" in beyond[0].unknown


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["read_write_ratio=0", "data=0GB", "payload=0KB"])
def test_nothing_of_something_is_a_fine_answer(name: str, value: str) -> None:
    driver, _, text = value.partition("=")
    made = reckon(name, {"requests": "100/s", "developers": "1", driver: text})
    assert not made.unknown


# Properties


def known(made: Bill) -> bool:
    return not [line for line in made.unknown if not line.people]


@given(architectures, rates, rates, workloads)
def test_more_requests_never_cost_less(
    name: str, one: float, other: float, values: dict[str, str]
) -> None:
    less, more = (of(name, rate, values) for rate in sorted((one, other)))
    assume(known(more))
    assert known(less)
    for before, after in zip(less.infrastructure, more.infrastructure, strict=True):
        assert after >= before * (1 - 1e-9)


@given(architectures, rates, workloads)
def test_totals_are_sums_of_lines(name: str, rate: float, values: dict[str, str]) -> None:
    made = of(name, rate, values)
    for index in range(3):
        parts = [line.cost[index] for line in made.lines if line.cost]
        whole = made.infrastructure[index] + made.people[index]
        assert whole == pytest.approx(sum(parts))
        per_request = made.floor[index] + made.per_request[index]
        assert not known(made) or made.infrastructure[index] == pytest.approx(per_request)


@given(architectures, rates, workloads)
def test_low_likely_high_and_never_below_nothing(
    name: str, rate: float, values: dict[str, str]
) -> None:
    made = of(name, rate, values)
    found = [made.infrastructure, made.people, made.floor]
    found += [
        each for line in made.lines for each in (line.quantity, line.cost, line.floor) if each
    ]
    for low, likely, high in found:
        assert 0 <= low <= likely * (1 + 1e-9)
        assert likely <= high * (1 + 1e-9)


@given(architectures, rates, workloads)
def test_the_floor_is_paid_whatever_comes(name: str, rate: float, values: dict[str, str]) -> None:
    made = of(name, rate, values)
    assume(known(made))
    for floor, whole in zip(made.floor, made.infrastructure, strict=True):
        assert floor <= whole * (1 + 1e-9)
    idle = of(name, 0, values)
    assert idle.infrastructure == pytest.approx(made.floor)


# The source document's table


def dollars(value: Any) -> Estimate:
    return measured("money", value)


REFERENCE = catalog.reference_costs().architectures
TABLE = {  # lines 2277 to 2308: infrastructure, operations, development, total
    "traditional-monolith": (1000, 2000, 1, 3000),
    "cqrs-system": (2000, 3000, 2, 5000),
    "microservices": (5000, 8000, 3, 13000),
    "serverless": ((500, 5000), 1000, 0.8, (1500, 6000)),
    "cell-based": (10000, 5000, 2, 15000),
}


def ends(value: Any) -> Any:
    found = dollars(value)
    return found.likely if found.exact else (found.low, found.high)


def test_the_table_is_the_source_documents() -> None:
    assert {
        name: (
            ends(row.infrastructure),
            ends(row.operations),
            row.development,
            ends(row.total),
        )
        for name, row in REFERENCE.items()
    } == TABLE


@pytest.mark.parametrize("name", REFERENCE)
def test_totals_of_the_table(name: str) -> None:
    row = REFERENCE[name]
    parts = [dollars(row.infrastructure), dollars(row.operations)]
    assert dollars(row.total) == Estimate(*map(sum, zip(*parts, strict=True)))


def agreed(name: str) -> Terms:
    """Terms with the drivers at which a row of the table is to be true."""
    drivers = {
        **reckoning.drivers(shipped().costs),
        **shipped().costs.materials[name].drivers,
    }
    flags = {
        driver: Given(measured(drivers[driver].measure, value), "file")
        for driver, value in REFERENCE[name].agrees.items()
    }
    return shipped()._replace(flags=flags)


@pytest.mark.parametrize("name", REFERENCE)
def test_the_model_agrees_with_the_table_somewhere(name: str) -> None:
    made = bill(architecture(name, agreed(name)))
    row = dollars(REFERENCE[name].infrastructure)
    assert made.infrastructure.likely == pytest.approx(row.likely, rel=TOLERANCE)
    if not row.exact:
        assert made.infrastructure.low == pytest.approx(row.low, rel=TOLERANCE)
        assert made.infrastructure.high == pytest.approx(row.high, rel=TOLERANCE)


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("traditional-monolith", {"requests": "0/s", "data": "200GB"}, 979),
        ("microservices", {"requests": "0/s", "data": "200GB", "services": "10"}, 2_300),
        ("microservices", {"requests": "0/s", "data": "200GB", "services": "100"}, 15_400),
        ("serverless", {"requests": "44/s"}, 500),
        ("serverless", {"requests": "480/s"}, 5_000),
    ],
)
def test_figures_in_its_reasons_are_the_models(
    name: str, values: dict[str, str], told: float
) -> None:
    assert reckon(name, values).infrastructure.likely == pytest.approx(told, rel=0.03)


# At a glance: what an architect would expect


@pytest.mark.parametrize(
    ("rate", "order"),
    [
        (1, ["serverless", "traditional-monolith", "cqrs-system", "microservices", "cell-based"]),
        (10_000, ["cqrs-system", "microservices", "serverless"]),
    ],
)
def test_who_costs_more(rate: float, order: list[str]) -> None:
    costs = [of(name, rate, {}).infrastructure.likely for name in order]
    assert costs == sorted(costs)
