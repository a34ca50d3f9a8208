"""The questionnaire in a terminal: one question at a time, on stderr, with help and a way back.

Imported only where something is asked: prompt_toolkit takes as long to import as a whole lint.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

import questionary
from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.output import ColorDepth, create_output

from patternctl.cli._console import note, wants_color
from patternctl.engine.decide import next_question, walk
from patternctl.model.choosing import Answer
from patternctl.model.decision import Asked, Option, Problems, Tree

if TYPE_CHECKING:
    from prompt_toolkit.output import Output

_GATE = "?"
"""Stands for the question whether to look at problems; no id is like it."""
_PROBLEMS = "problems"
"""What the question is called that `_GATE` stands for."""
_TERMINAL = "terminal"
_WIDEST, _NARROWEST = 100, 40
"""Columns of what is written."""
_MEANS = "  Description: "
"""What questionary writes before the meaning of a choice."""
_OPEN = "The question stays open; ? tells how to find out."


class Move(Enum):
    """What may be done at a question but answer it."""

    HELP = "?"
    BACK = "b"
    END = "e"


class _Reply(NamedTuple):
    choice: str | None


class Interview:
    """Asks what is not known yet. `asked` holds the answers, however it ends."""

    def __init__(
        self,
        tree: Tree,
        problems: Problems,
        questions: Mapping[str, Asked],
        known: Mapping[str, Answer],
        *,
        with_problems: bool | None,
    ) -> None:
        self.asked: dict[str, Answer] = {}
        self._tree = tree
        self._problems = problems
        self._questions = questions
        self._known = known
        self._given = with_problems
        self._with_problems = with_problems
        self._earlier: dict[str, str | None] = {}
        """What was answered before a step back."""

    def run(self) -> None:
        """Ask until nothing is left. Raises `KeyboardInterrupt` and `EOFError`."""
        history: list[str] = []
        while (name := self._next()) is not None:
            may_end = next_question(self._tree, self._answers()) is None
            reply = self._ask(name, self._progress(name, len(history)), may_end=may_end)
            if reply is Move.END:
                return
            if isinstance(reply, _Reply):
                self._take(name, reply.choice)
                history.append(name)
            elif history:
                back = history.pop()
                self._forget(back)
                told = _PROBLEMS if back == _GATE else back
                note(_filled(f"← back to {told}; its answer is taken back", " " * 2))
            else:
                note("this is the first question")

    def _answers(self) -> dict[str, Answer]:
        return {**self._known, **self.asked}

    def _next(self) -> str | None:
        """The tree's questions on the way, then what else is ranked by, then problems."""
        answers = self._answers()
        if name := next_question(self._tree, answers):
            return name
        if open_ := [name for name in self._tree.criteria if name not in answers]:
            return open_[0]
        open_ = [name for name in self._problems.problems if name not in answers]
        if not open_ or self._with_problems is False:
            return None
        return open_[0] if self._with_problems else _GATE

    def _take(self, name: str, choice: str | None) -> None:
        self._earlier[name] = choice
        if name == _GATE:
            self._with_problems = choice == "yes"
        else:
            self.asked[name] = Answer(choice, "asked", _TERMINAL)

    def _forget(self, name: str) -> None:
        if name == _GATE:
            self._with_problems = self._given
        else:
            del self.asked[name]

    def _progress(self, name: str, asked: int) -> str:
        """How many questions there were, and how many may come: fewer where answers settle it."""
        answers = {**self._answers(), name: Answer(None, "asked")}
        way = [step.question for step in walk(self._tree, answers).steps]
        open_ = {question for question in (*way, *self._tree.criteria) if question not in answers}
        problems = [each for each in self._problems.problems if each not in answers]
        if self._with_problems is None and name != _GATE and problems:
            extra = f"up to {len(problems)} about problems if you want"
            told = f"at most {len(open_) + 1} more, and {extra}"
        elif more := len(open_) + len(problems) * (self._with_problems is not False):
            told = f"at most {more} more"
        else:
            told = "the last"
        return f"question {asked + 1}, {told}"

    def _ask(self, name: str, progress: str, *, may_end: bool) -> _Reply | Move:
        gate = name == _GATE
        question = _gate(len(self._problems.problems)) if gate else self._questions[name]
        options = [*question.choices]
        values: list[str | None] = [*options] if gate else [*options, None]
        shown = self._earlier.get(name, values[0])
        while True:
            reply = _prompt(question, values, shown, progress, may_end=may_end)
            if isinstance(reply, _Reply):
                label = _label(question, reply.choice)
                note(_filled(f"✓ {question.ask} {label}", " " * 2))
            if reply is not Move.HELP:
                return reply
            _help(question)


