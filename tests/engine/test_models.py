import inspect
import math
import sys
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from itertools import product
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.engine import models
from patternctl.engine.formulas import evaluate, formulas

FORMULAS = formulas()
HOUR, DAY, YEAR = 3600, 86_400, 31_536_000
MONTH = 30 * DAY

shares = st.floats(0, 1)
inner = st.floats(0.001, 0.999)
amounts = st.floats(0, 1e6)
lists = st.lists(shares, min_size=1, max_size=12)


def agrees(result: float, published: str) -> bool:
    """Whether a result rounds to what is published, to the last digit that is given."""
    digits = Decimal(published)
    half = Decimal(1).scaleb(int(digits.as_tuple().exponent)) / 2
    return abs(Decimal(result) - digits) <= half * Decimal("1.000001")


PUBLISHED: list[tuple[str, dict[str, Any], str]] = [
    # Dean and Barroso, The Tail at Scale
    ("fan_out_tail", {"slow": 0.01, "leaves": 100}, "0.634"),
    ("fan_out_tail", {"slow": 0.0001, "leaves": 2000}, "0.181"),
    ("leaf_quantile", {"quantile": 0.99, "leaves": 100}, "0.9999"),
    # The Calculus of Service Availability; quorums
    ("serial_availability", {"parts": [0.999] * 10}, "0.9900"),
    ("serial_availability", {"parts": [0.999] * 100}, "0.9048"),
    ("quorum_availability", {"replicas": 3, "needed": 1, "up": 0.99}, "0.999999"),
    ("quorum_availability", {"replicas": 3, "needed": 2, "up": 0.99}, "0.999702"),
    ("quorum_availability", {"replicas": 3, "needed": 3, "up": 0.99}, "0.970299"),
    ("downtime", {"availability": 0.9995, "period": 730 * HOUR}, "1314"),  # 21.9 min
    ("downtime", {"availability": 0.99995, "period": YEAR}, "1577"),  # 26 min
    # Erlang: worked example of the Octave queueing package; tables
    ("erlang_c", {"servers": 10, "load": 6}, "0.101299"),
    ("erlang_c", {"servers": 3, "load": 2}, "0.444444"),
    ("erlang_c", {"servers": 10, "load": 8}, "0.409180"),
    ("erlang_b", {"servers": 10, "load": 5}, "0.018385"),
    ("erlang_b", {"servers": 20, "load": 12}, "0.009796"),
    ("erlang_c_wait", {"servers": 3, "load": 2, "service_rate": 1}, "0.444444"),
    # M/M/1 at 80 %
    ("mm1_response", {"rate": 0.8, "service_rate": 1}, "5.0"),
    ("mm1_quantile", {"rate": 0.8, "service_rate": 1, "quantile": 0.99}, "23.0"),
    (
        "kingman_wait",
        {"utilisation": 0.8, "arrival_cv": 1, "service_cv": 1, "service_time": 1},
        "4",
    ),
    # Brooker, retries: success 1 - p^4 and load; SRE book: nested retries
    ("retry_failure", {"failure": 0.1, "retries": 3}, "0.0001"),
    ("retry_failure", {"failure": 0.3, "retries": 3}, "0.0081"),
    ("retry_failure", {"failure": 0.5, "retries": 3}, "0.0625"),
    ("retry_load", {"failure": 0.1, "retries": 3}, "1.111"),
    ("retry_load", {"failure": 0.3, "retries": 3}, "1.417"),
    ("retry_load", {"failure": 0.5, "retries": 3}, "1.875"),
    ("nested_attempts", {"attempts": 4, "layers": 3}, "64"),
    # Cache of 100,000 items, Zipf 1.0 and 0.8, 1 % and 10 % of them held
    ("lru_hit_ratio", {"items": 1e5, "capacity": 1e3, "exponent": 1.0}, "0.506"),
    ("lru_hit_ratio", {"items": 1e5, "capacity": 1e4, "exponent": 1.0}, "0.737"),
    ("lru_hit_ratio", {"items": 1e5, "capacity": 1e3, "exponent": 0.8}, "0.204"),
    ("lru_hit_ratio", {"items": 1e5, "capacity": 1e4, "exponent": 0.8}, "0.469"),
    # Shuffle sharding: AWS, 54 cards dealt 4
    ("shuffle_shard_overlap", {"workers": 54, "shard": 4, "shared": 1}, "0.2479"),
    ("shuffle_shard_overlap", {"workers": 54, "shard": 4, "shared": 2}, "0.0232"),
    ("shuffle_shard_overlap", {"workers": 54, "shard": 4, "shared": 3}, "0.00063"),
    ("shuffle_shard_blast", {"workers": 100, "shard": 5}, "0.000000013"),
    ("blast_radius", {"cells": 10}, "0.1"),
    ("blast_radius", {"cells": 11}, "0.09"),
    # Checkpoints: 5 s, one failure a day: 15.5 min
    ("checkpoint_interval", {"cost": 5, "mtbf": DAY}, "930"),
    ("checkpoint_interval", {"cost": 5, "mtbf": 6 * 60}, "60"),
    ("checkpoint_interval", {"cost": 5, "mtbf": 150 * 60}, "300"),
    (
        "checkpoint_recovery",
        {"detect_restore": 10, "interval_lost": 150, "rate": 1, "capacity": 4.2},
        "60",
    ),
    (
        "checkpoint_recovery",
        {"detect_restore": 10, "interval_lost": 300, "rate": 1, "capacity": 7.2},
        "60",
    ),
    # Saga of four steps at 99 %; 94 % in all
    ("saga_success", {"step_success": [0.99] * 4, "retries": 0}, "0.961"),
    ("saga_success", {"step_success": [0.99] * 4, "retries": 2}, "0.999996"),
    ("step_success_needed", {"saga_success": 0.94, "steps": 4}, "0.985"),
    # Batches of 100
    ("batch_gain", {"size": 100, "fixed": 9.9, "per_item": 1}, "9.9"),
    ("batch_gain", {"size": 100, "fixed": 100, "per_item": 1}, "50.5"),
    ("batch_gain_limit", {"fixed": 9.9, "per_item": 1}, "10.9"),
    ("batch_fill_time", {"size": 100, "rate": 1000}, "0.1"),
    # Hedging at p95, p90, p50: change of p99 for exponential latency
    ("hedge_exponential_change", {"delay_quantile": 0.95, "quantile": 0.99}, "-0.1747"),
    ("hedge_exponential_change", {"delay_quantile": 0.90, "quantile": 0.99}, "-0.2500"),
    ("hedge_exponential_change", {"delay_quantile": 0.50, "quantile": 0.99}, "-0.4247"),
    ("hedge_load", {"survival": 0.05}, "1.05"),
    ("hedge_load", {"survival": 0.50}, "1.50"),
    ("redundancy_threshold", {}, "0.3333"),
    # Shadow: samples for 95 %
    ("shadow_samples", {"difference_rate": 0.001, "confidence": 0.95}, "2994"),
    ("shadow_samples", {"difference_rate": 0.0001, "confidence": 0.95}, "29956"),
    ("shadow_cost", {"mirrored": 1, "relative_cost": 1}, "2"),
    # Outbox: poll 100 ms, linger 10 ms; 40M and 70M payments a day
    ("polling_delay", {"poll": 0.100, "linger": 0.010}, "0.055"),
    ("per_second", {"amount": 70e6, "period": DAY}, "810"),
    ("outbox_rows", {"rate": 810, "lag": 0, "retention": DAY}, "69984000"),
    ("outbox_size", {"rate": 810, "lag": 0, "retention": DAY, "row_bytes": 1000}, "69984000000"),
    ("backlog_drain", {"rate": 1000, "capacity": 1500, "outage": 600}, "1200"),
    # Event sourcing: 150M events a day for 7 years at 1 KB; rebuilds as reported
    (
        "event_storage",
        {"rate": 150e6 / DAY, "event_bytes": 1000, "days": 7 * 365, "copies": 1},
        "3.83E+14",
    ),
    ("apply_rate", {"events": 100, "seconds": 5}, "20"),
    ("apply_rate", {"events": 10_000, "seconds": 30}, "333"),
    ("rebuild_time", {"events": 100, "apply_rate": 20}, "5"),
    # Escrow: a lock of 1 to 5 ms
    ("escrow_max_rate", {"hold": 0.005}, "200"),
    ("escrow_max_rate", {"hold": 0.001}, "1000"),
    ("escrow_partitions", {"rate": 50_000, "hold": 0.001}, "50"),
    ("escrow_partitions", {"rate": 50_000, "hold": 0.005}, "250"),
    ("escrow_held", {"rate": 100, "ttl": 600, "conversion": 0.75}, "15000"),
    # Functions: the default quota of 1,000; one request in 100 s
    ("lambda_concurrency", {"rate": 10_000, "duration": 0.1}, "1000"),
    ("cold_start_share", {"rate": 0.01, "idle": 300}, "0.0498"),
    # Breaker: Hystrix's 20 requests in 10 s
    ("breaker_min_rate", {"volume": 20, "window": 10}, "2"),
    ("breaker_detection", {"volume": 20, "rate": 50}, "0.4"),
    # Sidecars: Istio, one proxy at 1,000 requests/s; 100 services of 3 replicas at 128 MB
    ("sidecar_cpu", {"rate": 1000, "vcpu_per_1000": 0.35}, "0.35"),
    ("sidecar_cpu", {"rate": 20_000, "vcpu_per_1000": 0.20}, "4"),
    ("sidecar_fleet", {"services": 100, "replicas": 3, "memory": 128e6}, "38400000000"),
    # SRE Workbook, table 5-8, 30 and 28 days
    ("burn_factor", {"budget": 0.02, "period": 30 * 24, "window": 1}, "14.4"),
    ("burn_factor", {"budget": 0.05, "period": 30 * 24, "window": 6}, "6"),
    ("burn_factor", {"budget": 0.10, "period": 30 * 24, "window": 24}, "3"),
    ("burn_factor", {"budget": 0.10, "period": 30 * 24, "window": 72}, "1"),
    ("burn_factor", {"budget": 0.02, "period": 28 * 24, "window": 1}, "13.44"),
    ("burn_factor", {"budget": 0.05, "period": 28 * 24, "window": 6}, "5.6"),
    ("burn_factor", {"budget": 0.10, "period": 28 * 24, "window": 24}, "2.8"),
    ("burn_factor", {"budget": 0.10, "period": 28 * 24, "window": 72}, "0.933"),
    ("burn_rate", {"objective": 0.9306, "error_ratio": 1}, "14.4"),  # below it 14.4 never fires
    ("error_budget_spent", {"burn_rate": 14.4, "window": 50, "period": 30 * 24}, "1"),  # 2.08 days
    # The source document's alerts: share of 30 days' budget when they fire
    ("error_budget_spent", {"burn_rate": 5, "window": 300, "period": MONTH}, "0.00058"),
    ("error_budget_spent", {"burn_rate": 10, "window": 120, "period": MONTH}, "0.00046"),
    ("error_budget_spent", {"burn_rate": 5, "window": 60, "period": MONTH}, "0.00012"),
    ("error_budget_spent", {"burn_rate": 2, "window": 120, "period": MONTH}, "0.00009"),
    ("error_budget_spent", {"burn_rate": 2, "window": 600, "period": MONTH}, "0.00046"),
    ("error_budget_spent", {"burn_rate": 2, "window": 300, "period": MONTH}, "0.00023"),
    # Cost: 50,000 writes/s on demand; NAT gateway by the hour
    ("monthly_cost", {"quantity": 50_000 * 730 * HOUR / 1e6, "unit_price": 0.625}, "82125"),
    ("monthly_cost", {"quantity": 730, "unit_price": 0.045}, "32.85"),
    # By hand
    ("parallel_availability", {"parts": [0.99, 0.9]}, "0.999"),
    ("recovery_availability", {"mttf": 999, "downtime": 1}, "0.999"),
    ("elected_downtime", {"timeout": 0.150, "election": 0.015}, "0.240"),
    ("littles_law", {"rate": 100, "latency": 0.25}, "25"),
    ("utilisation", {"rate": 80, "service_time": 0.1, "servers": 10}, "0.8"),
    ("checkpoint_waste", {"interval": 100, "cost": 5, "mtbf": 1000}, "0.10"),
    ("replay_time", {"backlog_age": 150, "rate": 100, "capacity": 400}, "50"),
    ("cached_latency", {"hit_ratio": 0.9, "hit": 1, "miss": 11}, "2.0"),
    ("edge_latency", {"hit_ratio": 0.9, "edge": 10, "origin": 100}, "20"),
    ("saga_latency", {"steps": [0.1, 0.2], "hop": 0.05}, "0.4"),
    ("hedge_tail", {"survival_at_t": 0.02, "survival_at_t_minus_d": 0.5}, "0.01"),
    ("servers_needed", {"load": 12, "wait_probability": 0.01}, "22"),
    ("usl_peak", {"alpha": 0, "beta": 0.01}, "10"),
    ("usl_peak", {"alpha": 0.5, "beta": 2}, "1"),  # the curve would peak at 0.5
    ("usl_throughput", {"load": 10, "gamma": 2, "alpha": 0, "beta": 0}, "20"),
]


