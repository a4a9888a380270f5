"""How long lint takes beside check-jsonschema, which checks the schema alone: 200 files of 60 questions.

    .venv/bin/python tests/benchmarks/bench_lint.py [--files 200] [--rounds 5]

Installs check-jsonschema into an environment of its own, runs the two commands in turn as an author would, and prints
their medians. Linting may take twice as long: it does the same, and then all that a schema cannot say.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

from boucle.authoring.writing import as_file  # noqa: E402
from support.sixty import make_sixty_questions  # noqa: E402  a module of the tests, found above

GOAL = 2.0
SCHEMA = TESTS.parent / "functions" / "boucle" / "authoring" / "schemas" / "questionnaire.schema.json"
BOUCLE = Path(sys.executable).with_name("boucle")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder) / "surveys" / "study", wanted.files)
        peer = install_peer(Path(folder) / "venv")
        commands = {
            "check-jsonschema": [str(peer), "--schemafile", str(SCHEMA), *map(str, files)],
            "boucle lint": [str(BOUCLE), "lint", str(files[0].parent.parent)],
        }
        return report(measure(commands, wanted.rounds), wanted.files)


def write_files(study: Path, count: int) -> list[Path]:
    files = [study / f"q{number:03}" / "1.0.0.json" for number in range(count)]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(as_file(make_sixty_questions(id=file.parent.name)), encoding="utf-8")
    return files


def install_peer(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "check-jsonschema"]
    subprocess.run(install, check=True)
    return folder / "bin" / "check-jsonschema"


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each command, in turn, so that a busy machine slows both down alike."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            taken[name].append(time.perf_counter() - start)
    return taken


def report(taken: dict[str, list[float]], files: int) -> int:
    peer, ours = (median(seconds) for seconds in taken.values())
    lines = [f"{files} files of 60 questions, median of {len(taken['boucle lint'])} rounds", ""]
    lines += [f"| {'command':<18} | seconds | ratio |", f"|{'-' * 20}|--------:|------:|"]
    lines += [
        f"| {name:<18} | {median(durations):7.2f} | {median(durations) / peer:5.2f} |"
        for name, durations in taken.items()
    ]
    met = ours <= GOAL * peer
    lines += ["", f"{'met   ' if met else 'MISSED'} boucle lint: at most {GOAL} times check-jsonschema", ""]
    sys.stdout.write("\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
