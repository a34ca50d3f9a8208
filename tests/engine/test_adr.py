from patternctl import adr
from patternctl.engine.adr import check
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


def test_faults_of_front_matter_are_findings() -> None:
    assert told({"1-a.md": "---\nstatus: [\n---\n# T\n"})[0].startswith(
        "adr/1-a.md:3: error: front"
    )
