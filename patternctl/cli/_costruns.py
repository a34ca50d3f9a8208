"""What each command of `patternctl cost` does between its flags and the engine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from patternctl import catalog, faults
from patternctl.cli import _costing, _inputs
from patternctl.cli._console import STDOUT, note, terminal_width, write
from patternctl.cli._costing import Rate, Request
from patternctl.cli._setup import setup
from patternctl.costing.bill import Design, Terms, bill, declared
from patternctl.costing.parts import Stated
from patternctl.costing.terms import architectures
from patternctl.costing.terms import drivers as all_drivers
from patternctl.engine import breakeven, costdiff, sweep, tco
from patternctl.engine.costexplain import explain, moves
from patternctl.engine.montecarlo import Simulation, Spread, simulate
from patternctl.errors import InputError, Location, Problem, UsageError
from patternctl.generators import cost as bills
from patternctl.generators import costcompare, costexplained, costsweep, costtco, focus, plot
from patternctl.generators import costdiff as differences
from patternctl.generators._amounts import spoken
from patternctl.model.bill import Bill
from patternctl.model.cost import PEOPLE, Role, measured
from patternctl.model.estimate import Estimate, exactly
from patternctl.model.playbook import Playbook
from patternctl.model.system import System

_WIDTH = 100
EXCEEDED = 1
"""Exit status where a change costs more than is allowed."""


class Shown(NamedTuple):
    """How the bill of one system is to be told."""

    items: bool
    explained: str | None
    drivers: bool
    simulated: int | None
    """Draws of a simulation; none without one."""
    seed: int
    format: str
    output: str


def show(request: Request, shown: Shown) -> int:
    """The bill of a declared system."""
    rate = _costing.currency(request.currency)
    name = request.manifest or manifest_here()
    found = _costing.terms(request._replace(manifest=name))
    if shown.drivers:
        write(shown.output, bills.drivers(found.costs))
        return 0
    design = declared(_required(found))
    if request.may_ask and _costing.terminal():
        [design] = _costing.asked([design])
    made = _costing.shown(bill(design), rate)
    made = made._replace(notes=tuple(_costing.remarks([made], found, rate)))
    write(shown.output, _shown(design, made, found, shown, rate))
    return 0


def _shown(design: Design, made: Bill, found: Terms, shown: Shown, rate: Rate | None) -> str:
    if shown.explained is not None:
        amounts = costexplained.Shown(made.currency, rate.rate if rate else 1.0)
        currency = found.prices.book.currency
        return costexplained.text(explain(design, shown.explained), currency, amounts, width())
    if shown.format == "json":
        document = bills.document(made, found.prices)
        if shown.simulated is not None:
            document["simulation"] = _plain(_simulation(design, shown, shown.simulated, rate))
        return _json(document)
    if shown.format == "csv":
        return bills.csv([made])
    if shown.format == "focus":
        return _focus(made, found, rate)
    if shown.format == "markdown":
        told = bills.markdown(made, found.prices, items=shown.items)
    else:
        told = bills.text(made, found.prices, items=shown.items, width=width())
    if shown.simulated is None:
        return told
    simulation = _simulation(design, shown, shown.simulated, rate)
    return (
        told
        + "\n"
        + bills.simulation(simulation, made.currency, markdown=shown.format == "markdown")
    )


def _simulation(design: Design, shown: Shown, draws: int, rate: Rate | None) -> Simulation:
    try:
        told = simulate(design, draws, shown.seed)
    except ValueError as error:
        raise UsageError(Problem(f"--draws: {error}")) from None
    if rate is None:
        return told
    machines, people, total = (
        _worth(each, rate.rate) for each in (told.infrastructure, told.people, told.total)
    )
    return told._replace(infrastructure=machines, people=people, total=total)


def _worth(spread: Spread, rate: float) -> Spread:
    p10, p50, p90, mean, causes = spread
    return Spread(p10 * rate, p50 * rate, p90 * rate, mean * rate, causes)


def _focus(made: Bill, found: Terms, rate: Rate | None) -> str:
    today = _costing.today()
    start = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    for line in focus.left_out(made, found.prices):
        note(f"note: no row for {line.id}: {line.unknown or 'people are no charge of a provider'}")
    return focus.csv(made, found.prices, (start, end), rate.rate if rate else None)


# Comparing


def compare(
    request: Request, names: Sequence[str], over: str | None, format: str, output: str
) -> int:
    """Several designs for one workload."""
    rate = _costing.currency(request.currency)
    found = _costing.terms(request._replace(manifest=request.manifest or manifest_here()))
    designs = _costing.designs(names or architectures(found.costs), found)
    if len(designs) < 2:
        hint = "name two or more, or none for all architectures"
        raise UsageError(Problem("there is nothing to compare with", hint=hint))
    reach = _range(over or "requests=1/s..100000/s", found)
    if request.may_ask and _costing.terminal():
        designs = _costing.asked(designs)
    made = costcompare.ordered(_costing.shown(bill(design), rate) for design in designs)
    told = costcompare.Comparison(
        bills=made,
        driver=reach.driver,
        measure=reach.measure,
        low=reach.low,
        high=reach.high,
        order=_order(designs, reach, rate),
        stated=[*_stated(made)] if rate is None else [],
        notes=_costing.remarks(made, found, rate),
    )
    if format == "json":
        write(output, _json(costcompare.document(told)))
    elif format == "csv":
        write(output, bills.csv(made))
    elif format == "markdown":
        write(output, costcompare.markdown(told))
    else:
        write(output, costcompare.text(told, width()))
    return 0


def _order(designs: Sequence[Design], reach: sweep.Range, rate: Rate | None) -> costcompare.Order:
    """Where the order of designs changes, pair by pair."""
    curves = [breakeven.Curve(design, reach.driver) for design in designs]
    changes: list[costcompare.Change] = []
    remarks: dict[str, None] = {}
    gaps: dict[str, breakeven.Gap] = {}
    complete = True
    for pair in combinations(curves, 2):
        one, other = (curve.design for curve in pair)
        try:
            found = breakeven.crossings(
                *pair, reach.low, reach.high, whole=reach.measure == "count"
            )
        except ValueError as error:
            remarks[f"{one.title} and {other.title} are not compared: {error}"] = None
            complete = False
            continue
        changes += _changes(one, other, found, rate.rate if rate else 1.0)
        complete = complete and not found.gaps
        for gap in found.gaps:
            known = gaps.get(gap.why, gap)
            low, high = min(gap.low, known.low), max(gap.high, known.high)
            gaps[gap.why] = breakeven.Gap(low, high, gap.why)
        remarks |= dict.fromkeys(f"+ unknown: {line}" for line in found.left_out)
    apart = [f"not compared {_between(reach, gap)}" for gap in sorted(gaps.values())]
    return costcompare.Order(sorted(changes), complete, [*apart, *remarks])


def _between(reach: sweep.Range, gap: breakeven.Gap) -> str:
    ends = [spoken(reach.measure, exactly(end)) for end in (gap.low, gap.high)]
    return f"for {reach.driver}={'..'.join(dict.fromkeys(ends))}: {gap.why}"


def _changes(
    one: Design, other: Design, found: breakeven.Crossings, factor: float
) -> Iterator[costcompare.Change]:
    for each in found.found:
        cheaper, dearer = (one, other) if each.cheaper == "one" else (other, one)
        cost = each.after[0 if each.cheaper == "one" else 1] * factor
        yield costcompare.Change(each.volume, cheaper.title, dearer.title, cost, each.how)


def _stated(made: Iterable[Bill]) -> Iterator[costcompare.Stated]:
    reference = catalog.reference_costs().architectures
    for each in made:
        if told := reference.get(each.name):
            yield costcompare.Stated(
                each.title,
                measured("money", told.infrastructure),
                measured("money", told.operations),
                told.development,
                measured("money", told.total),
                told.why,
            )


# Over a range


class Curve(NamedTuple):
    """What flags of `sweep` say."""

    over: str
    points: int
    linear: bool
    format: str
    output: str


def swept(request: Request, names: Sequence[str], curve: Curve) -> int:
    """Costs over a range of a driver."""
    rate = _costing.currency(request.currency)
    found = _costing.terms(request._replace(manifest=request.manifest or manifest_here()))
    reach = _range(curve.over, found)
    designs = _costing.designs(names, found) if names else [declared(_required(found))]
    try:
        grid = sweep.values(reach, curve.points, "linear" if curve.linear else "log")
        drawn = sweep.sweep(designs, reach.driver, grid)
    except ValueError as error:
        raise UsageError(Problem(f"--over: {error}")) from None
    currency = found.prices.book.currency
    if rate is not None:
        rows = tuple(_converted(row, rate) for row in drawn.rows)
        drawn, currency = drawn._replace(rows=rows), rate.code
    titles = [each.title for each in designs]
    told = costsweep.Swept(reach, [each.name for each in designs], titles, currency, drawn)
    write(curve.output, _swept(told, curve))
    return 0


def _swept(told: costsweep.Swept, curve: Curve) -> str:
    if curve.format == "json":
        return _json(costsweep.document(told))
    if curve.format == "csv":
        return costsweep.csv(told)
    x_label, y_label = costsweep.axis(told.over), f"{told.currency} a month"
    drawn, ends, remarks = costsweep.series(told), costsweep.ends(told), [*costsweep.left_out(told)]
    log = not curve.linear
    if curve.format == "svg":
        title = f"Infrastructure over {told.over.driver}"
        return plot.svg(title, x_label, y_label, drawn, log_x=log, ends=ends, remarks=remarks)
    return plot.text(
        drawn,
        width(),
        max(12, width() // 5),
        log_x=log,
        x_label=x_label,
        y_label=y_label,
        ends=ends,
        remarks=remarks,
    )


def _converted(row: sweep.Row, rate: Rate) -> sweep.Row:
    def worth(amount: Estimate) -> Estimate:
        return Estimate(*(each * rate.rate for each in amount))

    readings = (
        each._replace(infrastructure=worth(each.infrastructure), floor=worth(each.floor))
        for each in row.readings
    )
    return row._replace(readings=tuple(readings))


def _range(text: str, found: Terms) -> sweep.Range:
    try:
        return sweep.parse(text, found.costs)
    except ValueError as error:
        raise UsageError(Problem(f"--over: {error}")) from None


# What a change costs


class Gate(NamedTuple):
    """What flags of `diff` say on what is too much."""

    most: str | None
    ignore_unknown: bool


def diff(
    request: Request, base: str, head: str | None, gate: Gate, format: str, output: str
) -> int:
    """Two manifests, or two states of one, line by line."""
    rate = _costing.currency(request.currency)
    try:
        limit = costdiff.limit(gate.most) if gate.most is not None else None
    except ValueError as error:
        raise UsageError(Problem(f"--max-increase {error}")) from None
    terms = _costing.terms(request._replace(manifest=None))
    path = request.manifest or manifest_here() or _inputs.MANIFESTS[0]
    names = (base, head or path)
    designs = [
        declared(terms._replace(stated=Stated(_side(name, path))))._replace(name=name)
        for name in names
    ]
    made = [_costing.shown(bill(design), rate) for design in designs]
    found = costdiff.diff(*made)
    status, verdict = _judged(found, limit, gate) if limit else (0, "")
    ids = {each.id for each in found.changes}
    told = differences.Told(
        found,
        moves(designs[0], designs[1], ids),
        _places(found, designs),
        verdict,
        _costing.remarks(made[1:], terms, rate),
    )
    if format == "json":
        write(output, _json(differences.document(told)))
    else:
        text = differences.markdown if format == "markdown" else differences.text
        write(output, text(told))
    if status and (format != "text" or output != STDOUT):
        note(verdict)
    return status


def _judged(found: costdiff.Difference, limit: costdiff.Limit, gate: Gate) -> tuple[int, str]:
    """Exit status and what is said of a limit: what nobody can tell is no pass."""
    exceeds, most = found.exceeds(limit), gate.most
    added = f"the infrastructure costs {found.infrastructure.difference:+,.0f} a month"
    if exceeds:
        return EXCEEDED, f"over the limit of {most}: {added}"
    if exceeds is None:
        lacking = next(each for each in found.untold if each.kind != "removed")
        told = f"the cost of {lacking.id} cannot be compared: {differences.why(lacking)}"
        if gate.ignore_unknown:
            return 0, f"within the limit of {most}, by what is known: {added}; {told}"
        hint = "state what it takes, or allow it with --unknown ignore"
        return EXCEEDED, f"nobody can tell whether the limit of {most} is kept: {told}; {hint}"
    return 0, f"within the limit of {most}: {added}"


def _places(found: costdiff.Difference, designs: Sequence[Design]) -> dict[str, str]:
    """Where the elements of lines are declared that are there on one side only."""
    places: dict[str, str] = {}
    for each in found.changes:
        system = designs[0 if each.kind == "removed" else 1].terms.stated.system
        block, dot, name = each.id.partition("/")[0].partition(".")
        if system and dot and each.kind != "changed":
            path = (block, name) if block in ("services", "stores", "brokers") else (block,)
            places[each.id] = str(system.sources.locate(path))
    return places


def _side(name: str, path: str) -> System:
    """The manifest of a file, or of a git revision of `path`. Raises `InputError`."""
    given = setup(None, ignored=False)
    if Path(name).exists() or name == STDOUT:
        return _inputs.systems([name], "<stdin>", catalogs=given.catalogs)[0]
    text = _of_revision(name, path)
    return _inputs.from_text(text, f"{name}:{path}", given.catalogs)


def _of_revision(name: str, path: str) -> str:
    """What a file holds in a revision; git is asked, and nothing of it is run."""
    hint = "name a manifest, or a revision of the repository such as main or HEAD~1"
    where = f"is neither a file nor a revision of {path}"
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        raise InputError(Problem(where, Location(faults.shown(name)), hint))
    text = _git("show", f"{commit.strip()}:./{Path(path).as_posix()}")
    if text is None:
        raise InputError(Problem(f"has no {path}", Location(name), "name another with --manifest"))
    return text


def _git(*arguments: str) -> str | None:
    """What git answers; None where it refuses or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 -- a list of arguments, no shell
            ["git", "--no-pager", *arguments],  # noqa: S607 -- the user's own git
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout.decode("utf-8")
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None


