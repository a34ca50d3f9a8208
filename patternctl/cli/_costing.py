"""What the commands of `patternctl cost` have in common: from flags to terms and designs."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from patternctl import faults
from patternctl.cli import _inputs
from patternctl.cli._console import note
from patternctl.cli._setup import Setup, cost_settings, setup
from patternctl.config import locate
from patternctl.costing import terms as reckoning
from patternctl.costing.bill import Design, Terms, architecture, bill, converted, declared
from patternctl.costing.parts import Stated
from patternctl.costing.prices import Prices
from patternctl.errors import (
    ConfigError,
    InputError,
    PatternctlError,
    Problem,
    UsageError,
)
from patternctl.model.bill import Bill, Given
from patternctl.model.cost import Driver
from patternctl.model.currency import CODES
from patternctl.model.estimate import Estimate
from patternctl.model.settings import CostSettings, DriverText
from patternctl.model.system import System
from patternctl.model.units import parse_duration

_CURRENCY = re.compile(r"([A-Z]{3})=([0-9]{1,9}(?:\.[0-9]{1,9})?)")


class Rate(NamedTuple):
    """A currency to show, at a rate that was given."""

    code: str
    rate: float
    """What one unit of the book's currency is worth in it."""


class Request(NamedTuple):
    """What the flags of every command of `cost` ask for."""

    manifest: str | None
    flags: tuple[str, ...]
    book: str | None = None
    prices: str | None = None
    currency: str | None = None
    may_ask: bool = False


def shown(made: Bill, rate: Rate | None) -> Bill:
    """A bill in the currency to show."""
    return converted(made, rate.code, rate.rate) if rate else made


def remarks(bills: Sequence[Bill], found: Terms, rate: Rate | None) -> list[str]:
    """What has to be known about the prices of bills."""
    told = stale(bills, found.prices)
    if rate is not None:
        currency = found.prices.book.currency
        told.append(f"1 {currency} is taken for {rate.rate:g} {rate.code}, as --currency says")
    return told


def terms(request: Request) -> Terms:
    """What to reckon with. Raises one `InputError` with all that is wrong with any of it."""
    given = setup(None, ignored=False)
    problems: list[Problem] = []
    system: System | None = None
    found: Terms | None = None
    try:
        system = _system(request.manifest, given)
    except PatternctlError as error:
        problems += error.problems
    settings, wrong = _settings(request, given)
    problems += wrong
    try:
        found = reckoning.terms(settings)
        problems += _same_currency(currency(request.currency), found.prices)
    except PatternctlError as error:
        problems += error.problems
    if problems or found is None:
        raise InputError(*dict.fromkeys(problems))
    return found._replace(stated=Stated(system))


def _same_currency(rate: Rate | None, prices: Prices) -> list[Problem]:
    if rate is None or rate.code != prices.book.currency:
        return []
    message = f"--currency: the prices are in {rate.code} already"
    return [Problem(message, hint="leave it out, or name another currency")]


def _settings(request: Request, given: Setup) -> tuple[CostSettings, list[Problem]]:
    """What flags and configuration say, and the flags that say nothing."""
    values: list[DriverText] = []
    problems: list[Problem] = []
    for flag in request.flags:
        name, equals, text = (part.strip() for part in flag.partition("="))
        if equals and name and text:
            values.append(DriverText(name, text, "flag"))
            continue
        hint = "write a driver and its value, as in `--set requests=200/s`"
        problems.append(Problem(f"--set {faults.shown(flag)} is no `name=value`", hint=hint))
    configured = cost_settings(given)
    settings = configured._replace(
        book=request.book or configured.book,
        prices=Path(request.prices) if request.prices else configured.prices,
        values=(*configured.values, *values),
    )
    return settings, problems


def terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def asked(designs: Sequence[Design]) -> list[Design]:
    """Designs with what any of them lacks asked for; an empty answer leaves it open."""
    import questionary
    from prompt_toolkit.output import create_output

    if not designs:
        return []
    known = reckoning.drivers(designs[0].terms.costs)
    lines = (line for design in designs for line in bill(design).lines)
    given: dict[str, str] = {}
    values: dict[str, Given] = {}
    for name in dict.fromkeys(name for line in lines for name in line.lacks if name in known):
        answer = questionary.text(
            f"{known[name].title}? ({_EXAMPLES[known[name].measure]}; empty: leave it open)",
            validate=partial(_valid, known[name]),
            output=create_output(stdout=sys.stderr),  # stdout is for the result
        ).unsafe_ask()
        if answer.strip():
            given[name] = answer.strip()
            values[name] = Given(reckoning.read_value(known[name], given[name]), "asked")
    if given:
        flags = (f"--set {shlex.quote(f'{name}={value}')}" for name, value in given.items())
        note(f"the same without asking: {' '.join(flags)}")
    return [_with(design, values) for design in designs]


