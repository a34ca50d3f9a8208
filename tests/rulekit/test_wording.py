from patternctl.rulekit.wording import SHOWN, clause, either, listed, shortened


def test_short_lists_are_spelled_out() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(iter(["a", "b"])) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_long_lists_say_how_much_they_leave_out() -> None:
    names = [str(number) for number in range(SHOWN + 2)]
    assert shortened(names) == [*names[:SHOWN], "2 more"]
    assert listed(names).endswith(" and 2 more")


def test_one_name_too_many_is_spelled_out_because_counting_it_is_no_shorter() -> None:
    names = [str(number) for number in range(SHOWN + 1)]
    assert shortened(names) == names


def test_alternatives() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"


def test_a_sentence_becomes_a_clause() -> None:
    assert clause("Readers lag behind. Much so.") == "readers lag behind"
    assert clause("A write waits.") == "a write waits"
    assert clause("P99 grows.") == "P99 grows"
    assert clause("CQRS is there.") == "CQRS is there"
