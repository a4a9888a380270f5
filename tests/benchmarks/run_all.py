"""Run every benchmark and write what was seen to RESULTS.md: ratios of one machine and day, no promise.

    .venv/bin/python tests/benchmarks/run_all.py

All but the campaign of attacks (bench_attackers.py), which takes ten minutes more: `make audit-campaign` runs it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
BENCHES = {
    "Submissions": ["bench_submissions.py"],
    "Validation": ["bench_validation.py"],
    "Publishing": ["bench_publish.py"],
    "Building the site": ["bench_build.py"],
    "Cold start": ["bench_start.py"],
    "The form on an old phone": ["bench_form.py"],
    "Linting": ["bench_lint.py", "--rounds", "3"],
    "What protection costs": ["bench_utility.py"],
}
MOST_SECONDS = 900
"""For one benchmark; all of them take about a quarter of an hour on two cores."""


def main() -> int:
    parts = [heading()]
    failed = []
    for title, command in BENCHES.items():
        printed, well = run(command)
        sys.stdout.write(printed)
        sys.stdout.flush()
        parts.append(f"## {title}\n\n{format_output(printed)}\n")
        if not well:
            failed.append(title)
    (HERE / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")
    sys.stdout.write(f"missed a goal: {', '.join(failed)}\n" if failed else "every goal was met\n")
    return 1 if failed else 0


def run(command: list[str]) -> tuple[str, bool]:
    """What a benchmark printed, and whether it met its goals; one that breaks or hangs does not stop the others."""
    try:
        ran = subprocess.run(
            [sys.executable, HERE / command[0], *command[1:]], capture_output=True, text=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"MISSED it was stopped after {MOST_SECONDS} s\n", False
    sys.stderr.write(ran.stderr)
    if ran.returncode and "MISSED" not in ran.stdout:
        last = ran.stderr.strip().splitlines()[-1:] or ["no message"]
        return f"{ran.stdout}MISSED it could not be measured: {last[0]}\n", False
    return ran.stdout, ran.returncode == 0


def heading() -> str:
    cores, load = os.cpu_count(), os.getloadavg()[2]
    machine = f"{cores} cores, {platform.machine()}, Linux {platform.release()}, Python {platform.python_version()}"
    return (
        "# What was measured\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, on {machine}; the load over fifteen minutes was {load:.1f}.\n"
        "Read the ratios: rounds alternate, medians are compared, and other work slows all of them alike.\n"
        "`make bench` writes this page again.\n"
    )


def format_output(printed: str) -> str:
    """The table as it is, one aligned by spaces as a block of its own, and the goals as a list."""
    goals = ("met ", "MISSED", "peak")
    lines = printed.rstrip().splitlines()
    first = next((at for at, line in enumerate(lines) if line.startswith(goals)), len(lines))
    table = "\n".join(lines[:first]).rstrip()
    shown = table if "|" in table or not table else f"```\n{table}\n```"
    return "\n".join([shown, "", *(f"- {line}" for line in lines[first:])]).strip()


if __name__ == "__main__":
    sys.exit(main())