# Changing over


class Change(NamedTuple):
    """What flags of `tco` say."""

    current: str | None
    target: str
    playbook: str | None
    months: int
    takes: str | None
    effort: str | None
    development: bool
    """Whether development counts on both sides."""


def changeover(request: Request, change: Change, format: str, output: str) -> int:
    """Staying against changing over."""
    rate = _costing.currency(request.currency)
    found = _costing.terms(request._replace(manifest=request.manifest or manifest_here()))
    current = (
        _costing.designs([change.current], found)[0]
        if change.current
        else declared(_required(found))
    )
    target = _costing.designs([change.target], found)[0]
    (stay, unknown), (run, lacking) = (_settled(bill(each), found) for each in (current, target))
    stay, run = _costing.shown(stay, rate), _costing.shown(run, rate)
    way = _way(change)
    roles: tuple[Role, ...] = PEOPLE if change.development else ("operations",)
    try:
        cost = _engineer_month(found, rate)
        owned = tco.ownership(stay, run, way, cost, change.months, roles)
    except ValueError as error:
        hint = "`patternctl cost --drivers` lists what --set takes"
        raise UsageError(Problem(str(error), hint=hint)) from None
    remarks = [f"+ unknown: {line}" for line in (*unknown, *lacking)]
    remarks += _costing.remarks([stay, run], found, rate)
    told = costtco.Told(owned, current.title, target.title, remarks)
    if format == "json":
        write(output, _json(costtco.document(told)))
    elif format == "markdown":
        write(output, costtco.markdown(told))
    else:
        write(output, costtco.text(told, width()))
    return 0


