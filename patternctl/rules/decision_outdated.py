from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from patternctl.rulekit import Facts, Hit, Lack, answers, tree
from patternctl.rulekit.decided import Recorded, in_force
from patternctl.rulekit.naming import suggestions
from patternctl.rulekit.wording import either, listed

if TYPE_CHECKING:
    from patternctl.model.decision import Tree


class _Moved(NamedTuple):
    """A fact of the manifest that is not what was answered."""

    question: str
    recorded: str | None
    now: answers.Read


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for recorded in in_force(facts):
        asking = facts.knowledge.tree(recorded.decision.tree)
        if asking is None:
            yield Lack(recorded.path, "tree")
        elif misread := [*_misread(recorded, asking)]:
            yield from misread
        else:
            yield from _judged(facts, recorded, asking)


def _misread(recorded: Recorded, asking: Tree) -> Iterator[Hit]:
    """Answers to what the tree does not ask, and answers that it does not know."""
    questions = asking.asked
    for question, choice in recorded.decision.answers.items():
        place = (*recorded.path, "answers", question)
        if question not in questions:
            near = suggestions([question], questions).get(question, "")
            yield Hit(place, _hinted(f'the tree {asking.id} has no question "{question}"', near))
        elif choice not in (known := questions[question].choices):
            near = suggestions([choice], known).get(choice, "")
            yield Hit(place, _hinted(f'"{choice}" is no answer to {question}', near))


def _hinted(message: str, hint: str) -> str:
    return f"{message}, {hint}" if hint else message


def _judged(facts: Facts, recorded: Recorded, asking: Tree) -> Iterator[Hit]:
    decision = recorded.decision
    read = {
        name: found
        for name, question in asking.asked.items()
        if (found := answers.first(question.read, facts))
    }
    before, after = decision.answers, {**decision.answers, **_choices(read)}
    paths = tree.Paths(asking)
    old, new = paths.follow(before), paths.follow(after)
    by_tree = decision.outcome in old.leaves
    if not by_tree and decision.outcome in tree.best(asking, before):
        leads, concerned = tree.best(asking, after), [*asking.criteria]
        how = "the ranking now puts {} first"
    elif by_tree or new.leaves != old.leaves:
        leads, concerned = new.leaves, [*new.questions]
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


def _choices(read: Mapping[str, answers.Read]) -> dict[str, str]:
    return {name: found.choice for name, found in read.items()}


def _outdated(recorded: Recorded, moved: list[_Moved], leads: str) -> Hit:
    told = [
        f"{each.now.fact} says {each.now.choice} (recorded: {each.recorded or 'no answer'})"
        for each in moved
    ]
    places = (*recorded.path, "answers")
    return Hit(
        recorded.path,
        f"{listed(told)}: {leads}, recorded is {recorded.decision.outcome}",
        related=(
            *((*places, each.question) for each in moved if each.recorded),
            *(each.now.place for each in moved[1:]),
        ),
        shown_by=moved[0].now.place,
    )


def _unfounded(recorded: Recorded, leaves: tuple[str, ...]) -> Hit:
    leads = either(leaves)
    outcome = recorded.decision.outcome
    message = f"the recorded answers lead to {leads}, not to {outcome}, and no ADR tells why"
    return Hit((*recorded.path, "outcome"), message, "info")
