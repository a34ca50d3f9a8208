import pytest

from patternctl.costing.bill import Design, with_driver
from patternctl.engine import costexplain
from patternctl.engine.costexplain import Explanation, Items, Move, PriceOrigin, Term, moves
from patternctl.errors import UsageError
from patternctl.model.bill import Given
from patternctl.model.estimate import Estimate, exactly
from patternctl.model.price import Override
from tests.engine.designs import FIXED, OPERATIONS, PER_CALL, STEPS, TIERED, designed, materials


def explain(design: Design, line: str) -> Explanation:
    found = costexplain.explain(design, line)
    assert isinstance(found, Explanation)
    return found


def test_a_formula_is_told_down_to_who_states_its_numbers() -> None:
    found = explain(with_driver(designed(STEPS), "requests", 250.0), "made/vm")
    assert found.quantity.formula == "max(1, ceil(load)) * hours"
    assert found.quantity.value == exactly(3 * 730)
    assert found.times == exactly(1)
    assert found.because == "made up"
    load, hours = found.quantity.inputs
    assert (load.value, load.origin, load.formula) == (exactly(2.5), "derived", "requests / 100")
    assert load.because == "A machine takes 100 requests a second."
    assert (hours.title, hours.value, hours.origin) == ("hours", exactly(730), None)
    (requests,) = load.inputs
    assert (requests.value, requests.origin, requests.inputs) == (exactly(250), "flag", ())
    assert found.line.cost == pytest.approx(exactly(219))


def test_an_assumption_has_its_reason() -> None:
    machines, _ = explain(designed(FIXED), "made/vm").quantity.inputs
    assert (machines.origin, machines.because, machines.place) == ("assumed", "made up", "")


def test_a_place_is_told() -> None:
    design = designed(PER_CALL)
    stated = {"requests": Given(exactly(5), "manifest", "architecture.yaml:7:16")}
    design = design._replace(terms=design.terms._replace(flags=stated))
    requests, _ = explain(design, "made/calls").quantity.inputs
    assert (requests.origin, requests.place) == ("manifest", "architecture.yaml:7:16")


def test_what_is_not_known_is_told_as_such() -> None:
    found = explain(designed({"vm": ("compute", "vm.hour", "load * hours")}), "made/vm")
    load, _ = found.quantity.inputs
    assert found.quantity.value is load.value is load.inputs[0].value is None
    assert (load.formula, load.inputs[0].origin) == ("requests / 100", None)
    assert found.line.unknown == "depends on requests"


def test_drivers_that_depend_on_each_other_are_told_once() -> None:
    circle = {
        "one": {"title": "One", "measure": "number", "formula": "two", "because": "made up"},
        "two": {"title": "Two", "measure": "number", "formula": "one", "because": "made up"},
    }
    design = designed({"vm": ("compute", "vm.hour", "one")}, drivers=circle)
    (one,) = explain(design, "made/vm").quantity.inputs
    (again,) = one.inputs[0].inputs
    assert (again.name, again.told, again.inputs) == ("one", True, ())


def test_a_driver_that_many_read_is_told_once() -> None:
    """Fifty drivers of which each is the sum of the two before: told in full they are 2^30."""
    chain = {
        f"n{index}": {
            "title": str(index), "measure": "number", "because": "made up",
            "formula": f"n{index - 1} + n{index - 2}" if index > 1 else "machines",
        }
        for index in range(50)
    }  # fmt: skip
    design = designed({"vm": ("compute", "vm.hour", "n49")}, drivers=chain)
    assert explain(design, "made/vm").line.quantity


def test_a_list_price_has_its_source() -> None:
    price = explain(designed(FIXED), "made/vm").price
    assert isinstance(price, PriceOrigin)
    assert (price.resource, price.sku, price.unit, price.per) == ("vm.hour", "made up", "hour", 1)
    assert price.price == exactly(0.1)
    assert price.source is not None
    assert price.source.url == "https://example.com/prices"
    assert (price.date, price.own, price.tiers) == ("2026-01-01", False, ())


def test_tiers_are_told() -> None:
    design = with_driver(designed(TIERED), "requests", 100.0)
    price = explain(design, "made/out").price
    assert isinstance(price, PriceOrigin)
    assert price.price is None
    assert price.tiers == ((1000, 0.1), (float("inf"), 0.05))


