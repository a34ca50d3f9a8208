"""Names of metrics and the period: a template, so that a folder of templates replaces it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from patternctl import faults, templating, yamlio
from patternctl.errors import InputError
from patternctl.model.architecture import Model, Time

_TEMPLATE = "slo/settings.yaml.j2"
_DAY = 86400


def _whole_days(seconds: float) -> float:
    if seconds % _DAY or not 7 * _DAY <= seconds <= 90 * _DAY:
        raise ValueError("should be whole days from 7d to 90d")
    return seconds


def _interval(seconds: float) -> float:
    if not seconds.is_integer() or not 1 <= seconds <= 120:
        raise ValueError("should be whole seconds from 1s to 2m")
    return seconds


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise ValueError("should be a regular expression") from None
    if not all(_samples(text)):
        raise ValueError("should be a regular expression of some status codes, such as 5..")
    return text


@lru_cache(maxsize=8)
def _samples(expression: str) -> tuple[str, str]:
    """A status that the expression matches, and one that it does not; empty where there is none."""
    matched: dict[bool, str] = {}
    for status in (*range(200, 600), *range(200)):
        matched.setdefault(re.fullmatch(expression, str(status)) is not None, str(status))
    return matched.get(True, ""), matched.get(False, "")


Metric = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$", max_length=200)]
Label = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=200)]


class Requests(Model):
    """How requests are counted."""

    count: Metric
    bucket: Metric
    service: Label
    status: Label
    failed: Annotated[str, StringConstraints(max_length=200), AfterValidator(_expression)]
    flow: Label

    @property
    def failure(self) -> str:
        """A status that counts as a failure."""
        return _samples(self.failed)[0]

    @property
    def success(self) -> str:
        """A status that does not."""
        return _samples(self.failed)[1]


class Events(Model):
    """How events of patterns are counted."""

    count: Metric
    objective: Label
    outcome: Label


class Settings(Model):
    """`templates/slo/settings.yaml.j2`, filled."""

    period: Annotated[Time, AfterValidator(_whole_days)]
    least_errors: Annotated[int, Field(ge=1, le=1000)]
    interval: Annotated[Time, AfterValidator(_interval)]
    requests: Requests
    events: Events


def read(templates: Path | None) -> Settings:
    """The settings, those of the user's folder first. Raises `InputError` with every problem."""
    text = templating.render(_TEMPLATE, {}, templates)
    name = str((templates or Path("templates")) / _TEMPLATE)
    document = yamlio.parse(text, name)
    data = document.plain()
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        form = faults.Form(Settings, "settings of SLOs")
        details = error.errors(include_url=False)
        raise InputError(*faults.problems(details, data, document, form).values()) from None
