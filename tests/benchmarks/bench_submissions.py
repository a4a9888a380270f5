"""Submissions a second through the real server, beside a floor that stores without looking, and beside others.

    .venv/bin/python tests/benchmarks/bench_submissions.py [--rounds 3] [--seconds 4] [--only boucle]

Every server is held to one core and this client to another; rounds alternate, medians are compared. The floor is 30
lines of Flask over SQLite (WAL, synchronous FULL) under gunicorn with 16 threads, without any check. Ours validates,
is idempotent, checks the wave, and answers when it is on disk. The floor always takes part: all are ratios to it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.servers.closed_loop import send_burst
from support.servers.contenders import CLIENT_CORE, BoucleContender, Contender, Echo, Floor
from support.servers.other_contenders import PACKAGES, Datasette, DjangoSurvey

CONNECTIONS = (1, 16, 64)
CONTENDERS: Mapping[str, type[Contender]] = {
    contender_class.name: contender_class for contender_class in (Floor, BoucleContender, Echo, Datasette, DjangoSurvey)
}


@dataclass(frozen=True)
class Round:
    rate: float
    p50: float
    p99: float
    cpu: float
    """Seconds of the server's processor for one submission."""
    failed: int


Rounds = Mapping[tuple[str, int], list[Round]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", action="append", choices=CONTENDERS)
    parser.add_argument("--peers", type=Path, help="an environment that has the peers already")
    wanted = parser.parse_args()
    names = select_contenders(wanted.only)
    os.sched_setaffinity(0, {CLIENT_CORE})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python, absent = wanted.peers / "bin" / "python" if wanted.peers else folder / "venv" / "bin" / "python", []
        if not wanted.peers:
            absent = install_peers(folder / "venv", names)
        contenders = [
            CONTENDERS[contender_name](folder, python) for contender_name in names if contender_name not in absent
        ]
        try:
            for contender in contenders:
                contender.start()
            measured = measure(contenders, wanted.rounds, wanted.seconds)
            lost = {contender.name: contender.count_lost() for contender in contenders}
        finally:
            for contender in contenders:
                contender.stop()
        sys.stdout.write(table(measured, lost))
        sys.stdout.write("".join(f"\nNot measured: {absent_name} could not be installed.\n" for absent_name in absent))
        return verdict(measured, lost)


def select_contenders(wanted: Sequence[str] | None) -> Sequence[str]:
    """Who was asked for, or all; the floor first, as nothing can be said without it."""
    return list(dict.fromkeys(("floor", *(wanted or CONTENDERS))))


def install_peers(folder: Path, names: Sequence[str]) -> list[str]:
    """Install what these need; the names of those that could not be. The floor has to be there."""
    venv.create(folder, with_pip=True)
    absent = []
    for name, packages in (
        (contender_name, PACKAGES[contender_name]) for contender_name in names if contender_name in PACKAGES
    ):
        command: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--pre", *packages]
        if subprocess.run(command, check=name == "floor").returncode:
            absent.append(name)
    return absent


def measure(contenders: Sequence[Contender], rounds: int, seconds: float) -> Rounds:
    """Each in turn at each concurrency, again and again: a busy machine slows all of them alike."""
    measured: dict[tuple[str, int], list[Round]] = defaultdict(list)
    requests = {contender.name: contender.requests() for contender in contenders}
    for contender in contenders:
        contender.remember(send_burst(contender.port, requests[contender.name], 4, 1.0))
    for _ in range(rounds):
        for connections in CONNECTIONS:
            for contender in contenders:
                before = contender.cpu_seconds()
                came = send_burst(contender.port, requests[contender.name], connections, seconds)
                contender.remember(came)
                cpu = (contender.cpu_seconds() - before) / max(1, came.accepted)
                failed = came.statuses.total() - came.accepted
                measured[contender.name, connections].append(
                    Round(came.rate, came.percentile(0.5), came.percentile(0.99), cpu, failed)
                )
    return measured


def middle(rounds: Sequence[Round], of: str) -> float:
    return float(median(getattr(one_round, of) for one_round in rounds))


def table(measured: Rounds, lost: Mapping[str, int | None]) -> str:
    lines = [
        f"| {'server':<26} | at once | submissions/s | x floor | p50 ms | p99 ms | p99 x floor | CPU us | x floor | refused | lost |",  # noqa: E501
        f"|{'-' * 28}|--------:|--------------:|--------:|-------:|-------:|------------:|-------:|--------:|--------:|-----:|",  # noqa: E501
    ]
    for (name, connections), rounds in sorted(measured.items(), key=lambda entry: entry[0][1]):
        floor = measured["floor", connections]
        rate, p50, p99, cpu = (middle(rounds, of) for of in ("rate", "p50", "p99", "cpu"))
        failed = sum(one_round.failed for one_round in rounds)
        lines.append(
            f"| {name:<26} | {connections:7} | {rate:13.0f} | {rate / middle(floor, 'rate'):7.2f} "
            f"| {p50 * 1e3:6.1f} | {p99 * 1e3:6.1f} | {p99 / middle(floor, 'p99'):11.2f} "
            f"| {cpu * 1e6:6.0f} | {cpu / middle(floor, 'cpu'):7.2f} | {failed:7} "
            f"| {'-' if lost[name] is None else lost[name]:>4} |"
        )
    return "\n".join([*lines, ""])


def verdict(measured: Rounds, lost: Mapping[str, int | None]) -> int:
    """0 when every goal was met in this run; nobody has any but ours."""
    if "boucle" not in lost:
        return 0

    def ratio(connections: int, of: str) -> float:
        return middle(measured["boucle", connections], of) / middle(measured["floor", connections], of)

    goals = {
        "at least 2.5 x the floor at 64": ratio(64, "rate") >= 2.5,
        "at least 2.5 x the floor at 16": ratio(16, "rate") >= 2.5,
        "at least 1 x the floor at 1": ratio(1, "rate") >= 1,
        "p99 at most 0.3 of the floor's at 16": ratio(16, "p99") <= 0.3,
        "nothing lost": lost["boucle"] == 0,
    }
    sys.stdout.write("".join(f"{'met   ' if met else 'MISSED'} {goal}\n" for goal, met in goals.items()))
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