@pytest.mark.parametrize(("formula", "arguments", "published"), PUBLISHED)
def test_published_values(formula: str, arguments: dict[str, Any], published: str) -> None:
    assert agrees(evaluate(formula, arguments), published)


# Gunther's law fitted to SPEC SDM91 by the R package usl: coefficients, data, what it derives
SDM91 = {"gamma": 89.9952, "alpha": 0.0277285, "beta": 0.0001044}
SDM91_DATA = {1: 64.9, 18: 995.9, 36: 1652.4, 72: 1853.2, 108: 1828.9, 144: 1775.0, 216: 1702.2}


def test_scalability_law_meets_the_fit_of_sdm91() -> None:
    peak = models.usl_peak(SDM91["alpha"], SDM91["beta"])
    assert peak == pytest.approx(96.52, abs=0.03)  # coefficients are printed rounded
    assert agrees(models.usl_throughput(load=peak, **SDM91), "1884")
    optimum = 1 / SDM91["alpha"]
    assert agrees(optimum, "36.06")
    assert agrees(models.usl_throughput(load=optimum, **SDM91), "1542")
    assert agrees(SDM91["gamma"] / SDM91["alpha"], "3246")
    squares = (
        (models.usl_throughput(load=load, **SDM91) - seen) ** 2 for load, seen in SDM91_DATA.items()
    )
    freedom = len(SDM91_DATA) - len(SDM91)
    assert agrees(math.sqrt(sum(squares) / freedom), "82.8")