def _with(design: Design, values: Mapping[str, Given]) -> Design:
    terms = design.terms
    return design._replace(terms=terms._replace(flags={**terms.flags, **values}))


def _valid(driver: Driver, text: str) -> bool | str:
    """True, or what is wrong with an answer."""
    try:
        if text.strip():
            reckoning.read_value(driver, text.strip())
    except ValueError as error:
        return str(error)
    return True


_EXAMPLES = {
    "rate": "200/s",
    "time": "5ms",
    "size": "200GB",
    "memory": "512MiB",
    "share": "50%",
    "count": "3",
    "number": "3",
    "money": "15000",
}


def designs(names: Sequence[str], base: Terms) -> list[Design]:
    """Architectures by id, and manifests by file. Raises `InputError` with all faults."""
    found: list[Design] = []
    problems: list[Problem] = []
    for name in names:
        try:
            found.append(_design(name, base))
        except PatternctlError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return found


def currency(written: str | None) -> Rate | None:
    """`EUR=0.92`. Raises `UsageError`."""
    if written is None:
        return None
    match = _CURRENCY.fullmatch(written)
    if match is None or float(match[2]) <= 0:
        hint = "give its code and what one USD is worth in it, as in EUR=0.92"
        raise UsageError(Problem(f"--currency {faults.shown(written)} is no rate", hint=hint))
    if match[1] not in CODES:
        hint = "write its ISO 4217 code, such as EUR"
        raise UsageError(Problem(f"--currency: there is no currency {match[1]}", hint=hint))
    return Rate(match[1], float(match[2]))


def stale(bills: Sequence[Bill], prices: Prices) -> list[str]:
    """One remark on prices of the bills that are older than the configuration allows."""
    configured = setup(None, ignored=False)
    try:
        age = parse_duration(configured.config.cost.stale_after)
    except ValueError as error:
        where = locate(configured.file, "stale-after") if configured.file else None
        raise ConfigError(Problem(f"cost.stale-after {error}", where)) from None
    if age == float("inf"):
        return []
    limit = today() - timedelta(seconds=min(age, 3e9))
    costs: defaultdict[str, float] = defaultdict(float)
    for line in (line for made in bills for line in made.lines):
        if line.cost and not line.people:
            costs[line.resource] += line.cost.likely
    old = {
        name: agreed.date
        for name in sorted(costs, key=lambda name: -costs[name])
        if (agreed := prices.find(name)) and agreed.date and agreed.date < limit
    }
    whole = sum(costs.values())
    if not old or not whole:
        return []
    share = sum(costs[name] for name in old) / whole
    named = [f"{name} ({day})" for name, day in [*old.items()][:_NAMED]]
    more = f" and {len(old) - _NAMED} more" if len(old) > _NAMED else ""
    which = "this bill" if len(bills) == 1 else "these bills"
    told = f"stale prices carry {share * 100:.0f} % of {which}: {', '.join(named)}{more}"
    return [f"{told}; older than {configured.config.cost.stale_after}"]


_NAMED = 3
"""Stale prices that are named, those that matter most."""


def today() -> date:
    """Today here, or the day of SOURCE_DATE_EPOCH, which is the same everywhere (UTC)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if epoch.isdecimal():
            return datetime.fromtimestamp(int(epoch), UTC).date()
        return date.today()
    except (OverflowError, ValueError, OSError):
        hint = "seconds since 1970, or nothing"
        raise UsageError(
            Problem("SOURCE_DATE_EPOCH is no day of the calendar", hint=hint)
        ) from None


def _system(manifest: str | None, given: Setup) -> System | None:
    return _inputs.systems([manifest], "<stdin>", catalogs=given.catalogs)[0] if manifest else None


def _design(name: str, base: Terms) -> Design:
    known = reckoning.architectures(base.costs)
    if name in known:
        return architecture(name, base)
    if Path(name).suffix in (".yaml", ".yml") or os.sep in name or Path(name).is_file():
        given = setup(None, ignored=False)
        system = _inputs.systems([name], "<stdin>", catalogs=given.catalogs)[0]
        return declared(base._replace(stated=Stated(system)))
    hint = faults.suggest(name, known) or f"there are: {', '.join(known)}, or name a manifest"
    raise UsageError(Problem(f'there is no architecture "{name}"', hint=hint))


def read_number(text: str) -> Estimate:
    """`3`, `2..4` or `2..3..4`. Raises `ValueError` with what is wrong."""
    return reckoning.read_value(Driver(title="number", measure="number"), text)
