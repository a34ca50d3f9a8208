"""A playbook made to fit a system: for which services, in which order, when, what it cures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from patternctl.artefacts._elements import element
from patternctl.artefacts._plan_choice import Choice, decided
from patternctl.artefacts._plan_sites import Refusal, Site, leads
from patternctl.artefacts._plan_surroundings import Surroundings
from patternctl.engine.schedule import Slot, Span, Work, dated, laid, middle
from patternctl.model.architecture import Saga
from patternctl.model.bill import total
from patternctl.model.estimate import Estimate
from patternctl.model.finding import Finding
from patternctl.model.playbook import Phase, Playbook
from patternctl.rulekit import Facts


class Target(NamedTuple):
    """A service that a plan is about."""

    name: str
    team: str
    """Empty where it is not stated."""
    people: int | None
    """Size of the team."""
    stores: tuple[str, ...]
    publishes: tuple[str, ...]
    consumes: tuple[str, ...]
    calls: tuple[str, ...]
    """Services that it waits for."""
    adopted: bool
    """Whether the manifest says that the pattern is there already."""


class Cure(NamedTuple):
    """A finding of the system, and the step that removes its cause, or lessens it."""

    finding: Finding
    step: int
    helps: bool
    """Whether it is lessened only."""

    @property
    def verb(self) -> str:
        """`cures`, or `helps with`."""
        return "helps with" if self.helps else "cures"


class Task(NamedTuple):
    """One phase, or one phase for one service."""

    number: int
    name: str
    phase: Phase
    steps: tuple[str, ...]
    sites: tuple[Site, ...]
    targets: tuple[Target, ...]
    """Services of the sites."""
    cures: tuple[Cure, ...]
    weeks: Estimate
    effort: Estimate
    """Engineer-weeks."""
    slot: Slot
    span: Span | None
    """None without a first day."""


class Plan(NamedTuple):
    """One playbook for one system, or for none in particular."""

    playbook: Playbook
    goal: str
    """Pattern or decided outcome that it leads to; empty where it prepares for several."""
    system: str
    """Name of the system; empty where there is none."""
    reasons: tuple[str, ...]
    """Why it fits."""
    sites: tuple[Site, ...]
    """Where it begins, then where it goes on."""
    refusals: tuple[Refusal, ...]
    """Where it cannot begin."""
    targets: tuple[Target, ...]
    """Services of the sites."""
    later: tuple[Site, ...]
    """Sites that no phase is about: each takes another pass."""
    tasks: tuple[Task, ...]
    later_cures: tuple[tuple[int, Cure], ...]
    """Findings on what no phase is about, each with the number of the task that would cure it."""
    missing: tuple[str, ...]
    """Facts that nobody stated."""

    @property
    def weeks(self) -> Estimate:
        """Working weeks from the first day to the end of the last task."""
        return Estimate(*(max(task.slot.end[case] for task in self.tasks) for case in range(3)))

    @property
    def effort(self) -> Estimate:
        """Engineer-weeks."""
        return total(task.effort for task in self.tasks)


def plan(around: Surroundings, choice: Choice) -> Plan:
    """The playbook, tailored to the system of the order."""
    playbook = choice.playbook
    known = _targets(around, choice)
    tasks, later_cures = _tasks(around, choice, known)
    told = {site for task in tasks for site in task.sites}
    outcome, system = decided(around, playbook), around.order.system
    return Plan(
        playbook,
        outcome or playbook.to or "",
        system.architecture.system if system else "",
        tuple(_reasons(around, playbook, outcome, tasks)),
        choice.sites,
        choice.refusals,
        tuple(known.values()),
        tuple(each for each in choice.sites if each not in told),
        tasks,
        later_cures,
        tuple(_missing(around, choice, known.values())),
    )


def _reasons(
    around: Surroundings, playbook: Playbook, outcome: str, tasks: Iterable[Task]
) -> Iterator[str]:
    if outcome:
        yield f"decided: {outcome}"
    cures = [cure for task in tasks for cure in task.cures]
    for verb in ("cures", "helps with"):
        found = dict.fromkeys(cure.finding for cure in cures if cure.verb == verb)
        rules = dict.fromkeys(f"{each.code} {each.rule}" for each in found)
        if found:
            findings = "1 finding" if len(found) == 1 else f"{len(found)} findings"
            yield f"{verb} {findings} ({', '.join(rules)})"
    if any(leads(playbook, name) for name in around.order.patterns):
        yield f"asked for: {playbook.to}"
    if around.order.options.playbook == playbook.id:
        yield "asked for by name"


def _targets(around: Surroundings, choice: Choice) -> dict[str, Target]:
    """Services of the sites by name, in order."""
    if around.facts is None:
        return {}
    names = dict.fromkeys(name for site in choice.sites for name in site.services)
    return {name: _target(around.facts, name, adopted=name in choice.there) for name in names}


def _target(facts: Facts, name: str, *, adopted: bool) -> Target:
    service = facts.services[name]
    team = service.team or ""
    declared = (facts.architecture.teams or {}).get(team)
    return Target(
        name,
        team,
        declared.size if declared else None,
        tuple(dict.fromkeys(use.store for use in service.uses)),
        tuple(dict.fromkeys(each.event for each in service.publishes)),
        tuple(dict.fromkeys(each.event for each in service.consumes)),
        tuple(facts.sync_graph.get(name, ())),
        adopted,
    )


def _missing(around: Surroundings, choice: Choice, targets: Iterable[Target]) -> Iterator[str]:
    if around.facts is None:
        yield "a manifest: services, stores and teams are not named"
    if around.order.options.start is None:
        yield "the first day: `--start 2027-01-11` gives dates"
    yield from dict.fromkeys(fact for site in choice.sites for fact in site.lacks)
    seen = set()
    for each in targets:
        if not each.team:
            yield f"services.{each.name}.team"
        elif each.people is None and each.team not in seen:
            seen.add(each.team)
            yield f"teams.{each.team}.size"


class _Draft(NamedTuple):
    """A task without its date."""

    name: str
    phase: Phase
    sites: tuple[Site, ...]
    targets: tuple[Target, ...]


def _tasks(
    around: Surroundings, choice: Choice, known: dict[str, Target]
) -> tuple[tuple[Task, ...], tuple[tuple[int, Cure], ...]]:
    playbook = choice.playbook
    drafts = [draft for phase in playbook.phases for draft in _drafts(phase, choice.sites, known)]
    weeks = [middle(*draft.phase.weeks) for draft in drafts]
    works = (Work(*each) for each in zip(weeks, _needs(drafts), strict=True))
    slots = laid(works)
    cures, later = _cures(around, choice, drafts)
    style = _style(around.facts, playbook)
    rows = zip(drafts, weeks, slots, _spans(around, slots), strict=True)
    tasks = (
        Task(
            number,
            draft.name,
            draft.phase,
            tuple(_steps(draft.phase, style)),
            draft.sites,
            draft.targets,
            tuple(cures.get(number - 1, ())),
            takes,
            middle(*draft.phase.effort.value),
            slot,
            span,
        )
        for number, (draft, takes, slot, span) in enumerate(rows, 1)
    )
    return tuple(tasks), later


def _spans(around: Surroundings, slots: list[Slot]) -> list[Span] | list[None]:
    """Dates; none without a first day, and none where the plan outlasts the calendar."""
    start = around.order.options.start
    if start is not None:
        with suppress(ValueError):
            return dated(start, slots)
    return [None] * len(slots)


def _needs(drafts: list[_Draft]) -> Iterator[tuple[int, ...]]:
    """Places of what each task waits for: the phase before, its team, and the service's callees.

    Teams work on services of their own at the same time, and on one service each.
    """
    before: tuple[int, ...] = ()
    phase: Phase | None = None
    teams: dict[str, int] = {}
    places: dict[str, int] = {}
    for place, draft in enumerate(drafts):
        if draft.phase is not phase:
            before, phase = (tuple(places.values()) or before), draft.phase
            teams, places = {}, {}
        if not draft.phase.each or not draft.targets:
            yield before
            places[""] = place
            continue
        target = draft.targets[0]
        waits = [places[name] for name in target.calls if name in places]
        waits += [teams[target.team]] if target.team in teams else []
        yield tuple(waits) or before
        teams[target.team] = places[target.name] = place


def _drafts(phase: Phase, sites: tuple[Site, ...], known: dict[str, Target]) -> Iterator[_Draft]:
    chosen = {"system": (), "first": sites[:1], "others": sites[1:], "all": sites}
    about = chosen[phase.about]
    if phase.each and sites:
        for site in about:
            yield _draft(f"{phase.name}: {site.title}", phase, (site,), known)
    else:
        yield _draft(phase.name, phase, about, known)


def _draft(name: str, phase: Phase, sites: tuple[Site, ...], known: dict[str, Target]) -> _Draft:
    names = dict.fromkeys(name for site in sites for name in site.services)
    return _Draft(name, phase, sites, tuple(known[each] for each in names))


def _steps(phase: Phase, style: str) -> Iterator[str]:
    yield from phase.steps
    for name, steps in phase.variants.items():
        if style in ("", name):
            yield from steps


def _style(facts: Facts | None, playbook: Playbook) -> str:
    """The one style that the system's sagas have; empty where there is none, or several."""
    if facts is None or playbook.to != "saga":
        return ""
    styles = {saga.style or "" for _, saga in facts.adopted_as(Saga)}
    return styles.pop() if len(styles) == 1 else ""


