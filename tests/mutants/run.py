"""Mutation testing of one folder of `boucle`: changes each of its lines, and asks whether its own tests notice.

`make mutants FOLDER=core/privacy` runs this. What survives is compared with survivors.txt, which gives the reason for
each: it fails when a mutant survives that is not listed, when a listed one is killed or gone, and when more than
MAX_SURVIVING of all survive. mutmut leaves decorated functions (properties, caches) and constants as they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shutil import rmtree

ROOT = Path(__file__).resolve().parents[2]
STAGE = ROOT / ".mutants"
SURVIVORS = Path(__file__).with_name("survivors.txt")
MAX_SURVIVING = 0.03

LINKS = {"src": "functions", "tests": "tests", "surveys": "surveys", "pyproject.toml": "pyproject.toml"}
"""What mutmut finds, and where it lies here: it takes a source folder of no other name."""

UNNOTICED = {0, 5, 33, None}
"""mutmut's exit codes of what passed its tests, has none, or was not tried; all others failed, crashed or hung."""
OUT_OF_TIME = {-24, 24, 36, 152, 255}
"""Those that hung: few, or the machine was too busy."""

Survivor = tuple[str, tuple[str, ...]]
"""The function, and the lines taken out (-) and put in (+): what stays the same when other lines move."""


def main(folder: str) -> int:
    make_stage(folder)
    subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=STAGE, check=True, env=make_environment())
    codes = dict(read_exit_codes(folder))
    survivors = [read_survivor(name) for name, code in codes.items() if code in UNNOTICED]
    complaints = list(find_complaints(survivors, read_listed(SURVIVORS.read_text(encoding="utf-8"), folder)))
    if len(survivors) > MAX_SURVIVING * len(codes):
        complaints.append(f"\nMore than {MAX_SURVIVING:.0%} survive.")
    hung = sum(code in OUT_OF_TIME for code in codes.values())
    print(*complaints, sep="\n")
    print(
        f"\n{folder}: {len(codes)} mutants, {len(survivors)} survive ({len(survivors) / len(codes):.1%}), {hung} hung"
    )
    return bool(complaints)


def make_stage(folder: str) -> None:
    """An empty working folder for mutmut, with links to ours and the configuration for this folder."""
    rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir()
    for link, target in LINKS.items():
        (STAGE / link).symlink_to(ROOT / target)
    settings: Mapping[str, Sequence[str]] = {
        "source_paths": ["src"],
        "only_mutate": [f"src/boucle/{folder}/*.py"],
        "also_copy": ["surveys"],
        # Not by chance, and soon: what a random example notices, an example that states the right value must notice.
        "pytest_add_cli_args_test_selection": [f"tests/unit/{folder}", "-m", "not slow and not hypothesis"],
        "pytest_add_cli_args": ["-p", "_hypothesis_pytestplugin"],
        # Of what the tests took together: an endless loop is given up soon, a slow machine is not taken for one.
        "timeout_multiplier": ["4"],
        "timeout_constant": ["5"],
    }
    lines = (f"{name} =" + "".join(f"\n  {value}" for value in values) for name, values in settings.items())
    (STAGE / "setup.cfg").write_text("\n".join(["[mutmut]", *lines, ""]), encoding="utf-8")


def make_environment() -> Mapping[str, str]:
    """What makes a mutant's tests start soon: compiled modules are kept, and pytest loads one plugin."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def read_exit_codes(folder: str) -> Iterator[tuple[str, int | None]]:
    """The name of each mutant, and what became of its tests."""
    for meta in sorted((STAGE / "mutants" / "src" / "boucle" / folder).glob("*.meta")):
        yield from json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items()


def read_survivor(name: str) -> Survivor:
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=STAGE, check=True, capture_output=True, encoding="utf-8"
    ).stdout
    changed = [line for line in shown.splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}]
    return make_title(name), tuple(f"{line[0]} {line[1:].strip()}" for line in changed)


def make_title(name: str) -> str:
    """`core.privacy.plan._Merged.states` from mutmut's `boucle.core.privacy.plan.xǁ_Mergedǁstates__mutmut_3`."""
    module, _, mangled = name.rpartition(".")
    function = mangled.partition("__mutmut_")[0]
    plain = function.removeprefix("xǁ").replace("ǁ", ".") if function.startswith("xǁ") else function.removeprefix("x_")
    return f"{module.removeprefix('boucle.')}.{plain}"


def read_listed(text: str, folder: str) -> list[Survivor]:
    """The listed survivors of a folder. A block is: the function; the reason, indented; the lines of the change."""
    blocks = (block.splitlines() for block in text.split("\n\n") if block and not block.startswith("#"))
    prefix = folder.replace("/", ".") + "."
    return [
        (title, tuple(line for line in lines if line[:2] in {"- ", "+ "}))
        for title, *lines in blocks
        if title.startswith(prefix)
    ]


def find_complaints(found: Sequence[Survivor], listed: Sequence[Survivor]) -> Iterator[str]:
    for title, lines in Counter(found) - Counter(listed):
        yield "\n".join(
            ["\nSurvives, and is not listed: write a test that kills it, or say why none can.", title, *lines]
        )
    for title, lines in Counter(listed) - Counter(found):
        yield "\n".join(["\nIs listed, and was killed or is gone: take it out.", title, *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].strip("/")))
