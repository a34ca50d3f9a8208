"""Whether what was adopted was verified: five requirements for each pattern, and their evidence."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from patternctl import catalog
from patternctl.errors import Location
from patternctl.model.architecture import Evidence, Requirement
from patternctl.model.finding import Notice
from patternctl.model.system import ElementNames, ElementPath, System
from patternctl.rulekit import Facts
from patternctl.rulekit.adoption import Adopted, adoptions
from patternctl.rulekit.beside import Beside
from patternctl.rulekit.naming import suggestions
from patternctl.rulekit.wording import listed

if TYPE_CHECKING:
    from patternctl.model.pattern import Pattern

REQUIREMENTS: tuple[Requirement, ...] = get_args(Requirement)
State = Literal["met", "missing", "expired", "not there", "unusable"]
_Subject = tuple[Requirement, str | None]
"""What evidence is of: the requirement, and the adoption or pattern, or all of them."""
_PREFIX = "patterns."
_SOON = timedelta(days=30)
"""How long before it expires evidence is noted (a proposal: two sprints to pass it again)."""


class Proof(NamedTuple):
    """One entry of evidence, judged by itself."""

    evidence: Evidence
    path: ElementPath
    state: State
    told: str = ""
    """What is wrong; empty where it holds."""
    until: date | None = None
    """Last day it holds; None where it is undated."""
    default: int | None = None
    """Days after its date that `until` is by default; None where the manifest states the day."""

    @property
    def place(self) -> str:
        """Where it is: a path from the manifest's folder, or an address."""
        return self.evidence.path or self.evidence.url or ""

    def __str__(self) -> str:
        until = f", until {self.until}" if self.until else ""
        if self.default and self.state == "met":
            until += f" (expires by default after {self.default} days)"
        return f"{self.place or 'no place'}, {self.evidence.date or 'undated'}{until}"


class Check(NamedTuple):
    """One requirement of one adoption."""

    adoption: str
    """Its name in the manifest, else that of its pattern."""
    pattern: str
    """Id of the pattern."""
    requirement: Requirement
    state: State
    told: str
    """What is wrong; empty where it is met."""
    location: Location
    """Of the evidence, or of the adoption where there is none."""
    proof: Proof | None = None

    @property
    def met(self) -> bool:
        """Whether there is evidence that holds."""
        return self.state == "met"


class Verification(NamedTuple):
    """What is proven of a system, and what is not."""

    checks: tuple[Check, ...]
    notices: tuple[Notice, ...]
    """Evidence that soon expires, that is of nothing adopted, or that is wrong and not needed."""

    @property
    def missing(self) -> tuple[Check, ...]:
        """Requirements that are not met."""
        return tuple(check for check in self.checks if not check.met)

    @property
    def shared(self) -> dict[str, tuple[str, ...]]:
        """Adoptions by the file or page that is evidence of several."""
        told: dict[str, dict[str, None]] = defaultdict(dict)
        for check in self.checks:
            if check.proof and (place := check.proof.place):
                path = check.proof.evidence.path
                told[posixpath.normpath(path) if path else place][check.adoption] = None
        return {place: tuple(adopted) for place, adopted in told.items() if len(adopted) > 1}


def verify(system: System, today: date) -> Verification:
    """Every requirement of every adopted pattern, in file order, judged on a day."""
    names = ElementNames(system.architecture)
    adopted = [
        (names(each.path).removeprefix(_PREFIX), each)
        for each in adoptions(Facts(system.architecture))
    ]
    proofs = [*_proofs(system, today)]
    by_subject: dict[_Subject, list[Proof]] = defaultdict(list)
    for proof in proofs:
        by_subject[proof.evidence.requirement, proof.evidence.pattern].append(proof)
    checks = tuple(
        _check(system, label, each, requirement, by_subject)
        for label, each in adopted
        for requirement in REQUIREMENTS
    )
    known = {word for label, each in adopted for word in (label, each.name, each.id)}
    notices = [
        *_closing(system, checks, today),
        *_strays(system, proofs, known),
        *_idle(system, proofs, known, checks),
    ]
    return Verification(checks, tuple(sorted(notices, key=lambda each: each.location or ())))


def lifetimes() -> dict[str, int]:
    """Days by requirement for which evidence holds that states no last day, from the catalog."""
    practices = catalog.practices().practices
    return {name: each.lifetime.days for name, each in practices.items() if each.lifetime}


def _proofs(system: System, today: date) -> Iterator[Proof]:
    """Every entry, judged by itself."""
    days, beside = lifetimes(), Beside(system.folder)
    for number, each in enumerate(system.architecture.evidence):
        path: ElementPath = ("evidence", number)
        fault = next(_faults(each, beside, today), None)
        if fault:
            yield Proof(each, path, *fault)
        elif each.date:
            yield _aged(Proof(each, path, "met"), each.date, today, days[each.requirement])


