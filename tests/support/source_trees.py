"""The syntax trees of everything we wrote, and what follows from them: names, imports, folders."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath

from support.builders import REPOSITORY

Sources = Mapping[str, ast.Module]
"""Parsed modules by their path from the root of the repository."""
Graph = dict[str, set[str]]
"""Names, and those that each imports."""
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function, or a field of a class; no annotation is an empty one."""

    path: str
    line: int
    name: str
    annotation: str


def parse_sources(texts: Mapping[str, str]) -> Sources:
    return {path: _parse(text) for path, text in texts.items()}


@cache
def _parse(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def list_nodes(tree: ast.Module) -> Sequence[ast.AST]:
    """Every node of a module; dozens of tests walk the same hundreds of modules."""
    return tuple(ast.walk(tree))


def read_texts() -> Mapping[str, str]:
    """Every Python file of functions/ and tests/, but what earlier versions left in tests/fixtures/."""
    return {
        file.relative_to(REPOSITORY).as_posix(): file.read_text("utf-8")
        for folder in ("functions", "tests")
        for file in sorted((REPOSITORY / folder).rglob("*.py"))
        if "fixtures" not in file.parts
    }


def iterate_nodes(sources: Sources) -> Iterator[tuple[str, ast.AST]]:
    return ((path, node) for path, tree in sources.items() for node in list_nodes(tree))


def iterate_classes(sources: Sources) -> Iterator[tuple[str, ast.ClassDef]]:
    return ((path, node) for path, node in iterate_nodes(sources) if isinstance(node, ast.ClassDef))


def iterate_functions(sources: Sources) -> Iterator[tuple[str, FunctionNode]]:
    return ((path, node) for path, node in iterate_nodes(sources) if isinstance(node, FunctionNode))


def iterate_parameters(sources: Sources) -> Iterator[Parameter]:
    for path, function in iterate_functions(sources):
        given = function.args
        for parameter in (*given.posonlyargs, *given.args, *given.kwonlyargs):
            yield Parameter(path, parameter.lineno, parameter.arg, _unparse(parameter.annotation))
    for path, node in iterate_classes(sources):
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                yield Parameter(path, field.lineno, field.target.id, _unparse(field.annotation))


def _unparse(annotation: ast.expr | None) -> str:
    return ast.unparse(annotation) if annotation else ""


def module_of(path: str) -> str:
    """The dotted name under which a file is imported."""
    parts = PurePosixPath(path).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def map_imports(sources: Sources) -> Graph:
    """Which of these modules each of them imports, at once, later or for its types only."""
    modules = {module_of(path) for path in sources}
    graph: Graph = {}
    for path, tree in sources.items():
        found = {name for node in list_nodes(tree) for name in _name_imports(node, modules)}
        graph[module_of(path)] = found & modules - {module_of(path)}
    return graph


def _name_imports(node: ast.AST, modules: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            yield name if name in modules else node.module


def fold_into_siblings(graph: Graph, folder: str) -> Graph:
    """What the children of a folder import of each other, with all that lies below them."""
    prefix = f"{folder}."
    folded: Graph = {}
    for importer, imported in graph.items():
        if importer.startswith(prefix):
            child = importer.removeprefix(prefix).partition(".")[0]
            siblings = {name.removeprefix(prefix).partition(".")[0] for name in imported if name.startswith(prefix)}
            folded.setdefault(child, set()).update(siblings - {child})
    return folded


def find_circle(graph: Graph) -> list[str]:
    """One circle, its first name again at its end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []
