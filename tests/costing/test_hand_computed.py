"""Bills worked out by hand from the price book, to the cent.

A month has 730 hours or 2,628,000 seconds; prices are those of AWS in us-east-1, whose GB are 2^30
bytes: 1 GB of 10^9 bytes is 0.9313226 of them.
"""

import pytest

from patternctl.model.price import Override
from tests.costing.reckoning import cents, reckon, small_bill

SMALL = {"metrics": "0", "alarms": "0", "secrets": "0", "images": "0", "backup_beyond": "0%"}
"""What published sums leave out; a zone of names, 0.50, is there all the same."""
IDLE = {"requests": "0/s", "data": "200GiB", "zones": "1", **SMALL}
"""Next to no load, and one NAT gateway, as in the published sums."""


def test_a_monolith_with_next_to_no_load() -> None:
    made = reckon("traditional-monolith", IDLE)
    # load balancer 730 h x 0.0225 = 16.425
    assert cents(made, "three-tier/entry/load-balancer") == 16.43
    # NAT gateway 730 h x 0.045
    assert cents(made, "three-tier/entry/nat") == 32.85
    # two machines of 4 vCPU: 730 h x 8 x 0.1008 / 2 = 294.336
    assert cents(made, "three-tier/app-tier/processors") == 294.34
    # database of 4 vCPU and its standby: 730 h x 8 x 0.178 / 2
    assert cents(made, "three-tier/relational-database/processors") == 519.76
    # 200 GB twice: 400 x 0.115
    assert cents(made, "three-tier/relational-database/storage") == 46.00
    # 16.425 + 32.85 + 294.336 + 519.76 + 46 = 909.371, and the zone of names 0.50
    assert cents(made) == 909.87
    assert not [line for line in made.unknown if not line.people]


def test_a_monolith_as_it_is_assumed_to_be() -> None:
    made = reckon("traditional-monolith", {"requests": "0/s", "data": "200GB"})
    # a NAT gateway in each of three zones: 3 x 32.85
    assert cents(made, "three-tier/entry/nat") == 98.55
    # 200 GB are 186.2645 GB of the price list, twice x 0.115; a tenth more of backups x 0.095
    assert cents(made, "three-tier/relational-database/storage") == 42.84
    assert cents(made, "three-tier/relational-database/backups") == 1.77
    # ten metrics x 0.30, five alarms x 0.10, two secrets x 0.40, ten images of 0.3 GB x 0.10
    upkeep = [f"three-tier/upkeep/{each}" for each in ("metrics", "alarms", "secrets", "images")]
    assert [cents(made, each) for each in upkeep] == [3.00, 0.50, 0.80, 0.28]
    assert cents(made, "three-tier/upkeep/names") == 0.50
    # 16.425 + 98.55 + 294.336 + 519.76 + 42.8408 + 1.7695 + 3 + 0.5 + 0.8 + 0.2794 + 0.5
    assert cents(made) == 978.76


def test_what_the_system_fetches_passes_the_nat_gateway() -> None:
    # 1,000/s x 2,628,000 s x 1 KB = 2,628 GB are 2,447.5158 of the list, x 0.045
    made = reckon("traditional-monolith", {"requests": "1000/s", "fetched": "1KB"})
    assert cents(made, "three-tier/entry/nat-data") == 110.14


def test_logs_are_kept_compressed() -> None:
    # 1,000/s x 2,592,000 s (30 days) x 2 KB x 15 % = 777.6 GB are 724.1964 of the list, x 0.03
    made = reckon("traditional-monolith", {"requests": "1000/s", "log_size": "2KB"})
    assert cents(made, "three-tier/entry/outward/logs-kept") == 21.73