def test_an_agreed_price_is_nobody_elses() -> None:
    own = Override.model_validate({"unit": "hour", "price": 0.08, "note": "Contract of May"})
    price = explain(designed(FIXED, own={"vm.hour": own}), "made/vm").price
    assert isinstance(price, PriceOrigin)
    assert (price.own, price.source, price.date) == (True, None, "")
    assert (price.price, price.note, price.service) == (exactly(0.08), "Contract of May", "Made up")


def test_a_resource_of_another_ones_price_says_which() -> None:
    covered = {"vm.memory": {"unit": "GB-hour", "included_in": "vm.hour"}}
    memory = {"memory": ("compute", "vm.memory", "4 * hours")}
    price = explain(designed(memory, prices=covered), "made/memory").price
    assert isinstance(price, PriceOrigin)
    assert (price.included_in, price.price) == ("vm.hour", exactly(0))


def test_no_price_is_none() -> None:
    found = explain(designed({"cache": ("data", "cache.memory", "1")}), "made/cache")
    assert found.price is None
    assert found.line.unknown == "no price for cache.memory in made-up"


def test_the_price_of_people_is_a_formula() -> None:
    price = explain(designed(OPERATIONS), "made/operations").price
    assert isinstance(price, Term)
    assert price.value == Estimate(8000, 10_000, 15_000)
    assert price.inputs[0].title == "Wage"


def test_how_often_a_part_is_there_is_told() -> None:
    design = designed(
        {},
        includes=[{"id": "inner", "times": "machines"}],
        parts={"inner": materials("inner", FIXED)},
    )
    assert explain(design, "made/inner/vm").times == exactly(2)


def test_a_limit_is_told() -> None:
    disk = {"title": "Disk", "role": "data", "resource": "disk.space", "quantity": "100",
            "because": "made up", "at_most": "machines * 10", "beyond": "too large"}  # fmt: skip
    found = explain(designed({"disk": disk}), "made/disk")
    assert found.at_most is not None
    assert (found.at_most.value, found.line.unknown) == (exactly(20), "too large")


def test_a_line_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match='did you mean "made/vm"'):
        explain(designed(FIXED), "made/vn")
    with pytest.raises(UsageError, match="no line"):
        explain(designed({}), "")


def test_an_element_is_told_by_its_lines() -> None:
    made = with_driver(designed({**FIXED, **PER_CALL, **OPERATIONS}), "requests", 10.0)
    found = costexplain.explain(made, "made")
    assert isinstance(found, Items)
    assert [(item.id, item.cost and item.cost.likely) for item in found.items][:2] == [
        ("made/operations", 5000),
        ("made/vm", 146),
    ]
    whole = costexplain.explain(made, "infrastructure")
    assert isinstance(whole, Items)
    assert whole.total.likely == pytest.approx(146 + 26.28)
    assert [item.id for item in whole.items] == ["made"]
    people = costexplain.explain(made, "people")
    assert isinstance(people, Items)
    assert people.total.likely == 5000
    assert people.items[0].unknown == "depends on team"


def test_what_begins_an_id_may_be_left_out() -> None:
    assert explain(designed(FIXED), "vm").line.id == "made/vm"


def test_a_name_of_nothing_has_near_ones() -> None:
    with pytest.raises(UsageError, match="near it: made/operations"):
        costexplain.explain(designed(OPERATIONS), "operat")
    with pytest.raises(UsageError, match="infrastructure, people, or an id"):
        costexplain.explain(designed(FIXED), "xyz")


def test_drivers_that_moved_are_told_with_the_place_that_states_them() -> None:
    base = designed({**STEPS, **FIXED, "calls": ("compute", "call.count", "requests * month")})
    stated = {"requests": Given(exactly(300), "manifest", "architecture.yaml:7:16")}
    before = with_driver(base, "requests", 100.0)
    after = base._replace(terms=base.terms._replace(flags=stated))
    found = moves(before, after, {"made/vm", "made/calls"})
    assert found["made/vm"] == ()
    assert found["made/calls"] == (
        Move("requests", "rate", exactly(100), exactly(300), "architecture.yaml:7:16"),
    )
    grown = moves(with_driver(designed(STEPS), "requests", 100.0), designed(STEPS), {"made/vm"})
    assert grown["made/vm"] == (Move("requests", "rate", exactly(100), None, ""),)
