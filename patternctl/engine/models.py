"""Formulas that the catalog's numbers rest on: small, pure, each with units and source.

Probabilities, shares and ratios are fractions of 1; times are in seconds and rates per second
unless an argument says otherwise. Every formula takes numbers or lists of numbers, so that a
catalog file can name it and give its arguments. A public function of this module is a formula;
there is no list to add it to (`patternctl.engine.formulas` looks them up). What a formula works
through one by one is bounded, so that a slip in a catalog file is a fault and not a standstill.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

_MOST = 100_000
"""Largest number of servers or replicas; each of them is a step of the calculation."""
_MOST_WORKERS = 10_000
"""Largest number of workers; binomial coefficients are exact, and that many of them long."""
_MOST_ITEMS = 10**12
"""Largest number of items in a cache; well within the whole numbers that a float can tell apart."""
_GROUP_GROWTH = 1.005
"""Last rank of a group of cached items over its first; the hit ratio is off by less than 1e-5."""

# What arguments must be


def _check(values: Mapping[str, float], holds: Callable[[float], bool], wanted: str) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and holds(value)):
            raise ValueError(f"{name} is {value:g}, should be {wanted}")


def _at_least(minimum: float, **values: float) -> None:
    _check(values, lambda value: value >= minimum, f"{minimum:g} or more")


def _at_most(maximum: float, **values: float) -> None:
    _check(values, lambda value: value <= maximum, f"{maximum:g} or less")


def _positive(**values: float) -> None:
    _check(values, lambda value: value > 0, "more than 0")


def _shares(**values: float) -> None:
    _check(values, lambda value: 0 <= value <= 1, "from 0 to 1")


def _below_one(**values: float) -> None:
    _check(values, lambda value: 0 <= value < 1, "from 0 to less than 1")


def _count(minimum: int, most: float = math.inf, **value: float) -> int:
    """The one value as a whole number, at most `most`."""
    wanted = f"a whole number from {minimum}" + (f" to {most:g}" if math.isfinite(most) else "")
    _check(value, lambda number: minimum <= number <= most and number == int(number), wanted)
    return int(next(iter(value.values())))


def _stable(**pair: float) -> None:
    """First of the two below the second: a queue that gets more than it serves never empties."""
    (name, value), (limit_name, limit) = pair.items()
    wanted = f"less than {limit_name}, {limit:g}, or the queue grows without end"
    _check({name: value}, lambda number: number < limit, wanted)


def _numbered(**lists: Sequence[float]) -> dict[str, float]:
    """The one list's items by name: `parts[0]`, `parts[1]`."""
    ((name, items),) = lists.items()
    if not items:
        raise ValueError(f"{name} is empty, should have one number or more")
    return {f"{name}[{index}]": item for index, item in enumerate(items)}


# Availability


def serial_availability(parts: Sequence[float]) -> float:
    """Availability of a request that needs every one of `parts`, failing independently.

    `parts`: availability of each, 0 to 1.
    Formula: a1 * a2 * ... * an
    Source: Treynor, Dahlin, Rau, Beyer, The Calculus of Service Availability, ACM Queue 15(2), 2017
    Raises `ValueError` for an empty list or a part outside 0 to 1.
    """
    _shares(**_numbered(parts=parts))
    return math.prod(parts, start=1.0)


def parallel_availability(parts: Sequence[float]) -> float:
    """Availability of a request that any one of `parts` can serve, failing independently.

    `parts`: availability of each, 0 to 1.
    Formula: 1 - (1 - a1) * (1 - a2) * ... * (1 - an)
    Source: Trivedi, Probability and Statistics with Reliability, Queuing and CS Applications, 2002
    Raises `ValueError` for an empty list or a part outside 0 to 1.
    """
    _shares(**_numbered(parts=parts))
    return 1 - math.prod((1 - part for part in parts), start=1.0)


def quorum_availability(replicas: float, needed: float, up: float) -> float:
    """Probability that at least `needed` of `replicas` are up, each independently.

    `replicas`, `needed`: numbers of replicas, at most 100,000; `up`: probability that one is up,
    0 to 1.
    Formula: sum over i from needed to replicas of C(replicas, i) * up^i * (1 - up)^(replicas - i)
    Source: Trivedi, Probability and Statistics with Reliability, Queuing and CS Applications, 2002
    Raises `ValueError` unless the numbers are whole and in bounds, `needed` at most `replicas`,
    `up` a share.
    """
    total, least = _count(1, _MOST, replicas=replicas), _count(0, needed=needed)
    _shares(up=up)
    if least > total:
        raise ValueError(f"needed is {least}, should be at most replicas, {total}")
    if up in {0, 1}:
        return float(up == 1 or least == 0)
    return min(1.0, math.fsum(_binomial(total, count, up) for count in range(least, total + 1)))


def _binomial(total: int, count: int, chance: float) -> float:
    """Probability of exactly `count` of `total`; by logarithms, which never overflow."""
    ways = math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)
    return math.exp(ways + count * math.log(chance) + (total - count) * math.log1p(-chance))


def downtime(availability: float, period: float) -> float:
    """Seconds of downtime that an availability allows in a period.

    `availability`: 0 to 1; `period`: seconds.
    Formula: (1 - availability) * period
    Source: Beyer et al., Site Reliability Engineering, appendix A (Availability Table), 2016
    Raises `ValueError` for an availability outside 0 to 1 or a negative period.
    """
    _shares(availability=availability)
    _at_least(0, period=period)
    return (1 - availability) * period


