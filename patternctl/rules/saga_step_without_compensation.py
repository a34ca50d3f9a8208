from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Saga, SagaStep
from patternctl.model.finding import Severity
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, saga in facts.adopted_as(Saga):
        if saga.steps is None:
            yield Lack(path, "steps")
            continue
        kept = facts.tells("compensations") or any(_has_undo(step) for step in saga.steps)
        severity: Severity = "error" if _is_critical(facts, saga) else "warning"
        for index, step in _taken_back(facts, saga.steps):
            if step.undo is None and not kept:
                yield Lack(path, "steps.undo")
            elif not _has_undo(step):
                later = len(saga.steps) - index - 1
                message = (
                    f"{_label(step)} has no compensation and {later} later "
                    f"{'steps' if later > 1 else 'step'} may fail after it"
                )
                yield Hit((*path, "steps", index), message, severity=severity)


def _taken_back(facts: Facts, steps: tuple[SagaStep, ...]) -> Iterator[tuple[int, SagaStep]]:
    """Steps that are undone when a later one fails: those before the pivot, or before the last."""
    for index, step in enumerate(steps[:-1]):
        if step.final:
            return
        if not facts.only_reads(step.service):
            yield index, step


def _has_undo(step: SagaStep) -> bool:
    return step.undo is not None and step.undo != "none"


def _is_critical(facts: Facts, saga: Saga) -> bool:
    members = {*(saga.at or ()), *(step.service for step in saga.steps or ())}
    return not facts.critical_services.isdisjoint(members)


def _label(step: SagaStep) -> str:
    return f"{step.do} of {step.service}" if step.do else f"the step of {step.service}"
