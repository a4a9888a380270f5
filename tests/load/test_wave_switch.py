"""One wave gives way to the next under load: each answer in its own, every repeat one response, and none lost.

`make campaign` plays it with thousands of people: BOUCLE_SWITCHING_PEOPLE=2000.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from boucle.bootstrap.local import load_master_key
from boucle.config.clocks import SimulatedClock
from boucle.core.addresses import responses_address
from boucle.core.identity.invitations import Invitations
from boucle.core.identity.receipts import Keyring, response_key
from support.builders import copy_unpublished_surveys
from support.servers.closed_loop import encode_post
from support.servers.contenders import QUESTIONNAIRE, REPOSITORY, STUDY, generate_submissions
from support.servers.real_server import RealServer
from support.sqlite_files import query_rows

PEOPLE = int(os.environ.get("BOUCLE_SWITCHING_PEOPLE", "100"))
AT_ONCE = 8
BEFORE, AFTER = "2026", "suite"
FIRST_DAY, LAST, OPENS_AGAIN = date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)
PAST_GRACE = LAST + timedelta(days=8)
PERIODS = ((BEFORE, FIRST_DAY, LAST), (AFTER, OPENS_AGAIN, date(2026, 12, 31)))
INVITING: Mapping[str, tuple[str, ...]] = {
    STUDY: (),
    "invited-after": (AFTER,),
    "invited-in-both": (BEFORE, AFTER),
}
"""By study: its waves that are by invitation."""
Body = dict[str, object]


def make_surveys(folder: Path) -> Path:
    """Studies with two waves of one version, the second opening the day after the first closes."""
    surveys = copy_unpublished_surveys(folder)
    for id in INVITING:
        if id != STUDY:
            shutil.copytree(surveys / STUDY, surveys / id)
        file = surveys / id / "study.json"
        study = json.loads(file.read_text("utf-8"))
        study |= {"id": id, "waves": [make_wave(study, id, *period) for period in PERIODS]}
        file.write_text(json.dumps(study), "utf-8")
    return surveys


def make_wave(study: dict[str, Any], id: str, wave: str, opens: date, closes: date) -> dict[str, object]:
    asked = study["waves"][0]["questionnaires"]
    return {
        "id": wave,
        "opens": str(opens),
        "closes": str(closes),
        "questionnaires": {name: [{"version": "1.0.0", "from": str(opens)}] for name in asked},
        "hold_after": 0,
        "invitations": {QUESTIONNAIRE: {}} if wave in INVITING[id] else {},
    }


@dataclass
class Switching:
    """People who send while one wave gives way to the next, all of them twice at once, and what they were told."""

    study: str
    server: RealServer
    clock: SimulatedClock
    keyring: Keyring
    chance: Random
    invitations: dict[str, Iterator[str]]
    """By wave that needs them."""
    receipts: dict[str, set[str]] = field(default_factory=dict)
    """By submission id."""
    named: dict[str, str | None] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    sent_on: dict[str, tuple[date, date]] = field(default_factory=dict)
    """The day before the first was sent, and the day after both were answered."""

    def make_body(self, sent: bytes) -> Body:
        """As a program sends it, or a form of either wave; a form of the later one once it can be opened."""
        body: Body = json.loads(sent)
        now = self.clock.today()
        named = self.chance.choice((None, BEFORE, AFTER if now >= OPENS_AGAIN else BEFORE))
        if named:
            body["wave"] = named
        wave = named or (AFTER if now >= OPENS_AGAIN else BEFORE)
        if wave in self.invitations:
            body["invitation"] = next(self.invitations[wave])
        return body

    async def play(self, submissions: Iterator[bytes]) -> None:
        async def send_theirs() -> None:
            for sent in submissions:
                await self._send_twice(self.make_body(sent))

        await asyncio.gather(*(send_theirs() for _ in range(AT_ONCE)))

    async def _send_twice(self, body: Body) -> None:
        """Both at once; a program that had no code for the wave that opened meanwhile comes back with one."""
        before = self.clock.today()
        answers: Sequence[tuple[int, str]] = await asyncio.gather(self._ask(body), self._ask(body))
        if all(status == 422 for status, _ in answers) and AFTER in self.invitations and "wave" not in body:
            body["invitation"] = next(self.invitations[AFTER])
            answers = [await self._ask(body), await self._ask(body)]
        self.bodies.append(body)
        self.sent_on[str(body["id"])] = before, self.clock.today()
        # One of two may come too late for its code, or too early for the other's; never both.
        told = {receipt for status, receipt in answers if status in (200, 201)}
        assert told, answers
        assert [status for status, _ in answers].count(201) <= 1
        self.receipts.setdefault(str(body["id"]), set()).update(told)

    async def _ask(self, body: Body) -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        writer.write(
            encode_post(
                responses_address(self.study, QUESTIONNAIRE, "1.0.0"), json.dumps(body).encode(), Connection="close"
            )
        )
        head, _, said = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        answer = json.loads(said)
        return int(head[9:12]), answer.get("receipt") or answer.get("code")

    async def repeat(self) -> None:
        """Everything again, as it was sent."""

        async def ask_again(bodies: Iterator[Body]) -> None:
            for body in bodies:
                status, receipt = await self._ask(body)
                assert (status, {receipt}) == (200, self.receipts[str(body["id"])])

        bodies = iter(self.bodies)
        await asyncio.gather(*(ask_again(bodies) for _ in range(AT_ONCE)))

    def find_expected_waves(self, body: Body) -> set[str]:
        """That of its form; of a program's, the one that was open, either of them where it opened meanwhile."""
        if "wave" in body:
            return {str(body["wave"])}
        return {AFTER if day >= OPENS_AGAIN else BEFORE for day in self.sent_on[str(body["id"])]}

    def check(self) -> None:
        """Each is stored once, in its wave, under the receipt that was told."""
        rows = query_rows(self.server.home / "responses.sqlite3", "SELECT study, key, wave FROM arrivals")
        stored = {key: wave for study, key, wave in rows if study == self.study}
        assert len(stored) == len(self.bodies) == PEOPLE
        for body in self.bodies:
            [receipt] = self.receipts[str(body["id"])]
            wave = stored[response_key(self.study, QUESTIONNAIRE, receipt)]
            assert wave in self.find_expected_waves(body)
            assert receipt == self.keyring.make_receipt(self.study, wave, str(body["id"]))
        counts = Counter(stored.values())
        print(f"{self.study}: {dict(counts)}")
        assert min(counts[BEFORE], counts[AFTER]) > PEOPLE // 10


