"""Where one line of a bill comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import NamedTuple

from patternctl.engine.costexplain import Explanation, Input, Items, PriceOrigin, Term
from patternctl.generators import _tables
from patternctl.generators._amounts import span, spoken
from patternctl.model.estimate import Estimate


class Shown(NamedTuple):
    """The currency of amounts, and what one unit of the price book's is worth in it."""

    currency: str
    rate: float = 1.0

    def worth(self, amount: Estimate) -> Estimate:
        """An amount of the book's currency."""
        return Estimate(*(each * self.rate for each in amount))


def text(told: Explanation | Items, currency: str, shown: Shown, width: int = 100) -> str:
    """For a terminal: formula, numbers, who says so, price with source and date.

    `currency` is that of prices and of the formulas for people, which are told as they are listed.
    """
    if isinstance(told, Items):
        return _consists(told, shown)
    line = told.line
    cost = f"not known: {line.unknown}"
    if line.cost is not None:
        cost = f"{span(shown.worth(line.cost))} {shown.currency} a month"
    lines = [f"{line.id}: {line.title}", f"  {cost}", f"  {told.because}", ""]
    quantity = f"{span(line.quantity)} {line.unit}" if line.quantity else "not known"
    lines.append(f"quantity: {quantity}")
    if told.times != Estimate(1.0, 1.0, 1.0):
        lines.append(f"  {span(told.times)} times what follows")
    lines += _term(told.quantity, 1, width)
    if told.at_most:
        lines += [f"at most: {_value(told.at_most.value)}", *_term(told.at_most, 1, width)]
    lines.append("")
    if isinstance(told.price, PriceOrigin):
        lines += _price(told.price, currency)
    elif told.price is not None:
        lines.append(f"price: {_value(told.price.value)} {currency} for one {line.unit}")
        lines += _term(told.price, 1, width)
    else:
        lines.append("price: none in the price book; --prices FILE gives one")
    if shown.currency != currency:
        lines += ["", f"1 {currency} is taken for {shown.rate:g} {shown.currency}"]
    return "\n".join(lines) + "\n"


def _consists(told: Items, shown: Shown) -> str:
    """What an element consists of, each with its share."""
    total = told.total.likely
    rows = [
        (
            each.id,
            span(shown.worth(each.cost)) if each.cost is not None else "?",
            f"{each.cost.likely / total:.0%}" if each.cost is not None and total else "",
            f"{each.title}, + {each.unknown}" if each.unknown else each.title,
        )
        for each in told.items
    ]
    head = f"{told.id}: {span(shown.worth(told.total))} {shown.currency} a month"
    hint = "--explain with one of these ids tells where it comes from"
    table = _tables.aligned(("", "likely", "share", ""), rows, words=1)
    return "\n".join([head, "", *table, "", hint]) + "\n"


def _term(term: Term, depth: int, width: int) -> Iterator[str]:
    yield "  " * depth + f"= {term.formula}"
    yield from _inputs(term.inputs, depth + 1, width)


def _inputs(inputs: Iterable[Input], depth: int, width: int) -> Iterator[str]:
    for each in inputs:
        yield from _wrapped(f"{each.name} = {_of(each)}", depth, width)
        if each.told:
            continue
        if each.formula:
            yield "  " * (depth + 1) + f"= {each.formula}"
        yield from _inputs(each.inputs, depth + 1, width)
        for factor in each.factors:
            yield from _wrapped(f"times {_value(factor.value)}, by a pattern", depth + 1, width)
            yield from _term(factor, depth + 2, width)


def _of(each: Input) -> str:
    if each.value is None:
        return f"not known  ({each.title})"
    value = spoken(each.measure, each.value) if each.measure else f"{each.value.likely:g}"
    if each.measure is None:
        return value
    where = {"manifest": each.place, "file": each.place, "flag": "--set"}.get(each.origin or "", "")
    told = f"{value}  {each.title}"
    if where:
        return f"{told} ({where})"
    if each.told:
        return f"{told} (as above)"
    lines = "; ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in each.lines)
    source = f" [lines {lines} of the source document]" if lines else ""
    assumed = "assumed: " if each.origin == "assumed" else ""
    return f"{told}. {assumed}{each.because}{source}" if each.because else told


def _price(price: PriceOrigin, currency: str) -> Iterator[str]:
    if price.included_in:
        yield f"price: included in that of {price.included_in}"
    elif price.price is not None:
        yield f"price: {_amount(price.price)} {currency} for {_per(price)}"
    else:
        yield f"price, by what the whole bill uses in a month, in {currency} for {_per(price)}:"
        for limit, amount in price.tiers:
            upto = "beyond" if limit == float("inf") else f"up to {limit:,.0f}"
            yield f"  {upto}: {amount:.10g}"
    if price.discount:
        yield f"  less {price.discount:.4g} of it"
    if price.own:
        yield "  agreed: a price of your own"
    if price.service:
        yield f"  {price.service}: {price.sku}"
    if price.source:
        url = f", {price.source.url}" if price.source.url else ""
        yield f"  {price.source.title}{url}"
    if price.date:
        yield f"  in force on {price.date}"
    if price.note:
        yield f"  {price.note}"


def _per(price: PriceOrigin) -> str:
    return f"one {price.unit}" if price.per == 1 else f"{price.per:,.10g} {price.unit}"


def _amount(amount: Estimate) -> str:
    return f"{amount.likely:.10g}" if amount.exact else "..".join(f"{a:.10g}" for a in amount)


def _value(value: Estimate | None) -> str:
    return "not known" if value is None else span(value) if value.likely >= 10 else _short(value)


def _short(value: Estimate) -> str:
    if value.exact:
        return f"{value.likely:.4g}"
    return f"{value.likely:.4g} ({value.low:.4g} to {value.high:.4g})"


def _wrapped(line: str, depth: int, width: int) -> list[str]:
    indent = "  " * depth
    return wrap(line, width, initial_indent=indent, subsequent_indent=indent + "    ")
