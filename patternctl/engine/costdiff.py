"""What a change costs: two bills, line by line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from patternctl.model.bill import Bill, Line, total
from patternctl.model.estimate import ZERO, Estimate

_LIMIT = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18})?) ?(%?)")
Kind = Literal["added", "removed", "changed"]


class Change(NamedTuple):
    """One line that is not the same on both sides."""

    id: str
    title: str
    kind: Kind
    people: bool
    before: Line | None
    after: Line | None
    difference: float | None
    """What it likely adds a month; None where one of its costs is not known."""
    became: Literal["known", "unknown", ""] = ""
    """Whether its cost is known now, or no longer is."""

    @property
    def range(self) -> Estimate | None:
        """What it adds a month at least, likely and at most: what is uncertain is the same on both
        sides, so that low is compared with low.
        """
        if self.difference is None:
            return None
        return _spread(
            *((line.cost if line else None) or ZERO for line in (self.before, self.after))
        )


class Sum(NamedTuple):
    """One total before and after, of all lines whose cost is known wherever they are."""

    before: Estimate
    after: Estimate

    @property
    def difference(self) -> float:
        """What it likely adds a month."""
        return self.after.likely - self.before.likely

    @property
    def range(self) -> Estimate:
        """What it adds a month at least, likely and at most."""
        return _spread(self.before, self.after)

    @property
    def percent(self) -> float | None:
        """The same in percent; None where nothing was paid before."""
        return self.difference / self.before.likely * 100 if self.before.likely else None


class Limit(NamedTuple):
    """The most that may be added a month."""

    amount: float
    """In the bills' currency, or a share of what is paid before."""
    relative: bool


class Difference(NamedTuple):
    """What differs between two bills."""

    base: str
    head: str
    currency: str
    changes: tuple[Change, ...]
    infrastructure: Sum
    people: Sum

    @property
    def untold(self) -> tuple[Change, ...]:
        """Changes of infrastructure whose cost nobody can tell."""
        return tuple(each for each in self.changes if each.difference is None and not each.people)

    def exceeds(self, limit: Limit) -> bool | None:
        """Whether the infrastructure adds more than a limit; None where nobody can tell.

        What is known to change counts. Where that keeps within the limit while the cost of
        anything that is new or changed is not known, the answer is not known either.
        """
        told = (each.difference for each in self.changes if not each.people)
        added = sum(each for each in told if each is not None)
        share = self.infrastructure.before.likely if limit.relative else 1.0
        if added > limit.amount * share + 1e-9 * abs(added):
            return True
        return None if any(each.kind != "removed" for each in self.untold) else False


def limit(text: str) -> Limit:
    """A limit from `10%` or `500`. Raises `ValueError` with what to write instead."""
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        raise ValueError("should be a percentage or an amount a month, such as 10% or 500")
    amount, relative = float(match[1]), bool(match[2])
    return Limit(amount / 100 if relative else amount, relative)


def diff(base: Bill, head: Bill) -> Difference:
    """What `head` changes. Raises `ValueError` for bills in different currencies."""
    if base.currency != head.currency:
        raise ValueError(f"{base.currency} and {head.currency} cannot be compared: give a rate")
    before, after = _by_id(base.lines), _by_id(head.lines)
    pairs = ((before.get(key), after.get(key)) for key in {**after, **before})
    changes = tuple(change for pair in pairs if (change := _change(*pair)))
    unknown = {key for key, line in (*before.items(), *after.items()) if line.cost is None}
    machines, people = (
        Sum(*(_known(side, unknown, people=of_people) for side in (before, after)))
        for of_people in (False, True)
    )
    return Difference(base.name, head.name, head.currency, changes, machines, people)


_Key = tuple[str, bool, int]


def _known(lines: Mapping[_Key, Line], unknown: Collection[_Key], *, people: bool) -> Estimate:
    """Sum of one side, without what is not known on either."""
    return total(
        line.cost for key, line in lines.items() if line.people == people and key not in unknown
    )


def _spread(before: Estimate, after: Estimate) -> Estimate:
    low, likely, high = (new - old for new, old in zip(after, before, strict=True))
    return Estimate(min(low, likely, high), likely, max(low, likely, high))


def _by_id(lines: Iterable[Line]) -> dict[_Key, Line]:
    """Lines by id, those with the same one numbered.

    What was a machine's work and is people's now is another line: their sums are kept apart.
    """
    seen: Counter[tuple[str, bool]] = Counter()
    found: dict[_Key, Line] = {}
    for line in lines:
        key = line.id, line.people
        found[*key, seen[key]] = line
        seen[key] += 1
    return found


def _change(before: Line | None, after: Line | None) -> Change | None:
    line = after or before
    if line is None or (before and after and _worth(before) == _worth(after)):
        return None
    kind: Kind = "changed" if before and after else "added" if after else "removed"
    costs = [each.cost for each in (before, after) if each]
    known = [cost for cost in costs if cost is not None]
    told = len(known) == len(costs)
    difference = _likely(after) - _likely(before) if told else None
    became: Literal["known", "unknown", ""] = ""
    if kind == "changed" and len(known) == 1:
        became = "known" if after and after.cost is not None else "unknown"
    return Change(line.id, line.title, kind, line.people, before, after, difference, became)


def _worth(line: Line) -> tuple[object, ...]:
    return line.resource, line.unit, line.quantity, line.cost, line.unknown


def _likely(line: Line | None) -> float:
    return line.cost.likely if line and line.cost else 0.0
