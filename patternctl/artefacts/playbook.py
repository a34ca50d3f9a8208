"""Plans: playbooks of the catalog, made to fit a system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from patternctl import catalog, faults, templating
from patternctl.artefacts import _plan_files
from patternctl.artefacts._gaps import remark
from patternctl.artefacts._plan import Plan, plan
from patternctl.artefacts._plan_choice import Choice, Unfit, choice, chosen
from patternctl.artefacts._plan_costs import Costs, costs
from patternctl.artefacts._plan_sites import Refusal
from patternctl.artefacts._plan_surroundings import Surroundings
from patternctl.artefacts._plan_text import code, markdown
from patternctl.engine.schedule import LAST
from patternctl.errors import Problem, UsageError
from patternctl.generators import _amounts
from patternctl.model.architecture import FactKind
from patternctl.model.artefact import Artefact, Order
from patternctl.model.estimate import Estimate
from patternctl.rulekit.wording import SHOWN, shortened

SUMMARY = "plans with dates, owners and checks, to what was decided or cures findings"
_FOLDER = "playbooks"
_JIRA = (
    f"import {_FOLDER}/*-jira.csv in Jira under `Import issues from CSV`, with the date format "
    "yyyy-MM-dd"
)


def make(order: Order) -> Iterator[Artefact]:
    """Files of each plan: Markdown, JSON, CSV for two trackers, and a calendar where it has dates.

    For a system, unless one playbook is named, also a page that tells which plans there are, and
    which playbooks its findings ask for in vain.

    Raises `UsageError` for a playbook that there is not, and a first day that cannot be.
    """
    if order.options.start and order.options.start > LAST:
        raise UsageError(
            Problem(f"a plan begins before the year {LAST.year}", hint="give another --start")
        )
    around = Surroundings(order)
    named = order.options.playbook
    choices, unfit = ([_named(around, named)], []) if named else chosen(around, catalog.playbooks())
    plans = [plan(around, each) for each in choices]
    if order.system and not named:
        yield Artefact(f"{_FOLDER}/README.md", _overview(order, plans, unfit))
    for made in plans:
        yield from _files(order, made, costs(around, made))


def _named(around: Surroundings, name: str) -> Choice:
    known = catalog.playbooks()
    if name not in known:
        hint = faults.suggest(name, known) or f"there are: {', '.join(known)}"
        raise UsageError(Problem(f"there is no playbook {faults.shown(name)}", hint=hint))
    return choice(around, known[name])


def _files(order: Order, made: Plan, told: Costs) -> Iterator[Artefact]:
    path = f"{_FOLDER}/{made.playbook.id}"
    step = "" if order.options.start else "give plans dates with --start YYYY-MM-DD"
    yield Artefact(f"{path}.md", _page(order, made, told), step)
    yield Artefact(f"{path}.json", _plan_files.document(made, told))
    yield Artefact(f"{path}-jira.csv", _plan_files.jira(made), _JIRA)
    yield Artefact(f"{path}-github.csv", _plan_files.github(made))
    calendar = _plan_files.calendar(made)
    if calendar:
        yield Artefact(f"{path}.ics", calendar, f"import {_FOLDER}/*.ics into a calendar")


def _overview(order: Order, plans: list[Plan], unfit: list[Unfit]) -> str:
    values = {
        "system": order.system.architecture.system if order.system else "",
        "plans": plans,
        "unfit": unfit,
        "gap": _gap(order),
        "known": [*catalog.playbooks()],
        "code": code,
        "text": markdown,
        "weeks": _weeks,
        "refused": _refused,
    }
    return _rendered("playbook/overview.md.j2", values, order)


def _page(order: Order, made: Plan, told: Costs) -> str:
    values = {
        "plan": made,
        "costs": told,
        "gantt": _plan_files.gantt(made),
        "code": code,
        "text": markdown,
        "weeks": _weeks,
        "money": _amounts.span,
        "people": _people(made),
        "missing": [*_folded(made.missing)],
        "refused": _refused,
        "gap": _gap(order),
        "start": order.options.start,
    }
    return _rendered("playbook/plan.md.j2", values, order)


def _rendered(template: str, values: dict[str, object], order: Order) -> str:
    text = templating.render(template, values, order.templates)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _gap(order: Order) -> str:
    """What lint and the places to begin at rest on, and the manifest does not list in full."""
    kinds: tuple[FactKind, ...] = ("calls", "uses", "events", "patterns")
    return remark(order.system.architecture, *kinds, some=False) if order.system else ""


def _weeks(amount: Estimate) -> str:
    low, likely, high = (f"{round(each, 1):g}" for each in amount)
    return low if low == high else f"{low} to {high}, likely {likely}"


def _people(made: Plan) -> list[str]:
    """For each phase, how many people at once it likely takes, beside those that the team has."""
    told = []
    for task in made.tasks:
        needed = task.effort.likely / task.weeks.likely
        text = f"{needed:.1f}"
        sizes = {target.team: target.people for target in task.targets if target.team}
        if len(sizes) == 1:
            team, size = sizes.popitem()
            if size is not None:
                over = ": **more than there are**" if needed > size else ""
                text += f" of {size} in {code(team)}{over}"
        told.append(text)
    return told


def _refused(refusals: Iterable[Refusal]) -> dict[str, list[str]]:
    """Places by what is not so there, as code; of many, the first few and their number."""
    found: dict[str, list[str]] = {}
    for each in refusals:
        found.setdefault(each.because, []).append(code(each.title))
    return {because: shortened(titles) for because, titles in found.items()}


def _folded(missing: Iterable[str]) -> Iterator[str]:
    """What nobody stated: keys as code, in one line where many elements lack the same one."""
    by_key: dict[str, list[str]] = {}
    for fact in missing:
        by_key.setdefault(fact if " " in fact else fact.rpartition(".")[2], []).append(fact)
    for key, facts in by_key.items():
        if key == facts[0]:
            yield key  # a sentence of our own
        elif len(facts) > SHOWN:
            owners = (code(fact.removesuffix(f".{key}")) for fact in facts)
            yield f"{code(key)} of {', '.join(shortened(owners))}"
        else:
            yield from map(code, facts)
