"""Plans in the formats that other tools import: CSV, iCalendar, JSON, a Gantt chart."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from patternctl.artefacts._plan import Cure, Plan, Target, Task
from patternctl.artefacts._plan_costs import Costs
from patternctl.artefacts._plan_sites import Site
from patternctl.artefacts._plan_text import gantt as gantt_text
from patternctl.artefacts._plan_text import markdown, plain, wiki
from patternctl.engine.schedule import DAYS, Span, after
from patternctl.generators import _amounts
from patternctl.model.playbook import Phase

JIRA = (
    *("Issue Type", "Issue ID", "Parent ID", "Epic Name", "Summary", "Description"),
    *("Labels", "Labels", "Start Date", "Due Date", "Original Estimate"),
)
"""Columns by the names that Jira's importer maps; an estimate is in seconds."""
GITHUB = ("Title", "Body", "Status", "Labels", "Start date", "Target date", "Estimate")
"""Columns by the names of a project's fields; an estimate is in engineer-weeks."""
CHART = 200
"""Tasks beyond which nobody can read a chart, and Mermaid draws none."""
_SUMMARY = 255
"""Characters that Jira takes for a summary; GitHub takes one more for a title."""
_LINE = 75
"""Octets of a line in iCalendar (RFC 5545, 3.1)."""
_DAY_SECONDS = 8 * 3600
Escape = Callable[[str], str]


def gantt(plan: Plan) -> str:
    """The plan as a Mermaid Gantt chart; empty without dates, or where it has too many tasks."""
    spans = [task.span for task in plan.tasks]
    if None in spans or len(spans) > CHART:
        return ""
    system = f" - {plan.system}" if plan.system else ""
    title = gantt_text(plan.playbook.title + system)
    lines = [
        "gantt",
        f"    title {title}",
        f"    accTitle: {title}",
        f"    accDescr: {len(spans)} phases with their likely and their latest ends",
        "    dateFormat YYYY-MM-DD",
        "    inclusiveEndDates",
        "    todayMarker off",
    ]
    for task in plan.tasks:
        if task.span:
            lines += _bars(task, task.span)
    return "\n".join(lines) + "\n"


def _bars(task: Task, span: Span) -> Iterator[str]:
    name = f"t{task.number}"
    yield f"    section {gantt_text(f'{task.number} {task.name}')}"
    yield f"    likely :{name}, {span.start}, {span.likely}"
    if span.latest > span.likely:
        yield f"    at the latest :done, {name}x, {after(span.likely, 1)}, {span.latest}"


# CSV


def jira(plan: Plan) -> str:
    """An epic for each phase and a task for each of its steps."""
    return _csv(JIRA, _jira(plan))


def _jira(plan: Plan) -> Iterator[list[str]]:
    number = 0
    for task in plan.tasks:
        number += 1
        epic = number
        start, end = _dates(task)
        title = _title(task)
        labels = ["patternctl", plan.playbook.id]
        effort = f"{task.effort.likely * DAYS * _DAY_SECONDS:.0f}"
        body = _body(task, wiki, "* ")
        yield ["Epic", str(epic), "", title, title, body, *labels, start, end, effort]
        for step, text in enumerate(task.steps, 1):
            number += 1
            body = _step_body(task, step, wiki) or f"Step {step} of phase {task.number}."
            summary = _short(f"{task.number}.{step} {text}")
            yield ["Task", str(number), str(epic), "", summary, body, *labels, start, end, ""]


def github(plan: Plan) -> str:
    """An item for each phase, with its steps and checks as a list to tick off."""
    return _csv(GITHUB, _github(plan))


def _github(plan: Plan) -> Iterator[list[str]]:
    for task in plan.tasks:
        start, end = _dates(task)
        labels = f"patternctl,{plan.playbook.id}"
        effort = f"{task.effort.likely:g}"
        yield [_title(task), _body(task, markdown, "- [ ] "), "Todo", labels, start, end, effort]


