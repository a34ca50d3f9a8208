"""JUnit XML as Jenkins, GitLab and most CI servers read it: a test case per finding.

The shape is that of `junit-10.xsd` of Jenkins' xunit plugin, which Surefire's reports fit too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from patternctl.model.finding import Finding, LintResult
from patternctl.model.render import RenderOptions
from patternctl.reports import _words
from patternctl.reports._style import visible


def render(result: LintResult, options: RenderOptions) -> str:  # noqa: ARG001
    """A suite per file: findings fail, suppressed ones are skipped, a clean file passes."""
    cases: dict[str, list[Finding]] = {file: [] for file in result.texts or result.inputs}
    for finding in (*result.findings, *result.suppressed):
        cases.setdefault(finding.location.file, []).append(finding)
    root = ET.Element(
        "testsuites",
        name="patternctl",
        tests=str(sum(max(1, len(found)) for found in cases.values())),
        failures=str(len(result.findings)),
        errors="0",
    )
    for file, found in cases.items():
        _suite(root, file, found, len(result.rules))
    remarks = "\n".join(_remarks(result))
    if remarks and len(root):
        ET.SubElement(root[0], "system-out").text = remarks
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(root: ET.Element, file: str, found: Sequence[Finding], rules: int) -> None:
    skipped = sum(finding.suppression is not None for finding in found)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=visible(file),
        tests=str(max(1, len(found))),
        failures=str(len(found) - skipped),
        errors="0",
        skipped=str(skipped),
        time="0",
    )
    for finding in found:
        _case(suite, finding)
    if not found:
        name = _words.count(rules, "rule")
        ET.SubElement(suite, "testcase", classname="patternctl", name=name, time="0")


def _case(suite: ET.Element, finding: Finding) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=visible(f"patternctl.{finding.rule}"),
        name=visible(f"{finding.code} {finding.rule}: {finding.element}"),
        time="0",
    )
    if finding.suppression:
        reason = visible(f"suppressed {_words.suppressed(finding.suppression)}")
        ET.SubElement(case, "skipped", type=finding.suppression.kind, message=reason)
        return
    message = visible(finding.message)
    failure = ET.SubElement(case, "failure", type=visible(finding.rule), message=message)
    where = visible(str(finding.location))
    failure.text = f"{where}: {finding.severity}: {message}\n{visible(finding.help)}"


def _remarks(result: LintResult) -> Iterator[str]:
    for notice in result.notices:
        where = f"{notice.location}: " if notice.location else ""
        yield visible(f"notice: {where}{notice.message}")
    yield from (visible(f"note: {note}") for note in result.notes)
    lacking = _words.unchecked(result)
    if lacking:
        yield visible(f"not checked: {lacking}")
