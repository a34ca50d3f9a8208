from patternctl.rulekit.naming import suggestions


def test_a_near_name_is_suggested() -> None:
    assert suggestions(["payment"], ["payments", "orders"]) == {
        "payment": 'did you mean "payments"?'
    }


def test_a_word_without_a_near_name_gets_none() -> None:
    assert suggestions(["zebra"], ["payments"]) == {}
    assert suggestions(["zebra"], []) == {}


def test_only_the_first_words_are_compared_with_very_many_names() -> None:
    known = [f"service-{number}" for number in range(10_000)]
    words = [f"servce-{number}" for number in range(10)]
    assert 0 < len(suggestions(words, known)) < len(words)
