"""Pacts (specification 4): what a caller relies on, as far as the manifest tells it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, quote

from patternctl.model import units
from patternctl.model.architecture import Call

_OPERATION = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/[^?#\s]*)(?:\?(\S*))?")
_PARAMETER = re.compile(r"\{[^/{}]*\}|(?<=/):[A-Za-z_]\w*")
_OVER_HTTP = {"http", "https", "rest", "graphql", "soap", "sync"}
_ALWAYS_POST = {"graphql", "soap"}


def pact(consumer: str, provider: str, calls: Sequence[Call]) -> dict[str, object]:
    """The pact of two services: one interaction for each call the manifest states.

    An interaction whose operation is not stated is pending: verifying it tells and fails nothing.
    """
    descriptions = _descriptions(calls)
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            _http(call, description) if call.via in _OVER_HTTP else _message(call, description)
            for call, description in zip(calls, descriptions, strict=True)
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def _descriptions(calls: Sequence[Call]) -> list[str]:
    """What tells interactions apart; the second of two equal ones is numbered."""
    seen: dict[str, int] = {}
    found = []
    for call in calls:
        text = f"{call.operation or 'a call'} over {call.via}"
        seen[text] = seen.get(text, 0) + 1
        found.append(f"{text} ({seen[text]})" if seen[text] > 1 else text)
    return found


def _http(call: Call, description: str) -> dict[str, object]:
    stated = _OPERATION.fullmatch(call.operation or "")
    method = "POST" if call.via in _ALWAYS_POST else "GET"
    unstated = ["status, headers and bodies"]
    request: dict[str, object] = {"method": method, "path": "/"}
    if stated is None:
        unstated.insert(0, "the operation as method and path, such as GET /orders/{id}")
    else:
        request = _request(stated[1], stated[2], stated[3])
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "pending": stated is None,
        "comments": {"text": [*_comments(call, unstated)]},
        "request": request,
        "response": {
            "status": 200,
            "matchingRules": {
                "status": _rule({"match": "statusCode", "status": "success"}),
            },
        },
    }


def _request(method: str, path: str, query: str | None) -> dict[str, object]:
    """A request of a path whose parameters, `{id}` or `:id`, may be anything."""
    request: dict[str, object] = {"method": method, "path": _encoded(_PARAMETER.sub("1", path))}
    rules: dict[str, object] = {}
    if _PARAMETER.search(path):
        fixed = [re.escape(_encoded(part)) for part in _PARAMETER.split(path)]
        rules["path"] = _rule({"match": "regex", "regex": f"^{'[^/]+'.join(fixed)}$"})
    if query:
        request["query"] = parse_qs(query, keep_blank_values=True)
    return {**request, "matchingRules": rules} if rules else request


def _encoded(path: str) -> str:
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


def _rule(matcher: dict[str, str]) -> dict[str, object]:
    return {"combine": "AND", "matchers": [matcher]}


def _message(call: Call, description: str) -> dict[str, object]:
    """A call that is no HTTP: its contents need the transport's own description."""
    unstated = ["messages of both ways"] if call.operation else ["operation and messages"]
    return {
        "type": "Synchronous/Messages",
        "description": description,
        "pending": True,
        "comments": {"text": [*_comments(call, unstated)]},
        "request": {"contents": {"content": ""}},
        "response": [{"contents": {"content": ""}}],
    }


def _comments(call: Call, unstated: Sequence[str]) -> Iterator[str]:
    yield from (f"not stated: {each}" for each in unstated)
    patience = call.patience
    if patience is None:
        yield "not stated: how long the caller waits"
    elif patience == math.inf:
        yield "the caller waits for ever"
    else:
        yield f"the caller waits {units.format_duration(patience)}"
