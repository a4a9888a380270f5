"""The form against a SurveyJS page of the same 12 questions: bytes, first paint and interaction on an old phone.

    .venv/bin/python tests/benchmarks/bench_form.py [--rounds 3]

Chromium, 360 x 640, processor 6 times slower, 2 s a round trip, 51 kB/s. Both pages come from the same server, gzipped;
SurveyJS comes from npm into .cache/. "Interactive" is when the first choice can be seen, the script has run, and
the main thread has a quiet second. Goals: 30 times fewer bytes and 3 times faster interaction, in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from boucle.content.surveys import read_surveys  # noqa: E402
from boucle.core.questionnaire.model import Choice, Multiple, Questionnaire, Rating, Section, Single, YesNo  # noqa: E402
from boucle.pages.common import addresses, scripts  # noqa: E402
from boucle.pages.forms import fragments  # noqa: E402
from boucle.pages.forms.renderer import PageRenderer  # noqa: E402
from support.browsers.npm_packages import install_package  # noqa: E402
from support.builders import DEMONSTRATION, SURVEYS  # noqa: E402  modules of the tests, found above

LANGUAGE = "fr"
QUESTIONS = 12
SURVEYJS = "2.5.38"
GOALS = {"bytes": 30.0, "interactive": 3.0}
ROUND_TRIP_MS, BYTES_A_SECOND, SLOWER = 2000, 51_000, 6
OURS, THEIRS = "/ours/", "/surveyjs/"

WATCH = """
window.seen = { tasks: [] };
new PerformanceObserver((list) => list.getEntries().forEach((each) => seen.tasks.push(each)))
  .observe({ entryTypes: ['longtask'] });
seen.quiet = () => seen.tasks.filter((each) => each.startTime + each.duration > seen.ready)
  .reduce((quiet, each) => each.startTime < quiet + 1000 ? each.startTime + each.duration : quiet, seen.ready);
const look = () => {
  const input = document.querySelector('main input[type=radio], #survey input[type=radio]');
  const ready = location.pathname === '/ours/' ? typeof Form !== 'undefined' : typeof Survey !== 'undefined';
  if (input && ready && input.closest('label').getClientRects().length) seen.ready = performance.now();
  else requestAnimationFrame(look);
};
look();
"""
"""Runs in both pages, so that both are measured alike."""


@dataclass(frozen=True, slots=True)
class Measure:
    bytes: float
    paint: float
    interactive: float


def twelve(questionnaire: Questionnaire) -> Questionnaire:
    """The first questions of the demonstration, in their sections."""
    left, sections = QUESTIONS, []
    for section in questionnaire.sections:
        blocks = section.blocks[:left]
        left -= len(blocks)
        sections += [replace(section, blocks=blocks)] if blocks else []
    return replace(questionnaire, sections=tuple(sections))


def surveyjs_model(questionnaire: Questionnaire) -> Mapping[str, Any]:
    """The same questions in SurveyJS's words."""
    return {
        "title": questionnaire.title[LANGUAGE],
        "pages": [
            {"title": section.title[LANGUAGE], "elements": _elements(section)} for section in questionnaire.sections
        ],
    }


def _elements(section: Section) -> list[Mapping[str, Any]]:
    return [
        {
            "name": question.id,
            "title": question.label[LANGUAGE],
            "description": (question.hint or {}).get(LANGUAGE, ""),
            "isRequired": question.required,
            **_kind(question),
        }
        for question in section.questions
    ]


def _kind(question: object) -> Mapping[str, Any]:
    match question:
        case YesNo():
            return {"type": "radiogroup", "choices": [{"value": "yes", "text": "Oui"}, {"value": "no", "text": "Non"}]}
        case Single(choices=choices):
            return {"type": "radiogroup", "choices": _choices(choices)}
        case Multiple(choices=choices, max_choices=most):
            return {"type": "checkbox", "choices": _choices(choices), "maxSelectedChoices": most}
        case Rating(minimum=low, maximum=high):
            return {"type": "rating", "rateMin": low, "rateMax": high}
        case _:
            return {"type": "comment"}


def _choices(choices: Sequence[Choice]) -> list[Mapping[str, str]]:
    return [{"value": choice.value, "text": choice.label[LANGUAGE]} for choice in choices]


