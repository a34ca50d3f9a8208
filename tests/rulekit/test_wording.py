from patternctl.rulekit.wording import SHOWN, listed, shortened


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
