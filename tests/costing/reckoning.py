"""Bills for tests: of the catalog's architectures, and of a handful of components."""

from functools import lru_cache

from patternctl.costing import terms as reckoning
from patternctl.costing.bill import Terms, architecture, bill
from patternctl.costing.parts import Stated
from patternctl.costing.prices import Prices
from patternctl.model.bill import Bill, Given, Line
from patternctl.model.cost import Costs, Materials
from patternctl.model.estimate import Estimate
from patternctl.model.price import SIZES, Override
from patternctl.model.settings import CostSettings
from patternctl.model.system import System


@lru_cache
def shipped() -> Terms:
    """What the catalog ships, with prices of AWS in us-east-1."""
    return reckoning.terms(CostSettings())


def terms(values: dict[str, str]) -> Terms:
    """The same with values of drivers as flags give them: `120/s`, `1ms..5ms`."""
    known = reckoning.drivers(shipped().costs)
    flags = {
        name: Given(reckoning.read_value(known[name.rpartition("/")[2]], text), "flag")
        for name, text in values.items()
    }
    return shipped()._replace(flags=flags)


def reckon(name: str, values: dict[str, str], prices: dict[str, Override] | None = None) -> Bill:
    """The bill of an architecture of the catalog, with prices over those of the book."""
    found = terms(values)
    if prices:
        found = found._replace(prices=Prices(found.prices.book, prices))
    return bill(architecture(name, found))


def reckon_for(name: str, system: System) -> Bill:
    """The bill of an architecture for the workload of a manifest."""
    return bill(architecture(name, shipped()._replace(stated=Stated(system))))


def small_bill(values: dict[str, str], **components: tuple[str, str]) -> Bill:
    """The bill of components, each a resource and the formula of its monthly quantity."""
    materials = Materials.model_validate(
        {
            "id": "case",
            "of": "architecture",
            "title": "A case",
            "because": "Worked out by hand.",
            "components": {
                name.replace("_", "-"): {
                    "title": name,
                    "role": "compute",
                    "resource": resource,
                    "quantity": quantity,
                    "because": "As the case says.",
                }
                for name, (resource, quantity) in components.items()
            },
        }
    )
    found = terms(values)
    costs = Costs(found.costs.drivers, {"case": materials})
    return bill(architecture("case", found._replace(costs=costs)))


def quantity(line: Line) -> Estimate:
    """Units a month, where the book's GB of 2^30 bytes are counted as those of 10^9."""
    assert line.quantity is not None, line.unknown
    factor = 2**30 / 1e9 if line.unit in SIZES else 1.0
    return Estimate(*(each * factor for each in line.quantity))


def cents(made: Bill, *ids: str) -> float:
    """Likely cost of lines, or of all infrastructure, to the cent."""
    if not ids:
        return round(made.infrastructure.likely, 2)
    lines = {line.id.partition("/")[2]: line for line in made.lines}
    return round(sum(cost.likely for name in ids if (cost := lines[name].cost)), 2)