@pytest.mark.parametrize(
    ("pools", "load", "apart", "shared"), [(2, 12, 44, 37), (10, 12, 220, 148), (10, 2, 70, 32)]
)
def test_bulkheads_cost_less_than_n_times(pools: int, load: int, apart: int, shared: int) -> None:
    assert pools * models.servers_needed(load, 0.01) == apart
    assert models.servers_needed(pools * load, 0.01) == shared


def test_shards_are_counted_exactly() -> None:
    assert 1 / models.shuffle_shard_blast(54, 4) == pytest.approx(316_251)
    assert 1 / models.shuffle_shard_blast(8, 2) == pytest.approx(28)
    assert 1 / models.shuffle_shard_blast(100, 5) == pytest.approx(75_287_520)


def test_two_copies_pay_below_the_threshold_only() -> None:
    def doubled(rho: float) -> float:
        return models.mm1_response(2 * rho, 1) / 2

    threshold = models.redundancy_threshold()
    assert doubled(threshold) == pytest.approx(models.mm1_response(threshold, 1))
    assert doubled(threshold - 0.01) < models.mm1_response(threshold - 0.01, 1)
    assert doubled(threshold + 0.01) > models.mm1_response(threshold + 0.01, 1)


# Extremes


def test_tiny_probabilities_keep_their_digits() -> None:
    assert models.fan_out_tail(1e-12, 1000) == pytest.approx(1e-9, rel=1e-8)
    assert models.fan_out_tail(1e-18, 10) == pytest.approx(1e-17)
    assert models.fan_out_tail(1, 10) == 1
    assert models.shadow_samples(1e-15, 0.95) == pytest.approx(2.9957e15, rel=1e-4)
    assert models.retry_load(1 - 1e-12, 3) == pytest.approx(4)