def recovery_availability(mttf: float, downtime: float) -> float:
    """Availability of something that fails now and then and is down for a while each time.

    `mttf`: mean time to failure, seconds from the end of one failure to the start of the next;
    `downtime`: mean time to detect, take over and warm up, seconds (often called MTTR). The two
    together are the mean time between failures (MTBF).
    Formula: mttf / (mttf + downtime)
    Source: Gray and Siewiorek, High-Availability Computer Systems, IEEE Computer 24(9), 1991
    Raises `ValueError` unless `mttf` is positive and `downtime` 0 or more.
    """
    _positive(mttf=mttf)
    _at_least(0, downtime=downtime)
    return mttf / (mttf + downtime)


def elected_downtime(timeout: float, election: float) -> float:
    """Mean time without a leader after it dies, timeouts being drawn from one to two `timeout`.

    `timeout`: smallest election timeout, seconds; `election`: time of the vote, seconds. An upper
    estimate: the first of several followers to time out starts the vote.
    Formula: 1.5 * timeout + election
    Source: Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, ATC 2014
    Raises `ValueError` for negative times.
    """
    _at_least(0, timeout=timeout, election=election)
    return 1.5 * timeout + election


def blast_radius(cells: float) -> float:
    """Share of users that the loss of one of `cells` equal cells hits, 0 to 1.

    `cells`: number of cells.
    Formula: 1 / cells
    Source: AWS, Reducing the Scope of Impact with Cell-Based Architecture, whitepaper, 2023
    Raises `ValueError` unless `cells` is a whole number from 1.
    """
    return 1 / _count(1, cells=cells)


def shuffle_shard_blast(workers: float, shard: float) -> float:
    """Probability that another customer has exactly the same shard, and goes down with it.

    `workers`: number of workers, at most 10,000; `shard`: how many of them one customer is dealt
    at random.
    Formula: 1 / C(workers, shard)
    Source: MacCarthaigh, Workload isolation using shuffle-sharding, Amazon Builders' Library
    Raises `ValueError` unless both are whole, in bounds, and `shard` is from 1 to `workers`.
    """
    return 1 / math.comb(*_shard(workers, shard))


def shuffle_shard_overlap(workers: float, shard: float, shared: float) -> float:
    """Probability that two shards, each dealt at random, have exactly `shared` workers in common.

    `workers`: number of workers, at most 10,000; `shard`: workers per customer; `shared`: workers
    in common.
    Formula: C(shard, shared) * C(workers - shard, shard - shared) / C(workers, shard)
    Source: AWS Architecture Blog, Shuffle Sharding: Massive and Magical Fault Isolation, 2014
    Raises `ValueError` unless all are whole, in bounds, `shard` from 1 to `workers` and `shared`
    up to `shard`.
    """
    total, dealt = _shard(workers, shard)
    common = _count(0, shared=shared)
    if common > dealt:
        raise ValueError(f"shared is {common}, should be at most shard, {dealt}")
    hands = math.comb(dealt, common) * math.comb(total - dealt, dealt - common)
    return hands / math.comb(total, dealt)


def _shard(workers: float, shard: float) -> tuple[int, int]:
    total, dealt = _count(1, _MOST_WORKERS, workers=workers), _count(1, shard=shard)
    if dealt > total:
        raise ValueError(f"shard is {dealt}, should be at most workers, {total}")
    return total, dealt


# Tails and fan-out


def fan_out_tail(slow: float, leaves: float) -> float:
    """Probability that at least one of `leaves` parallel calls is slow.

    `slow`: probability that one call is slow, 0 to 1, independent of the others; `leaves`: calls.
    Formula: 1 - (1 - slow)^leaves
    Source: Dean and Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013
    Raises `ValueError` unless `slow` is from 0 to 1 and `leaves` a whole number from 1.
    """
    count = _count(1, leaves=leaves)
    _shares(slow=slow)
    return 1.0 if slow == 1 else -math.expm1(count * math.log1p(-slow))


def leaf_quantile(quantile: float, leaves: float) -> float:
    """Quantile of one call's latency that is the given quantile of the slowest of `leaves`.

    `quantile`: quantile of the whole request, 0 to 1; `leaves`: independent parallel calls.
    Formula: quantile^(1 / leaves)
    Source: Dean and Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013
    Raises `ValueError` unless `quantile` is from 0 to 1 and `leaves` a whole number from 1.
    """
    count = _count(1, leaves=leaves)
    _shares(quantile=quantile)
    return float(quantile ** (1 / count))


def hedge_load(survival: float) -> float:
    """Requests sent per request asked for, when a second one goes out after a delay.

    `survival`: share of requests that last longer than the delay, 0 to 1.
    Formula: 1 + survival
    Source: Dean and Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013
    Raises `ValueError` for a survival outside 0 to 1.
    """
    _shares(survival=survival)
    return 1 + survival


def hedge_tail(survival_at_t: float, survival_at_t_minus_d: float) -> float:
    """Probability that a hedged request lasts longer than t, hedged at d before t.

    `survival_at_t`, `survival_at_t_minus_d`: share of unhedged requests that last longer than t
    and than t - d, 0 to 1. The two requests are independent and do not slow each other down.
    Formula: survival_at_t * survival_at_t_minus_d
    Source: Dean and Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013
    Raises `ValueError` outside 0 to 1, or when more requests outlast t than the earlier t - d.
    """
    _shares(survival_at_t=survival_at_t, survival_at_t_minus_d=survival_at_t_minus_d)
    if survival_at_t > survival_at_t_minus_d:
        raise ValueError("survival_at_t should be at most survival_at_t_minus_d: survival falls")
    return survival_at_t * survival_at_t_minus_d


