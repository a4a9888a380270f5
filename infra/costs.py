"""What an installation costs: `python infra/costs.py` prints the table of infra/README.md from infra/prices.json."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

SCALES = (1_000, 100_000, 1_000_000)
MILLION = 1_000_000
GIGABYTE = 1_000_000_000

RESPONSE_BYTES = 2_000
WRITES_PER_RESPONSE = 2 * 2 + 2 + 2 * 2 + 1
"""The put and its place in the index, two units each for 2 KB; the mark and its move to another place; a text."""
READS_PER_RESPONSE = 1 + 1 + 1
"""The closed days, the seal's reading, the look after a text; strongly consistent."""
CALLS_PER_RESPONSE = 1.2
"""Some are sent again, some go through the page that checks a form."""
LAMBDA_SECONDS, LAMBDA_GIGABYTES = 0.05, 0.5
PAGES_PER_RESPONSE, PAGE_BYTES = 4, 60_000
LOG_BYTES_PER_CALL = 300
ALARMS = 7
JOB_RUNS, JOB_SECONDS, JOB_GIGABYTES = 24 * 30, 5, 1.0


def costs(responses: int, prices: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Each thing that is paid for in a month that takes so many responses."""
    calls = responses * CALLS_PER_RESPONSE
    stored = responses * RESPONSE_BYTES * 2 / GIGABYTE
    yield "REST API", calls / MILLION * prices["million_api_gateway_requests"]
    compute = calls * LAMBDA_SECONDS * LAMBDA_GIGABYTES + JOB_RUNS * JOB_SECONDS * JOB_GIGABYTES
    yield "Lambda", calls / MILLION * prices["million_lambda_requests"] + compute * prices["lambda_gigabyte_second"]
    yield (
        "DynamoDB, requests",
        responses * WRITES_PER_RESPONSE / MILLION * prices["million_dynamodb_writes"]
        + responses * READS_PER_RESPONSE / MILLION * prices["million_dynamodb_reads"],
    )
    kept = prices["dynamodb_gigabyte_month"] + prices["dynamodb_recovery_gigabyte_month"]
    yield "DynamoDB, a month of storage and recovery", stored * kept
    pages = responses * PAGES_PER_RESPONSE
    yield (
        "CloudFront",
        (pages + calls) / MILLION * prices["million_cloudfront_requests"]
        + pages * PAGE_BYTES / GIGABYTE * prices["cloudfront_gigabyte"],
    )
    yield "Logs", calls * LOG_BYTES_PER_CALL / GIGABYTE * prices["log_gigabyte"]
    fixed = prices["secret_month"] + prices["kms_key_month"] + ALARMS * prices["alarm_month"]
    yield "Key, secret, alarms", fixed


def table(prices: Mapping[str, float]) -> str:
    """The costs at every scale, in dollars, as Markdown."""
    columns = [dict(costs(scale, prices)) for scale in SCALES]
    lines = [f"| in US dollars | {' | '.join(f'{scale:,} responses' for scale in SCALES)} |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {' | '.join(f'{column[name]:.2f}' for column in columns)} |" for name in columns[0]]
    totals = " | ".join(f"**{sum(column.values()):.2f}**" for column in columns)
    return "\n".join([*lines, f"| **in all** | {totals} |"])


def main() -> None:
    prices = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))
    sys.stdout.write(f"{table(prices)}\n\nPrices of {prices['region']}, as of {prices['as_of']}.\n")


if __name__ == "__main__":
    main()