def test_many_servers_and_replicas_do_not_overflow() -> None:
    assert 0 < models.erlang_b(100_000, 99_000) < models.erlang_c(100_000, 99_000) < 1
    assert models.quorum_availability(10_000, 5_001, 0.5) == pytest.approx(0.496, abs=1e-3)
    assert models.shuffle_shard_blast(10_000, 1_000) == 0
    assert models.servers_needed(0, 0.01) == 1


def test_certain_outcomes() -> None:
    assert models.quorum_availability(3, 2, 1) == 1
    assert models.quorum_availability(3, 2, 0) == 0
    assert models.quorum_availability(3, 0, 0) == 1
    assert models.retry_load(1, 3) == 4
    assert models.retry_load(0, 3) == 1
    assert models.lru_hit_ratio(10, 10, 1) == 1
    assert models.lru_hit_ratio(10, 0, 1) == 0
    assert models.lru_hit_ratio(10, 9.999_999_9, 50) == pytest.approx(1)


# Properties


@given(lists, lists)
def test_parts_in_series_and_in_parallel(parts: list[float], more: list[float]) -> None:
    serial, parallel = models.serial_availability(parts), models.parallel_availability(parts)
    assert 0 <= serial <= min(parts)
    assert max(parts) - 1e-15 <= parallel <= 1
    assert models.serial_availability(parts + more) <= serial
    assert models.parallel_availability(parts + more) >= parallel


