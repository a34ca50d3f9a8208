"""Schemas of what is written, from the specifications: OpenSLO v1, Sloth's prometheus/v1, and the
classic dashboard model of Grafana.
"""

from typing import Any

from jsonschema import Draft202012Validator

_NAME = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}
_TEXT = {"type": "string", "maxLength": 1050}
_DURATION = {"type": "string", "pattern": "^[1-9][0-9]*[mhdwMQY]$"}
_LABELS = {"type": "object", "additionalProperties": {"type": "string"}}


def _closed(required: list[str], **properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


_METADATA = _closed(
    ["name"],
    name=_NAME,
    displayName={"type": "string"},
    labels=_LABELS,
    annotations={
        **_LABELS,
        "propertyNames": {"pattern": "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"},
    },
)
_SOURCE = _closed(
    ["metricSource"],
    metricSource=_closed(
        ["spec"],
        metricSourceRef={"type": "string"},
        type={"type": "string"},
        spec={"type": "object", "required": ["query"]},
    ),
)
_RATIO = {
    **_closed(["counter", "total"], counter={"type": "boolean"}, good=_SOURCE, bad=_SOURCE,
              total=_SOURCE),
    "oneOf": [{"required": ["good"]}, {"required": ["bad"]}],
}  # fmt: skip
_INDICATOR = _closed(
    ["metadata", "spec"], metadata=_METADATA, spec=_closed(["ratioMetric"], ratioMetric=_RATIO)
)
_OBJECTIVE = _closed(
    ["target"],
    displayName={"type": "string"},
    target={"type": "number", "minimum": 0, "exclusiveMaximum": 1},
)
_CONDITION = _closed(
    ["kind", "metadata", "spec"],
    kind={"const": "AlertCondition"},
    metadata=_METADATA,
    spec=_closed(
        ["severity", "condition"],
        description=_TEXT,
        severity={"type": "string"},
        condition=_closed(
            ["kind", "threshold", "lookbackWindow", "alertAfter"],
            kind={"const": "burnrate"},
            op={"enum": ["lte", "gte", "lt", "gt"]},
            threshold={"type": "number"},
            lookbackWindow=_DURATION,
            alertAfter=_DURATION,
        ),
    ),
)
_SPECS = {
    "DataSource": _closed(
        ["type", "connectionDetails"],
        description=_TEXT,
        type={"type": "string"},
        connectionDetails={"type": "object"},
    ),
    "Service": _closed([], description=_TEXT),
    "AlertNotificationTarget": _closed(["target"], target={"type": "string"}, description=_TEXT),
    "AlertPolicy": _closed(
        ["conditions", "notificationTargets"],
        description=_TEXT,
        alertWhenNoData={"type": "boolean"},
        alertWhenResolved={"type": "boolean"},
        alertWhenBreaching={"type": "boolean"},
        conditions={"type": "array", "minItems": 1, "maxItems": 1, "items": _CONDITION},
        notificationTargets={
            "type": "array",
            "minItems": 1,
            "items": _closed(["targetRef"], targetRef=_NAME),
        },
    ),
    "SLO": _closed(
        ["service", "indicator", "budgetingMethod", "objectives"],
        description=_TEXT,
        service={"type": "string"},
        indicator=_INDICATOR,
        timeWindow={
            "type": "array",
            "maxItems": 1,
            "items": _closed(
                ["duration", "isRolling"], duration=_DURATION, isRolling={"const": True}
            ),
        },
        budgetingMethod={"enum": ["Occurrences", "Timeslices", "RatioTimeslices"]},
        objectives={"type": "array", "minItems": 1, "items": _OBJECTIVE},
        alertPolicies={
            "type": "array",
            "items": _closed(["alertPolicyRef"], alertPolicyRef=_NAME),
        },
    ),
}
_ALERT = _closed([], disable={"type": "boolean"}, labels=_LABELS, annotations=_LABELS)
_WORD = {"type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$"}
SLOTH = _closed(
    ["version", "service", "slos"],
    version={"const": "prometheus/v1"},
    service=_WORD,
    labels=_LABELS,
    slos={
        "type": "array",
        "minItems": 1,
        "items": _closed(
            ["name", "objective", "sli", "alerting"],
            name=_WORD,
            description={"type": "string"},
            objective={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100},
            labels=_LABELS,
            sli=_closed(
                ["events"],
                events=_closed(
                    ["error_query", "total_query"],
                    error_query={"type": "string", "pattern": r"\{\{\.window\}\}"},
                    total_query={"type": "string", "pattern": r"\{\{\.window\}\}"},
                ),
            ),
            alerting=_closed(
                ["name", "page_alert", "ticket_alert"],
                name=_WORD,
                labels=_LABELS,
                annotations=_LABELS,
                page_alert=_ALERT,
                ticket_alert=_ALERT,
            ),
        ),
    },
)
_GRID = _closed(
    ["x", "y", "w", "h"],
    x={"type": "integer", "minimum": 0, "maximum": 23},
    y={"type": "integer", "minimum": 0},
    w={"type": "integer", "minimum": 1, "maximum": 24},
    h={"type": "integer", "minimum": 1},
)
_QUERY = {"type": "object", "required": ["refId", "expr", "datasource"]}
DASHBOARD: dict[str, Any] = {
    "type": "object",
    "required": [
        *("id", "uid", "title", "tags", "timezone", "editable", "graphTooltip", "panels", "time"),
        *("timepicker", "templating", "annotations", "schemaVersion", "version", "links"),
    ],
    "properties": {
        "id": {"type": "null"},
        "uid": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,40}$"},
        "title": {"type": "string", "minLength": 1},
        "tags": {"type": "array", "items": {"type": "string"}},
        "timezone": {"enum": ["browser", "utc", ""]},
        "graphTooltip": {"enum": [0, 1, 2]},
        "schemaVersion": {"type": "integer"},
        "templating": _closed(["list"], list={"type": "array"}),
        "annotations": _closed(["list"], list={"type": "array"}),
        "panels": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "type", "title", "gridPos", "datasource", "targets"],
                "properties": {
                    "type": {"enum": ["stat", "table", "timeseries"]},
                    "gridPos": _GRID,
                    "datasource": _closed(
                        ["type", "uid"], type={"const": "prometheus"}, uid={"type": "string"}
                    ),
                    "targets": {"type": "array", "minItems": 1, "items": _QUERY},
                },
            },
        },
    },
}


_SLOTH_VALIDATOR = Draft202012Validator(SLOTH)
_DASHBOARD_VALIDATOR = Draft202012Validator(DASHBOARD)
_OPENSLO_VALIDATORS = {
    kind: Draft202012Validator(
        _closed(
            ["apiVersion", "kind", "metadata", "spec"],
            apiVersion={"const": "openslo/v1"},
            kind={"const": kind},
            metadata=_METADATA,
            spec=spec,
        )
    )
    for kind, spec in _SPECS.items()
}


def sloth(document: Any) -> None:
    """Hold a file for Sloth against its fields."""
    _SLOTH_VALIDATOR.validate(document)


def dashboard(document: Any) -> None:
    """Hold a dashboard against the classic model."""
    _DASHBOARD_VALIDATOR.validate(document)


def openslo(document: Any) -> None:
    """Hold one object against OpenSLO v1."""
    _OPENSLO_VALIDATORS[document["kind"]].validate(document)