def test_the_smallest_cqrs_system() -> None:
    made = reckon("cqrs-system", {**IDLE, "least_broker_storage": "300GiB"})
    # brokers 730 h x 3 x 0.21 = 459.90, and 300 GB x 0.10
    broker = ["broker-cluster/processors", "broker-cluster/storage"]
    assert [cents(made, name) for name in broker] == [459.90, 30.00]
    # search nodes 730 h x 3 x 0.128 = 280.32
    assert cents(made, "read-side/search-index/processors") == 280.32
    # cache nodes 730 h x 2 x 0.206
    assert cents(made, "read-side/cache-cluster/memory") == 300.76
    monolith = [
        f"three-tier/{name}"
        for name in (
            "entry/load-balancer",
            "entry/nat",
            "app-tier/processors",
            "relational-database/processors",
            "relational-database/storage",
        )
    ]
    # 909.371 + 459.90 + 30 + 280.32 + 300.76 = 1980.351
    items = [*monolith, *broker, "read-side/search-index/processors"]
    assert cents(made, *items, "read-side/cache-cluster/memory") == 1980.35
    # beside that: two workers to capture and two to project, each 0.5 vCPU and 1 GiB,
    # 4 x (0.5 x 730 x 0.04048 + 730 x 0.004445) = 72.0802;
    # an index of 20 % of 200 GB, twice, 80 x 0.135 = 10.80
    # 1980.351 + 72.0802 + 10.80 + 0.50 = 2063.7312
    assert cents(made) == 2063.73


# Fixed: cluster 73, load balancer 16.425, NAT 32.85, brokers 459.90 + 279.3968 x 0.10 = 487.8397,
# tracing of 2 vCPU and 8 GiB and 100 GB, 1460 x 0.04048 + 5840 x 0.004445 + 93.1323 x 0.08
# = 92.5102, names 0.50; together 703.1249.
# Each service: two replicas of 0.5 vCPU and 1 GiB, 730 x 0.04048 + 1460 x 0.004445 = 36.0401;
# database of 2 vCPU and its standby, 730 x 2 x 0.072 = 105.12; together 141.1601.
@pytest.mark.parametrize(("services", "dollars"), [(10, 2114.73), (30, 4937.93), (100, 14819.13)])
def test_microservices_by_their_number(services: int, dollars: float) -> None:
    idle = {**IDLE, "data": "0GB"}
    assert cents(reckon("microservices", {**idle, "services": str(services)})) == dollars


# With db.t4g.medium at 0.065 an hour a service costs 36.0401 + 94.90 = 130.9401, and the published
# 2,022, 4,641 and 13,807 follow, but for what is counted as load balancer, NAT, tracing and names:
# 150 dollars there, 142.2852 here, and 30 for storage of the brokers there, 27.9397 here.
@pytest.mark.parametrize(
    ("services", "dollars", "published"),
    [(10, 2012.53, 2022), (30, 4631.33, 4641), (100, 13797.13, 13807)],
)
def test_microservices_at_a_price_of_ones_own(
    services: int, dollars: float, published: float
) -> None:
    small = Override(unit="vCPU-hour", per=2, price=0.065)  # type: ignore[arg-type]
    given = {**IDLE, "data": "0GB", "services": str(services)}
    made = reckon("microservices", given, {"database.small-vcpu": small})
    assert cents(made) == dollars
    assert abs(dollars + 150 - 142.2852 + 30 - 27.9397 - published) < 1


def test_eleven_cells() -> None:
    made = reckon("cell-based", {**IDLE, "data": "2200GiB", "cells": "11"})
    # router: load balancer 16.425, two of 0.5 vCPU and 1 GiB 36.0401
    router = ["router-entry", "router-processors", "router-memory"]
    assert cents(made, *router) == 52.47
    # 11 x (909.371 + 0.50) + 52.4651 = 10061.0461
    assert cents(made) == 10061.05


