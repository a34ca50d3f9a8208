"""Price books: what they hold, what they lack, what providers measure differently."""

from datetime import date

import pytest

from patternctl import catalog
from patternctl.costing.bill import architecture, bill
from patternctl.costing.prices import Prices, cost
from patternctl.model.bill import Bill
from patternctl.model.estimate import Intervals, exactly
from tests.costing.reckoning import terms

BOOKS = catalog.price_books()


def priced(book: str, name: str) -> Bill:
    found = terms({"requests": "100/s"})
    return bill(architecture(name, found._replace(prices=Prices(catalog.prices(book)))))


def paid(book: str, resource: str, quantity: float) -> float:
    agreed = Prices(catalog.prices(book)).get(resource)
    return cost(agreed, exactly(quantity), Intervals(), resource).likely


def test_the_first_book_prices_all_that_is_used() -> None:
    used = {
        component.resource
        for materials in catalog.costs().materials.values()
        for component in materials.components.values()
        if component.resource
    }
    assert used <= {*catalog.prices("aws-us-east-1").prices}


@pytest.mark.parametrize("name", BOOKS)
def test_books_use_the_words_of_the_first(name: str) -> None:
    """A resource is measured alike everywhere, or quantities could not be priced by any book."""
    first, book = catalog.prices("aws-us-east-1"), catalog.prices(name)
    assert {*book.prices} <= {*first.prices}
    for resource, price in book.prices.items():
        assert price.unit == first.prices[resource].unit, resource
        assert price.date <= date(2026, 11, 22)
    assert book.currency == "USD"
    assert {price.source for price in book.prices.values()} == {*book.sources}


@pytest.mark.parametrize(
    ("book", "resource", "quantity", "amount"),
    [
        ("gcp-us-central1", "database.vcpu", 730 * 2, 60.30),  # half of 0.0826 each
        ("gcp-us-central1", "database.memory", 730 * 8, 40.88),
        ("gcp-us-central1", "database.storage", 100, 17.00),
        ("gcp-us-central1", "queue.data", 1024, 40.00),  # a TiB
        ("gcp-us-central1", "queue.request", 1e9, 0.00),  # paid for by bytes
        ("gcp-us-central1", "function.request", 1e6, 0.40),
        ("gcp-us-central1", "transfer.internet", 100, 12.00),
        ("azure-eastus", "database.vcpu", 730 * 4, 284.70),  # 0.39 an hour for 4
        ("azure-eastus", "function.compute", 1e6, 16.00),
        ("azure-eastus", "function.request", 1e6, 0.20),
        ("azure-eastus", "cache.memory", 6 * 730, 164.25),
        ("azure-eastus", "stream.hour", 730, 21.90),
        ("azure-eastus", "stream.event", 1e6, 0.028),
        ("azure-eastus", "nat.hour", 730, 32.85),
        ("aws-us-east-1", "queue.data", 1e6, 0.00),  # paid for by requests
        ("aws-us-east-1", "stream.hour", 730, 10.95),
    ],
)
def test_prices_by_hand(book: str, resource: str, quantity: float, amount: float) -> None:
    assert paid(book, resource, quantity) == pytest.approx(amount, abs=0.005)


@pytest.mark.parametrize("name", [name for name in BOOKS if name != "aws-us-east-1"])
def test_what_a_book_lacks_has_no_price(name: str) -> None:
    made = priced(name, "traditional-monolith")
    known = catalog.prices(name).prices
    lacking = [each for each in made.lines if each.resource and each.resource not in known]
    assert lacking
    for line in lacking:
        assert line.quantity is not None
        if line.quantity.high:
            assert line.cost is None
            assert line.unknown == f"no price for {line.resource} in {name}"
        else:
            assert line.cost == (0, 0, 0)
    assert any(line.cost and line.cost.likely for line in made.lines if not line.people)


def test_what_was_read_elsewhere_says_so() -> None:
    """Prices of another region are told with it, for they may differ."""
    for resource in ("database.vcpu", "database.storage", "nat.hour", "nat.data"):
        price = catalog.prices("azure-eastus").prices[resource]
        assert "read for West" in price.sku
        assert "not at hand" in (price.note or "")
