"""Limits and exemptions of the rules about calls, each at the value where the verdict turns."""

from collections.abc import Mapping

import pytest

from patternctl import catalog, manifest
from patternctl.engine.lint import lint
from patternctl.errors import ManifestError
from patternctl.model.finding import LintResult
from patternctl.model.settings import LintSettings
from tests.cost import steps

ENTRIES = catalog.antipatterns()
HEAD = "version: 1\nsystem: s\n"


def result(rule: str, text: str) -> LintResult:
    system = manifest.from_text(HEAD + text, "a.yaml")
    return lint([system], {rule: ENTRIES[rule]}, LintSettings())


def verdicts(rule: str, text: str) -> dict[str, str]:
    """Severity by element."""
    return {finding.element: finding.severity for finding in result(rule, text).findings}


def lacking(rule: str, text: str) -> Mapping[str, tuple[str, ...]]:
    return {item.fact: item.elements for item in result(rule, text).unchecked}


def layers(*retries: str) -> str:
    """A path on which each service calls the next one with the retry stated."""
    return (
        "services:\n"
        + "".join(
            f"  s{i}: {{calls: [{{to: s{i + 1}, via: http, retry: {retry}}}]}}\n"
            for i, retry in enumerate(retries)
        )
        + f"  s{len(retries)}: {{}}\n"
    )


@pytest.mark.parametrize(
    ("retries", "severity"),
    [
        (("{attempts: 2}", "{attempts: 4}"), None),
        (("{attempts: 3}", "{attempts: 3}"), "warning"),
        (("{attempts: 2}", "{attempts: 13}"), "warning"),
        (("{attempts: 3}", "{attempts: 9}"), "error"),
        (("{attempts: 27}", "none"), None),
        (("{attempts: 27, budget: none}", "{attempts: 2, budget: 10%}"), "error"),
        (("{attempts: 9, budget: 100%}", "{attempts: 4}"), None),
        (("{attempts: 9, budget: 100%}", "{attempts: 5}"), "warning"),
        (("{attempts: 1, budget: 100%}", "{attempts: 30}"), None),
    ],
)
def test_retries_multiply_up_to_their_budgets(
    retries: tuple[str, ...], severity: str | None
) -> None:
    expected = {} if severity is None else {"services.s0.calls.s1": severity}
    assert verdicts("retry-amplification", layers(*retries)) == expected


def test_one_amplified_path_hides_no_unknown_call_elsewhere() -> None:
    text = layers("{attempts: 3}", "{attempts: 3}") + "  a: {calls: [{to: s2, via: http}]}\n"
    assert verdicts("retry-amplification", text)
    assert lacking("retry-amplification", text)["retry.attempts"] == ("services.a.calls.s2",)


@pytest.mark.parametrize(
    ("outer", "inner", "severity"),
    [
        ("timeout: 1001ms", "timeout: 1s, retry: none", None),
        ("timeout: 1s", "timeout: 1s, retry: none", "warning"),
        ("timeout: 999ms", "timeout: 1s, retry: none", "error"),
        ("timeout: 3s", "timeout: 1s, retry: {attempts: 3}", "warning"),
        ("timeout: 3s", "timeout: 1s, retry: {attempts: 3, delay: 1ms}", "error"),
        ("timeout: 3s", "timeout: 1s, retry: {attempts: 3, delay: 1ms, deadline: 2s}", None),
        ("timeout: 3s", "timeout: none, retry: {attempts: 3, deadline: 3s}", "warning"),
        ("timeout: 3s", "retry: {attempts: 3, deadline: 4s}", "error"),
        ("timeout: 3s", "timeout: 1s, retry: {attempts: 3, delay: 1s, deadline: none}", "error"),
        ("timeout: 9s, retry: {deadline: 3s}", "timeout: 4s, retry: none", "error"),
        ("timeout: none", "timeout: 4s, retry: none", None),
    ],
)
def test_what_a_callee_may_wait_has_to_be_shorter(
    outer: str, inner: str, severity: str | None
) -> None:
    text = f"""services:
  a: {{calls: [{{to: b, via: http, {outer}}}]}}
  b: {{calls: [{{to: c, via: http, {inner}}}]}}
  c: {{}}
"""
    expected = {} if severity is None else {"services.a.calls.b": severity}
    assert verdicts("timeout-inversion", text) == expected


@pytest.mark.parametrize(
    ("call", "severity"),
    [
        ("timeout: none", "warning"),
        ("timeout: none, retry: {deadline: none}", "warning"),
        ("timeout: none, retry: {deadline: 2s}", None),
        ("retry: {deadline: 2s}", None),
        ("timeout: 2s, retry: {deadline: none}", None),
    ],
)
def test_a_deadline_over_all_tries_bounds_a_call(call: str, severity: str | None) -> None:
    text = f"services: {{a: {{calls: [{{to: b, via: http, {call}}}]}}, b: {{}}}}\n"
    assert verdicts("no-timeout", text) == (
        {} if severity is None else {"services.a.calls.b": severity}
    )


