"""How requests and events spread over services."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.costing.load import Load, entries, traffic
from patternctl.model.architecture import Architecture
from patternctl.rulekit import Facts
from tests import cost


def facts(**blocks: Any) -> Facts:
    return Facts(Architecture.model_validate({"version": 1, "system": "x", **blocks}))


def requests(found: Facts) -> dict[str, float | None]:
    return {name: load.requests for name, load in traffic(found).services.items()}


def test_calls_pass_requests_on() -> None:
    services = {
        "web": {"exposed": True, "calls": ["a", {"to": "b", "per_request": 3}]},
        "a": {"calls": [{"to": "b", "per_request": 0.5}]},
        "b": {},
        "alone": {},
    }
    assert requests(facts(services=services)) == {"web": 1, "a": 1, "b": 3.5}


def test_flows_say_where_requests_enter() -> None:
    services: dict[str, Any] = {"web": {"calls": ["a"]}, "a": {}, "admin": {"calls": ["a"]}}
    flows = {
        "buy": {"entry": "web", "requests": "30/s"},
        "look": {"entry": "web", "requests": "60/s"},
        "keep": {"entry": "admin", "requests": "10/s"},
    }
    found = facts(services=services, flows=flows)
    assert entries(found) == pytest.approx({"web": 0.9, "admin": 0.1})
    assert requests(found) == pytest.approx({"web": 0.9, "a": 1, "admin": 0.1})


def test_a_flow_without_a_rate_is_taken_for_a_usual_one() -> None:
    flows: dict[str, Any] = {"f": {"entry": "a", "requests": "10/s"}, "g": {"entry": "b"}}
    assert entries(facts(services={"a": {}, "b": {}}, flows=flows)) == {"a": 0.5, "b": 0.5}


def test_flows_without_any_requests_say_nothing() -> None:
    flows = {"f": {"entry": "a", "requests": "0/s"}}
    assert not traffic(facts(services={"a": {}}, flows=flows)).services


def test_a_path_reaches_what_is_on_it_and_what_nobody_waits_for() -> None:
    services = {
        "web": {
            "calls": [
                {"to": "a", "via": "http", "per_request": 2},
                {"to": "never", "via": "http"},
                {"to": "later", "via": "queue"},
                {"to": "perhaps"},
            ]
        },
        "a": {},
        "never": {},
        "later": {"calls": ["deeper"]},
        "deeper": {},
        "perhaps": {},
    }
    found = facts(services=services, flows={"f": {"entry": "web", "path": ["web", "a"]}})
    assert requests(found) == {"web": 1, "a": 2, "later": 1, "deeper": 1}


def test_what_hears_of_a_path_is_counted_by_events_alone() -> None:
    services = {
        "web": {"publishes": ["done"]},
        "hears": {"consumes": ["done"], "calls": ["deeper"]},
        "deeper": {},
    }
    path = ["web", "hears", "deeper"]
    found = traffic(facts(services=services, flows={"f": {"entry": "web", "path": path}}))
    assert found.services["hears"] == Load(0, 1)
    assert found.services["deeper"] == Load(0, 1)


def test_what_is_called_beside_paths_and_hears_events_has_unknown_requests() -> None:
    services = {
        "web": {"publishes": ["done"], "calls": [{"to": "a", "via": "http"}]},
        "a": {"calls": ["b"], "consumes": ["done"]},
        "b": {},
    }
    found = traffic(facts(services=services, flows={"f": {"entry": "web", "path": ["web"]}}))
    assert found.services == {"web": Load(1, 0), "a": Load(None, 1), "b": Load(None, 1)}


def test_without_flows_requests_enter_in_front() -> None:
    """Jobs, infrastructure and consumers of events begin work by themselves."""
    services = {
        "gateway": {"kind": "gateway", "calls": ["a"]},
        "shop": {"exposed": True, "calls": ["a"]},
        "nightly": {"kind": "job", "calls": ["a"]},
        "console": {"kind": "infrastructure", "calls": ["a"]},
        "a": {},
    }
    assert entries(facts(services=services)) == {"gateway": 0.5, "shop": 0.5}
    behind = {name: services[name] for name in ("nightly", "console", "a")}
    assert entries(facts(services=behind)) == {}
    assert entries(facts(services={**behind, "plain": {"calls": ["a"]}})) == {"plain": 1}


@pytest.mark.parametrize("start", ["a", "b", "c"])
def test_circles_are_passed_once(start: str) -> None:
    services = {
        "a": {"calls": [{"to": "b", "per_request": 2}]},
        "b": {"calls": [{"to": "c", "per_request": 2}]},
        "c": {"calls": [{"to": "a", "per_request": 2}, "out"]},
        "out": {},
    }
    found = requests(facts(services=services, flows={"f": {"entry": start}}))
    assert {found["a"], found["b"], found["c"]} == {1, 2, 4}
    assert found["out"] == found["c"]


def test_a_service_that_calls_itself_adds_nothing() -> None:
    services = {"a": {"exposed": True, "calls": ["a", "b"]}, "b": {}}
    assert requests(facts(services=services)) == {"a": 1, "b": 1}


def test_retries_are_no_load_as_long_as_nothing_says_what_fails() -> None:
    call = {"to": "b", "retry": {"attempts": 5}}
    assert requests(facts(services={"a": {"calls": [call]}, "b": {}})) == {"a": 1, "b": 1}


def test_events_reach_their_consumers_and_what_those_call_and_publish() -> None:
    services = {
        "web": {"exposed": True, "calls": [{"to": "orders", "per_request": 0.5}]},
        "orders": {"publishes": ["ordered", "cancelled"]},
        "stock": {"consumes": ["ordered"], "calls": [{"to": "depot", "per_request": 2}]},
        "mail": {"consumes": ["ordered", "cancelled", "packed"]},
        "depot": {"publishes": ["packed"]},
        "stranger": {"consumes": ["from-elsewhere"]},
    }
    found = traffic(facts(services=services))
    assert found.events == {"ordered": 0.25, "cancelled": 0.25, "packed": 0.5}
    assert found.services["stock"] == Load(0, 0.25)
    assert found.services["mail"] == Load(0, 1.0)
    assert found.services["depot"] == Load(0, 0.5)
    assert "stranger" not in found.services


def test_events_in_a_circle_end() -> None:
    services = {
        "a": {"exposed": True, "publishes": ["x"], "consumes": ["y"]},
        "b": {"consumes": ["x"], "publishes": ["y"]},
    }
    found = traffic(facts(services=services))
    assert found.services == {"a": Load(1, 1), "b": Load(0, 1)}


def _chain(size: int) -> Facts:
    def service(number: int) -> dict[str, Any]:
        return {
            "calls": [f"s{number + step}" for step in (1, 7) if number + step < size],
            "publishes": ["everything", f"e{number}"],
            "consumes": ["everything", f"e{number - 1}"],
        }

    return facts(services={f"s{number}": service(number) for number in range(size)})


def test_work_grows_with_what_is_declared() -> None:
    """An event that all publish and all consume is no square of the services."""
    small, large = _chain(200), _chain(2000)
    assert cost.steps(lambda: traffic(large)) < 15 * cost.steps(lambda: traffic(small))


_names = st.sampled_from("abcde")
_services = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries(
            {
                "calls": st.lists(_names, max_size=3, unique=True),
                "publishes": st.lists(st.sampled_from("xyz"), max_size=2, unique=True),
                "consumes": st.lists(st.sampled_from("xyz"), max_size=2, unique=True),
            }
        )
        for name in "abcde"
    }
)


@given(services=_services, flow=_names)
def test_whatever_is_declared_the_load_is_finite(services: dict[str, Any], flow: str) -> None:
    found = traffic(facts(services=services, flows={"f": {"entry": flow}}))
    for load in found.services.values():
        assert load.requests is None or 0 <= load.requests < 1000
        assert 0 <= load.events < 1000
    assert found.services[flow].requests == 1
