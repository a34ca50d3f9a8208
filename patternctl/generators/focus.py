"""A bill as cost and usage rows of FinOps FOCUS 1.2, for tools that read providers' invoices.

Columns and their rules: FOCUS 1.2, github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec. Columns
of conditional or recommended level are left out where an estimate has nothing to say in any row:
availability zones, commitments, capacity reservations, invoices, sub-accounts, tags.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from csv import DictWriter
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from io import StringIO
from itertools import pairwise
from math import inf
from typing import NamedTuple

from patternctl.costing.prices import Agreed, Prices
from patternctl.model.bill import Bill, Line
from patternctl.model.estimate import Estimate
from patternctl.model.price import PriceBook

DIGITS = Context(prec=12)
"""Quantities and prices are rounded to this many digits; floats hold 15 to 17."""
DOWN = Context(prec=12, rounding=ROUND_DOWN)
"""For parts of a quantity, which must not exceed the whole."""
EXACT = Context(prec=100)
"""Wide enough that no product of what is rounded to `DIGITS` is rounded."""

_SUBCATEGORIES = {
    "Analytics": {"broker": "Streaming Analytics", "search": "Search"},
    "Compute": {
        "cluster": "Containers",
        "container": "Containers",
        "edge": "Serverless Compute",
        "function": "Serverless Compute",
        "vm": "Virtual Machines",
    },
    "Databases": {"cache": "Caching", "database": "Relational Databases", "kv": "NoSQL Databases"},
    "Integration": {
        "broker": "Messaging",
        "event": "Messaging",
        "gateway": "API Management",
        "queue": "Messaging",
        "workflow": "Workflow Orchestration",
    },
    "Management and Governance": {
        "alarm": "Observability",
        "log": "Observability",
        "metric": "Observability",
    },
    "Networking": {
        "cdn": "Content Delivery",
        "dns": "Network Routing",
        "load-balancer": "Application Networking",
        "nat": "Network Connectivity",
        "transfer": "Network Connectivity",
    },
    "Security": {"secret": "Secret Management"},
    "Storage": {"object": "Object Storage", "vm": "Block Storage"},
}
"""ServiceSubcategory by ServiceCategory and the first word of a resource; anything else is the
category's `Other`, which is always right, if less telling."""
COLUMNS = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
    "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
    "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost",
    "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ListUnitPrice",
    "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
    "RegionId", "RegionName", "ResourceId", "ResourceType", "ServiceCategory", "ServiceName",
    "ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceDetails", "SkuPriceId",
    "x_EffectiveCostHigh", "x_EffectiveCostLow", "x_Line", "x_PriceDate", "x_Role",
)  # fmt: skip
"""In the order of the specification, which is the alphabet's; those with `x_` are ours."""
PRICING_COLUMNS = (
    "PricingCurrency", "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
)  # fmt: skip
"""Those for a bill in another currency than its prices."""


def columns(rate: float | None) -> tuple[str, ...]:
    """Columns of a bill in the currency of its prices, or at a rate in another."""
    return COLUMNS if rate is None else tuple(sorted((*COLUMNS, *PRICING_COLUMNS)))


def rows(
    bill: Bill, prices: Prices, period: tuple[date, date], rate: float | None = None
) -> list[dict[str, str]]:
    """One row for each line and price tier, with the likeliest amounts; an empty value is null.

    `period` is the first day and the one after the last; amounts are those of a month of 730 hours
    whatever its length. `rate` is what one unit of the prices' currency is worth in the bill's.
    `left_out` says what has no row. Raises `ValueError` where the period is empty or the bill is
    in another currency than the prices, and there is no rate.
    """
    book = prices.book
    if not period[0] < period[1]:
        raise ValueError(f"the period ends on {period[1]}, it should end after {period[0]}")
    if rate is None and bill.currency != book.currency:
        raise ValueError(f"the bill is in {bill.currency}, its prices are in {book.currency}")
    same, used = _same(bill, book, period, rate), _used(bill)
    worth = Decimal(repr(float(rate or 1)))
    steps: dict[str, list[_Step]] = {}
    result = []
    for line in bill.lines:
        if charge := _charge(line, prices):
            if line.resource not in steps:
                steps[line.resource] = [*_steps(charge.agreed)]
            tiers = steps[line.resource]
            texts = same | _texts(_service(charge))
            result += [
                texts
                | _texts(_sku(charge, book, tier))
                | _amounts(charge, part, tier, worth, both=rate is not None)
                for part, tier in _parts(charge.quantity, tiers, used[line.resource])
            ]
    return result


