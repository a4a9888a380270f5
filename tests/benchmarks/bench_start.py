"""The processor time of a cold start on Lambda, beside `import flask`: the unpacked package, as it is deployed.

    .venv/bin/python tests/benchmarks/bench_start.py [--rounds 9] [--instructions]

Builds the package, then starts one process after another, in turn: an empty interpreter (which is taken off the
others), `import flask`, all imports of the API, and the first answer stored (clients and master key included). Amazon's
side is moto, in this process, whose work is not counted. With `--instructions`, valgrind counts what one start of each
takes: the steadier figure on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from uuid import uuid4

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

from boucle.moderation.keys import generate_text_key  # noqa: E402
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions  # noqa: E402
from support.amazon.lambda_events import JSON, as_json, make_v2_event  # noqa: E402
from support.amazon.lambda_runtime import build_demonstration_package, link_lambda_packages, unpack, write_shells  # noqa: E402
from support.builders import DEMONSTRATION  # noqa: E402  modules of the tests, found above

GOALS = {"imports of the API": 2.5, "first answer stored": 3.2}
COMPLETE = {"accompagne": "yes", "note": 8, "entreprise_insertion": "no", "connait_iae": "yes"}
ADDRESS = f"/api/responses/{DEMONSTRATION}/candidats/1.0.0"
FIRST_ANSWER = (
    "import json, sys; from boucle.entrypoints.lambda_handler import handle; "
    "answer = handle(json.loads(sys.argv[1]), None); assert answer['statusCode'] == 201, answer"
)
CODE = {
    "empty interpreter": "pass",
    "import flask": "import flask",
    "imports of the API": (
        "from boucle.entrypoints.lambda_handler import load_web_handler; load_web_handler(); "
        "import boucle.bootstrap.aws_api"
    ),
    "first answer stored": FIRST_ANSWER,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--instructions", action="store_true", help="count instructions too (needs valgrind)")
    asked = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            environment = installation("http://{}:{}".format(*server.get_host_and_port()))
            root, brought = lay_out(Path(folder))
            around = {**environment, "LAMBDA_TASK_ROOT": str(root), "PYTHONPATH": f"{root}:{brought}"}
            if asked.instructions:
                sys.stdout.write(format_counts({name: instructions(code, root, around) for name, code in CODE.items()}))
            return report(measure(root, around, asked.rounds), asked.rounds)
    finally:
        server.stop()


def lay_out(folder: Path) -> tuple[Path, Path]:
    """The package as Lambda unpacks it, and what Lambda has beside it."""
    package = build_demonstration_package(folder / "package.zip", write_shells(folder / "site"))
    return unpack(package.file, folder), link_lambda_packages(folder)


def installation(moto: str) -> dict[str, str]:
    """Tables and a master key in moto, and the environment of a function that finds them."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    for definition in build_table_definitions(Tables.with_prefix("bench")):
        boto3.client("dynamodb", "eu-west-3", endpoint_url=moto).create_table(**definition)
    secrets = boto3.client("secretsmanager", "eu-west-3", endpoint_url=moto)
    secrets.create_secret(Name="bench-master", SecretString="a secret of this benchmark")
    return {
        "BOUCLE_NAME": "bench",
        "BOUCLE_STAGE": "api",
        "BOUCLE_BUCKET": "bench-site",
        "BOUCLE_VAULT": "bench-vault",
        "BOUCLE_MASTER_KEY": "bench-master",
        "BOUCLE_ORIGIN": "https://enquete.example.org",
        "BOUCLE_TEXT_KEY": generate_text_key().public,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ENDPOINT_URL": moto,
    }


def measure(root: Path, environment: Mapping[str, str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of processor time of each code, in turn, so that a busy machine slows all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in CODE}
    for _ in range(rounds):
        for name, code in CODE.items():
            taken[name].append(processor_time(code, root, environment))
    return taken


def start_python(code: str) -> list[str]:
    """A new process that runs it, with somebody's submission at hand."""
    sent = {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": COMPLETE}
    return [sys.executable, "-S", "-c", code, json.dumps(make_v2_event("POST", ADDRESS, as_json(sent), JSON))]


def processor_time(code: str, root: Path, environment: Mapping[str, str]) -> float:
    process = subprocess.Popen(start_python(code), cwd=root, env=dict(environment), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{code}: exit status {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000


def instructions(code: str, root: Path, environment: Mapping[str, str]) -> int:
    """How many one start takes, by valgrind's count."""
    counting = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    ran = subprocess.run(
        [*counting, *start_python(code)], cwd=root, env=dict(environment), capture_output=True, text=True
    )
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode or not found:
        raise SystemExit(f"{code}: {ran.stderr[-500:]}")
    return int(found[1])


def format_counts(taken: Mapping[str, int]) -> str:
    nothing, flask, *_ = taken.values()
    lines = ["| | million instructions | beside `import flask` |", "|---|--:|--:|"]
    lines += [
        f"| {name} | {memory / 1e6:.0f} | {(memory - nothing) / (flask - nothing):.2f} |"
        for name, memory in taken.items()
    ]
    return "\n".join([*lines, "", ""])


def report(taken: Mapping[str, list[float]], rounds: int) -> int:
    nothing, flask, *_ = (median(durations) for durations in taken.values())
    ratios = {name: (median(durations) - nothing) / (flask - nothing) for name, durations in taken.items()}
    lines = [f"processor time of a cold start, medians of {rounds} rounds; ratios without the interpreter's own", ""]
    lines += ["| | ms | beside `import flask` |", "|---|--:|--:|"]
    lines += [f"| {name} | {median(durations):.0f} | {ratios[name]:.2f} |" for name, durations in taken.items()]
    verdicts = {True: "met   ", False: "MISSED"}
    lines += ["", *(f"{verdicts[ratios[name] <= goal]} {name}: at most {goal}" for name, goal in GOALS.items()), ""]
    sys.stdout.write("\n".join(lines))
    return 0 if all(ratios[name] <= goal for name, goal in GOALS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
