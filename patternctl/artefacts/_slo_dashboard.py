"""A Grafana dashboard over what the rules record, for every objective at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from patternctl.artefacts._markdown import flat
from patternctl.artefacts._slo_model import Objective

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_SCHEMA = 38
"""Version of the classic dashboard model; newer Grafanas migrate it when they import it."""
_GREEN, _YELLOW, _RED = "green", "yellow", "red"


def dashboard(system: str, objectives: Sequence[Objective]) -> str:
    """The dashboard as JSON: an overview, and one objective in detail."""
    uid = "slo-" + sha256(system.encode()).hexdigest()[:16]
    model: dict[str, object] = {
        "id": None,
        "uid": uid,
        "title": f"Error budgets: {system}"[:160],
        "description": _description(objectives),
        "tags": ["slo", "error-budget"],
        "timezone": "browser",
        "editable": True,
        "graphTooltip": 1,
        "refresh": "1m",
        "schemaVersion": _SCHEMA,
        "version": 1,
        "time": {"from": "now-7d", "to": "now"},
        "timepicker": {},
        "links": [],
        "annotations": {"list": []},
        "templating": {"list": [_datasource(), _objective()]},
        "panels": [{"id": number, **panel} for number, panel in enumerate(_panels(), start=1)],
    }
    return json.dumps(model, indent=2, ensure_ascii=False) + "\n"


def _description(objectives: Sequence[Objective]) -> str:
    text = "Objectives, what is left of their error budgets, and how fast they burn."
    origins = [f"{one.id}: from {flat(one.origin)}" for one in objectives]
    return "\n".join([text, *origins])


def _datasource() -> dict[str, object]:
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "hide": 0,
    }


def _objective() -> dict[str, object]:
    return {
        "name": "slo",
        "label": "Objective",
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": "label_values(slo:objective:ratio, slo)", "refId": "slo"},
        "refresh": 2,
        "sort": 1,
        "multi": False,
        "includeAll": False,
        "hide": 0,
    }


def _panels() -> list[dict[str, object]]:
    one = '{slo="$slo"}'
    burns = [(f"slo:burn_rate:ratio{one}", "1h"), ("1", "empties the budget in the period")]
    shares = [
        (f"slo:error_ratio:rate{window}{one}", window) for window in ("5m", "1h", "6h", "1d", "3d")
    ]
    left = f"slo:error_budget_remaining:ratio{one}"
    return [
        _overview(),
        _stat("Objective", f"slo:objective:ratio{one}", 0, []),
        _stat("Error budget left", left, 6, [(_RED, None), (_YELLOW, 0), (_GREEN, 0.25)]),
        _stat(
            "Burn rate, 1 h",
            f"slo:burn_rate:ratio{one}",
            12,
            [(_GREEN, None), (_YELLOW, 1), (_RED, 6)],
            unit="none",
        ),
        _stat("Events a second", f"slo:events:rate5m{one}", 18, [], unit="reqps"),
        _graph("Error budget left in the period", [(left, "left")], (0, 13), "percentunit"),
        _graph("Burn rate", burns, (12, 13), "none"),
        _graph("Share of bad events, by window", shares, (0, 21), "percentunit"),
        _graph("Events a second", [(f"slo:events:rate5m{one}", "events")], (12, 21), "reqps"),
    ]


def _target(expression: str, legend: str, number: int, **more: object) -> dict[str, object]:
    reference = chr(ord("A") + number)
    return {
        "refId": reference,
        "expr": expression,
        "legendFormat": legend,
        "datasource": _SOURCE,
        **more,
    }


def _overview() -> dict[str, object]:
    """Every objective with what is left, the worst first."""
    left = _target("sort(slo:error_budget_remaining:ratio)", "", 0, instant=True, format="table")
    hidden = {"Time": True, "__name__": True, "job": True, "instance": True}
    return {
        "type": "table",
        "title": "Error budgets, the emptiest first",
        "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8},
        "datasource": _SOURCE,
        "targets": [left],
        "transformations": [
            {
                "id": "organize",
                "options": {
                    "excludeByName": hidden,
                    "renameByName": {"Value": "budget left", "origin": "from"},
                },
            }
        ],
        "fieldConfig": {
            "defaults": {},
            "overrides": [
                {
                    "matcher": {"id": "byName", "options": "budget left"},
                    "properties": [
                        {"id": "unit", "value": "percentunit"},
                        {"id": "decimals", "value": 1},
                    ],
                }
            ],
        },
        "options": {"showHeader": True, "sortBy": [{"displayName": "budget left", "desc": False}]},
    }


def _stat(
    title: str,
    expression: str,
    x: int,
    colours: list[tuple[str, float | None]],
    *,
    unit: str = "percentunit",
) -> dict[str, object]:
    steps = [{"color": colour, "value": value} for colour, value in colours]
    steps = steps or [{"color": "blue", "value": None}]
    defaults = {"unit": unit, "thresholds": {"mode": "absolute", "steps": steps}}
    return {
        "type": "stat",
        "title": title,
        "gridPos": {"x": x, "y": 8, "w": 6, "h": 5},
        "datasource": _SOURCE,
        "targets": [_target(expression, "", 0)],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}},
    }


def _graph(
    title: str, queries: list[tuple[str, str]], place: tuple[int, int], unit: str
) -> dict[str, object]:
    x, y = place
    return {
        "type": "timeseries",
        "title": title,
        "gridPos": {"x": x, "y": y, "w": 12, "h": 8},
        "datasource": _SOURCE,
        "targets": [_target(*each, number) for number, each in enumerate(queries)],
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}},
    }