def hedge_exponential_change(delay_quantile: float, quantile: float) -> float:
    """Relative change of a latency quantile by hedging, for exponential latency; 0 or negative.

    `delay_quantile`: quantile of latency at which the second request goes out, 0 to less than 1;
    `quantile`: the quantile looked at, between 0 and 1. Replicas are independent, load is ignored.
    Formula: (ln(1 - delay_quantile) / ln(1 - quantile) - 1) / 2, and 0 if hedged later
    Source: S(t) * S(t - d) of Dean and Barroso, The Tail at Scale, 2013, solved for S(t) = e^-t
    Raises `ValueError` for quantiles outside those bounds.
    """
    _below_one(delay_quantile=delay_quantile, quantile=quantile)
    _positive(quantile=quantile)
    return min(0.0, (math.log1p(-delay_quantile) / math.log1p(-quantile) - 1) / 2)


def redundancy_threshold() -> float:
    """Utilisation below which sending every request twice shortens the mean response, 0 to 1.

    Two M/M/1 servers with independent queues, nothing is cancelled; rho is utilisation before.
    Formula: rho at which 1 / (2 * (1 - 2 * rho)) = 1 / (1 - rho), which is 1/3
    Source: Vulimiri et al., Low Latency via Redundancy, CoNEXT 2013
    Raises nothing: it has no arguments.
    """
    return 1 / 3


# Queues