def _way(change: Change) -> tco.Migration:
    """How long and how much work it is; a playbook is needed where no flag says how long."""
    takes = _amount("--migration-months", change.takes)
    needed = takes is None or change.playbook is not None
    playbook = _playbook(change.playbook, change.target) if needed else None
    try:
        return tco.migration(playbook, takes, _amount("--migration-effort", change.effort))
    except ValueError as error:
        hint = "--migration-months N or LOW..HIGH says how long"
        raise UsageError(Problem(str(error), hint=hint)) from None


def _settled(made: Bill, found: Terms) -> tuple[Bill, list[str]]:
    """A bill without the infrastructure that no flag can give a cost, and what that is."""
    known = all_drivers(found.costs)
    lacking = [
        line
        for line in made.unknown
        if not line.people and not any(name in known for name in line.lacks)
    ]
    lines = tuple(line for line in made.lines if line not in lacking)
    return made._replace(lines=lines), [f"{line.id}: {line.unknown}" for line in lacking]


def _playbook(name: str | None, target: str) -> Playbook:
    known = catalog.load(setup(None, ignored=False).catalogs).playbooks
    if name is None:
        fitting = [each for each in known.values() if each.to and target.startswith(each.to)]
        if not fitting:
            hint = f"name one with --playbook: {', '.join(known)}"
            raise UsageError(Problem(f"there is no playbook to {target}", hint=hint))
        return fitting[0]
    if name not in known:
        hint = faults.suggest(name, known) or f"there are: {', '.join(known)}"
        raise UsageError(Problem(f'there is no playbook "{name}"', hint=hint))
    return known[name]


def _amount(flag: str, text: str | None) -> Estimate | None:
    if text is None:
        return None
    try:
        return _costing.read_number(text)
    except ValueError as error:
        raise UsageError(Problem(f"{flag} {error}")) from None


def _engineer_month(found: Terms, rate: Rate | None) -> Estimate:
    given = found.flags.get("engineer_month")
    driver = all_drivers(found.costs)["engineer_month"]
    amount = given.value if given else measured(driver.measure, driver.assume)
    return Estimate(*(each * rate.rate for each in amount)) if rate else amount


# In common


def manifest_here() -> str | None:
    """The manifest of the working folder."""
    return next((name for name in _inputs.MANIFESTS if Path(name).is_file()), None)


def width() -> int:
    """Columns to write."""
    return terminal_width() or _WIDTH


def _required(found: Terms) -> Terms:
    if found.stated.system is None:
        hint = "name one, write one with `patternctl init`, or see `patternctl cost compare --help`"
        raise UsageError(Problem("there is no architecture.yaml here", hint=hint))
    return found


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    """Named tuples as objects."""
    if hasattr(value, "_asdict"):
        return {key: _plain(each) for key, each in value._asdict().items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
