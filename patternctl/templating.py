"""Rendering templates: the only module that imports `jinja2`.

A missing variable is an error that names template, line and variable. Templates see only the
values they are given; those of users run in Jinja's sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from patternctl import resources


def render(template: str, values: Mapping[str, object]) -> str:
    """Text of a shipped template, e.g. `init/architecture.yaml.j2`, filled with `values`."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(resources.directory("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is YAML and Markdown, never HTML
    )
