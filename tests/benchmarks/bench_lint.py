"""How long lint takes beside check-jsonschema, which checks the schema alone: 200 files of 60 questions.

    .venv/bin/python tests/benchmarks/bench_lint.py [--files 200] [--rounds 5] [--chains]

Installs check-jsonschema into an environment of its own, runs the two commands in turn as an author would, and prints
their medians. Linting may take twice as long: it does the same, and then all that a schema cannot say.

Then, or alone with --chains: how lint, the plan that builds and seals fix, and a dry run of 100 invented answers
grow with routing chains, beside the same questions without conditions, in process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from boucle.core.strictjson import JsonObject

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

from boucle.authoring.lint.run import lint  # noqa: E402
from boucle.authoring.writing import as_file  # noqa: E402
from boucle.core.privacy.plan import plan  # noqa: E402
from boucle.core.questionnaire.parse import parse_questionnaire  # noqa: E402
from boucle.preview.dry_run import make_dry_run, restrict_study  # noqa: E402
from support import builders  # noqa: E402
from support.routing_chains import make_ladder, make_rounds  # noqa: E402
from support.sixty import make_sixty_questions  # noqa: E402  a module of the tests, found above

GOAL = 2.0
CHAIN_GOAL = 2.0
PEOPLE = 100
STUDY = TESTS / "invalid" / "few-answers" / "surveys" / "etude" / "study.json"
Maker = Callable[..., JsonObject]
SCHEMA = TESTS.parent / "functions" / "boucle" / "authoring" / "schemas" / "questionnaire.schema.json"
BOUCLE = Path(sys.executable).with_name("boucle")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chains", action="store_true", help="measure routing chains only")
    wanted = parser.parse_args()
    missed = 0 if wanted.chains else compare_commands(wanted.files, wanted.rounds)
    return max(missed, report_chains(wanted.rounds))


def compare_commands(count: int, rounds: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder) / "surveys" / "study", count)
        peer = install_peer(Path(folder) / "venv")
        commands = {
            "check-jsonschema": [str(peer), "--schemafile", str(SCHEMA), *map(str, files)],
            "boucle lint": [str(BOUCLE), "lint", str(files[0].parent.parent)],
        }
        return report(measure(commands, rounds), count)


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


CHAINS: dict[str, tuple[Maker, tuple[int, ...]]] = {
    "rounds of 5": (make_rounds, (2, 5, 9, 13)),
    "ladder": (make_ladder, (5, 10, 20, 40)),
}


def report_chains(rounds: int) -> int:
    """The seconds of each chain, and its ratio to its twin without conditions."""
    lines = ["", f"| {'chain':<15} | lint s | ratio | plan s | ratio | dry run s | ratio |"]
    lines.append(f"|{'-' * 17}|-------:|------:|-------:|------:|----------:|------:|")
    worst = 0.0
    for name, (make, sizes) in CHAINS.items():
        for size in sizes:
            taken = measure_twins(make(size), make(size, conditional=False), rounds)
            ratios = [ours / twin for ours, twin in taken]
            # The plan takes milliseconds either way, and is part of lint, of a build and of the dry run.
            worst = max(worst, ratios[0], ratios[2])
            cells = " | ".join(f"{ours:6.3f} | {ratio:5.2f}" for (ours, _), ratio in zip(taken, ratios, strict=True))
            lines.append(f"| {name:<11} {size:>3} | {cells} |")
    met = worst <= CHAIN_GOAL
    lines += ["", f"{'met   ' if met else 'MISSED'} routing chains: at most {CHAIN_GOAL} times their twins", ""]
    sys.stdout.write("\n".join(lines))
    return 0 if met else 1


def measure_twins(chain: JsonObject, twin: JsonObject, rounds: int) -> list[tuple[float, float]]:
    """Median seconds of lint, plan and dry run: of the chain, and of its twin, in turn."""
    taken: list[list[list[float]]] = [[[], []], [[], []], [[], []]]
    with tempfile.TemporaryDirectory() as folder:
        jobs = [list_jobs(source, Path(folder) / name) for name, source in (("chain", chain), ("twin", twin))]
        for _ in range(rounds):
            for which, several in enumerate(jobs):
                for number, job in enumerate(several):
                    start = time.process_time()
                    job()
                    taken[number][which].append(time.process_time() - start)
    return [(median(ours), median(twins)) for ours, twins in taken]


def list_jobs(source: JsonObject, folder: Path) -> list[Callable[[], object]]:
    questionnaire = parse_questionnaire(source)
    study = folder / "surveys" / "etude"
    (study / questionnaire.id).mkdir(parents=True)
    (study / questionnaire.id / "1.0.0.json").write_text(as_file(source), encoding="utf-8")
    (study / "study.json").write_bytes(STUDY.read_bytes())
    alone = restrict_study(builders.make_study(questionnaire), questionnaire, date(2026, 11, 2))
    return [lambda: lint([study]), lambda: plan([questionnaire]), lambda: make_dry_run(alone, PEOPLE)]


if __name__ == "__main__":
    sys.exit(main())
