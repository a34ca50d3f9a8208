from collections.abc import Iterator, Mapping

from patternctl.costing.monthly import monthly
from patternctl.model.bill import Bill
from patternctl.model.units import Money
from patternctl.rulekit import Facts, Hit, Lack

_PLACE = ("requirements", "budget")
_MONTHS = {"month": 1, "year": 12}


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    budget = getattr(facts.architecture.requirements, "budget", None)
    if budget is None or not facts.services:
        return
    made = monthly(facts)
    if budget.currency != made.currency:
        yield Lack(_PLACE, f"a rate: the budget is in {budget.currency}, prices in {made.currency}")
        return
    allowed = _a_month(budget) * limits["share"]
    cost = made.infrastructure
    if cost.low > allowed:
        yield Hit(_PLACE, _told(made, budget, "at the least"), "error")
    elif cost.likely > allowed:
        yield Hit(_PLACE, _told(made, budget, "likely"))
    elif lacking := [line for line in made.unknown if not line.people]:
        yield Lack(_PLACE, lacking[0].unknown.removeprefix("depends on "))


def _a_month(budget: Money) -> float:
    return float(budget.amount) / _MONTHS[budget.period]


def _told(made: Bill, budget: Money, how: str) -> str:
    cost = made.infrastructure
    amount = cost.low if how == "at the least" else cost.likely
    bounds = f"{cost.low:,.0f} to {cost.high:,.0f}"
    told = f"the infrastructure costs {amount:,.0f} {made.currency} a month {how} ({bounds})"
    return f"{told}, the budget is {_a_month(budget):,.0f}"
