"""Programs that send false answers to the real server, each as clever as its name says.

They come through a proxy that is trusted, which says from where: what the server sees of a bot is one address, or many.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count, cycle
from uuid import uuid4

from boucle.submissions.proof import is_proven
from support.documents.html_forms import Form, read_post_forms
from support.servers.contenders import ADDRESS, QUESTIONNAIRE, STUDY, invent_people

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PROXY_HEADER = "X-Forwarded-For"
FORM_PAGE = f"/{STUDY}/{QUESTIONNAIRE}/"
CONCURRENT_ATTEMPTS = 40
READING_SECONDS = 2.2
"""What a bot waits that has learnt how long the check page wants to be read."""

Sender = Callable[[int], str]
"""From where the bot's attempt of that number comes."""
PEOPLE = [(person.language, dict(person.answers)) for person in invent_people()]


def make_fixed_sender(address: str) -> Sender:
    return lambda number: address


def address_of(number: int) -> str:
    return f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


class Bot:
    """One program at a port, and where it seems to be."""

    def __init__(self, port: int, sender: Sender) -> None:
        self.port = port
        self.sender = sender

    def play(self, attempt: Callable[[Bot, int], object], attempts: int) -> None:
        with ThreadPoolExecutor(CONCURRENT_ATTEMPTS) as pool:
            list(pool.map(lambda number: attempt(self, number), range(attempts)))

    def ask(self, method: str, path: str, number: int, kind: str = "", body: bytes | None = None) -> tuple[int, str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {PROXY_HEADER: self.sender(number), **({"Content-Type": kind} if kind else {})}
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


def submit_naive_form(bot: Bot, number: int) -> None:
    """Fetches the form, fills in every field it finds, and clicks through at once."""
    _, page = bot.ask("GET", FORM_PAGE, number)
    _submit_form(bot, number, _fill_form(read_post_forms(page)[0], number, everything=True), wait=0)


def submit_scripted_form(bot: Bot, number: int) -> None:
    """Fetches the form first, fills in what people see, and clicks through at once."""
    _, page = bot.ask("GET", FORM_PAGE, number)
    _submit_form(bot, number, _fill_form(read_post_forms(page)[0], number), wait=0)


def submit_patient_form(bot: Bot, number: int) -> None:
    """The same, and waits as long as somebody who reads."""
    _, page = bot.ask("GET", FORM_PAGE, number)
    _submit_form(bot, number, _fill_form(read_post_forms(page)[0], number), wait=READING_SECONDS)


def submit_to_api(bot: Bot, number: int) -> None:
    """Knows the API, as anybody can: sends a submission, and nothing else."""
    bot.ask("POST", ADDRESS, number, JSON, json.dumps(_make_submission(number)).encode())


def make_working_bot(bits: int) -> Callable[[Bot, int], None]:
    """Knows the API, and does the work that it asks for."""

    def attempt(bot: Bot, number: int) -> None:
        body = _make_submission(number)
        bot.ask(
            "POST", ADDRESS, number, JSON, json.dumps({**body, "proof": find_proof(str(body["id"]), bits)}).encode()
        )

    return attempt


def find_proof(id: str, bits: int) -> str:
    """As a program of the bot's does it: no faster way is known than trying."""
    return next(proof for proof in map(str, count()) if is_proven(STUDY, QUESTIONNAIRE, id, proof, bits))


def seconds_of_work(bits: int, times: int = 50) -> float:
    """What one submission costs a bot, in seconds of this machine."""
    start = time.process_time()
    for _ in range(times):
        find_proof(str(uuid4()), bits)
    return (time.process_time() - start) / times


def _make_submission(number: int) -> dict[str, object]:
    language, answers = PEOPLE[number % len(PEOPLE)]
    return {"id": str(uuid4()), "language": language, "mode": "self", "answers": answers}


def _fill_form(form: Form, number: int, everything: bool = False) -> Form:
    """The form with somebody's answers; `everything` fills in what a person would not have seen, too."""
    _, answers = PEOPLE[number % len(PEOPLE)]
    fields = dict(form.fields) | ({"_website": "https://example.org"} if everything else {})
    pairs = [(name, value) for name, value in fields.items() if name.startswith("_")]
    return Form(form.method, form.action, [*pairs, *_form_pairs(answers)])


def _form_pairs(answers: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, answer in answers.items():
        values = answer if isinstance(answer, list | tuple) else [answer]
        yield from zip(cycle([name]), map(str, values), strict=False)


def _submit_form(bot: Bot, number: int, form: Form, wait: float) -> None:
    _, page = bot.ask("POST", form.action, number, FORM, form.encode())
    confirmation = read_post_forms(page)[0]
    time.sleep(wait)
    bot.ask("POST", confirmation.action, number, FORM, confirmation.encode())