def _faults(each: Evidence, beside: Beside, today: date) -> Iterator[tuple[State, str]]:
    """What is wrong with evidence whatever its age; what is to be mended first comes first."""
    if not each.path and not each.url:
        yield "unusable", "names neither a path nor a url"
    if each.path and _absolute(each.path):
        told = f"{each.path} is a path of one machine; write it from this file's folder"
        yield "unusable", told
    if each.date is None:
        yield "missing", "has no date; write the day it was passed"
    wrong = beside.wrong(each.path) if each.path else None
    if each.path and beside.folder is None:
        yield "unusable", f"{each.path} cannot be looked for, as this manifest lies in no folder"
    elif wrong == "is not there":
        yield "not there", f"there is no {each.path} beside this manifest"
    elif wrong:
        yield "unusable", f"{each.path} {wrong}"
    if each.date and each.date > today:
        yield "unusable", f"is dated {each.date}, which is still to come"
    if each.date and each.expires and each.expires < each.date:
        yield "unusable", f"expires on {each.expires}, before its date {each.date}"


def _aged(proof: Proof, passed: date, today: date, lifetime: int) -> Proof:
    """Evidence that was sound on the day it was passed."""
    if stated := proof.evidence.expires:
        until, default, told = stated, None, f"expired on {stated}"
    else:
        until = date.fromordinal(min(passed.toordinal() + lifetime, date.max.toordinal()))
        default = lifetime
        told = f"expired on {until}, by default {lifetime} days after its date"
    if until >= today:
        return proof._replace(until=until, default=default)
    return proof._replace(state="expired", told=told, until=until, default=default)


def _check(
    system: System,
    label: str,
    adopted: Adopted,
    requirement: Requirement,
    proofs: Mapping[_Subject, Sequence[Proof]],
) -> Check:
    """The best evidence there is: what holds longest, or else the youngest."""
    own = dict.fromkeys((label, adopted.name, adopted.id, None))
    fitting = [each for name in own for each in proofs.get((requirement, name), ())]
    best = max(fitting, key=_rank, default=None)
    if best is None:
        told = f"nothing shows that {label} passed its {words(requirement)}"
        where = system.sources.locate(adopted.path)
        return Check(label, adopted.id, requirement, "missing", told, where)
    told = best.told and f"{words(requirement)} of {label}: {best.told}"
    where = system.sources.locate(best.path)
    return Check(label, adopted.id, requirement, best.state, told, where, best)


def _rank(proof: Proof) -> tuple[bool, date, date]:
    met, passed = proof.state == "met", proof.evidence.date or date.min
    return met, (proof.until or passed) if met else passed, passed


def _absolute(path: str) -> bool:
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


def _closing(system: System, checks: Iterable[Check], today: date) -> Iterator[Notice]:
    """What expires soon, told once for all that rests on it."""
    adopted: dict[Proof, list[str]] = defaultdict(list)
    for check in checks:
        if check.met and check.proof and check.proof.until and check.proof.until - today <= _SOON:
            adopted[check.proof].append(check.adoption)
    for proof, labels in adopted.items():
        told = f"{words(proof.evidence.requirement)} of {listed(labels)} expires on {proof.until}"
        yield Notice(told, system.sources.locate(proof.path))


def _strays(system: System, proofs: Iterable[Proof], known: set[str]) -> Iterator[Notice]:
    """Evidence of what is not adopted."""
    adopted = {None, *known}
    strays = [each for each in proofs if each.evidence.pattern not in adopted]
    near = suggestions({str(each.evidence.pattern): None for each in strays}, sorted(known))
    for each in strays:
        name = str(each.evidence.pattern)
        told = f'evidence for "{name}", which is not adopted'
        where = system.sources.locate((*each.path, "pattern"))
        yield Notice(f"{told}, {near[name]}" if name in near else told, where)


def _idle(
    system: System, proofs: Iterable[Proof], known: set[str], checks: Iterable[Check]
) -> Iterator[Notice]:
    """Wrong evidence that no check tells of, as there is better."""
    told = {check.proof.path for check in checks if check.proof}
    adopted = {None, *known}
    for each in proofs:
        wrong = each.state in ("not there", "unusable") and each.path not in told
        if wrong and each.evidence.pattern in adopted:
            message = f"{words(each.evidence.requirement)} does not count: {each.told}"
            yield Notice(message, system.sources.locate(each.path))


def words(requirement: Requirement) -> str:
    """`load-test` as sentences have it."""
    return requirement.replace("-", " ")


def asks(requirement: Requirement, pattern: Pattern) -> tuple[str, ...]:
    """What a requirement comes to for a pattern: what has to be shown, in the catalog's words."""
    if requirement == "architecture-review":
        conditions = (each for guarantee in pattern.guarantees for each in guarantee.provided)
        return tuple(dict.fromkeys(conditions))
    if requirement == "load-test":
        return tuple(f"{each.title}: {each.objective.says}" for each in pattern.slos.values())
    if requirement == "chaos-test":
        return tuple(f"{each.name}: {each.hypothesis}" for each in pattern.chaos)
    if requirement == "cost-analysis":
        return tuple(f"{each.driver}: {each.factor}" for each in pattern.costs.drivers)
    return pattern.team.skills