@given(st.integers(1, 7), shares, st.data())
def test_quorum_is_what_enumeration_counts(total: int, up: float, data: st.DataObject) -> None:
    needed = data.draw(st.integers(0, total))
    states = (state for state in product((0, 1), repeat=total) if sum(state) >= needed)
    counted = math.fsum(math.prod(up if on else 1 - up for on in state) for state in states)
    assert models.quorum_availability(total, needed, up) == pytest.approx(counted, abs=1e-12)


@given(st.integers(1, 60), shares, shares, st.data())
def test_quorum_is_monotone(total: int, one: float, other: float, data: st.DataObject) -> None:
    needed = data.draw(st.integers(0, total - 1))
    low, high = sorted((one, other))
    surely = models.quorum_availability(total, needed, low)
    assert models.quorum_availability(total, needed + 1, low) <= surely + 1e-12
    assert surely <= models.quorum_availability(total, needed, high) + 1e-12


@given(st.integers(1, 12), st.fractions(0, 11, max_denominator=50))
def test_erlang_is_the_formula_with_factorials(servers: int, load: Fraction) -> None:
    terms = [load**k / math.factorial(k) for k in range(servers + 1)]
    blocked = models.erlang_b(servers, float(load))
    assert blocked == pytest.approx(float(terms[-1] / sum(terms)), rel=1e-9)
    if load < servers:
        queued = terms[-1] * servers / (servers - load)
        waits = models.erlang_c(servers, float(load))
        assert waits == pytest.approx(float(queued / (sum(terms[:-1]) + queued)), rel=1e-9)
        assert 0 <= blocked <= waits <= 1


@given(st.floats(0, 300), inner)
def test_servers_needed_is_the_smallest_number(load: float, waits: float) -> None:
    needed = models.servers_needed(load, waits)
    assert models.erlang_c(needed, load) <= waits
    if needed - 1 > max(load, 0.999):
        assert models.erlang_c(needed - 1, load) > waits


@given(inner, inner)
def test_one_server_is_mm1(rho: float, rate: float) -> None:
    response = models.mm1_response(rho * rate, rate)
    assert models.erlang_c_wait(1, rho, rate) + 1 / rate == pytest.approx(response)
    assert models.kingman_wait(rho, 1, 1, 1 / rate) + 1 / rate == pytest.approx(response)
    assert models.littles_law(rho * rate, response) == pytest.approx(rho / (1 - rho))


