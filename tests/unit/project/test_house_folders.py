"""The tree: small files, small folders, no import circle, and a word at every door."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import pytest

from support.source_trees import find_circle, fold_into_siblings, map_imports, module_of, parse_sources, read_texts

TEXTS = read_texts()

MAX_LINES = 300
MAX_MODULES = {"functions": 20, "tests": 30}
PROGRAMS = ("conftest.py", "run_all.py", "test_*.py", "bench_*.py", "fuzz_*.py", "peers/*.py", "mutants/run.py")
"""What stands outside tests/support: tests, benchmarks, and programs that nothing imports."""

Texts = Mapping[str, str]


def find_names_of_the_standard_library(texts: Texts) -> Iterator[str]:
    for path in texts:
        if PurePosixPath(path).stem in sys.stdlib_module_names:
            yield path


def find_long_files(texts: Texts) -> Iterator[str]:
    for path, text in texts.items():
        if path.startswith("functions/") and len(text.splitlines()) > MAX_LINES:
            yield f"{path}: {len(text.splitlines())} lines"


def find_full_folders(texts: Texts) -> Iterator[str]:
    modules = [PurePosixPath(path) for path in texts if not path.endswith("/__init__.py")]
    for folder, count in Counter(path.parent for path in modules).items():
        if count > MAX_MODULES[folder.parts[0]]:
            yield f"{folder}: {count} modules"


def find_circles(texts: Texts) -> Iterator[str]:
    """Between files, and between what lies side by side in a folder, with all that lies below it."""
    graph = map_imports(parse_sources(texts))
    folders = {module_of(path) for path in texts if path.endswith("/__init__.py")}
    for circle in (find_circle(graph), *(find_circle(fold_into_siblings(graph, folder)) for folder in sorted(folders))):
        if circle:
            yield " -> ".join(circle)


def find_silent_folders(texts: Texts) -> Iterator[str]:
    """Folders of the package that do not say what lives there."""
    for folder in {PurePosixPath(path).parent for path in texts if path.startswith("functions/boucle/")}:
        if not ast.get_docstring(ast.parse(texts.get(f"{folder}/__init__.py", ""))):
            yield str(folder)


def find_stray_helpers(texts: Texts) -> Iterator[str]:
    """What tests share lies in tests/support, and no test imports another one."""
    tests = {path: text for path, text in texts.items() if path.startswith("tests/")}
    outside = {path for path in tests if not path.startswith("tests/support/")}
    for path in outside:
        if not any(PurePosixPath(path).match(pattern) for pattern in PROGRAMS):
            yield path
    graph = map_imports(parse_sources(tests))
    modules = {module_of(path) for path in outside}
    for importer, imported in graph.items():
        for module in imported & modules:
            yield f"{importer} imports {module}"


CHECKS = (
    find_names_of_the_standard_library,
    find_long_files,
    find_full_folders,
    find_circles,
    find_silent_folders,
    find_stray_helpers,
)
Check = Callable[[Texts], Iterator[str]]
PACKAGE = '"""Says what lives there."""'


@pytest.mark.parametrize("check", CHECKS)
def test_the_tree_is_in_order(check: Check) -> None:
    assert list(check(TEXTS)) == []


@pytest.mark.parametrize(
    ("check", "texts"),
    [
        (find_names_of_the_standard_library, {"functions/boucle/pages/calendar.py": ""}),
        (find_long_files, {"functions/boucle/x.py": "\n" * 301}),
        (find_full_folders, {f"functions/boucle/pages/x{number}.py": "" for number in range(21)}),
        (find_full_folders, {f"tests/unit/web/test_x{number}.py": "" for number in range(31)}),
        (
            find_circles,
            {"functions/boucle/a.py": "from boucle import b", "functions/boucle/b.py": "def f():\n    import boucle.a"},
        ),
        (
            find_circles,
            {
                "functions/boucle/__init__.py": PACKAGE,
                "functions/boucle/a/one.py": "from boucle.b.one import x",
                "functions/boucle/b/one.py": "",
                "functions/boucle/b/two.py": "from boucle.a.two import x",
                "functions/boucle/a/two.py": "",
            },
        ),
        (find_silent_folders, {"functions/boucle/a/one.py": ""}),
        (find_silent_folders, {"functions/boucle/a/__init__.py": "x = 1"}),
        (find_stray_helpers, {"tests/acceptance/served.py": ""}),
        (
            find_stray_helpers,
            {"tests/unit/test_a.py": "from unit.test_b import make", "tests/unit/test_b.py": "def make(): ..."},
        ),
    ],
)
def test_a_tree_that_is_not_is_refused(check: Check, texts: Texts) -> None:
    assert list(check(texts)) != []


def test_a_folder_may_import_what_lies_above_and_below_it() -> None:
    texts = {
        "functions/boucle/__init__.py": PACKAGE,
        "functions/boucle/a/__init__.py": PACKAGE,
        "functions/boucle/a/base.py": "",
        "functions/boucle/a/rules/__init__.py": PACKAGE,
        "functions/boucle/a/rules/one.py": "from boucle.a import base",
        "functions/boucle/a/run.py": "from boucle.a.rules import one",
    }
    assert [issue for check in CHECKS for issue in check(texts)] == []
