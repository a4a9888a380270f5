"""What the package holds: the same bytes every time, all that the handlers may ask for, and little else."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from boucle.deployment.package import MAX_PACKAGE_BYTES, LambdaPackage
from support.amazon.lambda_runtime import build_demonstration_package
from support.builders import REPOSITORY

pytestmark = pytest.mark.slow

SOURCE = REPOSITORY / "functions"
ROOM = 400_000
"""What has to stay free for whoever comes next."""
EXPECTED_KB = {
    "nacl": 1450,
    "boucle": 900,
    "werkzeug": 380,
    "jinja2": 280,
    "click": 190,
    "flask": 180,
    "markdown_it": 160,
    "_cffi_backend": 130,
    "marshmallow": 110,
    "zappa": 70,
    "apispec": 60,
    "licences": 60,
    "surveys": 40,
    "itsdangerous": 35,
    "markupsafe": 35,
    "botocore-excerpt": 40,
    "built-site": 20,
    "packaging": 25,
    "mdurl": 20,
    "blinker": 15,
    "durationpy": 10,
    "zappa_settings": 1,
    "__init__": 1,
}
"""The most that each part may take of the zip. Raise one here when it grows for a reason."""
OLDEST_GLIBC = (2, 26)
"""That of Amazon Linux 2, on which Lambda runs Python 3.11."""


def part_of(name: str) -> str:
    top = name.split("/")[0]
    return "licences" if top.endswith(".dist-info") else top.split(".")[0]


def in_package(task: tuple[Path, Path], code: str, said: str = "") -> str:
    """What a program prints that sees the package, and what Lambda has beside it, and nothing else."""
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": ":".join(map(str, task))},
        cwd=task[0],
        input=said,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_the_package_is_the_same_bytes_twice(package: LambdaPackage, lambda_folder: Path, shells_only: Path) -> None:
    again = build_demonstration_package(lambda_folder / "second.zip", shells_only)
    assert {sha256(built.file.read_bytes()).hexdigest() for built in (package, again)} == {
        sha256(package.file.read_bytes()).hexdigest()
    }


def test_it_leaves_room_and_no_part_grew_unseen(package: LambdaPackage) -> None:
    taken: Counter[str] = Counter()
    with zipfile.ZipFile(package.file) as archive:
        for member in archive.infolist():
            # With its two headers, which small files are mostly made of.
            taken[part_of(member.filename)] += member.compress_size + 30 + 46 + 2 * len(member.filename)
    grown = {
        part: f"{size / 1000:.1f} kB where {EXPECTED_KB.get(part, 0)} are expected"
        for part, size in taken.items()
        if size > EXPECTED_KB.get(part, 0) * 1000
    }
    assert grown == {}, "see who imports it, or raise what is expected here"
    assert package.size <= MAX_PACKAGE_BYTES - ROOM


def test_there_is_bytecode_that_is_never_compared_with_a_source(task: tuple[Path, Path]) -> None:
    """Hash-based and unchecked: bit 0 set, bit 1 not, in the flags of a .pyc file."""
    root, _ = task
    compiled = list(root.rglob("*.pyc"))
    assert len(compiled) > 100
    assert {int.from_bytes(file.read_bytes()[4:8], "little") for file in compiled} == {0b01}
    # Zappa writes its own settings, and an `__init__.py` where there is none.
    assert all(file.name in {"__init__.py", "zappa_settings.py"} for file in root.rglob("*.py"))


def is_ours(module: str) -> bool:
    place = SOURCE / module.replace(".", "/")
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def find_imports(node: ast.AST) -> Iterator[str]:
    """Every module that the code may import, at once or later; not what only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            yield child.module
            names = [f"{child.module}.{alias.name}" for alias in child.names]
            yield from (name for name in names if is_ours(name))
        yield from find_imports(child)


def test_all_that_our_code_may_import_is_there(task: tuple[Path, Path]) -> None:
    """Imports inside functions too: a test that runs every route would miss the one of a rare text."""
    wanted: dict[str, set[str]] = {}
    for compiled in (task[0] / "boucle").rglob("*.pyc"):
        source = SOURCE / compiled.relative_to(task[0]).with_suffix(".py")
        for module in find_imports(ast.parse(source.read_text("utf-8"))):
            wanted.setdefault(module, set()).add(source.relative_to(SOURCE).as_posix())
    assert len(wanted) > 100
    find = """
import importlib.util, json, sys
def found(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
print(json.dumps([name for name in json.load(sys.stdin) if not found(name)]))
"""
    missing = json.loads(in_package(task, find, json.dumps(sorted(wanted))))
    assert {module: wanted[module] for module in missing} == {}, (
        "see deployment/zappa_settings.py, and `lambda` in pyproject.toml"
    )


def test_every_module_of_ours_can_be_imported_there(task: tuple[Path, Path]) -> None:
    """With the data that some read at once. The application (under two names) asks for an environment: not here."""
    modules = [
        ".".join(compiled.relative_to(task[0]).with_suffix("").parts)
        for compiled in (task[0] / "boucle").rglob("*.pyc")
        if compiled.stem not in {"application", "lambda_api", "__init__"}
    ]
    code = "import importlib, json, sys; print(len([importlib.import_module(name) for name in json.load(sys.stdin)]))"
    assert in_package(task, code, json.dumps(modules)) == str(len(modules))


def test_texts_of_authors_are_marked_up(task: tuple[Path, Path]) -> None:
    """The demonstration's are plain, so that nothing else here would ask for Markdown."""
    code = "from boucle.pages.common.markup import render_blocks; print(render_blocks('- *one*'))"
    assert "<li><em>one</em></li>" in in_package(task, code)


def test_a_cold_start_imports_nothing_that_a_sound_submission_does_not_need(task: tuple[Path, Path]) -> None:
    """Each costs a tenth to all of what Flask does; tests/benchmarks/bench_start.py measures the whole."""
    heavy = {"marshmallow", "apispec", "boto3", "s3transfer", "asyncio", "tarfile", "markdown_it"}
    handler = "from boucle.entrypoints.lambda_handler import load_web_handler; load_web_handler()"
    code = f"import sys; {handler}; import boucle.bootstrap.aws_api; print(*sys.modules)"
    assert heavy & set(in_package(task, code).split()) == set()


def test_compiled_code_runs_on_the_oldest_linux_of_lambda(task: tuple[Path, Path]) -> None:
    libraries = list(task[0].rglob("*.so"))
    assert len(libraries) >= 2
    for library in libraries:
        asked = {tuple(map(int, found.split(b"."))) for found in re.findall(rb"GLIBC_(\d+\.\d+)", library.read_bytes())}
        assert max(asked) <= OLDEST_GLIBC, library.name
