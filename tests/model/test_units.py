"""Quantities: what is read, what is refused, and that writing and reading agree."""

import math
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.model import units


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (units.parse_duration, "250ms", 0.25),
        (units.parse_duration, "2s", 2.0),
        (units.parse_time, "12ms", 0.012),
        (units.parse_duration, "1m30s", 90.0),
        (units.parse_duration, "90min", 5400.0),
        (units.parse_duration, "1.5h", 5400.0),
        (units.parse_duration, "7d", 604800.0),
        (units.parse_duration, "1y", 31536000.0),
        (units.parse_duration, "10us", 1e-5),
        (units.parse_duration, "10µs", 1e-5),
        (units.parse_duration, "0s", 0.0),
        (units.parse_duration, "none", math.inf),
        (units.parse_ratio, "99.95%", 0.9995),
        (units.parse_ratio, "99.95 %", 0.9995),
        (units.parse_ratio, "0%", 0.0),
        (units.parse_ratio, "100%", 1.0),
        (units.parse_share, "10%", 0.1),
        (units.parse_share, "none", math.inf),
        (units.parse_bytes, "0B", 0),
        (units.parse_bytes, "4KB", 4000),
        (units.parse_bytes, "4KiB", 4096),
        (units.parse_bytes, "1.5 GB", 1_500_000_000),
        (units.parse_bytes, "2PiB", 2 * 1024**5),
        (units.parse_rate, "120/s", 120.0),
        (units.parse_rate, "6k/min", 100.0),
        (units.parse_rate, "6K / minute", 100.0),
        (units.parse_rate, "86.4M/day", 1000.0),
        (units.parse_rate, "2628000/month", 1.0),
        (units.parse_money, "20000 USD/month", units.Money(Decimal(20000), "USD", "month")),
        (units.parse_money, "0.5 EUR / year", units.Money(Decimal("0.5"), "EUR", "year")),
    ],
)
def test_what_is_read(parse: Callable[[object], object], text: str, value: object) -> None:
    assert parse(text) == value


PATTERNS = {
    units.parse_duration: units.DURATION_PATTERN,
    units.parse_ratio: units.RATIO_PATTERN,
    units.parse_bytes: units.BYTES_PATTERN,
    units.parse_rate: units.RATE_PATTERN,
    units.parse_money: units.MONEY_PATTERN,
}
WRONG = ["", " ", "2", "2 s", "-2s", "2s ", "s", "1e3s", "٣s", "٣%", "٣GB", "101%", "100.01%"]
WRONG += ["0.5", "%", "5%%", "4kb", "4KB/s", "12", "12/fortnight", "/s", "1G G/s", "20 usd/month"]
WRONG += ["20USD/month", "20 USD/week", "20 USD", "None", "NONE", "1\n%", "1\tGB", "2s\n"]
WRONG += ["9" * 19 + unit for unit in ("s", "%", "GB", "/s", " USD/month")]


@pytest.mark.parametrize("parse", PATTERNS, ids=lambda parse: parse.__name__)
@pytest.mark.parametrize("text", WRONG)
def test_what_is_refused_and_with_an_example(parse: Callable[[object], object], text: str) -> None:
    with pytest.raises(ValueError, match="should be"):
        parse(text)


@pytest.mark.parametrize("parse", [*PATTERNS, units.parse_share])
@pytest.mark.parametrize("value", [None, 2, 2.5, True])
def test_only_text_is_a_quantity(parse: Callable[[object], object], value: object) -> None:
    with pytest.raises(ValueError, match="should be"):
        parse(value)


ALPHABET = "0123456789. /%nosumihdwyKMGTPBkeUSDEmonthyear"


@given(st.text(ALPHABET, max_size=14) | st.from_regex("|".join(PATTERNS.values()), fullmatch=True))
def test_the_published_pattern_says_what_the_parser_accepts(text: str) -> None:
    for parse, pattern in PATTERNS.items():
        try:
            parse(text)
        except ValueError as error:
            assert not re.fullmatch(pattern, text) or "from 0%" in str(error)  # noqa: PT017
        else:
            assert re.fullmatch(pattern, text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0ms"),
        (0.0001, "100us"),
        (0.25, "250ms"),
        (1.5, "1500ms"),
        (0.0123456, "12.35ms"),
        (90, "90s"),
        (3600, "60m"),
        (7200, "2h"),
        (86400, "24h"),
        (604800, "7d"),
        (100000.1234567, "100000s"),
        (5e-7, "0.0005ms"),
        (math.inf, "none"),
    ],
)
def test_durations_are_written_short(seconds: float, text: str) -> None:
    assert units.format_duration(seconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.9995, "99.95%"),
        (0.99700299, "99.7003%"),
        (0.99999999, "99.999999%"),
        (1e-6, "0.0001%"),
        (1 / 3, "33.3333%"),
    ],
)
def test_ratios_keep_the_digits_that_matter(ratio: float, text: str) -> None:
    assert units.format_ratio(ratio) == text


@given(st.integers(0, 10**7), st.sampled_from(["ms", "s", "m", "h", "d", "w"]))
def test_a_duration_survives_writing_and_reading(count: int, unit: str) -> None:
    seconds = units.parse_duration(f"{count}{unit}")
    assert units.parse_duration(units.format_duration(seconds)) == pytest.approx(seconds, rel=1e-9)


@given(st.floats(1e-9, 1e12))
def test_any_duration_can_be_read_back_to_four_digits(seconds: float) -> None:
    written = units.format_duration(seconds)
    assert units.parse_duration(written) == pytest.approx(seconds, rel=1e-3)


@given(st.floats(0, 1))
def test_any_ratio_can_be_read_back(ratio: float) -> None:
    written = units.format_ratio(ratio)
    assert re.fullmatch(r"[0-9.]+%", written)
    assert float(written[:-1]) / 100 == pytest.approx(ratio, rel=1e-5, abs=1e-12)


@given(st.decimals(0, 10**12, places=2), st.sampled_from(["USD", "EUR"]))
def test_money_survives_writing_and_reading(amount: Decimal, currency: str) -> None:
    money = units.Money(amount, currency, "month")
    assert units.parse_money(str(money)) == money


@given(st.integers(0, 10**15))
def test_bytes_are_exact(count: int) -> None:
    assert units.parse_bytes(f"{count}B") == count
    assert units.parse_bytes(f"{count} KiB") == count * 1024
