"""What the Lambda package takes of our code: all that its entry points may import and read, and nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import grimp
import pytest

import boucle
from boucle.deployment.data_files import find_data
from boucle.deployment.import_graph import Module, Unfollowed, find_modules
from boucle.deployment.package import NotPackaged, refuse_idle
from boucle.deployment.zappa_settings import ENTRY_POINTS, EXCLUDED_PATTERNS

START = "ours/start.py"


def find_needed(folder: Path, files: Mapping[str, str]) -> set[str]:
    """What `ours.start.handle` needs of these files, which are written first."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    modules = find_modules(folder, "ours", ["ours.start.handle"])
    code = {module.file for module in modules if module.file}
    return {file.relative_to(folder).as_posix() for file in code.union(*map(find_data, modules))} - {START}


def test_an_import_inside_a_function_counts(tmp_path: Path) -> None:
    files = {
        START: "def handle():\n    if rare:\n        from ours.late import run\n        return run()\n",
        "ours/late.py": "async def run():\n    import ours.later\n",
        "ours/later.py": "",
        "ours/at_home.py": "import ours.start\n",
    }
    assert find_needed(tmp_path, files) == {"ours/late.py", "ours/later.py"}


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_what_only_a_type_checker_sees_does_not(tmp_path: Path, test: str) -> None:
    start = f"if {test}:\n    from ours.typed import T\nelse:\n    import ours.other\n"
    files = {START: start, "ours/typed.py": "T = int\n", "ours/other.py": ""}
    assert find_needed(tmp_path, files) == {"ours/other.py"}


def test_a_module_brings_the_packages_it_stands_in_and_what_these_import(tmp_path: Path) -> None:
    files = {
        START: "import os, ours.part.deep.module\n",
        "ours/__init__.py": "",
        "ours/part/__init__.py": "from ours.helper import help\n",
        "ours/part/deep/module.py": "from . import beside\nfrom .. import VALUE, sibling\n",
        "ours/part/deep/beside.py": "",
        "ours/part/sibling/__init__.py": "",
        "ours/part/stranger.py": "",
        "ours/helper.py": "def help(): ...\n",
    }
    files["ours/part/__init__.py"] += "VALUE = 1\n"
    assert find_needed(tmp_path, files) == {*files} - {START, "ours/part/stranger.py"}


def test_a_module_may_be_named_by_a_text(tmp_path: Path) -> None:
    start = "from importlib import import_module\nimport_module('ours.named')\nimport_module('json')\n"
    assert find_needed(tmp_path, {START: start, "ours/named.py": ""}) == {"ours/named.py"}


def test_a_module_may_be_asked_for_again_by_its_own_name(tmp_path: Path) -> None:
    assert find_needed(tmp_path, {START: "import importlib\nimportlib.import_module(found.__name__)\n"}) == set()


@pytest.mark.parametrize("name", ["name", "f'ours.{name}'", "NAMES[0]"])
def test_a_computed_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unfollowed, match=r"ours/start\.py, line 2, imports a module by a name that is computed"):
        find_needed(tmp_path, {START: f"import importlib\nimportlib.import_module({name})\n"})


@pytest.mark.parametrize("statement", ["import ours.gone", "from ours.gone import x", "from ours import gone"])
def test_a_missing_module_is_an_error_that_names_who_imports_it(tmp_path: Path, statement: str) -> None:
    files = {START: "import ours.middle\n", "ours/__init__.py": "", "ours/middle.py": f"def f():\n    {statement}\n"}
    with pytest.raises(Unfollowed, match=r"ours/middle\.py.* imports ours\.gone, which is nowhere below ours/"):
        find_needed(tmp_path, files)