def _gate(count: int) -> Asked:
    means = {
        "yes": Option(label="Yes", means="One question for each; single patterns are suggested."),
        "no": Option(label="No, show the result", means="Problems can be asked later."),
    }
    return Asked(
        ask=f"Look at {count} problems that single patterns solve?",
        why="The architecture settles the large; single patterns settle what hurts within it.",
        find_out="Say yes where you know of trouble, or of a risk that somebody has named.",
        choices=means,
    )


def _help(question: Asked) -> None:
    """Why it is asked, how to find out, and what each answer means."""
    texts = [f"Why: {question.why}", f"How to find out: {question.find_out}"]
    texts += [f"{option.label}: {option.means}" for option in question.choices.values()]
    for text in texts:
        note("  " + _filled(text, " " * 4, taken=2))
    note("")


def _filled(text: str, indent: str, taken: int = 0) -> str:
    """Text in lines that the terminal need not break, behind `taken` columns on the first."""
    width = min(_WIDEST, os.get_terminal_size(sys.stderr.fileno()).columns - 1)
    first = " " * taken
    lines = fill(
        " ".join(text.split()), max(width, _NARROWEST),
        initial_indent=first, subsequent_indent=indent,
    )  # fmt: skip
    return lines.removeprefix(first)


def _label(question: Asked, choice: str | None) -> str:
    return "Don't know" if choice is None else question.choices[choice].label


def _item(question: Asked, choice: str | None) -> questionary.Choice:
    means = _OPEN if choice is None else question.choices[choice].means
    return questionary.Choice(
        _filled(_label(question, choice), " " * 3, taken=3),
        _Reply(choice),
        description=_filled(means, " " * 4, taken=len(_MEANS)),
    )


def _prompt(
    question: Asked,
    values: list[str | None],
    shown: str | None,
    progress: str,
    *,
    may_end: bool,
) -> _Reply | Move:
    """Ask one question, and take it off the screen; the cursor stands at the choice `shown`."""
    items = [_item(question, value) for value in values]
    keys = "↑↓ Enter, ? help, b back" + (", e end" if may_end else "")
    prompt = questionary.select(
        _filled(question.ask, " " * 2, taken=2),
        [*items, questionary.Separator(" ")],
        default=items[values.index(shown) if shown in values else 0],
        instruction="\n  " + _filled(f"{progress} ({keys})", " " * 2, taken=2),
        output=_output(),
        color_depth=None if wants_color("auto", sys.stderr) else ColorDepth.DEPTH_1_BIT,
        erase_when_done=True,
    )
    moves = [Move.HELP, Move.BACK, *([Move.END] if may_end else [])]
    _bind(prompt.application, moves)
    reply: _Reply | Move = prompt.unsafe_ask()
    return reply


def _bind(application: Application[Any], moves: Iterable[Move]) -> None:
    """Let keys leave the prompt without an answer."""
    bindings = KeyBindings()

    def leave(move: Move) -> Callable[[KeyPressEvent], None]:
        def handle(event: KeyPressEvent) -> None:
            event.app.exit(result=move)

        return handle

    for move in moves:
        bindings.add(move.value, eager=True)(leave(move))
    application.key_bindings = merge_key_bindings(
        [each for each in (application.key_bindings, bindings) if each is not None]
    )


def _output() -> Output:
    """Prompts go to stderr: stdout is for the result."""
    return create_output(stdout=sys.stderr)
