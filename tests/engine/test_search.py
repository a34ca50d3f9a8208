from patternctl import catalog
from patternctl.engine.search import search

ENTRIES = catalog.entries()


def test_case_and_plural_do_not_matter() -> None:
    ways = ["Dual Writes", "dual-write", "DUAL WRITE", "writes dual"]
    found = [[match.entry.id for match in search([way], ENTRIES)] for way in ways]
    assert found[0]
    assert all(ids == found[0] for ids in found)


def test_entries_that_hold_more_of_the_words_leave_the_others_out() -> None:
    both = search(["outbox", "relay"], ENTRIES)
    assert all(match.found == 2 for match in both)
    assert {match.entry.id for match in both} < {m.entry.id for m in search(["outbox"], ENTRIES)}


def test_a_name_outweighs_everything_else() -> None:
    for entry in ENTRIES.values():
        best = search([entry.id], ENTRIES)
        top = [match.entry.id for match in best if match.score == best[0].score]
        assert entry.id in top


def test_nothing_is_found_for_no_words() -> None:
    assert search([], ENTRIES) == []
    assert search(["…"], ENTRIES) == []