def littles_law(rate: float, latency: float) -> float:
    """Mean number of requests in a system at a time, such as busy threads.

    `rate`: requests per second; `latency`: mean seconds that each stays.
    Formula: rate * latency
    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9(3), 1961
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, rate=rate, latency=latency)
    return rate * latency


def utilisation(rate: float, service_time: float, servers: float) -> float:
    """Load per server; 1 or more means that the queue grows without end.

    `rate`: requests per second; `service_time`: seconds of work each; `servers`: how many share it.
    Formula: rate * service_time / servers
    Source: Denning and Buzen, The Operational Analysis of Queueing Network Models, 1978
    Raises `ValueError` for negative arguments or fewer than one server.
    """
    _at_least(0, rate=rate, service_time=service_time)
    return rate * service_time / _count(1, servers=servers)


def mm1_response(rate: float, service_rate: float) -> float:
    """Mean response time of one server with random arrivals and service, in seconds (M/M/1).

    `rate`: arrivals per second; `service_rate`: requests per second that the server can do.
    Formula: 1 / (service_rate - rate)
    Source: Kleinrock, Queueing Systems, volume 1, Wiley, 1975
    Raises `ValueError` for a negative rate, or one that reaches the service rate.
    """
    _at_least(0, rate=rate)
    _stable(rate=rate, service_rate=service_rate)
    return 1 / (service_rate - rate)


def mm1_quantile(rate: float, service_rate: float, quantile: float) -> float:
    """Quantile of the response time of an M/M/1 server, in seconds.

    `rate`, `service_rate`: requests per second; `quantile`: 0 to less than 1.
    Formula: -ln(1 - quantile) / (service_rate - rate)
    Source: Kleinrock, Queueing Systems, volume 1, Wiley, 1975
    Raises `ValueError` as `mm1_response`, and for a quantile outside its bounds.
    """
    _below_one(quantile=quantile)
    return -math.log1p(-quantile) * mm1_response(rate, service_rate)


def kingman_wait(
    utilisation: float, arrival_cv: float, service_cv: float, service_time: float
) -> float:
    """Mean wait in the queue of one server, any arrivals and service, approximately; seconds.

    `utilisation`: 0 to less than 1; `arrival_cv`, `service_cv`: coefficients of variation of the
    time between arrivals and of service; `service_time`: mean, seconds.
    Formula: utilisation / (1 - utilisation) * (arrival_cv^2 + service_cv^2) / 2 * service_time
    Source: Kingman, The single server queue in heavy traffic, Proc. Camb. Phil. Soc. 57(4), 1961
    Raises `ValueError` for negative arguments or a utilisation of 1 or more.
    """
    _below_one(utilisation=utilisation)
    _at_least(0, arrival_cv=arrival_cv, service_cv=service_cv, service_time=service_time)
    variability = (arrival_cv**2 + service_cv**2) / 2
    return utilisation / (1 - utilisation) * variability * service_time


def erlang_b(servers: float, load: float) -> float:
    """Probability that a request finds all servers busy and is turned away (no queue).

    `servers`: number of servers, threads or connections, at most 100,000; `load`: offered load in
    Erlang, arrivals per second times mean seconds of service.
    Formula: B(0) = 1, B(k) = load * B(k - 1) / (k + load * B(k - 1)), k from 1 to servers
    Source: GNU Octave queueing package, erlangb; Erlang 1917
    Raises `ValueError` unless `servers` is a whole number in bounds and `load` 0 or more.
    """
    count = _count(1, _MOST, servers=servers)
    _at_least(0, load=load)
    blocked = 1.0
    for server in range(1, count + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(servers: float, load: float) -> float:
    """Probability that a request has to wait for one of `servers` (endless queue, M/M/c).

    `servers`: number of servers, at most 100,000; `load`: offered load in Erlang, less than
    `servers`.
    Formula: B / (1 - load / servers * (1 - B)), B the Erlang B of both
    Source: GNU Octave queueing package, erlangc; Cooper, Introduction to Queueing Theory, 1981
    Raises `ValueError` as `erlang_b`, and when the load reaches the number of servers.
    """
    _stable(load=load, servers=servers)
    return _erlang_c(erlang_b(servers, load), load / servers)


def _erlang_c(blocked: float, rho: float) -> float:
    return blocked / (1 - rho * (1 - blocked))


def erlang_c_wait(servers: float, load: float, service_rate: float) -> float:
    """Mean wait for a free server over all requests, in seconds (M/M/c).

    `servers`: number of servers, at most 100,000; `load`: Erlang; `service_rate`: requests per
    second of one server.
    Formula: C / (servers * service_rate - load * service_rate), C the Erlang C of both
    Source: GNU Octave queueing package, qsmmm; Kleinrock, Queueing Systems, volume 1, 1975
    Raises `ValueError` as `erlang_c`, and unless `service_rate` is positive.
    """
    _positive(service_rate=service_rate)
    return erlang_c(servers, load) / ((servers - load) * service_rate)


def servers_needed(load: float, wait_probability: float) -> float:
    """Smallest number of servers for which at most that share of requests waits (M/M/c).

    `load`: offered load in Erlang, at most 100,000; `wait_probability`: more than 0, at most 1.
    Formula: smallest whole c > load with Erlang C(c, load) <= wait_probability
    Source: Cooper, Introduction to Queueing Theory, 1981 (Erlang C, searched from below)
    Raises `ValueError` for a load or a probability outside its bounds.
    """
    _at_least(0, load=load)
    _at_most(_MOST, load=load)
    _shares(wait_probability=wait_probability)
    _positive(wait_probability=wait_probability)
    servers, blocked, waits = 0, 1.0, math.inf
    while waits > wait_probability:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers > load:
            waits = _erlang_c(blocked, load / servers)
    return float(servers)


def backlog_drain(rate: float, capacity: float, outage: float) -> float:
    """Seconds until the backlog of an outage is worked off while new work keeps coming.

    `rate`: arrivals per second; `capacity`: work per second that is possible; `outage`: seconds.
    Formula: rate * outage / (capacity - rate)
    Source: fluid approximation of a queue; Kleinrock, Queueing Systems, volume 2, 1976
    Raises `ValueError` for negative arguments or a rate that reaches the capacity.
    """
    _at_least(0, rate=rate, outage=outage)
    _stable(rate=rate, capacity=capacity)
    return rate * outage / (capacity - rate)


def usl_throughput(load: float, gamma: float, alpha: float, beta: float) -> float:
    """Throughput at a load under the Universal Scalability Law, in the unit of `gamma`.

    `load`: concurrent users or processors, 1 or more; `gamma`: throughput at load 1; `alpha`:
    contention, 0 to 1; `beta`: coherency delay, 0 or more (0: Amdahl's law).
    Formula: gamma * load / (1 + alpha * (load - 1) + beta * load * (load - 1))
    Source: Gunther, Guerrilla Capacity Planning, Springer, 2007; R package usl
    Raises `ValueError` for arguments outside those bounds.
    """
    _at_least(1, load=load)
    _at_least(0, gamma=gamma, beta=beta)
    _shares(alpha=alpha)
    return gamma * load / (1 + alpha * (load - 1) + beta * load * (load - 1))


def usl_peak(alpha: float, beta: float) -> float:
    """Load at which throughput is greatest under the Universal Scalability Law, 1 or more.

    `alpha`: contention, 0 to 1; `beta`: coherency delay, more than 0 (at 0 there is no peak).
    Where the curve peaks below a load of 1, throughput falls from the second user on: it is 1.
    Formula: sqrt((1 - alpha) / beta), and 1 if that is less
    Source: Gunther, Guerrilla Capacity Planning, Springer, 2007; R package usl
    Raises `ValueError` for arguments outside those bounds.
    """
    _shares(alpha=alpha)
    _positive(beta=beta)
    return max(1.0, math.sqrt((1 - alpha) / beta))


# Retrying and giving up


def retry_failure(failure: float, retries: float) -> float:
    """Probability that a call and all its retries fail, attempts being independent.

    `failure`: probability that one attempt fails, 0 to 1; `retries`: attempts after the first.
    Formula: failure^(retries + 1)
    Source: Brooker, Fixing retries with token buckets and circuit breakers, 2022
    Raises `ValueError` unless `failure` is from 0 to 1 and `retries` a whole number from 0.
    """
    _shares(failure=failure)
    return float(failure ** (_count(0, retries=retries) + 1))


def retry_load(failure: float, retries: float) -> float:
    """Mean number of attempts per call: by how much retries multiply the load.

    `failure`: probability that one attempt fails, 0 to 1; `retries`: attempts after the first.
    Formula: (1 - failure^(retries + 1)) / (1 - failure), and retries + 1 if every attempt fails
    Source: Brooker, Fixing retries with token buckets and circuit breakers, 2022
    Raises `ValueError` unless `failure` is from 0 to 1 and `retries` a whole number from 0.
    """
    attempts = _count(0, retries=retries) + 1
    _shares(failure=failure)
    if failure in {0, 1}:
        return float(attempts if failure else 1)
    return -math.expm1(attempts * math.log(failure)) / (1 - failure)


def nested_attempts(attempts: float, layers: float) -> float:
    """Attempts that reach the lowest layer when each of `layers` tries that often.

    `attempts`: attempts per layer, 1 or more (a mean, where a budget limits them); `layers`: count.
    Formula: attempts^layers
    Source: Beyer et al., Site Reliability Engineering, chapter 22, O'Reilly, 2016
    Raises `ValueError` unless `attempts` is 1 or more and `layers` a whole number from 0.
    """
    _at_least(1, attempts=attempts)
    return float(float(attempts) ** _count(0, layers=layers))


def breaker_min_rate(volume: float, window: float) -> float:
    """Requests per second below which a circuit breaker never sees enough to open.

    `volume`: requests that the window must hold; `window`: its length in seconds.
    Formula: volume / window
    Source: Hystrix wiki, Configuration: circuitBreaker.requestVolumeThreshold
    Raises `ValueError` for a negative volume or a window of 0.
    """
    _at_least(0, volume=volume)
    _positive(window=window)
    return volume / window


def breaker_detection(volume: float, rate: float) -> float:
    """Seconds until a circuit breaker has seen the requests that it needs to open.

    `volume`: requests needed; `rate`: requests per second that count towards it.
    Formula: volume / rate
    Source: Hystrix wiki, Configuration: circuitBreaker.requestVolumeThreshold
    Raises `ValueError` for a negative volume or a rate of 0.
    """
    _at_least(0, volume=volume)
    _positive(rate=rate)
    return volume / rate


# Checkpoints and replay


def checkpoint_interval(cost: float, mtbf: float) -> float:
    """Interval between checkpoints that loses least time to saving and to redoing, seconds.

    `cost`: seconds that one checkpoint takes; `mtbf`: mean time between failures, seconds.
    Formula: sqrt(2 * cost * mtbf)
    Source: Young, Communications of the ACM 17(9), 1974; Daly, FGCS 22(3), 2006
    Raises `ValueError` unless both are positive.
    """
    _positive(cost=cost, mtbf=mtbf)
    return math.sqrt(2 * cost * mtbf)


def checkpoint_waste(interval: float, cost: float, mtbf: float) -> float:
    """Share of time lost to saving and to redoing work, for intervals well below `mtbf`.

    `interval`: seconds between checkpoints; `cost`: seconds each; `mtbf`: seconds.
    Formula: cost / interval + interval / (2 * mtbf)
    Source: Young, Communications of the ACM 17(9), 1974; Daly, FGCS 22(3), 2006
    Raises `ValueError` unless `interval` and `mtbf` are positive and `cost` 0 or more.
    """
    _positive(interval=interval, mtbf=mtbf)
    _at_least(0, cost=cost)
    return cost / interval + interval / (2 * mtbf)


def replay_time(backlog_age: float, rate: float, capacity: float) -> float:
    """Seconds to replay a backlog while new events keep coming.

    `backlog_age`: seconds of events to catch up with; `rate`: events per second that come in;
    `capacity`: events per second that can be applied.
    Formula: backlog_age * rate / (capacity - rate)
    Source: fluid approximation of a queue; Kleinrock, Queueing Systems, volume 2, 1976
    Raises `ValueError` for negative arguments or a rate that reaches the capacity.
    """
    _at_least(0, backlog_age=backlog_age)
    return backlog_drain(rate, capacity, backlog_age)


def checkpoint_recovery(
    detect_restore: float, interval_lost: float, rate: float, capacity: float
) -> float:
    """Seconds from a failure until a restored job has caught up with its input.

    `detect_restore`: seconds to notice and load the checkpoint; `interval_lost`: seconds of events
    since it was taken (half the interval on average); `rate`, `capacity`: events per second. The
    job repeats the events since the checkpoint, and works off those that come in while it is down.
    Formula: detect_restore + (detect_restore + interval_lost) * rate / (capacity - rate)
    Source: fluid approximation of a queue; Kleinrock, Queueing Systems, volume 2, 1976
    Raises `ValueError` for negative arguments or a rate that reaches the capacity.
    """
    _at_least(0, detect_restore=detect_restore, interval_lost=interval_lost)
    return detect_restore + replay_time(detect_restore + interval_lost, rate, capacity)


# Caches and edges


def lru_hit_ratio(items: float, capacity: float, exponent: float) -> float:
    """Hit ratio of an LRU cache whose items are asked for by Zipf's law, 0 to 1.

    `items`: how many there are, at most 1e12; `capacity`: how many the cache holds; `exponent`: of
    Zipf's law, 0 (all alike) or more. Items have one size, requests are independent. Neighbours
    in popularity are reckoned in groups, which changes the result by less than 0.00001.
    Formula: sum of p(i) * (1 - e^(-p(i) * T)), T where the sum of 1 - e^(-p(i) * T) is capacity
    Source: Che, Tung, Wang, IEEE JSAC 20(7), 2002; Fricker, Robert, Roberts, arXiv 1202.3974
    Raises `ValueError` unless `items` is a whole number in bounds and the others are 0 or more.
    """
    count = _count(1, _MOST_ITEMS, items=items)
    _at_least(0, capacity=capacity, exponent=exponent)
    if capacity >= count:
        return 1.0
    groups = list(_ranks(count))
    weights = [rank**-exponent for _, rank in groups]
    total = math.fsum(size * weight for (size, _), weight in zip(groups, weights, strict=True))
    parts = [(size, weight / total) for (size, _), weight in zip(groups, weights, strict=True)]
    time = _characteristic_time(parts, capacity)
    hits = 0.0 - math.fsum(size * share * math.expm1(-share * time) for size, share in parts)
    return min(1.0, hits)


def _ranks(count: int) -> Iterator[tuple[int, float]]:
    """Ranks from 1 to `count` in groups: size and middle of each; the first 200 stand alone."""
    first = 1
    while first <= count:
        last = min(count, int(first * _GROUP_GROWTH))
        yield last - first + 1, (first + last) / 2
        first = last + 1


def _characteristic_time(parts: Sequence[tuple[int, float]], capacity: float) -> float:
    """Requests after which an item not asked for has left the cache.

    `parts`: groups of items, the size of each and the share of requests that one of it gets.
    By Newton's method from below: the items held are concave in time, so that no step passes the
    root. The limit on steps is for capacities that floats cannot tell from all items.
    """
    time = capacity
    for _ in range(200):
        absent = [size * math.expm1(-share * time) for size, share in parts]
        missing = capacity + math.fsum(absent)
        slope = math.fsum(size * share * math.exp(-share * time) for size, share in parts)
        if missing <= 1e-12 * capacity or slope <= 0:
            break
        time += missing / slope
    return time


def cached_latency(hit_ratio: float, hit: float, miss: float) -> float:
    """Mean latency of a read through a cache, in the unit of `hit` and `miss`.

    `hit_ratio`: 0 to 1; `hit`, `miss`: latency with and without a hit (the miss in total).
    Formula: hit_ratio * hit + (1 - hit_ratio) * miss
    Source: Hennessy and Patterson, Computer Architecture, appendix B (average memory access time)
    Raises `ValueError` for a ratio outside 0 to 1 or negative latencies.
    """
    _shares(hit_ratio=hit_ratio)
    _at_least(0, hit=hit, miss=miss)
    return hit_ratio * hit + (1 - hit_ratio) * miss


def edge_latency(hit_ratio: float, edge: float, origin: float) -> float:
    """Mean latency of a request that the edge answers or passes on, in the unit of both.

    `hit_ratio`: share answered at the edge, 0 to 1; `edge`: latency to the edge; `origin`:
    latency from there to the origin and back.
    Formula: hit_ratio * edge + (1 - hit_ratio) * (edge + origin)
    Source: Hennessy and Patterson, Computer Architecture, appendix B (average memory access time)
    Raises `ValueError` for a ratio outside 0 to 1 or negative latencies.
    """
    _at_least(0, edge=edge, origin=origin)
    return cached_latency(hit_ratio, hit=edge, miss=edge + origin)


# Sagas


def saga_success(step_success: Sequence[float], retries: float) -> float:
    """Probability that every step of a saga succeeds, so that nothing is compensated.

    `step_success`: probability per attempt of each step, 0 to 1; `retries`: further attempts per
    step. All attempts are independent.
    Formula: product of 1 - (1 - p)^(retries + 1) over the steps
    Source: independent Bernoulli trials; sagas: Garcia-Molina and Salem, SIGMOD 1987
    Raises `ValueError` for an empty list, a probability outside 0 to 1, or broken `retries`.
    """
    attempts = _count(0, retries=retries) + 1
    _shares(**_numbered(step_success=step_success))
    return math.prod((1 - (1 - step) ** attempts for step in step_success), start=1.0)


def step_success_needed(saga_success: float, steps: float) -> float:
    """Probability with which each of `steps` equal steps must succeed for the saga's.

    `saga_success`: probability of the saga, 0 to 1; `steps`: number of steps.
    Formula: saga_success^(1 / steps)
    Source: independent Bernoulli trials; sagas: Garcia-Molina and Salem, SIGMOD 1987
    Raises `ValueError` unless the probability is from 0 to 1 and `steps` a whole number from 1.
    """
    count = _count(1, steps=steps)
    _shares(saga_success=saga_success)
    return float(saga_success ** (1 / count))


def saga_latency(steps: Sequence[float], hop: float) -> float:
    """Latency of a saga whose steps follow one another, in the unit of both.

    `steps`: latency of each step; `hop`: latency of the broker or orchestrator before each.
    Formula: sum of step + hop over the steps
    Source: means of a sum add up; sagas: Garcia-Molina and Salem, SIGMOD 1987
    Raises `ValueError` for an empty list or negative latencies.
    """
    _at_least(0, **_numbered(steps=steps), hop=hop)
    return math.fsum(steps) + len(steps) * hop


# Batches, shadows, outbox, events


def batch_gain(size: float, fixed: float, per_item: float) -> float:
    """By how much batches of `size` multiply throughput against single items.

    `size`: items per batch, 1 or more; `fixed`: cost of a call however large; `per_item`: cost of
    each item in it, both in one unit.
    Formula: size * (fixed + per_item) / (fixed + size * per_item)
    Source: linear cost model of Hockney, The communication challenge for MPP, Par. Comp. 20, 1994
    Raises `ValueError` unless `size` is 1 or more, `fixed` 0 or more and `per_item` positive.
    """
    _at_least(1, size=size)
    _at_least(0, fixed=fixed)
    _positive(per_item=per_item)
    return size * (fixed + per_item) / (fixed + size * per_item)


def batch_gain_limit(fixed: float, per_item: float) -> float:
    """Gain in throughput that batches approach as they grow.

    `fixed`: cost of a call however large; `per_item`: cost of each item, both in one unit.
    Formula: (fixed + per_item) / per_item
    Source: linear cost model of Hockney, The communication challenge for MPP, Par. Comp. 20, 1994
    Raises `ValueError` unless `fixed` is 0 or more and `per_item` positive.
    """
    _at_least(0, fixed=fixed)
    _positive(per_item=per_item)
    return (fixed + per_item) / per_item


def batch_fill_time(size: float, rate: float) -> float:
    """Seconds that the first item of a batch waits for the last; the mean item waits half.

    `size`: items per batch, 1 or more; `rate`: items per second.
    Formula: (size - 1) / rate
    Source: mean gap between arrivals is 1 / rate; Kleinrock, Queueing Systems, volume 1, 1975
    Raises `ValueError` unless `size` is 1 or more and `rate` positive.
    """
    _at_least(1, size=size)
    _positive(rate=rate)
    return (size - 1) / rate


def shadow_cost(mirrored: float, relative_cost: float) -> float:
    """Cost of a system and its shadow, in multiples of the system's own.

    `mirrored`: share of traffic that is copied, 0 to 1; `relative_cost`: cost of handling one
    request in the shadow, in multiples of one in production.
    Formula: 1 + mirrored * relative_cost
    Source: arithmetic of costs in proportion to load
    Raises `ValueError` for a share outside 0 to 1 or a negative cost.
    """
    _shares(mirrored=mirrored)
    _at_least(0, relative_cost=relative_cost)
    return 1 + mirrored * relative_cost


def shadow_samples(difference_rate: float, confidence: float) -> float:
    """Mirrored requests after which a difference shows at least once; round up to whole ones.

    `difference_rate`: share of requests that differ, between 0 and 1; `confidence`: probability of
    at least one among them, 0 to less than 1.
    Formula: ln(1 - confidence) / ln(1 - difference_rate)
    Source: Hanley and Lippman-Hand, If nothing goes wrong, is everything all right?, JAMA 249, 1983
    Raises `ValueError` for arguments outside those bounds.
    """
    _below_one(difference_rate=difference_rate, confidence=confidence)
    _positive(difference_rate=difference_rate)
    return math.log1p(-confidence) / math.log1p(-difference_rate)


def outbox_rows(rate: float, lag: float, retention: float) -> float:
    """Rows that an outbox table holds in steady state.

    `rate`: events per second; `lag`: seconds until an event is published; `retention`: seconds
    that its row stays afterwards.
    Formula: rate * (lag + retention)
    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9(3), 1961
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, lag=lag, retention=retention)
    return littles_law(rate, lag + retention)


