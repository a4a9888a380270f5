"""Which data files a module of ours reads, from how it names them: they lie with the code.

`Path(__file__).parent / "styles"`, `files("boucle.core") / "schemas"` and `PackageLoader("boucle.pages")` are followed;
a folder stands for all that is in it. Any other way to start from where the code is, is an error.
"""

from __future__ import annotations

import ast
import os.path
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from boucle.deployment.import_graph import Module, Unfollowed, read_last_name, read_text_of

TEMPLATES = "templates"
"""Where Jinja's PackageLoader looks, unless it is told otherwise."""
CODE = {".py", ".pyc"}


def find_data(module: Module) -> frozenset[Path]:
    """The data files that a module reads. Raises Unfollowed where that cannot be told, or there is none."""
    return frozenset(path for node, place in _list_places(module) for path in _list_data_at(place, node, module))


def _list_places(module: Module) -> Iterator[tuple[ast.expr, Path]]:
    """Expressions that stand for a file or folder of ours, whole."""
    names = _Names(module)
    within: set[ast.AST] = set()
    for node in module.nodes:
        if not isinstance(node, ast.expr) or node in within:
            continue
        place = names.find_place(node)
        if place:
            within.update(ast.walk(node))
            yield node, place
        elif names.starts_here(node):
            raise module.make_error(
                node, "names its data in a way that cannot be followed: see deployment/data_files.py"
            )


def _list_data_at(place: Path, node: ast.expr, module: Module) -> Iterator[Path]:
    place = Path(os.path.normpath(place))
    found = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    data = [path for path in found if path.suffix not in CODE]
    if not data or module.tree.locate(module.tree.package) not in place.parents:
        raise module.make_error(node, f"reads {'/'.join(place.parts[-2:])}, where no data is")
    for path in data:
        if path.suffix != ".po":
            yield path
        elif not path.with_suffix(".mo").is_file():
            raise Unfollowed(f"{path.relative_to(module.tree.root)} is not compiled: run `make install`")


@dataclass(frozen=True, slots=True)
class _Names:
    """How a module names files."""

    module: Module

    def find_place(self, node: ast.expr) -> Path | None:
        """The file or folder of ours that an expression stands for; nothing where it stands for none."""
        if isinstance(node, ast.Attribute) and node.attr == "parent":
            inner = self.find_place(node.value)
            return inner.parent if inner else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            inner, word = self.find_place(node.left), read_text_of(node.right)
            return inner / word if inner and word else None
        return self._find_place_called(node) if isinstance(node, ast.Call) else None

    def starts_here(self, node: ast.expr) -> bool:
        """Whether an expression asks where our code is, be it followed or not."""
        if isinstance(node, ast.Call) and self.module.opens_a_package(node):
            name = read_text_of(node.args[0]) if node.args else None
            return name is None or self.module.tree.is_ours(name)
        return read_last_name(node) in {"__file__", "__path__"}

    def _find_place_called(self, node: ast.Call) -> Path | None:
        texts = [text for text in map(read_text_of, _list_arguments(node)) if text]
        whole = len(texts) == len(_list_arguments(node))
        if self.module.opens_a_package(node):
            return self._find_folder_of(texts, read_last_name(node.func)) if texts and whole else None
        if read_last_name(node.func) == "Path" and [read_last_name(argument) for argument in node.args] == ["__file__"]:
            return self.module.file if isinstance(node.args[0], ast.Name) else None
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"resolve", "absolute", "joinpath"} and whole:
            inner = self.find_place(node.func.value)
            return inner.joinpath(*texts) if inner else None
        return None

    def _find_folder_of(self, texts: list[str], opener: str) -> Path | None:
        tree = self.module.tree
        if not tree.is_ours(texts[0]):
            return None
        folder = tree.locate(texts[0])
        return folder if opener == "files" else folder / [*texts, TEMPLATES][1]


def _list_arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]
