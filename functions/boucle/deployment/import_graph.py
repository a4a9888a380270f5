"""Which modules of ours an entry point may import, read from the code and never by importing it.

Imports inside functions count, and those by a text; those that only a type checker sees do not. What cannot be told
without running the code is an error, so that nothing is forgotten in silence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import resolve_name
from pathlib import Path

from boucle.core.errors import BoucleError


class Unfollowed(BoucleError):
    """An import or a file that leads nowhere, or that only running the code would tell; the message says where."""


def find_modules(root: Path, package: str, entry_points: Iterable[str]) -> tuple[Module, ...]:
    """The modules of one package, below an import root, that these `module.name`s may import. Raises Unfollowed."""
    tree = Tree(root, package)
    waiting = {point.rpartition(".")[0]: "an entry point" for point in entry_points}
    found: dict[str, Module] = {}
    while waiting:
        name, importer = waiting.popitem()
        found[name] = tree.read(name, importer)
        waiting |= {wanted: found[name].where for wanted in found[name].list_imports() if wanted not in found}
    return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True)
class Tree:
    """A package as files. Its folders are packages whether they hold an `__init__.py` or not, as Python has it."""

    root: Path
    package: str
    _known: dict[str, Module] = field(default_factory=dict, compare=False)

    def is_ours(self, name: str) -> bool:
        """Whether a module, given by its whole name, is of this package."""
        return name.split(".")[0] == self.package

    def locate(self, name: str) -> Path:
        """Where a module or package lies, without the ending of a file, whether it is there or not."""
        return self.root.joinpath(*name.split("."))

    def has(self, name: str) -> bool:
        """Whether there is such a module, or a folder that Python takes for one."""
        place = self.locate(name)
        return place.with_suffix(".py").is_file() or any(place.rglob("*.py"))

    def read(self, name: str, importer: str) -> Module:
        """A module. Raises Unfollowed, naming who imports it, where there is none."""
        if not self.has(name):
            raise Unfollowed(f"{importer} imports {name}, which is nowhere below {self.package}/")
        if name not in self._known:
            place = self.locate(name)
            files = [file for file in (place / "__init__.py", place.with_suffix(".py")) if file.is_file()]
            self._known[name] = Module(self, name, files[0] if files else None)
        return self._known[name]


@dataclass(frozen=True)
class Module:
    """One module, as its code says: what it imports and binds."""

    tree: Tree
    name: str
    file: Path | None
    """Nothing, where it is a folder without an `__init__.py`."""

    @property
    def where(self) -> str:
        """Its file below the import root, for messages; its name where it has none."""
        return self.file.relative_to(self.tree.root).as_posix() if self.file else self.name

    @property
    def is_package(self) -> bool:
        """Whether it is a package, whose submodules are imported from it."""
        return self.file is None or self.file.name == "__init__.py"

    @property
    def package(self) -> str:
        """The package that it is, or else stands in."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of its code that may run, what is around before what is within."""
        return tuple(_walk_running(ast.parse(self.file.read_text("utf-8"), self.where))) if self.file else ()

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name that it may bind."""
        names = {node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        names |= {node.name for node in self.nodes if isinstance(node, kinds)}
        aliases = [node for node in self.nodes if isinstance(node, ast.alias)]
        return frozenset(names | {(alias.asname or alias.name).split(".")[0] for alias in aliases})

    def list_imports(self) -> frozenset[str]:
        """Our modules that it may import, with the packages that these stand in. Raises Unfollowed."""
        names = {self.name, *(name for node in self.nodes for name in self._list_imported_by(node))}
        paths = [name.split(".") for name in names if self.tree.is_ours(name)]
        return frozenset(".".join(parts[:depth]) for parts in paths for depth in range(1, len(parts) + 1))

    def make_error(self, node: ast.stmt | ast.expr, what: str) -> Unfollowed:
        """The error that says where in this module something is wrong."""
        return Unfollowed(f"{self.where}, line {node.lineno}, {what}")

    def _list_imported_by(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), self.package)
            yield module
            if self.tree.is_ours(module):
                yield from self._list_submodules(self.tree.read(module, self.where), node)
        elif isinstance(node, ast.Call):
            yield from self._list_imported_by_call(node)

    def _list_submodules(self, holder: Module, node: ast.ImportFrom) -> Iterator[str]:
        """Those names of an import that are modules. Raises Unfollowed for one that is nothing at all."""
        for alias in node.names:
            name = f"{holder.name}.{alias.name}"
            if holder.is_package and self.tree.has(name):
                yield name
            elif not {alias.name, "__getattr__"} & holder.bound:
                raise self.make_error(node, f"imports {name}, which is nowhere below {self.tree.package}/")

    def opens_a_package(self, node: ast.Call) -> bool:
        """Whether a call is Jinja's loader, or `files` of importlib.resources rather than a function of ours."""
        called = read_last_name(node.func)
        if called != "files":
            return called == "PackageLoader"
        if isinstance(node.func, ast.Attribute):
            return read_last_name(node.func.value) == "resources"
        imports = [inner for inner in self.nodes if isinstance(inner, ast.ImportFrom)]
        return any(inner.module == "importlib.resources" for inner in imports)

    def _list_imported_by_call(self, node: ast.Call) -> Iterator[str]:
        """A module that is named by a text, or a package whose files are read: Python imports that as well."""
        name = read_text_of(node.args[0]) if node.args else None
        if self.opens_a_package(node):
            if name and self.tree.has(name):
                yield name
        elif read_last_name(node.func) in {"import_module", "__import__"}:
            if name:
                yield resolve_name(name, self.package)
            elif not node.args or read_last_name(node.args[0]) != "__name__":  # which somebody has named already
                raise self.make_error(node, "imports a module by a name that is computed: write it out")


def read_last_name(node: ast.AST) -> str:
    """`c` of `a.b.c`, and nothing of what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def read_text_of(node: ast.AST) -> str | None:
    """A text that is written out."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _walk_running(tree: ast.Module) -> Iterator[ast.AST]:
    """A tree's nodes, but not those below `if TYPE_CHECKING:`."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        typing_only = isinstance(node, ast.If) and read_last_name(node.test) == "TYPE_CHECKING"
        inner = node.orelse if isinstance(node, ast.If) and typing_only else ast.iter_child_nodes(node)
        waiting.extend(reversed(list(inner)))