def test_a_missing_entry_point_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unfollowed, match=r"an entry point imports ours\.start"):
        find_needed(tmp_path, {"ours/__init__.py": ""})


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("A = Path(__file__).parent / 'styles'", {"ours/styles/a.css", "ours/styles/deep/b.css"}),
        ("A = Path(__file__).resolve().parent.joinpath('styles', 'a.css').read_text()", {"ours/styles/a.css"}),
        ("A = Path(__file__).parent / 'styles' / 'deep' / f'{name}.css'", {"ours/styles/deep/b.css"}),
        ("def f():\n    return PackageLoader('ours.part')", {"ours/part/__init__.py", "ours/part/templates/t.html"}),
        ("PackageLoader('ours.part', 'theme')", {"ours/part/__init__.py", "ours/part/theme/m.html"}),
        ("(files('ours.part') / 'theme').joinpath(name)", {"ours/part/__init__.py", "ours/part/theme/m.html"}),
        ("resources.files('ours.styles.deep')", {"ours/styles/deep/b.css"}),
        ("PackageLoader('theirs'), files('theirs')", set()),
    ],
)
def test_data_come_with_the_module_that_reads_them(tmp_path: Path, code: str, taken: set[str]) -> None:
    imports = "from importlib.resources import files\n"
    data = ("styles/a.css", "styles/deep/b.css", "part/templates/t.html", "part/theme/m.html", "unread/c.css")
    files = {START: imports + code, "ours/part/__init__.py": "", **{f"ours/{name}": "" for name in data}}
    assert find_needed(tmp_path, files) == taken


@pytest.mark.parametrize(
    "code",
    ["os.path.dirname(__file__)", "Path(__file__).parents[1]", "files(__package__)", "PackageLoader(NAME)"],
)
def test_data_that_cannot_be_followed_are_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(Unfollowed, match=r"ours/start\.py, line 2, "):
        find_needed(tmp_path, {START: f"from importlib.resources import files\n{code}\n"})


@pytest.mark.parametrize("place", ["Path(__file__).parent / 'moved'", "Path(__file__).parent.parent / 'outside'"])
def test_data_that_are_not_where_they_are_read_are_an_error(tmp_path: Path, place: str) -> None:
    files = {START: f"FOLDER = {place}\n", "outside/a.txt": "", "ours/empty/__init__.py": ""}
    with pytest.raises(Unfollowed, match=r"ours/start\.py, line 1, reads .*, where no data is"):
        find_needed(tmp_path, files)


def test_a_catalogue_goes_compiled_or_not_at_all(tmp_path: Path) -> None:
    files = {START: "LOCALES = Path(__file__).parent / 'locale'\n", "ours/locale/fr.po": ""}
    with pytest.raises(Unfollowed, match=r"ours/locale/fr\.po is not compiled"):
        find_needed(tmp_path, files)
    assert find_needed(tmp_path, {**files, "ours/locale/fr.mo": ""}) == {"ours/locale/fr.mo"}


def test_a_local_function_called_files_reads_nothing(tmp_path: Path) -> None:
    assert find_needed(tmp_path, {START: "def files(name): ...\nfiles(NAME)\n"}) == set()


def test_a_pattern_that_matches_nothing_stops_the_package(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "testing.pyc").touch()
    refuse_idle(["theirs/testing.*"], tmp_path / "none", tmp_path)
    with pytest.raises(NotPackaged, match=r"matches nothing with theirs/gone, theirs/moved\.\*: "):
        refuse_idle(["theirs/gone", "theirs/testing.*", "theirs/moved.*"], tmp_path)


def test_nothing_of_ours_is_left_out_by_its_path() -> None:
    assert [pattern for pattern in EXCLUDED_PATTERNS if pattern.startswith(("boucle", "*/", "**"))] == []


@pytest.fixture(scope="module")
def ours() -> tuple[Module, ...]:
    return find_modules(Path(boucle.__file__).parent.parent, "boucle", ENTRY_POINTS)


@pytest.mark.slow
def test_import_linter_finds_the_same_modules(ours: tuple[Module, ...]) -> None:
    """Its graph is made by other people's code, and knows nothing of packages that are run on the way to a module."""
    graph = grimp.build_graph("boucle", exclude_type_checking_imports=True, cache_dir=None)
    waiting = {point.rpartition(".")[0] for point in ENTRY_POINTS}
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= {name.rpartition(".")[0], *graph.find_modules_directly_imported_by(name)} - found - {""}
    # Jinja imports the package that holds the theme by its name, which that graph does not see.
    assert {module.name for module in ours} == found | {"boucle.pages.mkdocs_plugin"}
    assert len(found) > 100


@pytest.mark.slow
def test_all_data_of_ours_are_found_where_they_are_read(ours: tuple[Module, ...]) -> None:
    data = frozenset[Path]().union(*map(find_data, ours))
    assert {path.suffix for path in data} >= {".css", ".html", ".js", ".mo"}
