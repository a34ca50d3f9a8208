"""`patternctl decide`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from patternctl.cli._choices import FormatOption, PageFormat

EXAMPLES = """Examples:

\b
  patternctl decide                                     asks what architecture.yaml does not say
  patternctl decide --save-answers answers.yaml         keeps what was answered
  patternctl decide --answers answers.yaml --no-input   the same again, asking nothing
  patternctl decide --set consistency=strong --set audit=critical --no-input
  patternctl decide shop.yaml --no-input --format json | jq -r '.outcomes[]'
  patternctl decide shop.yaml --no-input --terms | less -R
  patternctl decide --answers answers.yaml --diagram dot | dot -Tsvg > way.svg

\b
Where two sources answer one question, the first of these counts: --set, what is asked, --answers,
the manifest, findings in the manifest. "unknown" is an answer too: every branch is followed.
With --answers - nothing is asked: stdin is read up, and what is missing is named.
Exit status: 0 a result, 2 wrong input or missing answers, 130 Ctrl-C (what was answered is saved,
in a file of its own where an earlier one would lose answers).
"""


class Diagram(StrEnum):
    """Languages of the drawing."""

    MERMAID = "mermaid"
    DOT = "dot"


class Choose(StrEnum):
    """Whose outcome the build order is for."""

    TREE = "tree"
    RANKING = "ranking"


def decide(
    context: typer.Context,
    manifest: Annotated[
        str | None,
        typer.Argument(help="What it says is not asked. [architecture.yaml, if it is there]"),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Answers that were saved or written; `-` is stdin."),
    ] = None,
    set: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=CHOICE", help="Answer to one question. Repeatable."),
    ] = None,
    save_answers: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Keep answers asked, of flags and of --answers."),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing; what is missing is named.")
    ] = False,
    tree: Annotated[
        str, typer.Option(metavar="FILE|ID", help="Decision tree, of your own or shipped.")
    ] = "architecture",
    problems: Annotated[
        bool | None,
        typer.Option("--problems/--no-problems", help="Ask about problems too. [asks whether to]"),
    ] = None,
    choose: Annotated[
        Choose, typer.Option(help="Build what the tree comes to, or the ranking's first.")
    ] = Choose.TREE,
    format: FormatOption = PageFormat.TEXT,
    terms: Annotated[
        bool, typer.Option("--terms", help="In text, tell every term too, as Markdown and JSON do.")
    ] = False,
    diagram: Annotated[
        Diagram | None,
        typer.Option(help="Draw the tree with the way marked, in place of the result."),
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", help="File; `-` is stdout.")] = "-",
) -> int:
    """Choose an architecture: which, by which way, what comes second, what would change it.

    In a terminal, asks what neither manifest, file nor flags say.
    """
    from patternctl.cli import _deciding

    directory = context.find_root().params.get("directory")
    request = _deciding.Request(
        manifest=manifest,
        answers=answers,
        flags=tuple(set or ()),
        save=save_answers,
        may_ask=not no_input,
        tree=tree,
        with_problems=problems,
        choose=choose.value,
        format=format.value,
        terms=terms,
        diagram=diagram.value if diagram else None,
        output=output,
        directory=str(directory) if directory else None,
    )
    return _deciding.run(request)
