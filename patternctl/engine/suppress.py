"""Setting findings aside: comments, the manifest's `lint.ignore`, the baseline.

A suppression that has expired no longer hides its finding, and says so; one that hid nothing is
reported, so that they do not outlive their reason.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from patternctl import catalog
from patternctl.errors import Location
from patternctl.model.antipattern import AntiPattern
from patternctl.model.finding import Finding, Notice, Suppression
from patternctl.model.settings import LintSettings
from patternctl.model.system import System

MARKER = "patternctl:"
_COMMENT = re.compile(r"(?:^|\s)#\s*patternctl:\s*(ignore(?:-file)?)\s*\[([^\]]*)\]\s*(.*)$")
_ADDRESSED = re.compile(r"(?:^|\s)#\s*patternctl:")
_UNTIL = re.compile(r"\buntil=(\S+)")


@dataclass(slots=True)
class _Entry:
    """One suppression as written, and whether it has hidden anything yet."""

    suppression: Suppression
    rules: frozenset[str]
    label: str
    file: str
    lines: frozenset[int] | None = None
    """Lines it covers; None: not bound to lines."""
    at: str | None = None
    """Element it covers, with everything below it."""
    expired: bool = False
    used: bool = False

    def covers(self, finding: Finding) -> bool:
        if finding.location.file != self.file:
            return False
        if self.lines is not None and finding.location.line not in self.lines:
            return False
        if self.at is None:
            return True
        plain = finding.element.replace('"', "")
        return any(f"{name}.".startswith(f"{self.at}.") for name in (finding.element, plain))


class Suppressor:
    """All suppressions of a run. Splits findings, then tells what was wrong with itself."""

    def __init__(
        self,
        systems: Sequence[System],
        entries: Mapping[str, AntiPattern],
        settings: LintSettings,
        selected: set[str],
    ) -> None:
        self.settings = settings
        self.selected = selected
        self._known = catalog.names(entries)
        self._notices: list[Notice] = []
        self._entries: list[_Entry] = []
        if settings.honour_ignores:
            for system in systems:
                self._entries += self._from_comments(system)
                self._entries += self._from_manifest(system)
        self._by_rule: dict[str, list[_Entry]] = defaultdict(list)
        for entry in self._entries:
            for rule in entry.rules:
                self._by_rule[rule].append(entry)
        self._baseline = {known.fingerprint for known in settings.baseline}
        self._files = {
            posixpath.normpath(posixpath.join(settings.prefix, file))
            for system in systems
            for file in system.sources.texts
        }
        self._matched: set[str] = set()

    def split(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
        """(findings that stand, findings that are set aside)."""
        kept: list[Finding] = []
        suppressed: list[Finding] = []
        for finding in findings:
            suppression = self._suppression(finding)
            if suppression is None:
                kept.append(finding)
            else:
                suppressed.append(finding._replace(suppression=suppression))
        return kept, suppressed

    def _suppression(self, finding: Finding) -> Suppression | None:
        result: Suppression | None = None
        for entry in self._by_rule.get(finding.rule, ()):
            if entry.covers(finding):
                entry.used = True
                if not entry.expired:
                    result = result or entry.suppression
        if finding.fingerprint in self._baseline:
            self._matched.add(finding.fingerprint)
            result = result or Suppression("baseline")
        return result

    def notices(self) -> Iterator[Notice]:
        """Expired, unused and unreadable suppressions; call after `split`."""
        yield from self._notices
        for entry in self._entries:
            where = entry.suppression.location
            if entry.expired and entry.used:
                day = entry.suppression.until
                yield Notice(f"the suppression of {entry.label} expired on {day}", where)
            elif not entry.used and self.settings.report_unused and entry.rules & self.selected:
                yield Notice(f"the suppression of {entry.label} hides nothing: remove it", where)
        yield from self._stale()

    def _stale(self) -> Iterator[Notice]:
        gone = sum(
            entry.fingerprint not in self._matched
            for entry in self.settings.baseline
            if entry.rule in self.selected and entry.file in self._files
        )
        if gone and self.settings.report_unused:
            entries = "1 entry" if gone == 1 else f"{gone} entries"
            message = f"{entries} no longer found: --prune-baseline drops them"
            yield Notice(message, Location(self.settings.baseline_file))

    def _from_comments(self, system: System) -> Iterator[_Entry]:
        for file, text in system.sources.texts.items():
            if MARKER not in text:
                continue
            lines = text.split("\n")
            for number, line in enumerate(lines, start=1):
                meant = _ADDRESSED.search(line) if MARKER in line else None
                if meant is None:
                    continue
                where = Location(file, number, meant.start() + 1)
                match = _COMMENT.search(line)
                entry = self._comment(match, where, lines) if match else None
                if entry:
                    yield entry
                elif match is None:
                    message = "not understood: write `# patternctl: ignore[RULE] reason`"
                    self._notices.append(Notice(message, where))

    def _comment(self, match: re.Match[str], where: Location, lines: list[str]) -> _Entry | None:
        names = [name.strip() for name in match[2].split(",") if name.strip()]
        reason = match[3].strip()
        until_match = _UNTIL.search(reason)
        until = self._day(until_match[1], where) if until_match else None
        if until_match and until is None:
            return None
        reason = _UNTIL.sub("", reason).strip()
        whole_file = match[1] == "ignore-file"
        covered = None if whole_file else frozenset(_covered(lines, where.line, match.start()))
        suppression = Suppression("file" if whole_file else "inline", reason, until, where)
        return self._entry(names, suppression, where.file, lines=covered)

    def _from_manifest(self, system: System) -> Iterator[_Entry]:
        block = system.architecture.lint
        for index, ignore in enumerate(block.ignore if block else ()):
            where = system.sources.locate(("lint", "ignore", index))
            suppression = Suppression("manifest", ignore.reason or "", ignore.until, where)
            entry = self._entry([ignore.rule], suppression, where.file, at=ignore.at)
            if entry:
                yield entry

    def _entry(
        self,
        names: list[str],
        suppression: Suppression,
        file: str,
        lines: frozenset[int] | None = None,
        at: str | None = None,
    ) -> _Entry | None:
        where = suppression.location
        for name in names:
            if not catalog.ids(name, self._known):
                near = get_close_matches(name, self._known, n=1)
                hint = f': did you mean "{near[0]}"?' if near else ""
                self._notices.append(Notice(f'there is no rule "{name}" to ignore{hint}', where))
        if self.settings.require_reason and not suppression.reason:
            label = ", ".join(names)
            message = f"the suppression of {label} gives no reason and is not honoured"
            self._notices.append(Notice(message, where))
            return None
        rules = frozenset(rule for name in names for rule in catalog.ids(name, self._known))
        expired = suppression.until is not None and suppression.until < self.settings.today
        label = ", ".join(names) + (f" at {at}" if at else "")
        return _Entry(suppression, rules, label, file, lines, at, expired) if rules else None

    def _day(self, text: str, where: Location) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = f'"{text}" is not a date such as 2027-03-01: the suppression is not honoured'
            self._notices.append(Notice(message, where))
            return None


def _covered(lines: list[str], number: int, start: int) -> Iterator[int]:
    """Lines a comment speaks for: its own, or the next with content where it stands alone."""
    yield number
    if lines[number - 1][: start + 1].strip() in ("", "#"):
        for following, line in enumerate(lines[number:], start=number + 1):
            if line.strip() and not line.lstrip().startswith("#"):
                yield following
                return