def outbox_size(rate: float, lag: float, retention: float, row_bytes: float) -> float:
    """Bytes that an outbox table holds in steady state, before indexes and bloat.

    `rate`: events per second; `lag`, `retention`: seconds; `row_bytes`: bytes of one row.
    Formula: rate * (lag + retention) * row_bytes
    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9(3), 1961
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, row_bytes=row_bytes)
    return outbox_rows(rate, lag, retention) * row_bytes


def polling_delay(poll: float, linger: float) -> float:
    """Mean delay from commit to sending with a polling relay, before any network; unit of both.

    `poll`: interval between polls; `linger`: longest wait of the producer for a fuller batch.
    Events are spread evenly over both.
    Formula: poll / 2 + linger / 2
    Source: mean of an even spread; Kafka documentation, producer configuration linger.ms
    Raises `ValueError` for negative times.
    """
    _at_least(0, poll=poll, linger=linger)
    return poll / 2 + linger / 2


def event_storage(rate: float, event_bytes: float, days: float, copies: float) -> float:
    """Bytes that an event log takes after some days.

    `rate`: events per second; `event_bytes`: bytes of one; `days`: days kept; `copies`: replicas,
    projections and the log itself together.
    Formula: rate * 86400 * days * event_bytes * copies
    Source: arithmetic, 86,400 seconds to the day
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, rate=rate, event_bytes=event_bytes, days=days, copies=copies)
    return rate * 86_400 * days * event_bytes * copies


