"""Rows against the rules of FOCUS 1.2, written down here as data."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patternctl import catalog
from patternctl.costing import prices as pricing
from patternctl.costing.bill import converted
from patternctl.costing.prices import Prices
from patternctl.generators import focus
from patternctl.model.bill import Bill, Line
from patternctl.model.estimate import Estimate, Intervals, exactly
from patternctl.model.price import Override, Price, PriceBook, Tier

BOOK = catalog.prices("aws-us-east-1")
MONTH = (date(2026, 11, 1), date(2026, 12, 1))
NOVEMBER = ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
POSITIVE = re.compile(r"[0-9]+(\.[0-9]+)?")
TEXT = re.compile(r"\S(.*\S)?")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
CURRENCY = re.compile(r"[A-Z]{3}")
UNIT = re.compile(r"([1-9][0-9]* )?([A-Za-z]+-)?[A-Z]+([a-z]*s)?")
OBJECT = re.compile(r"\{.*\}")
SERVICES = {
    "AI and Machine Learning": (
        "AI Platforms", "Bots", "Generative AI", "Machine Learning", "Natural Language Processing",
    ),
    "Analytics": (
        "Analytics Platforms", "Business Intelligence", "Data Processing", "Search",
        "Streaming Analytics",
    ),
    "Business Applications": ("Productivity and Collaboration",),
    "Compute": (
        "Containers", "End User Computing", "Quantum Compute", "Serverless Compute",
        "Virtual Machines",
    ),
    "Databases": (
        "Caching", "Data Warehouses", "Ledger Databases", "NoSQL Databases",
        "Relational Databases", "Time Series Databases",
    ),
    "Developer Tools": (
        "Developer Platforms", "Continuous Integration and Deployment",
        "Development Environments", "Source Code Management", "Quality Assurance",
    ),
    "Identity": ("Identity and Access Management",),
    "Integration": ("API Management", "Messaging", "Workflow Orchestration"),
    "Internet of Things": ("IoT Analytics", "IoT Platforms"),
    "Management and Governance": (
        "Architecture", "Compliance", "Cost Management", "Data Governance", "Disaster Recovery",
        "Endpoint Management", "Observability", "Support",
    ),
    "Media": ("Content Creation", "Gaming", "Media Streaming", "Mixed Reality"),
    "Migration": ("Data Migration", "Resource Migration"),
    "Mobile": (),
    "Multicloud": ("Multicloud Integration",),
    "Networking": (
        "Application Networking", "Content Delivery", "Network Connectivity",
        "Network Infrastructure", "Network Routing", "Network Security",
    ),
    "Other": (),
    "Security": (
        "Secret Management", "Security Posture Management", "Threat Detection and Response",
    ),
    "Storage": (
        "Backup Storage", "Block Storage", "File Storage", "Object Storage", "Storage Platforms",
    ),
    "Web": ("Application Platforms",),
}  # fmt: skip
"""Allowed values of ServiceCategory, with those of ServiceSubcategory but for `Other (…)`: the
same since FOCUS 1.1."""


class Column(NamedTuple):
    """What the specification says of a column in rows of usage that correct nothing."""

    level: str
    form: re.Pattern[str]
    nullable: bool = False
    allowed: tuple[str, ...] = ()


MANDATORY, RECOMMENDED, CONDITIONAL = "Mandatory", "Recommended", "Conditional"
SPECIFIED = {
    "AvailabilityZone": Column(RECOMMENDED, TEXT, nullable=True),
    "BilledCost": Column(MANDATORY, DECIMAL),
    "BillingAccountId": Column(MANDATORY, TEXT),
    "BillingAccountName": Column(MANDATORY, TEXT),
    "BillingAccountType": Column(CONDITIONAL, TEXT),
    "BillingCurrency": Column(MANDATORY, CURRENCY),
    "BillingPeriodEnd": Column(MANDATORY, TIME),
    "BillingPeriodStart": Column(MANDATORY, TIME),
    "CapacityReservationId": Column(CONDITIONAL, TEXT, nullable=True),
    "CapacityReservationStatus": Column(CONDITIONAL, TEXT, True, ("Used", "Unused")),
    "ChargeCategory": Column(
        MANDATORY, TEXT, False, ("Adjustment", "Credit", "Purchase", "Tax", "Usage")
    ),
    "ChargeClass": Column(MANDATORY, TEXT, True, ("Correction",)),
    "ChargeDescription": Column(MANDATORY, TEXT, nullable=True),
    "ChargeFrequency": Column(RECOMMENDED, TEXT, False, ("One-Time", "Recurring", "Usage-Based")),
    "ChargePeriodEnd": Column(MANDATORY, TIME),
    "ChargePeriodStart": Column(MANDATORY, TIME),
    "CommitmentDiscountCategory": Column(CONDITIONAL, TEXT, True, ("Spend", "Usage")),
    "CommitmentDiscountId": Column(CONDITIONAL, TEXT, nullable=True),
    "CommitmentDiscountName": Column(CONDITIONAL, TEXT, nullable=True),
    "CommitmentDiscountQuantity": Column(CONDITIONAL, DECIMAL, nullable=True),
    "CommitmentDiscountStatus": Column(CONDITIONAL, TEXT, True, ("Used", "Unused")),
    "CommitmentDiscountType": Column(CONDITIONAL, TEXT, nullable=True),
    "CommitmentDiscountUnit": Column(CONDITIONAL, UNIT, nullable=True),
    "ConsumedQuantity": Column(CONDITIONAL, DECIMAL),
    "ConsumedUnit": Column(CONDITIONAL, UNIT),
    "ContractedCost": Column(MANDATORY, DECIMAL),
    "ContractedUnitPrice": Column(CONDITIONAL, POSITIVE),
    "EffectiveCost": Column(MANDATORY, DECIMAL),
    "InvoiceId": Column(RECOMMENDED, TEXT, nullable=True),
    "InvoiceIssuerName": Column(MANDATORY, TEXT),
    "ListCost": Column(MANDATORY, DECIMAL),
    "ListUnitPrice": Column(CONDITIONAL, POSITIVE),
    "PricingCategory": Column(
        CONDITIONAL, TEXT, False, ("Committed", "Dynamic", "Other", "Standard")
    ),
    "PricingCurrency": Column(CONDITIONAL, CURRENCY),
    "PricingCurrencyContractedUnitPrice": Column(CONDITIONAL, POSITIVE),
    "PricingCurrencyEffectiveCost": Column(CONDITIONAL, DECIMAL),
    "PricingCurrencyListUnitPrice": Column(CONDITIONAL, POSITIVE),
    "PricingQuantity": Column(MANDATORY, DECIMAL),
    "PricingUnit": Column(MANDATORY, UNIT),
    "ProviderName": Column(MANDATORY, TEXT),
    "PublisherName": Column(MANDATORY, TEXT),
    "RegionId": Column(CONDITIONAL, TEXT),
    "RegionName": Column(CONDITIONAL, TEXT),
    "ResourceId": Column(CONDITIONAL, TEXT, nullable=True),
    "ResourceName": Column(CONDITIONAL, TEXT, nullable=True),
    "ResourceType": Column(CONDITIONAL, TEXT, nullable=True),
    "ServiceCategory": Column(MANDATORY, TEXT, False, tuple(SERVICES)),
    "ServiceName": Column(MANDATORY, TEXT),
    "ServiceSubcategory": Column(RECOMMENDED, TEXT),
    "SkuId": Column(CONDITIONAL, TEXT),
    "SkuMeter": Column(CONDITIONAL, TEXT, nullable=True),
    "SkuPriceDetails": Column(CONDITIONAL, OBJECT, nullable=True),
    "SkuPriceId": Column(CONDITIONAL, TEXT),
    "SubAccountId": Column(CONDITIONAL, TEXT, nullable=True),
    "SubAccountName": Column(CONDITIONAL, TEXT, nullable=True),
    "SubAccountType": Column(CONDITIONAL, TEXT, nullable=True),
    "Tags": Column(CONDITIONAL, OBJECT, nullable=True),
}
"""All 57 columns of FOCUS 1.2."""
APPLY = {
    "unit prices are published": ("ListUnitPrice", "SkuId", "SkuMeter", "SkuPriceId"),
    "of which properties are known": ("SkuPriceDetails",),
    "prices are negotiated": ("ContractedUnitPrice",),
    "there is more than one kind of price": ("PricingCategory",),
    "usage is measured": ("ConsumedQuantity", "ConsumedUnit"),
    "there are regions": ("RegionId", "RegionName"),
    "resources are provisioned": ("ResourceId", "ResourceType"),
}
"""Conditions of conditional columns that hold for an estimate."""

Row = dict[str, str]


def number(row: Row, column: str) -> Decimal:
    return Decimal(row[column])


def product(price: str, cost: str) -> Callable[[Row], bool]:
    """Decimals multiply exactly as long as the context is wide enough."""
    return lambda row: (
        focus.EXACT.multiply(number(row, price), number(row, "PricingQuantity"))
        == number(row, cost)
    )


def together(one: str, other: str) -> Callable[[Row], bool]:
    return lambda row: bool(row[one]) == bool(row[other])


RULES: dict[str, Callable[[Row], bool]] = {
    "ListUnitPrice x PricingQuantity = ListCost": product("ListUnitPrice", "ListCost"),
    "ContractedUnitPrice x PricingQuantity = ContractedCost": product(
        "ContractedUnitPrice", "ContractedCost"
    ),
    "EffectiveCost is ContractedCost where nothing is committed": lambda row: (
        row["EffectiveCost"] == row["ContractedCost"] == row["BilledCost"]
    ),
    "billing period is half-open and not empty": lambda row: (
        row["BillingPeriodStart"] < row["BillingPeriodEnd"]
    ),
    "charge period is half-open and not empty": lambda row: (
        row["ChargePeriodStart"] < row["ChargePeriodEnd"]
    ),
    "charge period lies within the billing period": lambda row: (
        row["BillingPeriodStart"] <= row["ChargePeriodStart"]
        and row["ChargePeriodEnd"] <= row["BillingPeriodEnd"]
    ),
    "times are days of the calendar": lambda row: bool(
        datetime.fromisoformat(row["BillingPeriodStart"])
        and datetime.fromisoformat(row["BillingPeriodEnd"])
    ),
    "usage is charged as usage": lambda row: row["ChargeCategory"] == "Usage",
    "nothing is corrected": lambda row: row["ChargeClass"] == "",
    "ConsumedUnit goes with ConsumedQuantity": together("ConsumedUnit", "ConsumedQuantity"),
    "PricingUnit goes with PricingQuantity": together("PricingUnit", "PricingQuantity"),
    "RegionName goes with RegionId": together("RegionName", "RegionId"),
    "ResourceType goes with ResourceId": together("ResourceType", "ResourceId"),
    "SkuMeter goes with SkuId": together("SkuMeter", "SkuId"),
    "SkuPriceId has one SkuId": lambda row: row["SkuPriceId"].startswith(row["SkuId"]),
    "PricingUnit is ConsumedUnit or many of them": lambda row: (
        number(row, "PricingQuantity") * Decimal((row["PricingUnit"].split(" ")[:-1] or ["1"])[0])
        == number(row, "ConsumedQuantity")
        and row["PricingUnit"].endswith(row["ConsumedUnit"])
    ),
    "ServiceSubcategory belongs to ServiceCategory": lambda row: (
        row["ServiceSubcategory"]
        in {*SERVICES[row["ServiceCategory"]], f"Other ({row['ServiceCategory']})"}
    ),
    "keys of properties are ours": lambda row: all(
        key.startswith("x_") for key in json.loads(row["SkuPriceDetails"])
    ),
}
"""Rules across columns."""


def faults(row: Row) -> list[str]:
    """What of a row is against the specification."""
    found = []
    for name, value in row.items():
        column = SPECIFIED.get(name)
        if column is None:
            if not re.fullmatch(r"x_[A-Z][A-Za-z]{0,47}", name):
                found.append(f"{name} is neither specified nor ours")
        elif not value:
            if not column.nullable:
                found.append(f"{name} is null")
        elif not column.form.fullmatch(value):
            found.append(f"{name}: {value!r} has not the form of its type")
        elif column.allowed and value not in column.allowed:
            found.append(f"{name}: {value!r} is not allowed")
    return found or [rule for rule, holds in RULES.items() if not holds(row)]


def line(quantity: float | Estimate | None, resource: str = "container.vcpu", **more: str) -> Line:
    """A line whose cost is set by `bill`."""
    amount = exactly(quantity) if isinstance(quantity, float | int) else quantity
    found = Prices(BOOK).find(resource)
    unit = found.unit if found else "hour"
    given = {"id": "services.web/cpu", "title": "Web, processors", "role": "compute"} | more
    return Line(
        given["id"],
        given["title"],
        given["role"],  # type: ignore[arg-type]
        resource,
        unit,
        amount,
        amount and exactly(0.0),
        None,
    )


def bill(lines: list[Line], prices: Prices, **more: str) -> Bill:
    """A bill of these lines, each with its share of what the resource costs in all."""
    algebra, priced = Intervals(), []
    for each in lines:
        agreed = prices.find(each.resource)
        cost = None
        if agreed is not None and each.quantity is not None:
            same = [one.quantity for one in lines if one.resource == each.resource if one.quantity]
            whole = Estimate(*(sum(bounds) for bounds in zip(*same, strict=True)))
            cost = pricing.cost(agreed, whole, algebra, each.resource)
            cost = algebra.share(cost, each.quantity, whole)
        priced.append(each._replace(cost=cost))
    names = {"name": "microservices", "title": "Microservices", "currency": "USD"} | more
    return Bill(names["name"], names["title"], names["currency"], prices.book.id, (*priced,), ())


def rows(lines: list[Line], prices: Prices | None = None, **more: str) -> list[Row]:
    prices = prices or Prices(BOOK)
    return focus.rows(bill(lines, prices, **more), prices, MONTH)


def test_the_columns_are_the_specification_s() -> None:
    assert len(SPECIFIED) == 57
    levels = [column.level for column in SPECIFIED.values()]
    assert [levels.count(each) for each in (MANDATORY, CONDITIONAL, RECOMMENDED)] == [21, 32, 4]
    [row] = rows([line(730)])
    ours = {name for name in row if not name.startswith("x_")}
    mandatory = {name for name, column in SPECIFIED.items() if column.level == MANDATORY}
    conditional = {name for names in APPLY.values() for name in names}
    assert ours == mandatory | conditional | {"ChargeFrequency", "ServiceSubcategory"}
    assert [*row] == [*focus.COLUMNS]


def test_every_column_of_one_row() -> None:
    [row] = rows([line(Estimate(365, 730, 1460))])
    assert faults(row) == []
    assert row == {
        "BilledCost": "29.5504",  # 730 vCPU-hours at $0.04048
        "BillingAccountId": "estimate:microservices",
        "BillingAccountName": "Estimate: Microservices",
        "BillingCurrency": "USD",
        "BillingPeriodEnd": NOVEMBER[1],
        "BillingPeriodStart": NOVEMBER[0],
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ChargeDescription": "Estimate: Web, processors",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": NOVEMBER[1],
        "ChargePeriodStart": NOVEMBER[0],
        "ConsumedQuantity": "730",
        "ConsumedUnit": "vCPU-Hours",
        "ContractedCost": "29.5504",
        "ContractedUnitPrice": "0.04048",
        "EffectiveCost": "29.5504",
        "InvoiceIssuerName": "AWS",
        "ListCost": "29.5504",
        "ListUnitPrice": "0.04048",
        "PricingCategory": "Standard",
        "PricingQuantity": "730",
        "PricingUnit": "vCPU-Hours",
        "ProviderName": "AWS",
        "PublisherName": "AWS",
        "RegionId": "us-east-1",
        "RegionName": "US East (N. Virginia)",
        "ResourceId": "services.web",
        "ResourceType": "Service",
        "ServiceCategory": "Compute",
        "ServiceName": "AWS Fargate",
        "ServiceSubcategory": "Containers",
        "SkuId": "aws-us-east-1/container.vcpu",
        "SkuMeter": "Linux x86, vCPU per hour",
        "SkuPriceDetails": '{"x_Resource": "container.vcpu"}',
        "SkuPriceId": "aws-us-east-1/container.vcpu",
        "x_EffectiveCostHigh": "59.1008",
        "x_EffectiveCostLow": "14.7752",
        "x_Line": "services.web/cpu",
        "x_PriceDate": "2025-07-07",
        "x_Role": "compute",
    }


@pytest.mark.parametrize("resource", BOOK.prices)
def test_every_resource_of_the_price_book_keeps_the_rules(resource: str) -> None:
    for row in rows([line(1e12 / 7, resource)]):
        assert faults(row) == []


def test_the_rules_find_faults() -> None:
    [row] = rows([line(730)])
    broken = {
        "BilledCost": "1e3",
        "BillingCurrency": "usd",
        "BillingPeriodEnd": "2026-12-01",
        "ChargeCategory": "Estimate",
        "ListCost": "29.55",
        "PricingUnit": "vCPU hours",
        "ServiceSubcategory": "Relational",
        "ProviderName": "",
        "Estimate": "yes",
    }
    for name, value in broken.items():
        assert faults(row | {name: value}), name


def test_prices_per_million_keep_their_unit() -> None:
    [row] = rows([line(2_500_000, "function.request")])
    assert (row["PricingQuantity"], row["PricingUnit"]) == ("2.5", "1000000 Requests")
    assert (row["ConsumedQuantity"], row["ConsumedUnit"]) == ("2500000", "Requests")
    assert (row["ListUnitPrice"], row["ListCost"]) == ("0.2", "0.5")


def test_each_tier_is_a_row_with_its_list_price() -> None:
    # 6,000 + 9,000 GB: the first 10,240 GB of both at $0.09, the other 4,760 at $0.085
    both = [line(6_000, "transfer.internet"), line(9_000, "transfer.internet")]
    found = rows(both)
    assert [(row["ListUnitPrice"], row["PricingQuantity"], row["ListCost"]) for row in found] == [
        ("0.09", "4096", "368.64"),
        ("0.085", "1904", "161.84"),
        ("0.09", "6144", "552.96"),
        ("0.085", "2856", "242.76"),
    ]
    assert len({row["SkuPriceId"] for row in found}) == 2
    assert all(faults(row) == [] for row in found)


def test_a_tier_that_is_just_used_up_begins_no_other() -> None:
    [row] = rows([line(10_240, "transfer.internet")])
    assert row["ListUnitPrice"] == "0.09"


def test_tiers_of_a_line_never_add_up_to_more_than_it_uses() -> None:
    tiers = [Tier(up_to=each, price=1) for each in (0.15, 0.3, 0.45, 0.4990345734981)]
    listed = BOOK.prices["transfer.internet"].model_dump() | {"tiers": [*tiers, Tier(price=1)]}
    changed = {"transfer.internet": Price.model_validate(listed)}
    prices = Prices(BOOK.model_copy(update={"prices": changed}))
    uses = (0.0495435087092, 0.449491064789)
    found = rows([line(each, "transfer.internet") for each in uses], prices)
    assert len(found) == 10
    assert all(number(row, "PricingQuantity") >= 0 for row in found)


def test_a_discount_is_between_list_and_contracted_cost() -> None:
    [row] = rows([line(730)], Prices(BOOK, discounts={"*": 0.12}))
    assert faults(row) == []
    assert (row["ListUnitPrice"], row["ListCost"]) == ("0.04048", "29.5504")
    assert (row["ContractedUnitPrice"], row["ContractedCost"]) == ("0.0356224", "26.004352")
    assert row["EffectiveCost"] == row["BilledCost"] == "26.004352"


def test_an_agreed_price_stands_beside_the_list_s_tiers() -> None:
    own = {"transfer.internet": Override(unit="GB", price=exactly(0.05))}
    found = rows([line(15_000, "transfer.internet")], Prices(BOOK, own))
    assert [(row["ListUnitPrice"], row["ContractedUnitPrice"]) for row in found] == [
        ("0.09", "0.05"),
        ("0.085", "0.05"),
    ]
    assert sum(number(row, "BilledCost") for row in found) == 750


def test_a_resource_that_only_an_agreement_knows_has_a_row() -> None:
    own = {"mainframe.hour": Override(unit="hour", price=exactly(100.0))}
    [row] = rows([line(10, "mainframe.hour")], Prices(BOOK, own))
    assert faults(row) == []
    assert (row["ServiceName"], row["ServiceSubcategory"]) == ("mainframe.hour", "Other (Other)")
    assert row["BilledCost"] == row["ListCost"] == "1000"


def test_people_and_what_is_unknown_have_no_row() -> None:
    people = line(1, "", role="operations")._replace(unit="engineer-month")
    unknown = line(None, id="services.api/cpu")
    unpriced = line(1, "quantum.hour", id="services.odd/cpu")
    prices = Prices(BOOK)
    costs = bill([people, unknown, unpriced, line(730)], prices)
    assert [row["x_Line"] for row in focus.rows(costs, prices, MONTH)] == ["services.web/cpu"]
    left_out = [each.id for each in focus.left_out(costs, prices)]
    assert left_out == ["services.api/cpu", "services.odd/cpu"]


def test_nothing_used_is_a_row_of_zero() -> None:
    [row] = rows([line(0, "transfer.internet")])
    assert faults(row) == []
    assert (row["BilledCost"], row["PricingQuantity"]) == ("0", "0")


def test_hostile_words_stay_within_one_cell() -> None:
    [row] = rows(
        [line(1, title='=cmd|"/C calc"!A0\n\x1b[31m', id="=services.x/\x00cpu")],
        name="=1+1",
        title="\u202eevil, \n",
    )
    assert faults(row) == []
    for value in row.values():
        assert value.isprintable()
        assert not value.startswith(("=", "+", "-", "@"))


def test_csv_reads_back_as_the_rows() -> None:
    prices = Prices(BOOK)
    costs = bill([line(730, title='a "quoted", word'), line(20_000, "cdn.data")], prices)
    text = focus.csv(costs, prices, MONTH)
    read = [*csv.DictReader(io.StringIO(text))]
    assert read == focus.rows(costs, prices, MONTH)
    assert len(read) == 3


@pytest.mark.parametrize("end", [MONTH[0], date(2025, 1, 1)])
def test_an_empty_period_is_refused(end: date) -> None:
    prices = Prices(BOOK)
    with pytest.raises(ValueError, match="should end after 2026-11-01"):
        focus.rows(bill([line(1)], prices), prices, (MONTH[0], end))


def test_amounts_of_another_currency_are_refused_without_a_rate() -> None:
    with pytest.raises(ValueError, match="the bill is in EUR, its prices are in USD"):
        rows([line(1)], currency="EUR")


def test_another_currency_has_the_prices_in_both() -> None:
    prices = Prices(BOOK)
    made = converted(bill([line(Estimate(365, 730, 1460))], prices), "EUR", 0.9)
    [row] = focus.rows(made, prices, MONTH, 0.9)
    assert faults(row) == []
    assert tuple(row) == focus.columns(0.9)
    assert (row["BillingCurrency"], row["PricingCurrency"]) == ("EUR", "USD")
    assert row["BilledCost"] == "26.59536"  # 29.5504 * 0.9
    assert (row["ListUnitPrice"], row["PricingCurrencyListUnitPrice"]) == ("0.036432", "0.04048")
    assert row["PricingCurrencyContractedUnitPrice"] == "0.04048"
    assert row["PricingCurrencyEffectiveCost"] == "29.5504"
    assert row["x_EffectiveCostLow"] == "13.29768"


def test_what_is_not_billed_uses_up_no_tier() -> None:
    prices = Prices(BOOK)
    made = bill([line(100, "transfer.internet"), line(1e9, "transfer.internet")], prices)
    first, second = made.lines
    alone = made._replace(lines=(first, second._replace(cost=None, unknown="too large")))
    assert len(focus.rows(alone, prices, MONTH)) == 1


RESOURCES = st.sampled_from(sorted(BOOK.prices))
AMOUNTS = st.floats(0, 1e13, allow_subnormal=False) | st.integers(0, 10**9).map(float)
TRIPLES = st.lists(AMOUNTS, min_size=3, max_size=3).map(lambda three: Estimate(*sorted(three)))


@st.composite
def books(draw: st.DrawFn) -> PriceBook:
    """A price book with one resource that has tiers of any limits and prices."""
    cuts = sorted(draw(st.sets(st.floats(1e-3, 1e12), max_size=4)))
    price = st.floats(0, 1e4, allow_subnormal=False).filter(lambda x: x == 0 or x > 1e-12)
    tiers = [Tier(up_to=cut, price=draw(price)) for cut in [*cuts, None]]
    per = draw(st.sampled_from([1, 2, 10, 13.07, 1000, 1e6]) | st.floats(1e-3, 1e6))
    listed = BOOK.prices["transfer.internet"].model_dump() | {"tiers": tiers, "per": per}
    changed = {**BOOK.prices, "transfer.internet": Price.model_validate(listed)}
    return BOOK.model_copy(update={"prices": changed})


@settings(deadline=None, max_examples=60)
@given(
    books(),
    st.lists(st.tuples(RESOURCES | st.just("transfer.internet"), TRIPLES), max_size=6),
    st.floats(0, 1).map(lambda share: round(share, 4)),
)
def test_rows_of_any_bill_keep_the_rules_and_add_up(
    book: PriceBook, uses: list[tuple[str, Estimate]], discount: float
) -> None:
    prices = Prices(book, discounts={"*": discount})
    lines = [line(quantity, name, id=f"services.s{n}/x") for n, (name, quantity) in enumerate(uses)]
    costs = bill(lines, prices)
    found = focus.rows(costs, prices, MONTH)
    for row in found:
        assert faults(row) == []
    for each in costs.lines:
        assert each.cost is not None
        own = [row for row in found if row["x_Line"] == each.id]
        amounts = ("BilledCost", "x_EffectiveCostLow", "x_EffectiveCostHigh")
        expected = (each.cost.likely, each.cost.low, each.cost.high)
        for column, value in zip(amounts, expected, strict=True):
            total = float(sum(number(row, column) for row in own))
            assert total == pytest.approx(value, rel=1e-9, abs=1e-6)
    assert focus.left_out(costs, prices) == []
