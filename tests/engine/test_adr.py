import pytest

from patternctl import adr
from patternctl.engine.adr import check, style
from patternctl.model.adr import Finding, Link, Record

ACCEPTED = "---\nstatus: accepted\ndate: 2026-01-01\n---\n# T\n"


def findings(texts: dict[str, str], unread: tuple[str, ...] = ()) -> list[Finding]:
    names = {name: parts for name in (*texts, *unread) if (parts := adr.file_name(name))}
    records = [adr.parse(text, f"adr/{name}") for name, text in texts.items()]

    def follow(record: Record, link: Link) -> str:
        return "" if link.target in names else "leads nowhere"

    return check(records, names, "adr", follow)


def told(texts: dict[str, str], unread: tuple[str, ...] = ()) -> list[str]:
    return [f"{f.file}:{f.line}: {f.severity}: {f.message}" for f in findings(texts, unread)]


def with_status(status: str) -> str:
    return ACCEPTED.replace("accepted", status)


def test_a_sound_folder_has_no_findings() -> None:
    texts = {
        "0001-a.md": with_status("superseded by [ADR-0002](0002-b.md)"),
        "0002-b.md": ACCEPTED + "\nSupersedes ADR-1.\n",
    }
    assert told(texts) == []


def test_status() -> None:
    texts = {
        "1-a.md": with_status("acepted"),
        "2-b.md": with_status('"{proposed | accepted}"'),
        "3-c.md": with_status("superseded"),
        "4-d.md": "# T\n",
        "5-e.md": with_status("Accepted, for now"),
        "6-f.md": with_status("whatever"),
        "7-g.md": with_status("{proposed | rejected}"),
    }
    assert told(texts) == [
        'adr/1-a.md:2: error: "acepted" is no status',
        "adr/2-b.md:2: error: the status is the template's placeholder",
        "adr/3-c.md:2: error: is superseded, and does not say by which record",
        "adr/4-d.md:0: note: says no status",
        'adr/6-f.md:2: error: "whatever" is no status',
        "adr/7-g.md:2: error: the status is the template's placeholder",
    ]
    hints = [finding.hint for finding in findings(texts)]
    assert hints[0] == 'did you mean "accepted"?'


def test_dates() -> None:
    for date, message in [
        ("2026-02-30", '"2026-02-30" is no date'),
        ("20260101", '"20260101" is no date'),
        ("12/01/1992", '"12/01/1992" is no date'),
        ("{YYYY-MM-DD when it was}", "the date is the template's placeholder"),
    ]:
        text = ACCEPTED.replace("2026-01-01", date)
        assert told({"1-a.md": text}) == [f"adr/1-a.md:3: error: {message}"]


def test_numbers_twice_are_errors_and_gaps_are_notes() -> None:
    names = ("0001-a.md", "0001-b.md", "0003-c.md", "9999-d.md")
    assert told(dict.fromkeys(names, ACCEPTED)) == [
        "adr:0: note: no record has the number 2",
        "adr:0: note: no record has the number 4 to 9998",
        "adr/0001-b.md:0: error: has the number of 0001-a.md",
    ]


def test_links_that_lead_nowhere() -> None:
    text = ACCEPTED + "[x](gone.md) [x](gone.md) [a](1-a.md)\n"
    assert told({"1-a.md": text}) == ['adr/1-a.md:6: error: the link to "gone.md" leads nowhere']


def test_supersession_is_said_on_both_sides() -> None:
    texts = {
        "1-a.md": with_status("superseded by ADR-2"),
        "2-b.md": ACCEPTED,
        "3-c.md": ACCEPTED + "Supersedes [2](2-b.md)\n",
        "4-d.md": with_status("superseded by 4"),
        "5-e.md": with_status("superseded by ADR-8"),
        "6-f.md": with_status("superseded by ADR-7"),
    }
    assert told(texts, unread=("7-broken.md",)) == [
        "adr/1-a.md:2: error: is superseded by 2-b.md, which does not say so",
        "adr/3-c.md:6: error: supersedes 2-b.md, which does not say so",
        "adr/4-d.md:2: error: is superseded by itself",
        "adr/5-e.md:2: error: names the record 8, which there is not",
    ]
    assert findings(texts)[0].hint == "`patternctl adr supersede 1 2` writes both sides"


def test_circles_of_supersession_are_told_once() -> None:
    def record(by: int, of: int) -> str:
        return f"{with_status(f'superseded by ADR-{by}')}Supersedes ADR-{of}\n"

    texts = {"1-a.md": record(2, 3), "2-b.md": record(3, 1), "3-c.md": record(1, 2)}
    assert told(texts) == [
        "adr/1-a.md:2: error: supersede one another: 1-a.md by 2-b.md by 3-c.md by 1-a.md"
    ]
    straight = {"1-a.md": with_status("superseded by ADR-2"), "2-b.md": record(3, 1)}
    assert told({**straight, "3-c.md": ACCEPTED + "Supersedes ADR-2\n"}) == []


@pytest.mark.parametrize(("status", "severity"), [("rejected", "error"), ("deprecated", "note")])
def test_what_does_not_stand_takes_nobodys_place(status: str, severity: str) -> None:
    texts = {
        "1-a.md": with_status("superseded by ADR-2"),
        "2-b.md": with_status(status) + "Supersedes ADR-1\n",
    }
    (finding,) = told(texts)
    assert finding.endswith(f"{severity}: is {status}, and supersedes another record")


def test_hints_of_a_template_are_errors_once_it_is_accepted() -> None:
    body = (
        "{title of option 1}\n* Good, because {argument a}\n`{not this one}` {id} ${a b} {a: 1}\n"
    )
    assert told({"1-a.md": ACCEPTED + body}) == [
        "adr/1-a.md:6: error: hints of the template are left in 2 lines, here first"
    ]
    for status in ("proposed", "rejected", "superseded by ADR-2"):
        (found,) = (
            each
            for each in findings({"1-a.md": with_status(status) + body, "2-b.md": OTHER})
            if "template" in each.message
        )
        assert (found.severity, found.line) == ("note", 6)


OTHER = ACCEPTED + "\nSupersedes ADR-1.\n"


def test_the_style_is_that_of_the_newest_that_says_its_status() -> None:
    tools = adr.parse("# 7. T\n\n## Status\n\nAccepted\n", "adr/0007-t.md")
    madr = adr.parse(ACCEPTED, "adr/0006-t.md")
    silent = adr.parse("# T\n", "adr/0008-t.md")
    assert style([silent, tools, madr]) == ("sections", True)
    assert style([madr, tools]) == ("front-matter", False)
    assert style([]) == ("front-matter", False)


def test_faults_of_front_matter_are_findings() -> None:
    assert told({"1-a.md": "---\nstatus: [\n---\n# T\n"})[0].startswith(
        "adr/1-a.md:3: error: front"
    )