def rebuild_time(events: float, apply_rate: float) -> float:
    """Seconds to rebuild state from events.

    `events`: number of events; `apply_rate`: events per second that can be applied.
    Formula: events / apply_rate
    Source: arithmetic
    Raises `ValueError` for negative events or a rate of 0.
    """
    _at_least(0, events=events)
    _positive(apply_rate=apply_rate)
    return events / apply_rate


def apply_rate(events: float, seconds: float) -> float:
    """Events applied per second in a rebuild that was measured.

    `events`: number of events; `seconds`: how long they took.
    Formula: events / seconds
    Source: arithmetic
    Raises `ValueError` for negative events or a time of 0.
    """
    _at_least(0, events=events)
    _positive(seconds=seconds)
    return events / seconds


# Escrow


def escrow_max_rate(hold: float) -> float:
    """Reservations per second on one key, when each holds the key's lock for a while.

    `hold`: seconds that the lock is held, commit included.
    Formula: 1 / hold
    Source: utilisation law; Denning and Buzen, Computing Surveys 10(3), 1978
    Raises `ValueError` unless `hold` is positive.
    """
    _positive(hold=hold)
    return 1 / hold


def escrow_partitions(rate: float, hold: float) -> float:
    """Fewest sub-counters that carry a rate of reservations; round up to whole ones.

    `rate`: reservations per second on the key; `hold`: seconds that one holds a lock. Each of
    that many is busy all the time, so that the next request waits: a lower bound, not a plan.
    Formula: rate * hold
    Source: utilisation law; Denning and Buzen, Computing Surveys 10(3), 1978
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, rate=rate, hold=hold)
    return rate * hold


def escrow_held(rate: float, ttl: float, conversion: float) -> float:
    """Items of stock held by reservations that expire unused, on average.

    `rate`: reservations per second; `ttl`: seconds until one expires; `conversion`: share that is
    confirmed, 0 to 1. What is held until it is confirmed comes on top.
    Formula: rate * ttl * (1 - conversion)
    Source: Little, A Proof for the Queuing Formula L = lambda W, Operations Research 9(3), 1961
    Raises `ValueError` for negative arguments or a conversion outside 0 to 1.
    """
    _at_least(0, rate=rate, ttl=ttl)
    _shares(conversion=conversion)
    return rate * ttl * (1 - conversion)


# Functions and sidecars


def lambda_concurrency(rate: float, duration: float) -> float:
    """Mean number of function instances that run at a time.

    `rate`: invocations per second; `duration`: mean seconds of one, start included.
    Formula: rate * duration
    Source: AWS Lambda Developer Guide, Understanding Lambda function scaling
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, rate=rate, duration=duration)
    return rate * duration


