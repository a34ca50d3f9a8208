from patternctl import catalog
from patternctl.engine.search import Index

ENTRIES = catalog.entries()
INDEX = Index(ENTRIES)


def test_case_and_plural_do_not_matter() -> None:
    ways = ["Dual Writes", "dual-write", "DUAL WRITE", "writes dual"]
    found = [[match.entry.id for match in INDEX.search([way])] for way in ways]
    assert found[0]
    assert all(ids == found[0] for ids in found)


def test_entries_that_hold_more_of_the_words_leave_the_others_out() -> None:
    both = INDEX.search(["outbox", "relay"])
    assert all(match.found == 2 for match in both)
    assert {match.entry.id for match in both} < {m.entry.id for m in INDEX.search(["outbox"])}


def test_a_name_outweighs_everything_else() -> None:
    for entry in ENTRIES.values():
        best = INDEX.search([entry.id])
        top = [match.entry.id for match in best if match.score == best[0].score]
        assert entry.id in top


def test_plurals_of_all_kinds_find_the_same() -> None:
    for one, many in [("batch", "batches"), ("process", "processes"), ("latency", "latencies")]:
        found = [[match.entry.id for match in INDEX.search([word])] for word in (one, many)]
        assert found[0] == found[1] != []


def test_accents_and_case_are_letters_like_any() -> None:
    entry = ENTRIES["outbox"].model_copy(update={"name": "Straßencafé"})
    index = Index({"outbox": entry})
    assert index.search(["STRASSENCAFE\u0301"])
    assert not index.search(["cafe"])


def test_only_the_case_for_an_entry_is_searched_on_request() -> None:
    case = Index(ENTRIES, case_only=True)
    assert {m.entry.id for m in case.search(["lag"])} < {m.entry.id for m in INDEX.search(["lag"])}


def test_nothing_is_found_for_no_words() -> None:
    assert INDEX.search([]) == []
    assert INDEX.search(["…"]) == []