def csv(bill: Bill, prices: Prices, period: tuple[date, date], rate: float | None = None) -> str:
    """`rows` as comma-separated values under the names of their columns."""
    stream = StringIO()
    writer = DictWriter(stream, columns(rate), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(bill, prices, period, rate))
    return stream.getvalue()


def left_out(bill: Bill, prices: Prices) -> list[Line]:
    """Lines of infrastructure that have no row, since their cost or their provider is not known."""
    return [line for line in bill.lines if not line.people and _charge(line, prices) is None]


class _Charge(NamedTuple):
    """A line that a provider would bill."""

    line: Line
    quantity: Decimal
    cost: Estimate
    agreed: Agreed


class _Step(NamedTuple):
    """A tier: a stretch of a month's quantity, and what one unit of it costs."""

    id: str
    """Empty where there is only one."""
    above: Decimal
    up_to: Decimal
    listed: Decimal
    agreed: Decimal


def _charge(line: Line, prices: Prices) -> _Charge | None:
    agreed = prices.find(line.resource)
    if line.people or line.cost is None or line.quantity is None or agreed is None:
        return None
    return _Charge(line, _rounded(line.quantity.likely), line.cost, agreed)


def _used(bill: Bill) -> dict[str, Decimal]:
    """Quantity of each resource in a month: tiers are those of all lines that are billed."""
    used: dict[str, Decimal] = {}
    for line in bill.lines:
        if line.resource and line.quantity is not None and line.cost is not None:
            before = used.get(line.resource, Decimal(0))
            used[line.resource] = EXACT.add(before, _rounded(line.quantity.likely))
    return used


def _steps(agreed: Agreed) -> Iterator[_Step]:
    """The list price beside the agreed one, split wherever either changes."""
    listed = agreed.listed
    own = shown = _tiers(agreed.per, agreed.price, agreed.tiers)
    if listed is not None and listed.unit == agreed.unit and not listed.included_in:
        tiers = [(tier.up_to or inf, tier.price) for tier in listed.tiers]
        shown = _tiers(listed.per, listed.price, tiers)
    rest = EXACT.subtract(Decimal(1), Decimal(repr(agreed.discount)))
    limits = [Decimal(0), *sorted({*own, *shown})]
    for above, up_to in pairwise(limits):
        name = f"above-{_number(above)}" if len(limits) > 2 else ""
        price = EXACT.multiply(_at(up_to, own), rest)
        yield _Step(name, above, up_to, _at(up_to, shown), price)


def _tiers(
    per: float, price: Estimate | None, tiers: Iterable[tuple[float, float]]
) -> dict[Decimal, Decimal]:
    """Price of one unit by the quantity up to which it holds."""
    steps = tiers if price is None else [(inf, price.likely)]
    one = Decimal(repr(per))
    return {
        Decimal(repr(float(limit))): DIGITS.divide(Decimal(repr(each)), one)
        for limit, each in steps
    }


def _at(quantity: Decimal, tiers: Mapping[Decimal, Decimal]) -> Decimal:
    return tiers[min(limit for limit in tiers if limit >= quantity)]


def _parts(
    quantity: Decimal, tiers: Sequence[_Step], used: Decimal
) -> Iterator[tuple[Decimal, _Step]]:
    """What a line has of each tier that the month's quantity reaches, in proportion."""
    if not quantity:
        yield quantity, tiers[0]
        return
    *full, last = [tier for tier in tiers if tier.above < used] or tiers[:1]
    left = quantity
    for tier in full:
        inside = EXACT.subtract(tier.up_to, tier.above)
        part = DOWN.divide(EXACT.multiply(quantity, inside), used)
        left = EXACT.subtract(left, part)
        yield part, tier
    yield left, last


def _same(
    bill: Bill, book: PriceBook, period: tuple[date, date], rate: float | None
) -> dict[str, str]:
    """Columns that are alike in every row."""
    start, end = (f"{day.isoformat()}T00:00:00Z" for day in period)
    texts = {
        "BillingAccountId": f"estimate:{bill.name}",
        "BillingAccountName": f"Estimate: {bill.title}",
        "BillingCurrency": bill.currency,
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "PricingCategory": "Standard",
        "RegionId": book.region,
        "RegionName": book.title.partition(", ")[2] or book.region,
    }
    texts |= dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), book.provider)
    times = dict.fromkeys(("BillingPeriodStart", "ChargePeriodStart"), start)
    times |= dict.fromkeys(("BillingPeriodEnd", "ChargePeriodEnd"), end)
    if rate is not None:
        texts["PricingCurrency"] = book.currency
    return dict.fromkeys(columns(rate), "") | _texts(texts) | times


