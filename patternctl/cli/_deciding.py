"""The parts of `patternctl decide` between its flags and the engine."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from patternctl import catalog, plugins
from patternctl.catalog import Relations
from patternctl.cli import _answers, _inputs, _telling
from patternctl.cli._answers import Questions
from patternctl.cli._console import STDOUT, complain, note
from patternctl.cli._setup import Setup, setup
from patternctl.engine import answers as manifest_answers
from patternctl.engine.conclusions import Conclusions
from patternctl.engine.decide import decide, merge, next_question, questions
from patternctl.errors import InputError, Location, PatternctlError, Problem, UsageError
from patternctl.generators._command import command
from patternctl.generators.decision import Knowledge
from patternctl.model.base import Id
from patternctl.model.choosing import Answer, Overruled
from patternctl.model.decision import Asked, Tree
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings
from patternctl.model.system import System

INTERRUPTED = 130
SAVED = ".patternctl-answers.yaml"
"""Where answers go on Ctrl-C, unless --save-answers names a file."""
_STDIN = "<stdin>"
_ID = get_args(Id)[1].pattern


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
    terms: bool
    """Whether text tells every term of the ranking."""
    diagram: str | None
    output: str
    directory: str | None
    """What the working folder was changed to."""


class _Entries(Mapping[str, Relations]):
    """Patterns and baselines by id, each read when it is named first: most never are."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[str, Relations | None] = {}

    def __getitem__(self, name: str) -> Relations:
        if name not in self._read:
            self._read[name] = catalog.relations(name, self._folders)
        entry = self._read[name]
        if entry is None:
            raise KeyError(name)
        return entry

    def __iter__(self) -> Iterator[str]:
        return (name for name, entry in self._read.items() if entry is not None)

    def __len__(self) -> int:
        return len([*iter(self)])


class Given(NamedTuple):
    """All that is answered before anything is asked."""

    sources: list[Mapping[str, Answer]]
    """Flags, file, manifest with findings."""
    system: System | None
    notes: tuple[str, ...]
    conclusions: Conclusions = Conclusions()

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
    known, _ = merge(given.sources, given.conclusions)
    asked: dict[str, Answer] = {}
    if request.may_ask and _terminal() and STDOUT not in (request.manifest, request.answers):
        finished = _interview(request, knowledge, known, given.people, asked)
        if not finished:
            return INTERRUPTED
    answers, overruled = merge([*given.sources, asked], given.conclusions)
    _require_way(knowledge.tree, answers)
    _tell_overruled(overruled)
    adopted = manifest_answers.adopted(given.system.architecture) if given.system else ()
    decision = decide(
        knowledge.tree,
        knowledge.problems,
        knowledge.entries,
        answers,
        overruled=overruled,
        conclusions=given.conclusions,
        adopted=[name for name in adopted if name in knowledge.entries],
        choose=request.choose,
    )
    named = decision._replace(
        tree_file=request.tree if _is_file(request.tree) else "",
        manifest="" if request.manifest in (None, STDOUT) else request.manifest,
    )
    if request.save:
        _save(request.save, knowledge, {**given.people, **asked})
    form = _telling.Form(request.format, request.diagram, request.terms, request.output)
    _telling.tell(form, named, knowledge)
    note(f"the same again: {_command(request, asked, knowledge.questions)}")
    return 0


def _command(
    request: Request,
    asked: Mapping[str, Answer],
    order: Iterable[str],
    switches: Iterable[str] = ("--no-input",),
) -> str:
    """The command that repeats the run, as a shell takes it."""
    options = (
        ("--answers", request.answers, None),
        ("--choose", request.choose, "tree"),
        ("--format", request.format, "text"),
        ("--diagram", request.diagram, None),
        ("-o", request.output, STDOUT),
    )
    flags = [flag.partition("=")[::2] for flag in request.flags]
    return command(
        manifest=request.manifest or "",
        tree=request.tree,
        answers=[*flags, *_answers.spoken_in_order(asked, order)],
        options=[(name, value) for name, value, usual in options if value and value != usual],
        directory=request.directory or "",
        switches=[*(["--terms"] if request.terms else []), *switches],
    )


# Reading


