"""Pictures of sagas as state machines."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from patternctl.artefacts._views import Found
from patternctl.artefacts._views_time import Drawn, Marks
from patternctl.generators._drawing import Drawing, Mark, counted
from patternctl.model.architecture import Saga, SagaStep
from patternctl.model.diagram import State, States, Transition
from patternctl.model.system import ElementPath
from patternctl.model.units import format_duration
from patternctl.rulekit import Facts


def saga(facts: Facts, path: ElementPath, stated: Saga, title: str, found: Found) -> Drawn | None:
    """A saga's steps and what takes them back; None where no steps are stated.

    A step that was refused has done nothing: what is taken back begins with the one before it. One
    that was silent may have taken effect, so that it is taken back itself. The pivot and what
    follows it is tried until it succeeds.
    """
    steps = stated.steps
    if not steps:
        return None
    machine = _Machine(facts, stated.timeout)
    machine.draw(steps)
    places: dict[str, list[str | int]] = {
        found.names((*path, "steps", number)): [f"do-{number}"] for number in range(len(steps))
    }
    places[found.names(path)] = ["do-0"]
    marks = Marks.of(found, places)
    made = States.model_construct(
        kind="states", title=title, states=machine.states, transitions=tuple(machine.transitions)
    )
    about = f"{title}: {counted((len(steps), 'step'))}, {limit(stated)}.{marks.words}"
    return Drawing(made, about, machine.marks | marks.nodes), marks.findings


def limit(stated: Saga) -> str:
    """What bounds the whole saga, in words."""
    if stated.timeout is None:
        return "time limit not stated"
    return "no time limit" if stated.timeout == inf else f"within {format_duration(stated.timeout)}"


class _Machine:
    """States and transitions as they are found."""

    def __init__(self, facts: Facts, bound: float | None) -> None:
        """`bound` is the timeout of the whole saga in seconds, None where it is not stated."""
        self.states: dict[str, State] = {}
        self.transitions: list[Transition] = []
        self.marks: dict[str, Mark] = {}
        self._facts = facts
        self._bound = bound

    def draw(self, steps: Sequence[SagaStep]) -> None:
        """All of a saga."""
        for number, step in enumerate(steps):
            self._state(f"do-{number}", f"{step.service}: {step.do or 'step not named'}")
        self._state("completed", "Completed")
        self._change("start", "do-0")
        pivot = next((number for number, step in enumerate(steps) if step.final), len(steps))
        back = self._back(steps[:pivot])
        for number, step in enumerate(steps):
            after = f"do-{number + 1}" if number + 1 < len(steps) else "completed"
            self._change(f"do-{number}", after, "succeeded")
            if number < pivot:
                self._unsuccessful(number, step, back)
            else:
                self._retried(number, step)
        self._change("completed", "end")
        self._undo(steps, back)

    def _back(self, steps: Sequence[SagaStep]) -> list[str]:
        """States in which taking back begins, by how many of the steps may have taken effect."""
        found = ["failed"]
        for number, step in enumerate(steps):
            nothing_done = step.undo in (None, "none") and self._facts.only_reads(step.service)
            found.append(found[-1] if nothing_done else f"undo-{number}")
        return found

    def _unsuccessful(self, number: int, step: SagaStep, back: Sequence[str]) -> None:
        """Where a step before the pivot leads when it is refused, and when it is silent."""
        own, silence = f"do-{number}", self._silence(step.timeout)
        before, after = back[number], back[number + 1]
        if before == after:
            self._change(own, before, f"refused or {silence}")
        else:
            self._change(own, before, "refused")
            self._change(own, after, silence)

    def _retried(self, number: int, step: SagaStep) -> None:
        """Where the pivot leads when it does not succeed, or a step after it."""
        own, timeout = f"do-{number}", self._timeout(step.timeout)
        if timeout == inf:
            self._change(own, own, "refused: again until it succeeds")
            self._change(own, own, "silent: it has no timeout, only a person asks again")
        else:
            self._change(own, own, f"refused or {_silent(timeout)}: again until it succeeds")

    def _undo(self, steps: Sequence[SagaStep], back: Sequence[str]) -> None:
        """What takes steps back, the last one first."""
        for number in reversed(range(len(back) - 1)):
            own, before = back[number + 1], back[number]
            if own != before:
                self._change(own, before, self._undoing(own, steps[number]))
        if len(back) > 1:
            self._state("failed", "Failed")
            self._change("failed", "end")

    def _undoing(self, key: str, step: SagaStep) -> str:
        """Make the state that takes a step back; gives what leads on from it."""
        if step.undo is None and not self._facts.tells("compensations"):
            self._state(key, f"{step.service}: compensation not stated", Mark("unknown"))
            return "then"
        if step.undo in (None, "none"):
            label = f"{step.service}: nothing takes back {step.do or 'the step'}"
            self._state(key, label, Mark("lacking"))
            return "left as it is"
        self._state(key, f"{step.service}: {step.undo}")
        return "taken back"

    def _silence(self, timeout: float | None) -> str:
        """Words for what ends the wait for a step before the pivot."""
        timeout, bound = self._timeout(timeout), self._timeout(self._bound)
        if timeout != inf:
            return _silent(timeout)
        if bound is None:
            return "silent (no timeout of its own, the saga's is not stated)"
        if bound == inf:
            return "silent: it has no timeout, only a person ends the wait"
        return f"silent for the saga's {format_duration(bound)}"

    def _timeout(self, stated: float | None) -> float | None:
        """A timeout, where the manifest may list all of them."""
        return inf if stated is None and self._facts.tells("timeouts") else stated

    def _state(self, key: str, label: str, mark: Mark | None = None) -> None:
        self.states[key] = State.model_construct(label=label)
        if mark:
            self.marks[key] = mark

    def _change(self, source: str, target: str, on: str = "") -> None:
        made = Transition.model_construct(source=source, target=target, on=on or None)
        self.transitions.append(made)


def _silent(timeout: float | None) -> str:
    """Words for the end of a bounded wait; `timeout` in seconds."""
    if timeout is None:
        return "silent (no timeout stated)"
    return f"silent for {format_duration(timeout)}"
