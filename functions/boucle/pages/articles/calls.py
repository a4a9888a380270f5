"""Figures as authors write them: `{{ share("candidats", "accompagne", "yes") }}`. Read as data, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boucle.pages.articles.issues import UnboundFigure

NAMES = ("share", "base", "mean", "difference", "chart", "verbatim")
MAX_CALL_LENGTH = 500
"""Characters; more is a mistake such as a forgotten `}}`."""

CODE = r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)|\Z)|(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)"
PLACES = re.compile(rf"(?:{CODE})|\{{\{{(?P<figure>.*?)(?P<end>\}}\}}|\Z)", re.MULTILINE | re.DOTALL)
"""Code, in which figures are only shown, or a figure."""

Literal = str | int | float | bool | None


@dataclass(frozen=True)
class Call:
    """One figure: what is asked for, of what."""

    name: str
    arguments: tuple[Literal | Call, ...]
    options: Mapping[str, Literal]

    def __str__(self) -> str:
        """The same for the same figure, however it was spaced or quoted."""
        options = (f"{name}={_format_literal(value)}" for name, value in self.options.items())
        return f"{self.name}({', '.join([*map(_format_literal, self.arguments), *options])})"


@dataclass(frozen=True, slots=True)
class FigurePlace:
    """Where a figure stands in a text."""

    start: int
    end: int
    line: int
    """From 1."""
    source: str
    is_closed: bool


def find_places(markdown: str) -> Iterator[FigurePlace]:
    """Every figure of a text, code apart."""
    for found in PLACES.finditer(markdown):
        if found["figure"] is not None:
            line = markdown.count("\n", 0, found.start()) + 1
            yield FigurePlace(found.start(), found.end(), line, " ".join(found["figure"].split()), bool(found["end"]))


def parse_call_at(place: FigurePlace) -> Call:
    """The call that an author wrote there. Raises UnboundFigure."""
    if not place.is_closed or len(place.source) > MAX_CALL_LENGTH:
        raise UnboundFigure("this figure does not end: close it with }}")
    return parse(place.source)


def parse(source: str) -> Call:
    """The call that these characters say. Raises UnboundFigure."""
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise UnboundFigure(
            'this cannot be read: write for instance {{ share("candidats", "accompagne", "yes") }}'
        ) from None
    return _parse_call(tree)


def _parse_call(tree: ast.expr) -> Call:
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.func.id not in NAMES:
        raise UnboundFigure(
            f"there is no such figure: write one of {', '.join(NAMES)}, with its questionnaire and question"
        )
    arguments = tuple(
        _parse_call(argument) if isinstance(argument, ast.Call) else _parse_literal(argument) for argument in tree.args
    )
    if any(keyword.arg is None for keyword in tree.keywords):
        raise UnboundFigure("say each option by its name")
    return Call(tree.func.id, arguments, {str(keyword.arg): _parse_literal(keyword.value) for keyword in tree.keywords})


def _parse_literal(tree: ast.expr) -> Literal:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str | int | float | None):
        return tree.value
    raise UnboundFigure("say ids and values as they are, in quotes, or as numbers")


def _format_literal(value: Literal | Call) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
