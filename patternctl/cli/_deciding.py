"""The parts of `patternctl decide` between its flags and the engine."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Literal, NamedTuple

from patternctl import catalog, plugins
from patternctl.cli import _answers, _inputs
from patternctl.cli._answers import Questions
from patternctl.cli._console import STDOUT, complain, note, page, printable, write
from patternctl.cli._setup import Setup, setup
from patternctl.engine import answers as manifest_answers
from patternctl.engine.decide import decide, merge, next_question, questions
from patternctl.errors import InputError, Location, PatternctlError, Problem, UsageError
from patternctl.generators import decision as generator
from patternctl.model.choosing import Answer, Decision, Overruled
from patternctl.model.decision import Asked, Problems, Tree
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings
from patternctl.model.system import System

INTERRUPTED = 130
SAVED = ".patternctl-answers.yaml"
"""Where answers go on Ctrl-C, unless --save-answers names a file."""
_STDIN = "<stdin>"


class Request(NamedTuple):
    """What the flags ask for."""

    manifest: str | None
    answers: str | None
    flags: tuple[str, ...]
    save: str | None
    may_ask: bool
    tree: str
    with_problems: bool | None
    """Whether to ask about problems; None to ask that too."""
    choose: Literal["tree", "ranking"]
    format: str
    diagram: str | None
    output: str
    directory: str | None
    """What the working folder was changed to."""


class Knowledge(NamedTuple):
    """What the catalog says."""

    tree: Tree
    problems: Problems
    asked: Mapping[str, Asked]
    entries: _Entries


class _Wish(NamedTuple):
    any_of: Sequence[str]
    why: str


class _Entry(NamedTuple):
    code: str
    name: str
    complexity: str
    requires: Mapping[str, str]
    conflicts_with: Mapping[str, str]
    wants: Sequence[_Wish]


class _Entries(Mapping[str, _Entry]):
    """Patterns and baselines by id, each read when it is named first: most never are."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[str, _Entry | None] = {}

    def __getitem__(self, name: str) -> _Entry:
        if name not in self._read:
            self._read[name] = self._entry(name)
        entry = self._read[name]
        if entry is None:
            raise KeyError(name)
        return entry

    def __iter__(self) -> Iterator[str]:
        return (name for name, entry in self._read.items() if entry is not None)

    def __len__(self) -> int:
        return len([*iter(self)])

    def _entry(self, name: str) -> _Entry | None:
        told = catalog.relations(name, self._folders)
        if told is None:
            return None
        wants = [_Wish(*want) for want in told.wants]
        own = (told.code, told.name, told.complexity, told.requires, told.conflicts_with)
        return _Entry(*own, wants)


class Given(NamedTuple):
    """All that is answered before anything is asked."""

    sources: list[Mapping[str, Answer]]
    """Flags, file, manifest with findings."""
    system: System | None
    notes: tuple[str, ...]

    @property
    def people(self) -> dict[str, Answer]:
        """Answers that people gave for this decision: flags over file."""
        return {**self.sources[1], **self.sources[0]}


def run(request: Request) -> int:
    """Read, ask, decide, tell; gives the exit status."""
    _check(request)
    given_setup = setup(None, ignored=False)
    request, knowledge, given = _read(request, given_setup)
    for text in given.notes:
        note(f"note: {text}")
    known, _ = merge(given.sources)
    asked: dict[str, Answer] = {}
    if request.may_ask and _terminal():
        finished = _interview(request, knowledge, known, given.people, asked)
        if not finished:
            return INTERRUPTED
    answers, overruled = merge([*given.sources, asked])
    _require_way(knowledge.tree, answers)
    _tell_overruled(overruled)
    adopted = manifest_answers.adopted(given.system.architecture) if given.system else ()
    decision = decide(
        knowledge.tree,
        knowledge.problems,
        knowledge.entries,
        answers,
        overruled=overruled,
        adopted=[name for name in adopted if name in knowledge.entries],
        choose=request.choose,
    )
    _write(request, decision, knowledge)
    if request.save:
        _save(request.save, knowledge, {**given.people, **asked})
    note(f"the same again: {command(request, asked, knowledge.asked)}")
    return 0