def _service(charge: _Charge) -> dict[str, str]:
    line, listed = charge.line, charge.agreed.listed
    category = listed.category if listed else "Other"
    kinds, kind = _SUBCATEGORIES.get(category, {}), line.resource.partition(".")[0]
    element = line.id.rpartition("/")[0] or line.id
    block = element.partition(".")[0] if "." in element else "design"
    return {
        "ChargeDescription": f"Estimate: {line.title}",
        "ResourceId": element,
        "ResourceType": block.removesuffix("s").capitalize(),
        "ServiceCategory": category,
        "ServiceName": listed.service if listed else line.resource,
        "ServiceSubcategory": kinds.get(kind, f"Other ({category})"),
        "x_Line": line.id,
        "x_Role": line.role,
    }


def _sku(charge: _Charge, book: PriceBook, tier: _Step) -> dict[str, str]:
    """The price list's entry; each tier has an id of its own, so that its price can be found."""
    resource, agreed = charge.line.resource, charge.agreed
    details = {"x_Resource": resource} | ({"x_Tier": tier.id} if tier.id else {})
    sku = f"{book.id}/{resource}"
    return {
        "SkuId": sku,
        "SkuMeter": agreed.listed.sku if agreed.listed else resource,
        "SkuPriceDetails": json.dumps(details),
        "SkuPriceId": f"{sku}/{tier.id}" if tier.id else sku,
        "x_PriceDate": agreed.date.isoformat() if agreed.date else "",
    }


def _amounts(
    charge: _Charge, quantity: Decimal, tier: _Step, rate: Decimal, *, both: bool
) -> dict[str, str]:
    """Quantities, prices and their products, which are exact as the specification demands.

    With `both`, prices stand there in the price book's currency too.
    """
    unit, many = _unit(charge.line.unit), _granularity(charge.agreed)
    pricing = EXACT.divide(quantity, many)
    prices = [EXACT.multiply(each, many) for each in (tier.listed, tier.agreed)]
    listed, agreed = (EXACT.multiply(each, rate) for each in prices)
    share = DIGITS.divide(quantity, charge.quantity) if charge.quantity else Decimal(1)
    low, _, high = (DIGITS.multiply(Decimal(repr(each)), share) for each in charge.cost)
    amounts = {
        "ListCost": EXACT.multiply(listed, pricing),
        "ListUnitPrice": listed,
        "ContractedUnitPrice": agreed,
        "PricingQuantity": pricing,
        "ConsumedQuantity": quantity,
        "x_EffectiveCostLow": low,
        "x_EffectiveCostHigh": high,
    }
    if both:
        amounts |= {
            "PricingCurrencyListUnitPrice": prices[0],
            "PricingCurrencyContractedUnitPrice": prices[1],
            "PricingCurrencyEffectiveCost": EXACT.multiply(prices[1], pricing),
        }
    paid = EXACT.multiply(agreed, pricing)
    amounts |= dict.fromkeys(("BilledCost", "ContractedCost", "EffectiveCost"), paid)
    units = {"PricingUnit": unit if many == 1 else f"{many} {unit}", "ConsumedUnit": unit}
    return {name: _number(amount) for name, amount in amounts.items()} | units


def _granularity(agreed: Agreed) -> Decimal:
    """Units that the price list prices at once where that is a power of ten, else one."""
    per = Decimal(repr(agreed.listed.per if agreed.listed else agreed.per)).normalize()
    power = per.as_tuple().digits == (1,) and per > 1
    return EXACT.quantize(per, Decimal(1)) if power else Decimal(1)


def _unit(unit: str) -> str:
    """`GB-hour` as FOCUS writes it: `GB-Hours`."""
    *heads, last = unit.split("-")
    return "-".join([*heads, last if last.isupper() else f"{last.capitalize()}s"])


def _rounded(value: float) -> Decimal:
    return DIGITS.create_decimal(repr(value))


def _number(value: Decimal) -> str:
    """Digits without exponent and without needless zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _texts(row: Mapping[str, str]) -> dict[str, str]:
    """Values of one printable line each, none of which a spreadsheet takes for a formula."""
    return {name: _plain(value).lstrip("=+-@ ") for name, value in row.items()}


def _plain(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