@pytest.mark.parametrize("rule", ["no-timeout", "retry-without-backoff"])
def test_calls_of_somebody_elses_service_are_its_own_affair(rule: str) -> None:
    call = "{to: b, via: http, timeout: none, retry: {attempts: 3, budget: none}}"
    text = f"services: {{a: {{kind: KIND, calls: [{call}, {{to: b, via: http}}]}}, b: {{}}}}\n"
    assert verdicts(rule, text.replace("KIND", "service"))
    assert verdicts(rule, text.replace("KIND", "external")) == {}
    assert lacking(rule, text.replace("KIND", "external")) == {}


def degrees(callers: int, callees: int) -> str:
    outgoing = ", ".join(f"{{to: o{i}, via: http}}" for i in range(callees))
    return (
        f"services:\n  hub: {{calls: [{outgoing}]}}\n"
        + "".join(f"  i{i}: {{calls: [{{to: hub, via: http}}]}}\n" for i in range(callers))
        + "".join(f"  o{i}: {{}}\n" for i in range(callees))
    )


@pytest.mark.parametrize(
    ("callers", "callees", "severity"),
    [
        (1, 12, None),
        (2, 3, None),
        (2, 4, "warning"),
        (2, 12, "warning"),
        (3, 0, None),
        (4, 0, "warning"),
        (8, 0, "error"),
    ],
)
def test_a_hub_is_judged_by_its_own_limits(
    callers: int, callees: int, severity: str | None
) -> None:
    expected = {} if severity is None else {"services.hub": severity}
    assert verdicts("hub-like", degrees(callers, callees)) == expected


def test_whoever_calls_a_gateway_stands_before_it() -> None:
    text = """services:
  front: {exposed: true, calls: [{to: door, via: http}]}
  shop: {exposed: true, calls: [{to: front, via: http}]}
  door: {kind: gateway, exposed: true, calls: [{to: shop, via: http}]}
"""
    assert verdicts("bypassed-gateway", text) == {"services.shop": "warning"}


@pytest.mark.parametrize(
    ("service", "severity"),
    [
        ("{replicas: 1}", "error"),
        ("{replicas: 2}", None),
        ("{replicas: 1, runtime: function}", None),
        ("{replicas: 1, runtime: edge}", None),
        ("{replicas: 1, runtime: vm}", "error"),
        ("{replicas: 1, kind: external}", None),
    ],
)
def test_replicas_are_asked_of_what_the_team_runs_itself(
    service: str, severity: str | None
) -> None:
    text = f"services: {{web: {service}}}\nflows: {{f: {{entry: web, critical: true}}}}\n"
    assert verdicts("single-replica", text) == (
        {} if severity is None else {"services.web": severity}
    )


def test_latency_that_never_ends_is_refused_with_its_place() -> None:
    with pytest.raises(ManifestError, match="should be a time such as 12ms"):
        manifest.from_text(HEAD + "services: {a: {latency: {p99: none}}}\n", "a.yaml")


def test_a_callee_of_unknown_latency_beside_a_longer_one_is_still_unknown() -> None:
    text = """services:
  a:
    latency: {p99: 10ms}
    calls: [{to: b, via: http}, {to: c, via: http}]
  b: {latency: {p99: 50ms}}
  c: {}
flows: {f: {entry: a, slo: {latency_p99: 60ms}}}
patterns: [{pattern: scatter-gather, at: [a]}]
"""
    assert verdicts("latency-budget-overflow", text) == {}
    assert lacking("latency-budget-overflow", text)["latency.p99"] == ("services.c",)
    tight = text.replace("60ms}}}", "59ms}}}")
    assert verdicts("latency-budget-overflow", tight) == {"flows.f": "error"}


def entries(flows: int) -> str:
    """Many flows without promises into one tall tree of services."""
    return (
        "services:\n"
        + "".join(f"  e{i}: {{calls: [{{to: s0, via: http}}]}}\n" for i in range(flows))
        + "".join(f"  s{i}: {{calls: [{{to: s{i + 1}, via: http}}]}}\n" for i in range(8))
        + "  s8: {}\nflows:\n"
        + "".join(f"  f{i}: {{entry: e{i}, critical: true}}\n" for i in range(flows))
    )


def test_flows_that_share_their_services_do_not_walk_them_again() -> None:
    small = manifest.from_text(HEAD + entries(20), "a.yaml")
    large = manifest.from_text(HEAD + entries(80), "a.yaml")
    rules = {rule: ENTRIES[rule] for rule in ("chatty-service", "no-timeout")}
    few, many = (
        steps(lambda system=system: lint([system], rules, LintSettings()))  # type: ignore[misc]
        for system in (small, large)
    )
    assert many < 5 * few