@given(inner, st.integers(1, 1000))
def test_fan_out(quantile: float, leaves: int) -> None:
    leaf = models.leaf_quantile(quantile, leaves)
    assert quantile <= leaf < 1
    assert models.fan_out_tail(1 - leaf, leaves) == pytest.approx(1 - quantile)
    assert models.fan_out_tail(quantile, leaves) <= models.fan_out_tail(quantile, leaves + 1)


@given(shares, st.integers(0, 20))
def test_retries(failure: float, retries: int) -> None:
    load = models.retry_load(failure, retries)
    assert load == pytest.approx(math.fsum(failure**attempt for attempt in range(retries + 1)))
    assert 1 - 1e-12 <= load <= (retries + 1) * (1 + 1e-12)
    assert models.retry_failure(failure, retries + 1) <= models.retry_failure(failure, retries)
    steps = models.saga_success([1 - failure], retries)
    assert steps == pytest.approx(1 - models.retry_failure(failure, retries))


@given(inner, inner)
def test_hedging_is_what_numbers_say(delay_quantile: float, quantile: float) -> None:
    """The quantile found by bisection on S(t)S(t-d), S(t) = e^-t, hedged at d."""
    delay, plain = -math.log1p(-delay_quantile), -math.log1p(-quantile)

    def outlasts(time: float) -> float:
        return models.hedge_tail(math.exp(-time), math.exp(-max(0.0, time - delay)))

    low, high = 0.0, plain
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if outlasts(middle) > 1 - quantile else (low, middle)
    change = models.hedge_exponential_change(delay_quantile, quantile)
    assert change == pytest.approx(high / plain - 1, abs=1e-6)
    assert -0.5 <= change <= 0


@given(st.floats(1, 1e4), amounts, st.floats(0.001, 1e3))
def test_batches_gain_up_to_a_limit(size: float, fixed: float, per_item: float) -> None:
    gain = models.batch_gain(size, fixed, per_item)
    assert 1 - 1e-9 <= gain <= models.batch_gain_limit(fixed, per_item) * (1 + 1e-9)
    assert gain <= size * (1 + 1e-9)


@given(st.floats(1, 1e3), st.floats(0.1, 1e6))
def test_no_interval_wastes_less_than_youngs(cost: float, mtbf: float) -> None:
    best = models.checkpoint_interval(cost, mtbf)
    least = models.checkpoint_waste(best, cost, mtbf)
    for factor in (0.5, 0.9, 1.1, 2):
        assert models.checkpoint_waste(best * factor, cost, mtbf) > least


@given(inner, st.floats(1e-6, 0.1))
def test_throughput_peaks_where_the_law_says(alpha: float, beta: float) -> None:
    peak = models.usl_peak(alpha, beta)
    assert peak >= 1
    most = models.usl_throughput(peak, 1, alpha, beta)
    for factor in (1.1, 2, 10):
        assert models.usl_throughput(peak * factor, 1, alpha, beta) < most
    assert models.usl_throughput(max(1.0, peak / 2), 1, alpha, beta) <= most


@given(st.integers(1, 60), st.data())
def test_overlaps_of_shards_add_up_to_one(workers: int, data: st.DataObject) -> None:
    shard = data.draw(st.integers(1, workers))
    chances = [models.shuffle_shard_overlap(workers, shard, j) for j in range(shard + 1)]
    assert math.fsum(chances) == pytest.approx(1)
    assert chances[-1] == models.shuffle_shard_blast(workers, shard)