def command(request: Request, asked: Mapping[str, Answer], order: Iterable[str]) -> str:
    """The command that repeats the run without asking, as a shell takes it."""
    words = ["patternctl"]
    if request.directory:
        words += ["-C", request.directory]
    words.append("decide")
    if request.manifest:
        words.append(request.manifest)
    options = (
        ("--tree", request.tree, "architecture"),
        ("--answers", request.answers, None),
        ("--choose", request.choose, "tree"),
        ("--format", request.format, "text"),
        ("--diagram", request.diagram, None),
        ("-o", request.output, STDOUT),
    )
    for flag in request.flags:
        words += [_answers.FLAG, flag]
    words += _answers.flags(asked, order)
    for option, value, usual in options:
        if value is not None and value != usual:
            words += [option, value]
    return shlex.join([*words, "--no-input"])


# Reading


def _check(request: Request) -> None:
    """Raise `UsageError` where flags do not fit together."""
    problems: list[Problem] = []
    if request.diagram and request.format != "text":
        hint = "leave one of them out"
        problems.append(Problem("--diagram and --format both say what to print", hint=hint))
    if request.save:
        try:
            _answers.refuse_to_replace(Path(request.save))
        except UsageError as error:
            problems += error.problems
    if request.output != STDOUT:
        for target in (request.save, request.answers, request.tree, request.manifest):
            if target and Path(target).resolve() == Path(request.output).resolve():
                where = Location(request.output)
                hint = "name another file after -o"
                problems.append(Problem("is read or written by this run already", where, hint))
    if problems:
        raise UsageError(*problems)


def _read(request: Request, given: Setup) -> tuple[Request, Knowledge, Given]:
    """Everything that is read. Raises one `InputError` with all that is wrong with any of it."""
    problems: list[Problem] = []
    knowledge: Knowledge | None = None
    system: System | None = None
    people: list[Mapping[str, Answer]] = []
    name = request.manifest or _manifest_here()
    request = request._replace(manifest=name)
    try:
        system = _inputs.systems([name], _STDIN, catalogs=given.catalogs)[0] if name else None
    except PatternctlError as error:
        problems += error.problems
    try:
        knowledge = _knowledge(request.tree, given)
        asked = Questions(knowledge.tree.id, knowledge.asked)
        file = Path(request.answers) if request.answers else None
        people = [*_answers.given(file, request.flags, asked)]
    except PatternctlError as error:
        problems += error.problems
    if problems or knowledge is None:
        raise InputError(*dict.fromkeys(problems))
    if system is None:
        return request, knowledge, Given([*people, {}], None, ())
    targets = [target for target in (request.output, request.save) if target]
    _inputs.refuse_to_overwrite(targets, [system])
    found = _findings(system, knowledge.asked.values(), given)
    told = manifest_answers.read(system, knowledge.asked, found)
    return request, knowledge, Given([*people, told.answers], system, told.notes)


def _manifest_here() -> str | None:
    return next((name for name in _inputs.MANIFESTS if Path(name).is_file()), None)


def _knowledge(tree: str, given: Setup) -> Knowledge:
    folders = given.catalogs
    is_file = os.sep in tree or Path(tree).suffix in (".yaml", ".yml") or Path(tree).is_file()
    chosen = catalog.tree(Path(tree) if is_file else tree, folders)
    problems = catalog.problems()
    return Knowledge(chosen, problems, questions(chosen, problems), _Entries(folders))


def _findings(system: System, asked: Iterable[Asked], given: Setup) -> Sequence[Finding]:
    """Findings of the rules that answer something, suppressed ones left out."""
    from patternctl.engine.lint import lint

    rules = manifest_answers.rules(asked) & {*plugins.names("rules")}
    if not rules:
        return ()
    settings = LintSettings(
        select=tuple(sorted(rules)),
        thresholds=given.config.thresholds,
        prefix=given.prefix,
        catalogs=tuple(given.catalogs),
    )
    return lint([system], catalog.antipatterns(given.catalogs), settings).findings