def test_functions_against_containers_by_utilisation() -> None:
    # 1,769 MB are one processor: a vCPU-hour is 3,600 s x 1.769 GB = 6,368.4 GB-seconds
    made = small_bill(
        {},
        function=("function.compute", "hours * 3600 * 1.769"),
        processor=("container.vcpu", "hours"),
        memory=("container.memory", "hours * 1.769"),
    )
    # 730 x 6368.4 x 0.0000166667 = 77.4824; 730 x (0.04048 + 1.769 x 0.004445) = 35.2906
    assert (cents(made, "function"), cents(made, "processor", "memory")) == (77.48, 35.29)
    # 35.2906 / 77.4824 = 45.5 %; counted in GB of 1,024 MB, as the bill does, it is 46.5 %
    exact = small_bill(
        {},
        function=("function.compute", "hours * 3600 * 1769 / 1024"),
        processor=("container.vcpu", "hours"),
        memory=("container.memory", "hours * 1769 / 1024"),
    )
    # 730 x 6219.14 x 0.0000166667 = 75.6664; 29.5504 + 730 x 1.727539 x 0.004445 = 35.1560
    assert (cents(exact, "function"), cents(exact, "processor", "memory")) == (75.67, 35.16)
    # busy 46 % of the time functions cost less, 0.46 x 75.6664 = 34.8065; at 47 % more, 35.5632
    busy = small_bill(
        {},
        at_46=("function.compute", "hours * 3600 * 1769 / 1024 * 0.46"),
        at_47=("function.compute", "hours * 3600 * 1769 / 1024 * 0.47"),
    )
    assert (cents(busy, "at-46"), cents(busy, "at-47")) == (34.81, 35.56)


# Containers: 2 x (0.5 vCPU, 1 GiB) 36.0401 and a load balancer 16.425 are 52.4651 a month.
# A function of 512 MB and 100 ms: 0.20 + 0.05 GB-s x 16.6667 = 1.033335 a million, with the HTTP
# gateway 2.033335, with the REST gateway 4.533335.
@pytest.mark.parametrize(
    ("gateway", "millions", "below", "above"),
    [
        (None, 50.8, 52.39, 52.49),  # 52.4651 / 1.033335 = 50.773
        ("gateway.request", 25.8, 52.36, 52.46),  # 25.802: 25.8 is still cheaper
        ("gateway.rest-request", 11.6, 52.13, 52.59),  # 11.573
    ],
)
def test_break_even_of_functions_and_containers(
    gateway: str | None, millions: float, below: float, above: float
) -> None:
    def functions(volume: float) -> float:
        components = {
            "calls": ("function.request", "requests * month"),
            "time": ("function.compute", "requests * month * 0.1 * 0.5"),
        }
        if gateway:
            components["gateway"] = (gateway, "requests * month")
        return cents(small_bill({"requests": f"{volume / 2.628:.9f}/s"}, **components))

    containers = small_bill(
        {},
        processors=("container.vcpu", "hours * 2 * 0.5"),
        memory=("container.memory", "hours * 2"),
        balancer=("load-balancer.hour", "hours"),
    )
    assert cents(containers) == 52.47
    step = 0.1 if gateway != "gateway.request" else 0.05
    found = functions(millions - step), functions(millions)
    assert found == (below, above)
    assert found[0] < 52.4651 < functions(millions + 0.01)


SCALE = {"requests": "1050k/s", "read_write_ratio": "20"}  # 50,000 writes and a million reads


def test_a_key_value_store_on_demand() -> None:
    # writes 50,000 x 2,628,000 s = 131.4e9 x 0.625 / 1e6 = 82,125
    # reads 1e6 x 2,628,000 / 2 (eventually consistent) = 1.314e12 x 0.125 / 1e6 = 164,250
    made = small_bill(
        SCALE,
        writes=("kv.write", "writes * month"),
        reads=("kv.read", "reads * month / 2"),
    )
    assert (cents(made, "writes"), cents(made, "reads")) == (82_125.00, 164_250.00)
    assert cents(made) == 246_375.00


def test_a_key_value_store_with_provisioned_capacity() -> None:
    # 50,000 x 730 h x 0.00065 = 23,725; 500,000 x 730 h x 0.00013 = 47,450
    made = small_bill(
        SCALE,
        writes=("kv.write-capacity", "writes * hours"),
        reads=("kv.read-capacity", "reads * hours / 2"),
    )
    assert (cents(made, "writes"), cents(made, "reads")) == (23_725.00, 47_450.00)
    assert cents(made) == 71_175.00