@pytest.mark.parametrize("exponent", [0, 0.6, 1, 1.5, 3])
@pytest.mark.parametrize("held", [0.001, 0.1, 0.9])
def test_groups_of_items_hit_as_often_as_items_alone(
    held: float, exponent: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped = models.lru_hit_ratio(20_000, held * 20_000, exponent)
    monkeypatch.setattr(models, "_GROUP_GROWTH", 1.0)
    assert grouped == pytest.approx(models.lru_hit_ratio(20_000, held * 20_000, exponent), abs=1e-5)


@given(st.integers(1, 300), shares, st.floats(0, 3))
def test_caches_hit_more_the_more_they_hold(items: int, held: float, exponent: float) -> None:
    capacity = held * items
    hits = models.lru_hit_ratio(items, capacity, exponent)
    assert -1e-9 <= hits <= 1
    assert hits >= held - 1e-6  # popular items are held longer
    assert hits <= models.lru_hit_ratio(items, capacity + 1, exponent) + 1e-9
    assert models.lru_hit_ratio(items, capacity, 0) == pytest.approx(held, abs=1e-6)


@given(shares, amounts, amounts)
def test_an_edge_is_a_cache_before_the_origin(hits: float, edge: float, origin: float) -> None:
    latency = models.edge_latency(hits, edge, origin)
    assert latency == pytest.approx(edge + (1 - hits) * origin)
    assert latency == pytest.approx(models.cached_latency(hits, edge, edge + origin))


@given(inner, st.integers(1, 30))
def test_steps_as_good_as_needed_make_the_saga(success: float, steps: int) -> None:
    step = models.step_success_needed(success, steps)
    assert models.saga_success([step] * steps, 0) == pytest.approx(success)


@given(inner, st.floats(1, 1000), st.floats(0.001, 1))
def test_a_burn_factor_spends_its_budget(budget: float, period: float, part: float) -> None:
    window = period * part
    factor = models.burn_factor(budget, period, window)
    assert models.error_budget_spent(factor, window, period) == pytest.approx(budget)
    assert models.burn_rate(1 - budget, budget) == pytest.approx(1)


@given(amounts, amounts, st.floats(0.1, 1e6), st.floats(1.01, 10))
def test_recovery_is_restore_and_replay(
    restore: float, lost: float, rate: float, headroom: float
) -> None:
    capacity = rate * headroom
    replay = models.replay_time(restore + lost, rate, capacity)
    assert models.checkpoint_recovery(restore, lost, rate, capacity) == restore + replay
    assert models.backlog_drain(rate, capacity, restore + lost) == replay


@pytest.mark.parametrize(
    ("restore", "lost", "rate", "capacity"),
    [(10, 150, 100, 420), (10, 300, 100, 150), (60, 0, 100, 200), (0, 30, 50, 500)],
)
def test_recovery_is_what_events_one_by_one_take(
    restore: float, lost: float, rate: float, capacity: float
) -> None:
    """One event after the other from the checkpoint on, until one is done before the next comes."""
    arrived, done = -lost, float(restore)
    while done > arrived:
        done = max(done, arrived) + 1 / capacity
        arrived += 1 / rate
    recovery = models.checkpoint_recovery(restore, lost, rate, capacity)
    assert done == pytest.approx(recovery, abs=2 / (capacity - rate))


# What makes no sense

NONSENSE: list[tuple[str, dict[str, Any], str]] = [
    ("serial_availability", {"parts": []}, "parts is empty"),
    ("serial_availability", {"parts": [0.9, 1.1]}, r"parts\[1\] is 1.1, should be from 0 to 1"),
    ("fan_out_tail", {"slow": -0.1, "leaves": 3}, "slow is -0.1, should be from 0 to 1"),
    ("fan_out_tail", {"slow": 0.1, "leaves": 2.5}, "leaves is 2.5, should be a whole number from"),
    ("fan_out_tail", {"slow": math.nan, "leaves": 2}, "slow is nan"),
    ("littles_law", {"rate": -1, "latency": 1}, "rate is -1, should be 0 or more"),
    ("littles_law", {"rate": math.inf, "latency": 1}, "rate is inf"),
    ("quorum_availability", {"replicas": 3, "needed": 4, "up": 0.9}, "at most replicas, 3"),
    ("mm1_response", {"rate": 5, "service_rate": 5}, "rate is 5, should be less than service_rate"),
    ("kingman_wait", {"utilisation": 1, "arrival_cv": 1, "service_cv": 1, "service_time": 1}, "1"),
    ("erlang_c", {"servers": 3, "load": 3}, "load is 3, should be less than servers, 3"),
    ("backlog_drain", {"rate": 2, "capacity": 1, "outage": 1}, "the queue grows without end"),
    ("servers_needed", {"load": 2, "wait_probability": 0}, "more than 0"),
    ("usl_peak", {"alpha": 0.1, "beta": 0}, "beta is 0, should be more than 0"),
    ("shuffle_shard_blast", {"workers": 3, "shard": 4}, "at most workers, 3"),
    ("shuffle_shard_overlap", {"workers": 9, "shard": 2, "shared": 3}, "at most shard, 2"),
    ("hedge_tail", {"survival_at_t": 0.5, "survival_at_t_minus_d": 0.1}, "survival falls"),
    ("burn_rate", {"objective": 1, "error_ratio": 0.1}, "from 0 to less than 1"),
    ("escrow_max_rate", {"hold": 0}, "hold is 0, should be more than 0"),
    ("edge_latency", {"hit_ratio": 0.5, "edge": -1, "origin": 1}, "edge is -1"),
    ("erlang_b", {"servers": 1e12, "load": 1}, "whole number from 1 to 100000"),
    ("erlang_c", {"servers": 1e12, "load": 1}, "whole number from 1 to 100000"),
    ("servers_needed", {"load": 1e12, "wait_probability": 0.1}, "load is .*, should be 100000 or"),
    ("quorum_availability", {"replicas": 1e9, "needed": 1, "up": 0.9}, "from 1 to 100000"),
    ("shuffle_shard_blast", {"workers": 1e8, "shard": 5e7}, "from 1 to 10000"),
    ("shuffle_shard_overlap", {"workers": 1e8, "shard": 5e7, "shared": 1}, "from 1 to 10000"),
    ("lru_hit_ratio", {"items": 1e13, "capacity": 1e6, "exponent": 1}, r"from 1 to 1e\+12"),
    ("nested_attempts", {"attempts": 4, "layers": 10**9}, "too large or too small"),
]


@pytest.mark.parametrize(("formula", "arguments", "message"), NONSENSE)
def test_arguments_without_sense(formula: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(formula, arguments)


# What would never end

STEPS = 1_000_000


def traced(formula: str, arguments: dict[str, Any]) -> None:
    """The formula, stopped when it has gone through too many lines to be quick."""
    before, left = sys.gettrace(), STEPS

    def count(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        left -= event == "line"
        assert left > 0, f"{formula} takes more than {STEPS} steps"
        return count

    sys.settrace(count)
    try:
        evaluate(formula, arguments)
    finally:
        sys.settrace(before)


@pytest.mark.parametrize(
    ("formula", "arguments"),
    [
        ("erlang_b", {"servers": 100_000, "load": 99_999}),
        ("servers_needed", {"load": 100_000, "wait_probability": 1e-300}),
        ("quorum_availability", {"replicas": 100_000, "needed": 0, "up": 0.5}),
        ("shuffle_shard_overlap", {"workers": 10_000, "shard": 5_000, "shared": 2_500}),
        ("lru_hit_ratio", {"items": 1e5, "capacity": 1e4, "exponent": 0.8}),
        ("lru_hit_ratio", {"items": 1e12, "capacity": 1e9, "exponent": 1}),
        ("lru_hit_ratio", {"items": 1e12, "capacity": 9e11, "exponent": 10}),
    ],
)
def test_the_largest_arguments_take_few_steps(formula: str, arguments: dict[str, Any]) -> None:
    traced(formula, arguments)


@pytest.mark.parametrize("large", [1e9, 1e15, 1e300])
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_hangs_on_a_large_number(formula: str, large: float) -> None:
    parameters = inspect.signature(FORMULAS[formula]).parameters.values()
    usual = next(given for name, given, _ in PUBLISHED if name == formula)
    for parameter in parameters:
        if parameter.annotation is float:
            with suppress(ValueError):
                traced(formula, usual | {parameter.name: large})


@pytest.mark.parametrize("formula", [name for name in FORMULAS if name != "redundancy_threshold"])
def test_no_formula_takes_a_negative_number(formula: str) -> None:
    parameters = inspect.signature(FORMULAS[formula]).parameters.values()
    negative = {p.name: -1.0 if p.annotation is float else [-1.0] for p in parameters}
    with pytest.raises(ValueError, match=" is -1, should be "):
        evaluate(formula, negative)


def test_every_formula_has_a_published_value() -> None:
    assert {name for name, *_ in PUBLISHED} == FORMULAS.keys()
