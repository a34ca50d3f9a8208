"""Small designs with prices made up for tests, so that they can be reckoned by hand."""

from collections.abc import Mapping
from typing import Any

from patternctl.costing.bill import Design, Terms, architecture
from patternctl.costing.parts import Stated
from patternctl.costing.prices import Prices
from patternctl.model.cost import Costs, Driver, Materials
from patternctl.model.price import Override, PriceBook

DRIVERS: dict[str, Any] = {
    "requests": {"title": "Requests", "measure": "rate", "read": "workload.requests", "most": 1e9},
    "size": {"title": "Size of an answer", "measure": "size", "assume": ["1KB", "2KB", "6KB"],
             "because": "made up"},
    "machines": {"title": "Machines", "measure": "count", "assume": 2, "because": "made up"},
    "load": {"title": "Share of a machine", "measure": "number", "formula": "requests / 100",
             "because": "A machine takes 100 requests a second."},
    "team": {"title": "Engineers", "measure": "number"},
    "wage": {"title": "Wage", "measure": "money", "assume": [8000, 10000, 15000],
             "because": "made up"},
}  # fmt: skip
PRICES: dict[str, Any] = {
    "vm.hour": {"unit": "hour", "price": 0.10},
    "disk.space": {"unit": "GB-month", "price": [0.1, 0.2, 0.4]},
    "call.count": {"unit": "request", "per": 1_000_000, "price": 1.0},
    "traffic.out": {
        "unit": "GB",
        "tiers": [{"up_to": 1000, "price": 0.1}, {"price": 0.05}],
    },
}
FIXED: dict[str, Any] = {"vm": ("compute", "vm.hour", "machines * hours")}
"""Two machines: 146 USD a month at 0.10 an hour."""
PER_CALL: dict[str, Any] = {"calls": ("compute", "call.count", "requests * month")}
"""2.628 USD a month for each request a second."""
STEPS: dict[str, Any] = {"vm": ("compute", "vm.hour", "max(1, ceil(load)) * hours")}
"""73 USD for each 100 requests a second begun."""
TIERED: dict[str, Any] = {"out": ("network", "traffic.out", "requests * month * size")}
OPERATIONS: dict[str, Any] = {
    "operations": {"title": "Operations", "role": "operations", "price": "wage",
                   "unit": "engineer-month", "quantity": "0.5", "because": "made up"},
    "development": {"title": "Development", "role": "development", "price": "wage",
                    "unit": "engineer-month", "quantity": "team", "because": "made up"},
}  # fmt: skip


def book(**prices: Any) -> PriceBook:
    """A price book with the prices above and others."""
    common = {"service": "Made up", "category": "Compute", "sku": "made up", "source": "list",
              "date": "2026-01-01"}  # fmt: skip
    return PriceBook.model_validate(
        {
            "id": "made-up",
            "title": "Made up",
            "provider": "Nobody",
            "region": "nowhere",
            "currency": "USD",
            "sources": {"list": {"title": "A list", "url": "https://example.com/prices"}},
            "prices": {name: {**common, **each} for name, each in {**PRICES, **prices}.items()},
        }
    )


def materials(name: str, components: Mapping[str, Any], **more: Any) -> Materials:
    """Materials of an architecture; components may be (role, resource, quantity)."""
    full = {
        key: {"title": key, "role": each[0], "resource": each[1], "quantity": each[2],
              "because": "made up"}
        if isinstance(each, tuple) else each
        for key, each in components.items()
    }  # fmt: skip
    return Materials.model_validate(
        {"of": "architecture", "title": name, "because": "made up", "components": full,
         "id": name, **more}
    )  # fmt: skip


def designed(
    components: Mapping[str, Any],
    name: str = "made",
    *,
    own: Mapping[str, Override] | None = None,
    prices: Mapping[str, Any] | None = None,
    parts: Mapping[str, Materials] | None = None,
    **more: Any,
) -> Design:
    """An architecture of such components; `own` are prices agreed, `prices` more of the book."""
    drivers = {key: Driver.model_validate(each) for key, each in DRIVERS.items()}
    all_ = {name: materials(name, components, **more), **(parts or {})}
    agreed = Prices(book(**(prices or {})), dict(own or {}))
    return architecture(name, Terms(Costs(drivers, all_), agreed, Stated(None), {}))
