from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from patternctl.rulekit import Facts, Hit, Lack, answers, tree
from patternctl.rulekit.decided import Recorded, in_force
from patternctl.rulekit.naming import suggestions
from patternctl.rulekit.wording import either, listed

if TYPE_CHECKING:
    from patternctl.model.adr import Record
    from patternctl.model.decision import Asked, Concern, Tree

_PROBLEMS = "the list of problems"
_FALLEN = ("superseded", "deprecated", "rejected")
"""What a record is that no decision in force can rest on."""


class _Moved(NamedTuple):
    """A fact of the manifest that is not what was answered."""

    question: str
    recorded: str | None
    now: answers.Read

    def __str__(self) -> str:
        return f"{self.now.fact} says {self.now.choice} (recorded: {self.recorded or 'no answer'})"


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for recorded in in_force(facts):
        asking = facts.knowledge.tree(recorded.decision.tree)
        if asking is None:
            yield _unknown_tree(facts, recorded)
        elif misread := [*_misread(recorded, "answers", asking.asked, f"the tree {asking.id}")]:
            yield from misread
        elif stranger := _stranger(recorded, asking):
            yield stranger
        else:
            yield from _judged(facts, recorded, asking)
        yield from _problems(facts, recorded)
        yield from _record(facts, recorded)


def _unknown_tree(facts: Facts, recorded: Recorded) -> Hit | Lack:
    """A slip where a tree has nearly this name; else a tree whose catalog is not at hand."""
    name = recorded.decision.tree
    near = suggestions([name], facts.knowledge.trees()).get(name, "")
    if not near:
        return Lack(recorded.path, "tree")
    return Hit((*recorded.path, "tree"), f'no catalog has a decision tree "{name}", {near}')


def _misread(
    recorded: Recorded, block: str, questions: Mapping[str, Asked], asking: str
) -> Iterator[Hit]:
    """Answers to what is not asked, and answers that are no choice."""
    given: Mapping[str, str] = getattr(recorded.decision, block)
    for question, choice in given.items():
        place = (*recorded.path, block, question)
        if question not in questions:
            near = suggestions([question], questions).get(question, "")
            yield Hit(place, _hinted(f'{asking} has no question "{question}"', near))
        elif choice not in (known := questions[question].choices):
            near = suggestions([choice], known).get(choice, "")
            yield Hit(place, _hinted(f'"{choice}" is no answer to {question}', near))


def _hinted(message: str, hint: str) -> str:
    return f"{message}, {hint}" if hint else message


def _stranger(recorded: Recorded, asking: Tree) -> Hit | None:
    """An outcome to which the tree cannot lead, and which it does not rank."""
    outcome = recorded.decision.outcome
    known = dict.fromkeys((*tree.Paths(asking).leaves, *asking.candidates))
    if outcome in known:
        return None
    near = suggestions([outcome], known).get(outcome, "")
    message = f"{outcome} is neither a leaf nor a candidate of the tree {asking.id}"
    return Hit((*recorded.path, "outcome"), _hinted(message, near))


def _judged(facts: Facts, recorded: Recorded, asking: Tree) -> Iterator[Hit]:
    decision = recorded.decision
    before, read = decision.answers, _read(facts, asking, decision.answers)
    after = {**before, **_choices(read)}
    paths = tree.Paths(asking)
    old, new = paths.follow(before), paths.follow(after)
    if old.leaves != (decision.outcome,) and decision.outcome == _ranked_first(
        facts, asking, before
    ):
        leads, concerned = [_ranked_first(facts, asking, after)], [*asking.criteria]
        how = "the ranking now puts {} first"
    elif decision.outcome in old.leaves or new.leaves != old.leaves:
        leads, concerned = [*new.leaves], [*new.questions]
        how = "the tree now leads to {}"
    else:
        if decision.adr is None:
            yield _unfounded(recorded, old.leaves)
        return
    moved = [
        _Moved(name, before.get(name), read[name])
        for name in concerned
        if name in read and read[name].choice != before.get(name)
    ]
    if moved and decision.outcome not in leads:
        yield _outdated(recorded, moved, how.format(either(leads)))


def _read(facts: Facts, asking: Tree, recorded: Mapping[str, str]) -> dict[str, answers.Read]:
    """What the manifest answers by now; nothing is concluded where people said it themselves."""
    told = {name: answers.first(question.read, facts) for name, question in asking.asked.items()}
    return {
        name: found
        for name, found in told.items()
        if found and not (found.inferred and name in recorded)
    }


def _choices(read: Mapping[str, answers.Read]) -> dict[str, str]:
    return {name: found.choice for name, found in read.items()}


def _ranked_first(facts: Facts, asking: Tree, picks: Mapping[str, str]) -> str:
    """The candidate that ranks first; empty where the tree ranks none."""
    known = {name: facts.knowledge.relations(name) for name in asking.candidates}
    entries = {name: told for name, told in known.items() if told}
    return next((name for name, _ in tree.standing(asking, entries, picks)), "")


def _outdated(recorded: Recorded, moved: list[_Moved], leads: str) -> Hit:
    places = (*recorded.path, "answers")
    return Hit(
        recorded.path,
        f"{listed(map(str, moved))}: {leads}, recorded is {recorded.decision.outcome}",
        related=(
            *((*places, each.question) for each in moved if each.recorded),
            *(each.now.place for each in moved[1:] if each.now.place),
        ),
        shown_by=moved[0].now.place or (),
    )


def _unfounded(recorded: Recorded, leaves: tuple[str, ...]) -> Hit:
    leads = either(leaves)
    outcome = recorded.decision.outcome
    message = f"the recorded answers lead to {leads}, not to {outcome}, and no ADR tells why"
    return Hit((*recorded.path, "outcome"), message, "info")


def _problems(facts: Facts, recorded: Recorded) -> Iterator[Hit]:
    """Recorded answers about problems against what the manifest says of them."""
    given = recorded.decision.problems
    if not given:
        return
    problems = facts.knowledge.problems().problems
    yield from _misread(recorded, "problems", problems, _PROBLEMS)
    for name, choice in given.items():
        if name in problems and choice in problems[name].choices:
            yield from _moved_problem(facts, recorded, name, problems[name])


def _moved_problem(facts: Facts, recorded: Recorded, name: str, problem: Concern) -> Iterator[Hit]:
    """A problem for which the facts call for patterns that the recorded answer does not."""
    choice, now = recorded.decision.problems[name], answers.first(problem.read, facts)
    if now is None or now.choice == choice:
        return
    new = problem.choices[now.choice].suggests.keys() - problem.choices[choice].suggests.keys()
    if new:
        called = f"{name} now calls for {listed(sorted(new))}"
        place = (*recorded.path, "problems", name)
        yield Hit(place, f"{_Moved(name, choice, now)}: {called}", "info", shown_by=now.place or ())


def _record(facts: Facts, recorded: Recorded) -> Iterator[Hit | Lack]:
    """A record that is not there, or that stands no longer."""
    if recorded.decision.adr is None:
        return
    filed, place = facts.beside.record(recorded.decision.adr), (*recorded.path, "adr")
    if filed.wrong:
        yield Hit(place, filed.wrong)
    elif filed.record is None or not filed.record.status:
        yield Lack(recorded.path, "adr")
    elif filed.record.state in _FALLEN or filed.record.superseded_by:
        yield Hit(place, f"the record {filed.record.file} is {_stands(filed.record)}")


def _stands(record: Record) -> str:
    """What became of a record."""
    later = [each.file or f"record {each.number}" for each in record.superseded_by]
    return f"superseded by {listed(later)}" if later else record.state