def make_codes(keyring: Keyring, study: str, wave: str) -> Iterator[str]:
    invitations = Invitations(keyring.derive_invitation_key(study, QUESTIONNAIRE, wave))
    return (invitations.make_code(number) for number in range(1, 1_000_000))


async def play(crowds: Sequence[Switching], clock: SimulatedClock) -> None:
    """All of them send; the day of the switch begins when half have."""

    async def switch() -> None:
        while sum(len(crowd.bodies) for crowd in crowds) < len(crowds) * PEOPLE // 2:
            await asyncio.sleep(0.005)
        clock.set_day(OPENS_AGAIN)

    await asyncio.gather(switch(), *(crowd.play(islice(generate_submissions(), PEOPLE)) for crowd in crowds))


async def repeat(crowds: Sequence[Switching]) -> None:
    await asyncio.gather(*(crowd.repeat() for crowd in crowds))


@pytest.mark.slow
def test_each_answer_is_in_its_own_wave_once(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    home = tmp_path / "home"
    home.mkdir()
    clock = SimulatedClock.start(home / "simulated-clock.json", LAST)
    keyring = Keyring(load_master_key(home / "master.key"))
    server = RealServer(home, surveys=make_surveys(tmp_path), site=REPOSITORY / "site")
    server.start()
    try:
        crowds = [
            Switching(study, server, clock, keyring, Random(seed), {w: make_codes(keyring, study, w) for w in waves})
            for study, waves in INVITING.items()
        ]
        asyncio.run(play(crowds, clock))
        asyncio.run(repeat(crowds))
        clock.set_day(PAST_GRACE)
        asyncio.run(repeat(crowds))
        for crowd in crowds:
            crowd.check()
        assert server.stop() == 0
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
