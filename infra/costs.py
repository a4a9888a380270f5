"""What an installation costs: `python infra/costs.py` prints the table of infra/README.md from infra/prices.json.

What the code asks of DynamoDB and S3 is measured by a test (tests/acceptance/test_costs_of_calls.py). How many people
look, how often a function starts cold and how often a key is asked for are assumptions: change them to yours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

SCALES = (1_000, 100_000, 1_000_000)
MILLION = 1_000_000
GIGABYTE = 1_000_000_000

RESPONSE_BYTES = 2_000
"""A long one, with one free text of 1 KB beside it."""
ANSWERING_WRITES, ANSWERING_READS = 2 + 2 + 1, 1 + 1
"""The put and its place in the index, two units each for 2 KB, and a text; the closed days, the look after the text."""
SEALING_WRITES, SEALING_READS = 2 + 2 * 2, 3
"""The mark and its move to another place; what waits is read to be tabulated, and again to be marked."""
COUNTING_READS, COUNTS = 1.5, 12 * 2
"""Until then every run of the job counts it twice, for half a day. DynamoDB Local's units, strongly consistent."""
CALLS_PER_RESPONSE = 1.2
"""Some are sent again, some go through the page that checks a form."""
COLD_STARTS_PER_CALL = 0.01
LAMBDA_SECONDS, LAMBDA_GIGABYTES = 0.05, 0.5
JOB_RUNS, JOB_SECONDS, JOB_GIGABYTES = 24 * 30, 5, 1.0
JOB_READS = 400
"""Objects that a run with nothing to do looks at: what is published of a study of two questionnaires."""
REQUESTS_PER_RESPONSE, BYTES_PER_RESPONSE = 8, 55_000
"""A form within its budget (15 kB), and somebody who reads results (40 kB)."""
MISSES = 0.1
"""What the edges do not hold: looked for twice in the bucket, in what is published and in what was built."""
KEY_CALLS = 12 * 24 * 30 * 3
"""The table of texts asks for its key anew after five minutes, for each of a few callers."""
LOG_BYTES_PER_CALL = 300
ALARMS, METRICS = 7, 3


def costs(responses: int, prices: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Each thing that is paid for in a month that takes so many responses."""
    calls, requests = responses * CALLS_PER_RESPONSE, responses * REQUESTS_PER_RESPONSE
    stored = responses * RESPONSE_BYTES * 2 / GIGABYTE
    yield "REST API", calls / MILLION * prices["million_api_gateway_requests"]
    compute = calls * LAMBDA_SECONDS * LAMBDA_GIGABYTES + JOB_RUNS * JOB_SECONDS * JOB_GIGABYTES
    yield "Lambda", calls / MILLION * prices["million_lambda_requests"] + compute * prices["lambda_gigabyte_second"]
    yield (
        "DynamoDB, requests",
        responses * (ANSWERING_WRITES + SEALING_WRITES) / MILLION * prices["million_dynamodb_writes"]
        + responses
        * (ANSWERING_READS + SEALING_READS + COUNTING_READS * COUNTS)
        / MILLION
        * prices["million_dynamodb_reads"],
    )
    kept = prices["dynamodb_gigabyte_month"] + prices["dynamodb_recovery_gigabyte_month"]
    yield "DynamoDB, a month of storage and recovery", stored * kept
    yield (
        "CloudFront",
        (requests + calls) / MILLION * prices["million_cloudfront_requests"]
        + requests / MILLION * prices["million_cloudfront_function_calls"]
        + responses * BYTES_PER_RESPONSE / GIGABYTE * prices["cloudfront_gigabyte"],
    )
    yield "S3", (JOB_RUNS * JOB_READS + requests * MISSES * 2) / MILLION * prices["million_s3_reads"]
    yield "Logs", calls * LOG_BYTES_PER_CALL / GIGABYTE * prices["log_gigabyte"]
    yield (
        "Key and secret",
        prices["secret_month"]
        + prices["kms_key_month"]
        + calls * COLD_STARTS_PER_CALL / MILLION * prices["million_secret_requests"]
        + min(responses, KEY_CALLS) / MILLION * prices["million_kms_requests"],
    )
    yield "Alarms and their numbers", ALARMS * prices["alarm_month"] + METRICS * prices["metric_month"]


def table(prices: Mapping[str, float]) -> str:
    """The costs at every scale, in dollars, as Markdown."""
    columns = [dict(costs(scale, prices)) for scale in SCALES]
    lines = [f"| in US dollars | {' | '.join(f'{scale:,} responses' for scale in SCALES)} |", "|---|--:|--:|--:|"]
    lines += [f"| {name} | {' | '.join(f'{column[name]:.2f}' for column in columns)} |" for name in columns[0]]
    totals = " | ".join(f"**{sum(column.values()):.2f}**" for column in columns)
    return "\n".join([*lines, f"| **in all** | {totals} |"])


def main() -> None:
    prices = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))
    dated = f"Prices of {prices['region']}, as noted in {prices['as_of']}: {prices['checked']}."
    sys.stdout.write(f"{table(prices)}\n\n{dated}\n")


if __name__ == "__main__":
    main()