def _cures(
    around: Surroundings, choice: Choice, drafts: list[_Draft]
) -> tuple[dict[int, list[Cure]], tuple[tuple[int, Cure], ...]]:
    """Findings by the first task that changes a service of theirs, and those of later passes."""
    ways: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    for number, draft in enumerate(drafts):
        for helps, steps in ((False, draft.phase.cures), (True, draft.phase.helps)):
            for rule, step in steps.items():
                ways[rule].append((number, step, helps))
    found: dict[int, list[Cure]] = defaultdict(list)
    later = []
    ours = frozenset(name for site in choice.sites for name in site.services)
    for finding in around.findings:
        changed = _changed_for(around, choice.playbook, finding)
        known = [
            (number, Cure(finding, step, helps))
            for number, step, helps in ways.get(finding.rule, ())
        ]
        fits = [each for each in known if _touches(drafts[each[0]], changed)]
        for number, cure in fits[:1]:
            found[number].append(cure)
        if not fits and not ours.isdisjoint(changed):
            later += [(number + 1, cure) for number, cure in known[:1]]
    return found, tuple(later)


def _touches(draft: _Draft, changed: frozenset[str]) -> bool:
    """Whether a task changes one of these services, or where there is none, the whole system."""
    about = draft.phase.about
    if about == "system" or (about == "all" and not changed):
        return True
    return not changed.isdisjoint(each.name for each in draft.targets)


def _changed_for(around: Surroundings, playbook: Playbook, finding: Finding) -> frozenset[str]:
    """Services one of which has to be changed to cure a finding.

    For what somebody hears it is also those that say it.
    """
    own, related = around.places(finding, playbook.start.side)
    services = frozenset(own or related)
    at = element(finding.element)
    if at.block == "services" and at.kind == "consumes" and around.facts:
        services |= {sent.service for sent in around.facts.sent.get(at.other, ())}
    return services
