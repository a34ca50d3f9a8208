"""Service level objectives in the formats that alert on them, each with its tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from patternctl import templating
from patternctl.artefacts import _slo_objectives, _slo_settings
from patternctl.artefacts._markdown import flat, inline
from patternctl.artefacts._slo_dashboard import dashboard
from patternctl.artefacts._slo_model import Found, Objective
from patternctl.artefacts._slo_overview import late, overview
from patternctl.artefacts._slo_scenarios import STEP, Scenario, scenarios
from patternctl.artefacts._slo_settings import Settings
from patternctl.artefacts._slo_words import brief, go
from patternctl.engine import slo
from patternctl.errors import Location, Problem, UsageError
from patternctl.model.artefact import Artefact, Order
from patternctl.model.units import format_ratio
from patternctl.yamlio import quoted

SUMMARY = "objectives as Prometheus rules with tests, OpenSLO, Sloth, a dashboard and a policy"
FOR_ALL = True

ABSENT = "ObjectiveNotMeasured"
ALERTS: dict[slo.Severity, str] = {
    "page": "ErrorBudgetBurnsFast",
    "ticket": "ErrorBudgetBurnsSlowly",
}
_SUMMARIES = {
    "page": "the error budget is burning fast, users notice it now",
    "ticket": "the error budget burns faster than it lasts",
    ABSENT: "nothing is measured, so nobody would hear of an outage",
}
_TARGETS = {
    "page": "Wakes somebody who can act now.",
    "ticket": "Becomes work for the next days.",
}
_LONGEST_TEXT = 1050
"""Characters that OpenSLO allows a description."""
_SLOTH_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")


class _Alert(NamedTuple):
    """One alerting rule."""

    alert: str
    severity: str
    expression: tuple[str, ...]
    """Its lines."""
    annotations: dict[str, str]
    wait: str = ""


class _Writer:
    """Writes the files of an order."""

    def __init__(self, order: Order, settings: Settings, found: Found) -> None:
        self.order = order
        self.settings = settings
        self.found = found
        self.period = int(settings.period)
        self._views = {one.id: self._view(one) for one in found.objectives}

    def files(self) -> Iterator[Artefact]:
        """All of them, those of one group together."""
        groups: dict[str, list[Objective]] = {}
        for one in self.found.objectives:
            groups.setdefault(one.group, []).append(one)
        check = (
            "check the rules: promtool check rules slo/prometheus/*.rules.yaml && "
            "promtool test rules slo/prometheus/*.test.yaml"
        )
        told = overview(self._name, self.found, self.settings)
        yield self._file("slo/README.md", "readme.md.j2", told, self._warning())
        yield self._file("slo/error-budget-policy.md", "policy.md.j2", told)
        for group, members in groups.items():
            views = [self._views[one.id] for one in members]
            place = f"slo/prometheus/{group}"
            values = {
                "objectives": views,
                "rules": f"{group}.rules.yaml",
                "absent": ABSENT,
                "step": STEP,
            }
            yield self._file(f"{place}.rules.yaml", "rules.yaml.j2", values, check)
            yield self._file(f"{place}.test.yaml", "test.yaml.j2", values)
            values = {"objectives": views, "service": _sloth_service(members)}
            yield self._file(f"slo/sloth/{group}.yaml", "sloth.yaml.j2", values)
        yield self._file("slo/openslo.yaml", "openslo.yaml.j2", self._openslo(groups))
        step = "import slo/grafana-dashboard.json into Grafana and choose the data source"
        text = dashboard(self._name, self.found.objectives)
        yield Artefact("slo/grafana-dashboard.json", text, step)

    def _warning(self) -> str:
        """What to do where an outage would be told too late."""
        count = len(late(self.found.objectives, self.settings))
        if not count:
            return ""
        which = "an objective" if count == 1 else f"{count} objectives"
        return f"read in slo/README.md how {which} with little traffic can be told of in time"

    @property
    def _name(self) -> str:
        system = self.order.system
        return system.architecture.system if system else ", ".join(self.order.patterns)

    def _file(
        self, path: str, template: str, values: Mapping[str, object], step: str = ""
    ) -> Artefact:
        shared = {
            "q": _quoted,
            "go": go,
            "md": inline,
            "period": f"{self.period // slo.DAY}d",
            "interval": brief(int(self.settings.interval)),
        }
        text = templating.render(f"slo/{template}", {**shared, **values}, self.order.templates)
        return Artefact(path, text, step)

    def _view(self, one: Objective) -> dict[str, object]:
        """An objective as templates have it."""
        indicator = one.indicator
        return {
            "id": one.id,
            "group": one.group,
            "title": _title(one),
            "origin": flat(one.origin),
            "description": _description(one),
            "labels": _labels(one),
            "percent": slo.plain(one.target * 100),
            "target": slo.plain(one.target),
            "good": flat(one.good),
            "page": one.page,
            "records": self._records(one),
            "alerts": self._alerts(one),
            "scenarios": [self._scenario(one, each) for each in scenarios(one, self.settings)],
            "errors": indicator.errors("{{.window}}"),
            "events": indicator.events("{{.window}}"),
            "bad": indicator.bad,
            "part_query": f"sum({indicator.part.selector})",
            "total_query": f"sum({indicator.total.selector})",
            "policies": [_policy(alarm.pair) for alarm in one.alarms(self.period)],
        }

    def _records(self, one: Objective) -> dict[str, str]:
        """Recording rules by name: what alerts and the dashboard read."""
        indicator, budget = one.indicator, slo.plain(1 - one.target)
        shortest = brief(slo.WINDOWS[0])
        found = {f"slo:events:rate{shortest}": indicator.events(shortest)}
        for window in map(brief, slo.WINDOWS):
            found[f"slo:errors:rate{window}"] = indicator.errors(window)
            found[f"slo:error_ratio:rate{window}"] = (
                f"sum({_of(one, f'slo:errors:rate{window}')}) / {indicator.events(window)}"
            )
        # In sums: within the period a label may have changed (a team), which begins new series.
        period = f"{self.period // slo.DAY}d"
        errors, events = (_of(one, f"slo:{name}:rate{shortest}") for name in ("errors", "events"))
        found["slo:error_ratio:period"] = (
            f"sum(sum_over_time({errors}[{period}])) / sum(sum_over_time({events}[{period}]))"
        )
        found["slo:objective:ratio"] = f"vector({slo.plain(one.target)})"
        spent = _of(one, "slo:error_ratio:period")
        found["slo:error_budget_remaining:ratio"] = f"1 - {spent} / {budget}"
        found["slo:burn_rate:ratio"] = f"{_of(one, 'slo:error_ratio:rate1h')} / {budget}"
        return found

    def _alerts(self, one: Objective) -> list[_Alert]:
        found = []
        for severity, name in ALERTS.items():
            lines: list[str] = []
            for alarm in one.alarms(self.period):
                if alarm.pair.severity == severity:
                    lines += [*(["or"] if lines else []), *self._condition(one, alarm)]
            if lines:
                told = _annotations(one, _SUMMARIES[severity])
                found.append(_Alert(name, severity, tuple(lines), told))
        line = f"absent({_of(one, f'slo:error_ratio:rate{brief(slo.WINDOWS[0])}')})"
        told = _annotations(one, _SUMMARIES[ABSENT])
        return [*found, _Alert(ABSENT, "ticket", (line,), told, wait="10m")]

    def _condition(self, one: Objective, alarm: slo.Alarm) -> list[str]:
        """Both windows burn, and there are enough errors that it is no chance."""
        long, short = brief(alarm.pair.long), brief(alarm.pair.short)
        threshold, least = slo.plain(alarm.threshold), self.settings.least_errors
        errors = _of(one, f"slo:errors:rate{long}")
        return [
            "(",
            f"  {_of(one, f'slo:error_ratio:rate{long}')} > {threshold}",
            f"  and {_of(one, f'slo:error_ratio:rate{short}')} > {threshold}",
            f"  and {errors} * {alarm.pair.long} >= {least}",
            ")",
        ]

    def _scenario(self, one: Objective, scenario: Scenario) -> dict[str, object]:
        alerts = {each.severity: each for each in reversed(self._alerts(one))}
        return {
            "name": scenario.name,
            "series": scenario.series(one),
            "minutes": scenario.minutes,
            "measured": f'ALERTS{{alertname="{ABSENT}", slo="{one.id}"}}',
            "checks": [
                {"minute": each.minute, "fires": each.fires, "alarm": alerts[each.severity]}
                for each in scenario.checks
            ],
        }

    def _openslo(self, groups: dict[str, list[Objective]]) -> dict[str, object]:
        return {
            "objectives": [*self._views.values()],
            "services": {group: _title(members[0]) for group, members in groups.items()},
            "targets": _TARGETS,
            "policies": [
                {
                    "name": _policy(pair),
                    "severity": pair.severity,
                    "factor": slo.plain(slo.factor(pair, self.period)),
                    "long": brief(pair.long),
                    "short": brief(pair.short),
                    "description": (
                        f"{format_ratio(float(pair.budget))} of the error budget is gone within "
                        f"{brief(pair.long)}."
                    ),
                }
                for pair in slo.PAIRS
            ],
        }


def make(order: Order) -> Iterator[Artefact]:
    """The files, or `UsageError` with every objective that cannot be kept or is not stated."""
    settings = _slo_settings.read(order.templates)
    found = _slo_objectives.collect(order, settings)
    if found.problems:
        raise UsageError(*found.problems)
    if not found.objectives:
        raise UsageError(*_missing(order, found))
    yield from _Writer(order, settings, found).files()


def _missing(order: Order, found: Found) -> Iterator[Problem]:
    where = Location(order.system.name) if order.system else None
    hint = (
        "state `requirements.availability` or `latency_p99`, a `slo` of a flow, the `availability` "
        "of a service, or adopt a pattern; `--pattern` takes one of the catalog"
    )
    yield Problem("no objective is stated", where, hint)
    yield from (Problem(f"{each.what}: {each.why}", where) for each in found.omitted)


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    """A YAML scalar; labels and summaries come again and again."""
    return quoted(text)


def _of(one: Objective, record: str) -> str:
    return f'{record}{{slo="{one.id}"}}'


def _labels(one: Objective) -> dict[str, str]:
    """Labels of its series: nothing that another line in the manifest would change."""
    origin = "proposal" if one.proposed else "manifest"
    named = {"slo": one.id, "origin": origin, "service": one.service, "team": one.team}
    told = {key: flat(value) for key, value in named.items()}
    return {key: value for key, value in told.items() if value}  # Prometheus drops empty labels


def _annotations(one: Objective, summary: str) -> dict[str, str]:
    return {
        "summary": f"{_title(one)}: {summary}",
        "description": _description(one),
        "from": flat(one.origin),
    }


def _title(one: Objective) -> str:
    return flat(one.title) + (" (proposed)" if one.proposed else "")


def _description(one: Objective) -> str:
    share = f"{slo.plain(one.target * 100)}%"
    text = flat(f"{share} of {one.total}: {one.good}, measured {one.measured}.")
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _policy(pair: slo.Pair) -> str:
    return f"{pair.severity}-{brief(pair.long)}"


def _sloth_service(members: Sequence[Objective]) -> str:
    """A name that Sloth takes: that of the service where there is just one."""
    service = members[0].service
    return service if _SLOTH_NAME.fullmatch(service) else members[0].group
