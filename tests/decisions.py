"""Decisions that the engine makes of a small tree, and the knowledge that they are told with."""

from typing import Any

from patternctl.engine.decide import decide, merge, questions
from patternctl.generators.adr import Knowledge
from patternctl.model.choosing import Answer
from patternctl.model.decision import Problems, Tree
from patternctl.model.pattern import Pattern

SCALE = Answer("variable", "flag", "--set")
BUDGET = Answer("yes", "manifest", "architecture.yaml:7:16")
LOST = Answer("no", "finding", "architecture.yaml:9")


def asked(ask: str, **choices: dict[str, Any]) -> dict[str, Any]:
    """A question with its answers."""
    return {"ask": ask, "why": "It matters.", "find_out": "Ask around.", "choices": choices}


def option(label: str, means: str, **more: Any) -> dict[str, Any]:
    """An answer."""
    return {"label": label, "means": means, **more}


def fit(score: int, why: str) -> dict[str, Any]:
    """What an answer does to a candidate."""
    return {"score": score, "why": why}


TREE = Tree.model_validate(
    {
        "id": "architecture",
        "title": "Which architecture",
        "start": "scale",
        "questions": {
            "scale": asked(
                "What shapes the load?",
                variable=option("Bursts", "Peak and trough are far apart.", ask="cost-sensitive"),
                moderate=option("Steady", "One region carries it.", leaf="microservices"),
            ),
            "cost-sensitive": asked(
                "Must the bill follow the load?",
                yes=option("Yes", "Idle machines cannot be paid for.", leaf="serverless"),
                no=option("No", "They can.", leaf="microservices"),
            ),
        },
        "criteria": {
            "scale": {"weight": 3, "because": "It hurts most."},
            "cost-sensitive": {"weight": 2, "because": "It recurs."},
            "load": {
                "weight": 1,
                "because": "It grows.",
                "question": asked(
                    "How many requests arrive?",
                    medium=option("Medium", "Hundreds a second."),
                    large=option("Large", "Thousands a second."),
                ),
            },
        },
        "candidates": {
            "serverless": {
                "scale": {
                    "variable": fit(2, "Capacity comes and goes with the load."),
                    "moderate": fit(0, "It works as well."),
                },
                "cost-sensitive": {
                    "yes": fit(2, "Nothing is paid for at rest."),
                    "no": fit(0, "The advantage counts for nothing."),
                },
                "load": {
                    "medium": fit(-1, "Steady load costs more than on machines."),
                    "large": fit(-2, "Every request is paid for."),
                },
            },
            "microservices": {
                "scale": {
                    "variable": fit(0, "Services scale alone, within minutes."),
                    "moderate": fit(1, "Services scale alone."),
                },
                "cost-sensitive": {
                    "yes": fit(-2, "Every service has machines that wait."),
                    "no": fit(1, "Machines that wait are ready."),
                },
                "load": {
                    "medium": fit(1, "A cluster carries it with ease."),
                    "large": fit(2, "Made for it."),
                },
            },
        },
    }
)
PROBLEMS = Problems.model_validate(
    {
        "problems": {
            "audit": {
                "title": "Proof",
                **asked("Must history be provable?", critical=option("Yes", "By law.")),
            },
            "dual-writes": {
                "title": "Dual writes",
                **asked(
                    "Are two systems written at once?",
                    yes=option(
                        "Yes",
                        "Either may fail alone.",
                        suggests={"outbox": "Data and event are written as one."},
                    ),
                ),
            },
        }
    }
)


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
    TREE.title,
    questions(TREE, PROBLEMS),
    {
        "serverless": pattern(
            "serverless",
            "OWN1",
            conflicts_with={"outbox": "a relay that polls never rests."},
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
            requires={"leader-follower": "One relay runs at a time."},
            cures={
                "dual-write": "Data and event are written as one.",
                "no-detector-for-this": "Told, and not looked for.",
            },
        ),
        "leader-follower": pattern("leader-follower", "OWN4"),
    },
)


ANSWERS = {
    "scale": SCALE,
    "cost-sensitive": BUDGET,
    "load": Answer("medium", "asked"),
    "audit": Answer(None, "asked"),
    "dual-writes": Answer("yes", "finding", "architecture.yaml:20"),
}
_, OVERRULED = merge([ANSWERS, {"cost-sensitive": LOST}])
DECISION = decide(TREE, PROBLEMS, KNOWLEDGE.entries, ANSWERS, overruled=OVERRULED)
"""Tree and ranking agree."""
DISPUTED = decide(TREE, PROBLEMS, KNOWLEDGE.entries, {**ANSWERS, "cost-sensitive": LOST})
"""The tree leads to microservices, the ranking to serverless."""
OPEN_ANSWERS = {**ANSWERS, "cost-sensitive": Answer(None, "asked")}
OPEN = decide(TREE, PROBLEMS, KNOWLEDGE.entries, OPEN_ANSWERS)
"""Two outcomes are left, and none is chosen."""
RANKED = decide(TREE, PROBLEMS, KNOWLEDGE.entries, OPEN_ANSWERS, choose="ranking")
"""Two outcomes are left, and the ranking chooses."""