def test_the_serverless_store_is_that_store() -> None:
    # two items of 1 KB for each read and write: twice the above
    made = reckon("serverless", {**SCALE, "data": "0GB", "item_size": "1KB"})
    assert (cents(made, "writes"), cents(made, "reads")) == (164_250.00, 328_500.00)


def test_an_orchestrated_saga() -> None:
    # 4 million a day x 6 transitions x 730 / 24 days = 730 million x 0.025 / 1000
    made = small_bill({"requests": "4M/day"}, saga=("workflow.transition", "requests * month * 6"))
    assert cents(made) == 18_250.00


def test_seven_years_of_transactions() -> None:
    # 150 million a day x 2,555 days x 1 KB = 383,250 GB are 356,929.39 of the list, x 0.023
    given = {"events": "150M/day", "event_size": "1KB", "log_time": "2555d"}
    made = reckon("event-sourcing-system", {**given, "requests": "0/s"})
    assert cents(made, "event-archive/log") == 8_209.38


def test_events_into_a_broker_in_another_zone() -> None:
    # 50,000 x 2,628,000 s x 1 KB = 131,400 GB are 122,375.79 of the list; two thirds go to another
    # zone, out and in: x 0.02
    made = small_bill(
        {"events": "50k/s", "event_size": "1KB"},
        produce=("transfer.zone", "events * month * event_size * 2 / 3 * 2"),
    )
    assert cents(made) == 1_631.68


OUT = "60000 * 1.073741824"
"""60,000 GB of 2^30 bytes, in GB of 10^9."""


def test_answers_across_two_borders_of_tiers() -> None:
    # 60,000 GB of 2^30 bytes to the internet: 10,240 x 0.09 + 40,960 x 0.085 + 8,800 x 0.07
    #   = 921.60 + 3,481.60 + 616.00 = 5,019.20
    # from the content network: 10,240 x 0.085 + 40,960 x 0.08 + 8,800 x 0.06
    #   = 870.40 + 3,276.80 + 528.00 = 4,675.20
    made = small_bill({}, answers=("transfer.internet", OUT), edge=("cdn.data", OUT))
    assert (cents(made, "answers"), cents(made, "edge")) == (5_019.20, 4_675.20)


def test_tiers_are_those_of_all_that_is_used() -> None:
    # 20,000 and 40,000 GB are 60,000: one third and two thirds of 5,019.20
    parts = {"one": f"{OUT} / 3", "two": f"{OUT} * 2 / 3"}
    made = small_bill({}, **{name: ("transfer.internet", each) for name, each in parts.items()})
    assert (cents(made, "one"), cents(made, "two")) == (1_673.07, 3_346.13)
    assert cents(made) == 5_019.20


def test_the_content_network_of_a_busy_site() -> None:
    # 1,000/s x 2,628,000 s = 2.628e9 requests x 0.01 / 10,000 = 2,628.00
    # x 4.5 KB x 100 % = 11,826 GB are 11,013.8211 of the list: 10,240 x 0.085 + 773.8211 x 0.08
    # = 870.40 + 61.9057 = 932.3057
    given = {"requests": "1000/s", "payload": "4.5KB", "outside_share": "100%"}
    made = reckon("edge", given)
    assert (cents(made, "requests"), cents(made, "answers")) == (2_628.00, 932.31)
    # code for half of them: 1.314e9 x 0.60 / 1e6 = 788.40; 1.314e9 x 5 ms x 0.125 GB
    # = 821,250 GB-s x 0.00005001 = 41.0707
    assert (cents(made, "code"), cents(made, "code-time")) == (788.40, 41.07)
    # behind it no answer leaves for the internet
    assert cents(made, "three-tier/entry/outward/answers") == 0.00
