"""`patternctl lint`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from patternctl import plugins

EXAMPLES = """Examples:

\b
  patternctl lint                          the manifest or compose files in this folder
  patternctl lint docker-compose.yml       first findings without a manifest
  patternctl lint --select PC3,dual-write  only some rules
  patternctl lint -f text -f sarif -o - -o lint.sarif
  patternctl lint --baseline known.json --write-baseline
  docker compose config | patternctl lint - --stdin-filename compose.yaml

\b
Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong input or flags.
"""


class FailOn(StrEnum):
    """Least severity that fails the run."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def lint(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Manifests, compose files or folders; `-` reads stdin. [.]"),
    ] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            envvar="PATTERNCTL_FORMAT",
            metavar="FORMAT",
            autocompletion=lambda: plugins.names("reports"),
            help=f"One of {', '.join(plugins.names('reports'))}; may be repeated. [text]",
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File for each --format in turn; `-` is stdout."
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            envvar="PATTERNCTL_SELECT",
            metavar="RULES",
            help="Rules to run: names, codes or prefixes, comma-separated. [all]",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(envvar="PATTERNCTL_IGNORE", metavar="RULES", help="Rules not to run."),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(envvar="PATTERNCTL_FAIL_ON", help="Least severity that fails. [warning]"),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever was found.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule.")
    ] = False,
    show_suppressed: Annotated[
        bool, typer.Option("--show-suppressed", help="List findings set aside too.")
    ] = False,
    show_unchecked: Annotated[
        bool, typer.Option("--show-unchecked", help="List facts that rules lacked.")
    ] = False,
    costs: Annotated[
        bool, typer.Option("--costs", help="Tell what each cure would add to the bill.")
    ] = False,
    no_ignores: Annotated[
        bool, typer.Option("--no-ignores", help="Honour no suppression.")
    ] = False,
    baseline: Annotated[
        str | None,
        typer.Option(
            envvar="PATTERNCTL_BASELINE",
            metavar="FILE",
            help="Known findings. [.patternctl-baseline.json at the repository's root]",
        ),
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Accept what is found now.")
    ] = False,
    prune_baseline: Annotated[
        bool, typer.Option("--prune-baseline", help="Drop entries that are no longer found.")
    ] = False,
    profile: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Compose profiles to include. [all]")
    ] = None,
    env_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Values for ${VARIABLES}. [.env beside a compose file]"),
    ] = None,
    stdin_filename: Annotated[
        str, typer.Option(metavar="NAME", help="Name of stdin in findings.")
    ] = "<stdin>",
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", envvar="PATTERNCTL_CONFIG", help="Configuration file."),
    ] = None,
    no_config: Annotated[bool, typer.Option("--no-config", help="Read no configuration.")] = False,
    color: Annotated[Color, typer.Option(help="Colour the text.")] = Color.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only.")] = False,
) -> int:
    """Find anti-patterns in a system, each at the line that shows it.

    A fact that the input does not state is unknown and never judged; the summary counts the rules
    that lacked one.
    """
    from shutil import get_terminal_size

    from patternctl import __version__, catalog
    from patternctl.cli import _inputs, _lint
    from patternctl.cli._setup import setup
    from patternctl.engine.lint import lint as run
    from patternctl.engine.lint import reaches
    from patternctl.model.render import RenderOptions

    given = setup(config, ignored=no_config)
    entries = catalog.antipatterns(given.catalogs)
    _lint.check_rule_names(given, entries)
    pairs = _lint.targets(format or [given.config.format], output or [])
    file, named = given.baseline(baseline)
    reads = file if file.exists() or (named and not write_baseline) or prune_baseline else None
    settings = _lint.settings(
        given,
        select=_lint.words(select),
        ignore=_lint.words(ignore),
        honour_ignores=not no_ignores,
        baseline=reads,
    )
    compose = _inputs.ComposeOptions(tuple(profile or ()), env_file)
    systems = _inputs.systems(paths or ["."], stdin_filename, compose, given.catalogs)
    _inputs.refuse_to_overwrite([target for _, target in pairs], systems)
    result = run(systems, entries, settings)
    if write_baseline or prune_baseline:
        from_root = _lint.rebased(result, given.prefix)
        _lint.save_baseline(file, from_root, settings.baseline, prune=prune_baseline)
        return 0
    if costs:
        result = _lint.with_costs(result, systems, given)
    options = RenderOptions(
        entries=entries,
        version=__version__,
        width=get_terminal_size((100, 24)).columns,
        statistics=statistics,
        show_suppressed=show_suppressed,
        show_unchecked=show_unchecked,
        quiet=quiet,
        docs_url=given.config.docs_url,
        source_url=_lint.source_url(),
    )
    _lint.report(result, pairs, options, color=color, prefix=given.prefix)
    threshold = fail_on.value if fail_on else given.config.fail_on
    failed = any(reaches(finding.severity, threshold) for finding in result.findings)
    return int(failed and not exit_zero)