def surveyjs_files(questionnaire: Questionnaire) -> Mapping[str, bytes]:
    core = install_package("survey-core", SURVEYJS)
    shown = install_package("survey-js-ui", SURVEYJS)
    page = f"""<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>SurveyJS</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="core.css"></head><body><div id="survey"></div>
<script src="core.js"></script><script src="ui.js"></script>
<script>new Survey.Model({json.dumps(surveyjs_model(questionnaire))}).render(document.getElementById("survey"))</script>
</body></html>"""
    return {
        THEIRS: page.encode(),
        f"{THEIRS}core.css": (core / "survey-core.min.css").read_bytes(),
        f"{THEIRS}core.js": (core / "survey.core.min.js").read_bytes(),
        f"{THEIRS}ui.js": (shown / "survey-js-ui.min.js").read_bytes(),
    }


def our_files(questionnaire: Questionnaire) -> Mapping[str, bytes]:
    study = read_surveys(SURVEYS)[DEMONSTRATION]
    page = PageRenderer().render_form(study, questionnaire, LANGUAGE, typed={}, issues=[], mode="self")
    words = {
        addresses.sending(study, questionnaire.id, LANGUAGE): fragments.render_sending(study, questionnaire, LANGUAGE)
    }
    served = {f"/{name}": content for name, content in scripts.read_scripts().items()}
    return {OURS: page.encode(), **{name: content.encode() for name, content in {**served, **words}.items()}}


def serve(files: Mapping[str, bytes]) -> Any:
    zipped = {path: gzip.compress(content) for path, content in files.items()}
    kinds = {".js": "text/javascript", ".css": "text/css"}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        kind = kinds.get(Path(path).suffix, "text/html")
        headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Encoding", "gzip")]
        start_response("200 OK" if path in zipped else "404 Not Found", headers)
        return [zipped.get(path, gzip.compress(b""))]

    class SilentWsgiHandler(WSGIRequestHandler):
        def log(self, kind: str, message: str, *args: Any) -> None:
            pass

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=SilentWsgiHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def measure(browser: Browser, address: str) -> Measure:
    """One first visit. The bytes are those that had come when the page became interactive."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    tab = context.new_page()
    phone = context.new_cdp_session(tab)
    phone.send("Network.enable")
    speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    phone.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP_MS, **speed})
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    tab.add_init_script(WATCH)
    tab.goto(address, timeout=90_000, wait_until="commit")
    quiet = "window.seen.ready && performance.now() - seen.quiet() > 1500"
    tab.wait_for_function(quiet, timeout=90_000)
    found = tab.evaluate(
        """() => { const ready = seen.quiet();
        const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        return [all.filter((each) => each.responseEnd <= seen.ready).reduce((sum, each) => sum + each.transferSize, 0),
          performance.getEntriesByName('first-contentful-paint')[0].startTime, ready]; }"""
    )
    context.close()
    return Measure(*found)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=3)
    rounds = asked.parse_args().rounds
    questionnaire = twelve(read_surveys(SURVEYS)[DEMONSTRATION].by_version["candidats", "1.0.0"])
    server = serve({**our_files(questionnaire), **surveyjs_files(questionnaire)})
    program = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        base = f"http://127.0.0.1:{server.server_port}"
        runs = [[measure(browser, base + path) for path in (OURS, THEIRS)] for _ in range(rounds)]
        browser.close()
    server.shutdown()
    return report(runs)


def report(runs: Sequence[Sequence[Measure]]) -> int:
    """Print both pages and how many times one is the other; 1 when a goal is missed."""
    lines = ["| | ours | SurveyJS | times |", "|---|--:|--:|--:|"]
    met = {}
    for name in ("bytes", "paint", "interactive"):
        ours, theirs = (median(getattr(run[side], name) for run in runs) for side in (0, 1))
        lines.append(
            f"| {name}{'' if name == 'bytes' else ', ms'} | {ours:,.0f} | {theirs:,.0f} | {theirs / ours:.1f} |"
        )
        if name in GOALS:
            met[f"{name}: {GOALS[name]:g} times"] = theirs / ours >= GOALS[name]
    lines += ["", *(f"{'met   ' if well else 'MISSED'} {goal}" for goal, well in met.items()), ""]
    sys.stdout.write("\n".join(lines))
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
