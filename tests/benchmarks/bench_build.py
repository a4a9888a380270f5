"""Building the site of twenty studies, beside plain MkDocs with as many Markdown pages; and building again on a change.

    .venv/bin/python tests/benchmarks/bench_build.py [--rounds 3]

Twenty copies of the demonstration's study: forty forms in three languages, twenty pages of results in three languages,
and what goes with them. The plain site has as many pages, each with the words of one form, and no navigation to draw.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.servers.contenders import QUESTIONNAIRE, REPOSITORY, STUDY
from support.servers.real_server import RealServer

STUDIES, GOAL, AGAIN_GOAL = 20, 1.5, 2.0
LANGUAGES = ("fr", "en", "ar")
BIN = Path(sys.executable).parent
CHANGED = "Une question que l’on vient de changer ?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ours = our_site(Path(name) / "ours")
        pages, _ = build_ours(ours)
        plain = plain_site(Path(name) / "plain", pages)
        taken = [(build_ours(ours)[1], build_plain(plain)) for _ in range(wanted.rounds)]
        again = median(seconds_until_changed(ours, wanted.rounds))
    boucle, mkdocs = (median(durations) for durations in zip(*taken, strict=True))
    ratio = median(one / other for one, other in taken)
    rows = (("plain MkDocs", mkdocs, 1.0), ("boucle", boucle, ratio))
    lines = ["| site | pages | CPU s | ratio |", "|---|---:|---:|---:|"]
    lines += [f"| {site} | {pages} | {seconds:.1f} | {times:.2f} |" for site, seconds, times in rows]
    goals = {
        f"building / plain MkDocs: {ratio:.2f} (goal: at most {GOAL})": ratio <= GOAL,
        f"seen {again:.2f} s after a question was changed under `boucle serve` (goal: at most {AGAIN_GOAL:.0f})": again
        <= AGAIN_GOAL,
    }
    lines += ["", *(f"{'met   ' if met else 'MISSED'} {goal}" for goal, met in goals.items()), ""]
    sys.stdout.write("\n".join(lines))
    return 0 if all(goals.values()) else 1


def our_site(folder: Path) -> Path:
    """Twenty studies, and the one page that people wrote."""
    for number in range(STUDIES):
        study = folder / "surveys" / f"etude-{number}"
        shutil.copytree(REPOSITORY / "surveys" / STUDY, study)
        file = study / "study.json"
        file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "id": study.name}), encoding="utf-8")
    pages = folder / "site" / "pages"
    pages.mkdir(parents=True)
    (pages / "index.md").write_text("# Accueil\n\nBonjour.\n", encoding="utf-8")
    (folder / "site" / "mkdocs.yml").write_text(
        "site_name: Vingt études\ntheme: {name: boucle}\ndocs_dir: pages\nplugins: [boucle]\nnav: [index.md]\n",
        encoding="utf-8",
    )
    return folder


def plain_site(folder: Path, pages: int) -> Path:
    """As many pages as ours has, each with the words of a form."""
    words = words_of_a_form()
    for number in range(pages - 1):
        page = folder / "pages" / f"{number}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"# Page {number}\n\n{words}", encoding="utf-8")
    (folder / "pages" / "index.md").write_text("# Accueil\n\nBonjour.\n", encoding="utf-8")
    (folder / "mkdocs.yml").write_text(
        "site_name: Plain\ndocs_dir: pages\nplugins: []\nnav: [index.md]\nnot_in_nav: '*'\n", encoding="utf-8"
    )
    return folder


def words_of_a_form() -> str:
    file = REPOSITORY / "surveys" / STUDY / QUESTIONNAIRE / "1.0.0.json"
    parts = []
    for section in json.loads(file.read_text("utf-8"))["sections"]:
        parts.append(f"## {section['title']['fr']}\n")
        for question in section["questions"]:
            parts.append(f"{question['label']['fr']}\n")
            parts += [f"- {choice['label']['fr']}" for choice in question.get("choices", ())]
            parts.append("")
    return "\n".join(parts)


def build_ours(folder: Path) -> tuple[int, float]:
    """How many pages, and the processor seconds."""
    places: list[str | Path] = ["--home", folder / "home", "--surveys", folder / "surveys", "--site", folder / "site"]
    seconds = processor_seconds([BIN / "boucle", *places, "build"])
    return sum(1 for _ in (folder / "home" / "built-site").resolve().rglob("*.html")), seconds


def build_plain(folder: Path) -> float:
    return processor_seconds([BIN / "mkdocs", "build", "--quiet", "-f", folder / "mkdocs.yml", "-d", folder / "built"])


def processor_seconds(command: list[str | Path]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What MkDocs 1.6 says of its next version is not measured here.
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds_until_changed(folder: Path, rounds: int) -> list[float]:
    """From saving a questionnaire to reading the change in its form."""
    server = RealServer(folder / "home", surveys=folder / "surveys", site=folder / "site")
    server.start()
    file = folder / "surveys" / "etude-7" / QUESTIONNAIRE / "1.0.0.json"
    try:
        return [_seconds_until(server, file, f"{CHANGED} {number}") for number in range(rounds)]
    finally:
        server.stop()


def _seconds_until(server: RealServer, file: Path, text: str) -> float:
    time.sleep(1)
    questionnaire = json.loads(file.read_text("utf-8"))
    questionnaire["sections"][0]["questions"][0]["label"]["fr"] = text
    file.write_text(json.dumps(questionnaire), encoding="utf-8")
    asked = f"GET /etude-7/{QUESTIONNAIRE}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
    start = time.monotonic()
    while text.encode() not in server.ask(asked):
        if time.monotonic() - start > 60:
            raise AssertionError("the change was never seen")
        time.sleep(0.02)
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