def _csv(columns: Iterable[str], rows: Iterable[list[str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_amounts.safe(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _title(task: Task) -> str:
    return _short(f"Phase {task.number}: {plain(task.name)}")


def _short(text: str) -> str:
    return text if len(text) <= _SUMMARY else f"{text[: _SUMMARY - 1]}…"


def _dates(task: Task) -> tuple[str, str]:
    return (str(task.span.start), str(task.span.likely)) if task.span else ("", "")


def _body(task: Task, escape: Escape, bullet: str) -> str:
    """What a tracker says about a phase: plain sections, one line for each item."""
    phase = task.phase
    head = [f"Owner: {phase.owner}", *(f"For: {each}" for each in _about(task, escape))]
    sections = (
        ("Begins when", phase.gate),
        ("Steps", task.steps),
        ("Findings", [_cured(each, escape) for each in task.cures]),
        ("Done when", phase.done_when),
        ("Watch", phase.observe),
        ("Risks", [f"{each.risk} {each.answer}" for each in phase.risks]),
    )
    texts = ["\n".join(head)]
    for title, items in sections:
        if items:
            texts.append("\n".join([f"{title}:", *(f"{bullet}{item}" for item in items)]))
    return "\n\n".join([*texts, f"Way back: {phase.rollback}"])


def _about(task: Task, escape: Escape) -> Iterator[str]:
    for target in task.targets:
        team = f" (team {escape(target.team)})" if target.team else " (team not stated)"
        yield escape(target.name) + team


def _cured(cure: Cure, escape: Escape) -> str:
    finding = cure.finding
    text = f"{cure.verb} {finding.code} {finding.rule} at {escape(finding.element)}"
    return f"step {cure.step} {text}: {escape(finding.message)}"


def _step_body(task: Task, step: int, escape: Escape) -> str:
    return "\n".join(f"S{_cured(each, escape)[1:]}" for each in task.cures if each.step == step)


# iCalendar


def calendar(plan: Plan) -> str:
    """Whole-day events from each phase's first day to its likely last one; empty without dates."""
    events = [line for task in plan.tasks if task.span for line in _event(plan, task, task.span)]
    if not events:
        return ""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//patternctl//playbook//EN"),
        *("CALSCALE:GREGORIAN", *events, "END:VCALENDAR"),
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(plan: Plan, task: Task, span: Span) -> Iterator[str]:
    key = "\n".join((plan.system, plan.playbook.id, str(task.number)))
    ends = f"at the earliest {span.earliest}, at the latest {span.latest}"
    checks = "\n".join(f"- {each}" for each in task.phase.done_when)
    yield "BEGIN:VEVENT"
    yield f"UID:{sha256(key.encode()).hexdigest()[:32]}@patternctl"
    yield f"DTSTAMP:{_day(span.start)}T000000Z"  # not today: the file would differ every day
    yield f"DTSTART;VALUE=DATE:{_day(span.start)}"
    yield f"DTEND;VALUE=DATE:{_day(span.likely + timedelta(days=1))}"
    yield f"SUMMARY:{_value(f'{plan.playbook.id}: {_title(task)}')}"
    about = ", ".join(plain(each.name) for each in task.targets)
    told = [f"System: {plain(plan.system)}"] if plan.system else []
    told += [f"For: {about}"] if about else []
    told += [f"Owner: {task.phase.owner}", f"Likely until {span.likely}, {ends}."]
    body = "\n".join([*told, "Done when:", checks])
    yield f"DESCRIPTION:{_value(body)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _value(text: str) -> str:
    """A text value (RFC 5545, 3.3.11)."""
    for char in "\\;,":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, never within a character."""
    start, size = 0, 0
    for place, char in enumerate(line):
        octets = len(char.encode())
        if size + octets > _LINE:
            yield (" " if start else "") + line[start:place]
            start, size = place, 1
        size += octets
    yield (" " if start else "") + line[start:]


# JSON


def document(plan: Plan, costs: Costs) -> str:
    """All of it, in plain types; names are as the manifest has them."""
    told = {
        "version": 1,
        "kind": "playbook",
        "playbook": plan.playbook.id,
        "title": plan.playbook.title,
        "goal": plan.goal or None,
        "system": plan.system or None,
        "reasons": plan.reasons,
        "before": plan.playbook.before,
        "begins_at": {
            "kind": plan.playbook.start.at,
            "needs": [each.says for each in plan.playbook.start.needs],
            "places": [_site(each) for each in plan.sites],
            "refused": [each._asdict() for each in plan.refusals],
        },
        "targets": [_target(each) for each in plan.targets],
        "later": [each.title for each in plan.later],
        "phases": [_phase(task) for task in plan.tasks],
        "later_cures": [{"phase": task, **_cure_document(cure)} for task, cure in plan.later_cures],
        "costs": _costs(costs),
        "not_stated": plan.missing,
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _site(site: Site) -> dict[str, Any]:
    return {"name": site.title, "services": site.services, "not_stated": site.lacks}


def _target(target: Target) -> dict[str, Any]:
    return {**target._asdict(), "team": target.team or None}


def _phase(task: Task) -> dict[str, Any]:
    phase: Phase = task.phase
    dates = {key: str(day) for key, day in task.span._asdict().items()} if task.span else None
    return {
        "number": task.number,
        "name": task.name,
        "owner": phase.owner,
        "for": [each.name for each in task.targets],
        "weeks": _amounts.plain(task.weeks),
        "begins_after_weeks": _amounts.plain(task.slot.begin),
        "effort_engineer_weeks": _amounts.plain(task.effort),
        "dates": dates,
        "both_run": phase.both_run,
        "gate": phase.gate,
        "steps": task.steps,
        "done_when": phase.done_when,
        "rollback": phase.rollback,
        "risks": [{"risk": each.risk, "answer": each.answer} for each in phase.risks],
        "observe": phase.observe,
        "cures": [_cure_document(cure) for cure in task.cures],
    }


def _cure_document(cure: Cure) -> dict[str, Any]:
    finding = cure.finding
    return {
        "step": cure.step,
        "effect": cure.verb,
        "code": finding.code,
        "rule": finding.rule,
        "element": finding.element,
        "message": finding.message,
    }


def _costs(costs: Costs) -> dict[str, Any]:
    return {
        "currency": costs.currency or None,
        "effort_engineer_weeks": _amounts.plain(costs.effort),
        "work": _amounts.plain(costs.work),
        "both_run_weeks": _amounts.plain(costs.both),
        "both_run": _amounts.plain(costs.beside),
        "both_run_monthly": _amounts.plain(costs.monthly),
        "payback_month": costs.payback,
        "notes": costs.notes,
    }
