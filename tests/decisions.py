"""A small decision, written by hand, and the knowledge that it is told with."""

from typing import Any

from patternctl.generators.adr import Knowledge, Told
from patternctl.model.choosing import (
    Answer,
    BuildStep,
    Conflict,
    Decision,
    Flip,
    Overruled,
    Ranked,
    Step,
    Suggestion,
    Term,
)
from patternctl.model.pattern import Pattern

SCALE = Answer("variable", "flag", "--set scale=variable")
BUDGET = Answer("yes", "manifest", "architecture.yaml:7:16")
LOST = Answer("no", "file", "answers.yaml:3")
TERMS = {
    "serverless": (
        Term("scale", "variable", 3.0, 2, "Capacity comes and goes with the load."),
        Term("cost-sensitive", "yes", 2.0, 2, "Nothing is paid for at rest."),
        Term("load", "medium", 1.0, -1, "Steady load costs more than on machines."),
    ),
    "microservices": (
        Term("scale", "variable", 3.0, 0, "Services scale alone, within minutes."),
        Term("cost-sensitive", "yes", 2.0, -2, "Every service has machines that wait."),
        Term("load", "medium", 1.0, 1, "A cluster carries it with ease."),
    ),
}
DECISION = Decision(
    tree="architecture",
    answers=(
        ("scale", SCALE),
        ("cost-sensitive", BUDGET),
        ("load", Answer("medium", "asked")),
        ("audit", Answer(None, "asked")),
        ("dual-writes", Answer("yes", "finding", "dual-write at architecture.yaml:20")),
    ),
    overruled=(Overruled("cost-sensitive", BUDGET, LOST),),
    steps=(
        Step("scale", SCALE, ("cost-sensitive",)),
        Step("cost-sensitive", BUDGET, ("serverless",)),
    ),
    outcomes=("serverless",),
    settled_by=None,
    ranking=(
        Ranked("serverless", 9.0, TERMS["serverless"]),
        Ranked("microservices", -3.0, TERMS["microservices"]),
    ),
    why_not=(("microservices", TERMS["microservices"][1]),),
    difference=(),
    tree_flips=(
        Flip((("cost-sensitive", "no"),), ("microservices",)),
        Flip((("scale", "moderate"), ("load", "large")), ("microservices",)),
    ),
    ranking_flips=(),
    suggestions=(Suggestion("outbox", "dual-writes", "yes", "Data and event are written as one."),),
    build=(
        BuildStep("outbox", "Dual writes call for it.", added=True),
        BuildStep("serverless", "The answers lead to it.", added=False),
    ),
    conflicts=(Conflict("outbox", "serverless", "a relay that polls never rests."),),
)
QUESTIONS = {
    "scale": Told(
        "What shapes the load?",
        {
            "variable": ("Bursts", "Peak and trough are far apart."),
            "moderate": ("Steady", "One region carries it."),
        },
    ),
    "cost-sensitive": Told(
        "Must the bill follow the load?",
        {"yes": ("Yes", "Idle machines cannot be paid for."), "no": ("No", "They can.")},
    ),
    "audit": Told("Must history be provable?", {"critical": ("Yes", "By law.")}),
}


def pattern(name: str, code: str, **more: Any) -> Pattern:
    """A pattern with little more than it must have."""
    return Pattern.model_validate(
        {
            "id": name,
            "code": code,
            "name": name.capitalize(),
            "type": "system",
            "complexity": "medium",
            "summary": f"What {name} does, in a sentence.",
            "problem": "Something hurts.",
            "solution": ["It is built."],
            "when": [f"{name} fits."],
            "when_not": [f"{name} does not fit."],
            "guarantees": [
                {
                    "property": "efficiency",
                    "holds": f"{name} pays for use only.",
                    "provided": ["nothing runs at rest."],
                    "verdict": "holds",
                    "references": ["book"],
                },
                {
                    "property": "latency",
                    "holds": "Cold starts take seconds",
                    "denied": True,
                    "verdict": "holds",
                    "references": ["book"],
                },
            ],
            "failure_modes": [
                {
                    "failure": "The quota is used up.",
                    "effect": "Callers are throttled.",
                    "detect": "Throttles.",
                    "handle": "Reserve what must work.",
                }
            ],
            "references": {"book": "A book"},
            **more,
        }
    )


KNOWLEDGE = Knowledge(
    "Which architecture",
    QUESTIONS,
    {
        "serverless": pattern(
            "serverless",
            "OWN1",
            tradeoffs={
                "latency": "Cold starts.",
                "throughput": "Up to the quota.",
                "consistency": "As the data services.",
                "availability": "Spread over zones.",
                "cost": "Nothing at rest.",
                "operations": "No servers.",
            },
            pitfalls=[
                {
                    "name": "Endless waiting",
                    "antipattern": "no-timeout",
                    "problem": "Functions wait, and waiting is paid for.",
                    "remedy": "Limit it.",
                }
            ],
        ),
        "microservices": pattern("microservices", "OWN2"),
        "outbox": pattern(
            "outbox",
            "OWN3",
            cures={
                "dual-write": "Data and event are written as one.",
                "no-detector-for-this": "Told, and not looked for.",
            },
        ),
    },
)


def plain(value: Any) -> Any:
    """Named tuples as objects of their fields, as `decide` prints them."""
    if hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value