# Asking


def _terminal() -> bool:
    """Whether there is somebody to ask, at a terminal that can move its cursor."""
    return sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _interview(
    request: Request,
    knowledge: Knowledge,
    known: Mapping[str, Answer],
    people: Mapping[str, Answer],
    asked: dict[str, Answer],
) -> bool:
    """Ask what is open and fill `asked`; False where it was broken off."""
    from patternctl.cli._questionnaire import Interview

    interview = Interview(
        knowledge.tree,
        knowledge.problems,
        knowledge.asked,
        known,
        with_problems=request.with_problems,
    )
    try:
        interview.run()
    except (KeyboardInterrupt, EOFError):
        _keep(request, knowledge, {**people, **interview.asked})
        return False
    asked |= interview.asked
    return True


def _keep(request: Request, knowledge: Knowledge, answers: Mapping[str, Answer]) -> None:
    """Save what was answered before Ctrl-C, and say where."""
    if not answers:
        note("nothing was answered yet, so nothing is saved")
        return
    target = request.save or SAVED
    try:
        _save(target, knowledge, answers)
    except PatternctlError as error:
        complain(*error.problems)
        note(f"so far: {command(request, answers, knowledge.asked)}")
        return
    again = command(request._replace(answers=target, flags=()), {}, ())
    words = [again.removesuffix(" --no-input")]
    if request.with_problems is not None:
        words.append("--problems" if request.with_problems else "--no-problems")
    if request.save:
        words.append(shlex.join(["--save-answers", request.save]))
    note(f"go on with: {' '.join(words)}")


def _save(target: str, knowledge: Knowledge, answers: Mapping[str, Answer]) -> None:
    _answers.save(target, knowledge.tree.id, answers, knowledge.asked)
    if target != STDOUT:
        count = f"{len(answers)} answer{'s' * (len(answers) != 1)}"
        note(f"saved {count} in {target}")


def _require_way(tree: Tree, answers: Mapping[str, Answer]) -> None:
    """Raise `UsageError` that names every answer missing on the tree's way."""
    problems = [
        Problem(
            f'{name} {"may be needed too" if number else "is not answered"}: "{question.ask}"',
            hint=f"{_answers.FLAG} {name}={'|'.join(_answers.words(question))}",
        )
        for number, (name, question) in enumerate(_missing(tree, answers))
    ]
    if problems:
        raise UsageError(*problems)


def _missing(tree: Tree, answers: Mapping[str, Answer]) -> Iterator[tuple[str, Asked]]:
    """Questions that are open on the way; behind the first, those that may follow."""
    supposed = dict(answers)
    while (name := next_question(tree, supposed)) is not None:
        yield name, tree.questions[name]
        supposed[name] = Answer(None, "asked")


# Telling


def _tell_overruled(overruled: Iterable[Overruled]) -> None:
    for name, winner, loser in overruled:
        note(f"note: {_answers.told(name, winner, loser)}")


def _write(request: Request, decision: Decision, knowledge: Knowledge) -> None:
    """Words of a user's own tree reach the terminal without control characters."""
    text = printable(_rendered(request, decision, generator.Knowledge(*knowledge)))
    if request.diagram or request.format != "text":
        write(request.output, text)
    elif request.output == STDOUT:
        page(text)
    else:
        with redirect_stdout(io.StringIO()) as shown:
            page(text)
        write(request.output, shown.getvalue())


def _rendered(request: Request, decision: Decision, told: generator.Knowledge) -> str:
    if request.diagram:
        draw = {"mermaid": generator.mermaid, "dot": generator.dot}[request.diagram]
        return draw(decision, told)
    if request.format == "json":
        import json

        return json.dumps(generator.document(decision), indent=2, ensure_ascii=False) + "\n"
    return generator.markdown(decision, told)