def _check(request: Request) -> None:
    """Raise `UsageError` where flags do not fit together, or nothing can be written as they say."""
    problems: list[Problem] = []
    if request.diagram and request.format != "text":
        hint = "leave one of them out"
        problems.append(Problem("--diagram and --format both say what to print", hint=hint))
    if request.manifest == request.answers == STDOUT:
        hint = "name a file for one of them"
        problems.append(Problem("manifest and answers cannot both come from stdin", hint=hint))
    problems += _telling.unwritable("-o", request.output)
    if request.save == request.output == STDOUT:
        hint = "name a file for one of them"
        problems.append(Problem("result and answers cannot both go to stdout", hint=hint))
    elif request.save is not None:
        faults = [*_telling.unwritable("--save-answers", request.save)]
        problems += faults or _answers.irreplaceable(Path(request.save))
    if request.output != STDOUT:
        for target in (request.save, request.answers, request.tree, request.manifest):
            if target and os.path.realpath(target) == os.path.realpath(request.output):
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
    people = _answers.Given({}, {}, ())
    name = request.manifest or _manifest_here()
    request = request._replace(manifest=name)
    try:
        system = _inputs.systems([name], _STDIN, catalogs=given.catalogs)[0] if name else None
    except PatternctlError as error:
        problems += error.problems
    try:
        knowledge = _knowledge(request.tree, given)
        asked = Questions(knowledge.tree, knowledge.questions, partial(_base, knowledge, given))
        people = _answers.given(request.answers, request.flags, asked)
    except PatternctlError as error:
        problems += error.problems
    if problems or knowledge is None:
        raise InputError(*dict.fromkeys(problems))
    if request.answers == STDOUT:
        told = {name: people.file[name] for name in people.file if name not in people.flags}
        flags = ("=".join(pair) for pair in _answers.spoken_in_order(told, knowledge.questions))
        request = request._replace(answers=None, flags=(*request.flags, *flags))
    if system is None:
        return request, knowledge, Given([people.flags, people.file, {}], None, people.notes)
    targets = [target for target in (request.output, request.save) if target]
    _inputs.refuse_to_overwrite(targets, [system])
    found = _findings(system, knowledge.questions.values(), given)
    read = manifest_answers.read(system, knowledge.questions, found)
    if read.problems:
        raise InputError(*read.problems)
    sources = [people.flags, people.file, read.answers]
    notes = (*people.notes, *read.notes)
    return request, knowledge, Given(sources, system, notes, read.conclusions)


def _manifest_here() -> str | None:
    return next((name for name in _inputs.MANIFESTS if Path(name).is_file()), None)


def _knowledge(tree: str, given: Setup) -> Knowledge:
    folders = given.catalogs
    chosen = catalog.tree(Path(tree) if _is_file(tree) else tree, folders)
    problems = catalog.problems()
    return Knowledge(chosen, problems, questions(chosen, problems), _Entries(folders))


def _is_file(tree: str) -> bool:
    """Whether a tree is named by its file: with a separator, a suffix, or as no id can be."""
    id_shaped = re.fullmatch(_ID, tree) is not None
    return os.sep in tree or Path(tree).suffix in (".yaml", ".yml") or not id_shaped


def _base(knowledge: Knowledge, given: Setup) -> Mapping[str, Asked]:
    """What the tree asks that this one extends."""
    base = knowledge.tree.extends
    return questions(catalog.tree(base, given.catalogs), knowledge.problems) if base else {}


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
        knowledge.questions,
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
    wanted = Path(request.save or SAVED)
    target = str(_answers.free(wanted, knowledge.tree.id, answers))
    try:
        _save(target, knowledge, answers)
    except PatternctlError as error:
        complain(*error.problems)
        note(f"so far: {_command(request, answers, knowledge.questions)}")
        return
    if Path(target) != wanted:
        note(f"{wanted} holds other answers and is left as it is")
    switches = [] if request.with_problems is None else ["--no-problems", "--problems"]
    switches = switches[request.with_problems or 0 :][:1]
    if request.save:
        switches += ["--save-answers", request.save]
    again = request._replace(answers=target, flags=())
    note(f"go on with: {_command(again, {}, (), switches)}")


def _save(target: str, knowledge: Knowledge, answers: Mapping[str, Answer]) -> None:
    _answers.save(target, knowledge.tree.id, answers, knowledge.questions)
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


def _tell_overruled(overruled: Iterable[Overruled]) -> None:
    for name, winner, loser in overruled:
        note(f"note: {_answers.told(name, winner, loser)}")
