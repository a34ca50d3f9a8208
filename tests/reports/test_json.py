import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from patternctl.model.finding import LintResult
from patternctl.reports import json as report
from tests.reports import sample


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = {"type": "string"}
NUMBER = {"type": "integer", "minimum": 0}
PLACE: dict[str, Any] = {"file": TEXT, "line": NUMBER, "column": NUMBER}
NO_PLACE: dict[str, Any] = {key: {"type": [value["type"], "null"]} for key, value in PLACE.items()}
SUPPRESSION = closed(
    {
        "kind": {"enum": ["inline", "file", "manifest", "baseline"]},
        "reason": TEXT,
        "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        **NO_PLACE,
    }
)


def finding(suppression: dict[str, Any]) -> dict[str, Any]:
    return closed(
        {
            "code": TEXT,
            "rule": TEXT,
            "severity": {"enum": ["error", "warning", "info"]},
            "message": TEXT,
            "element": TEXT,
            **PLACE,
            "end_column": NUMBER,
            "fingerprint": TEXT,
            "help": TEXT,
            "cures": many(TEXT),
            "cure_costs": many(
                closed(
                    {
                        "pattern": TEXT,
                        **{end: {"type": "number"} for end in ("low", "likely", "high")},
                        "currency": TEXT,
                        "unknown": TEXT,
                    }
                )
            ),
            "related": many(closed({"element": TEXT, **PLACE})),
            "suppression": suppression,
        }
    )


COUNTS = ("findings", "error", "warning", "info", "suppressed", "rules", "unchecked_rules")
SCHEMA = closed(
    {
        "version": {"const": "1"},
        "tool": closed({"name": {"const": "patternctl"}, "version": TEXT}),
        "inputs": many(TEXT),
        "summary": closed(dict.fromkeys(COUNTS, NUMBER)),
        "findings": many(finding({"type": "null"})),
        "suppressed": many(finding(SUPPRESSION)),
        "unchecked": many(
            closed({"code": TEXT, "rule": TEXT, "fact": TEXT, "elements": many(TEXT)})
        ),
        "notices": many(closed({"message": TEXT, **NO_PLACE})),
        "notes": many(TEXT),
    }
)


@pytest.mark.parametrize("result", [sample.RESULT, sample.CLEAN, LintResult((), ())])
def test_it_keeps_its_contract(result: LintResult) -> None:
    document = json.loads(report.render(result, sample.OPTIONS))
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        document
    )


def test_every_key_of_the_contract_is_documented() -> None:
    documentation = report.__doc__ or ""
    item = SCHEMA["properties"]["suppressed"]["items"]["properties"]
    keys = [*SCHEMA["properties"], *COUNTS, *item, *item["suppression"]["properties"]]
    assert [key for key in keys if key not in documentation] == []


def test_it_says_everything_whatever_the_options_show() -> None:
    assert report.render(sample.RESULT, sample.OPTIONS) == report.render(
        sample.RESULT, sample.PLAIN
    )


def test_it_counts() -> None:
    summary = json.loads(report.render(sample.RESULT, sample.OPTIONS))["summary"]
    assert tuple(summary[key] for key in COUNTS) == (9, 5, 2, 2, 4, 40, 5)