def cold_start_share(rate: float, idle: float) -> float:
    """Share of requests that find a single instance reclaimed, for random (Poisson) arrivals.

    `rate`: requests per second; `idle`: seconds without a request after which it is reclaimed.
    Formula: e^(-rate * idle)
    Source: exponential gaps of a Poisson process; Kleinrock, Queueing Systems, volume 1, 1975
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, rate=rate, idle=idle)
    return math.exp(-rate * idle)


def sidecar_cpu(rate: float, vcpu_per_1000: float) -> float:
    """Virtual CPUs that one sidecar proxy uses.

    `rate`: requests per second through the proxy; `vcpu_per_1000`: virtual CPUs that the proxy
    takes for 1,000 requests a second. Istio published 0.6 (release 1.3), 0.5 (1.6 and 1.20), 0.35
    (1.9 to 1.16) and 0.20 (1.24), each for its own test.
    Formula: vcpu_per_1000 * rate / 1000
    Source: Istio documentation, Performance and Scalability, releases 1.3 to 1.24
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, rate=rate, vcpu_per_1000=vcpu_per_1000)
    return vcpu_per_1000 * rate / 1000


def sidecar_fleet(services: float, replicas: float, memory: float) -> float:
    """Bytes of memory that a proxy beside every replica takes in all.

    `services`: number of services; `replicas`: mean replicas of each; `memory`: bytes of one proxy.
    Formula: services * replicas * memory
    Source: arithmetic
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, services=services, replicas=replicas, memory=memory)
    return services * replicas * memory


# Rates and money


def per_second(amount: float, period: float) -> float:
    """Mean rate per second of an amount spread over a period.

    `amount`: such as requests; `period`: seconds.
    Formula: amount / period
    Source: arithmetic
    Raises `ValueError` for a negative amount or a period of 0.
    """
    _at_least(0, amount=amount)
    _positive(period=period)
    return amount / period


def monthly_cost(quantity: float, unit_price: float) -> float:
    """Cost per month at list price, in the currency of the price.

    `quantity`: units per month (an hourly price has 730); `unit_price`: price of one unit.
    Formula: quantity * unit_price
    Source: FinOps Open Cost and Usage Specification 1.2, ListCost; month of 730 h: Infracost
    Raises `ValueError` for negative arguments.
    """
    _at_least(0, quantity=quantity, unit_price=unit_price)
    return quantity * unit_price


# Error budgets


def burn_rate(objective: float, error_ratio: float) -> float:
    """Speed at which errors use up the error budget; 1 empties it at the end of the period.

    `objective`: of the SLO, 0 to less than 1; `error_ratio`: share of bad events, 0 to 1.
    Formula: error_ratio / (1 - objective)
    Source: Beyer et al., The Site Reliability Workbook, chapter 5, O'Reilly, 2018
    Raises `ValueError` for arguments outside those bounds.
    """
    _below_one(objective=objective)
    _shares(error_ratio=error_ratio)
    return error_ratio / (1 - objective)


def burn_factor(budget: float, period: float, window: float) -> float:
    """Burn rate at which an alert's window uses up a share of the period's error budget.

    `budget`: share of the error budget, 0 to 1; `period`, `window`: in one unit.
    Formula: budget * period / window
    Source: Beyer et al., The Site Reliability Workbook, chapter 5, O'Reilly, 2018
    Raises `ValueError` for a share outside 0 to 1 or times that are not positive.
    """
    _shares(budget=budget)
    _positive(period=period, window=window)
    return budget * period / window


def error_budget_spent(burn_rate: float, window: float, period: float) -> float:
    """Share of the period's error budget that is gone after a window at a burn rate.

    `burn_rate`: 0 or more; `window`, `period`: in one unit.
    Formula: burn_rate * window / period
    Source: Beyer et al., The Site Reliability Workbook, chapter 5, O'Reilly, 2018
    Raises `ValueError` for a negative burn rate or window, or a period of 0.
    """
    _at_least(0, burn_rate=burn_rate, window=window)
    _positive(period=period)
    return burn_rate * window / period
