"""The Lambda function: every event comes here first, and passes the guard."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from boucle.amazon.event_guard import LambdaStage, admit_request, is_schedule
from boucle.amazon.postponed import postpone_imports

STAGE_VARIABLE = "BOUCLE_STAGE"


def handle(event: object, context: object) -> object:
    """Answer a web request, or run the job; all else raises RefusedEvent."""
    stage = LambdaStage(os.environ[STAGE_VARIABLE])
    if is_schedule(event, stage):
        from boucle.entrypoints import lambda_job  # the web's function never needs it

        return lambda_job.run(os.environ)
    return load_web_handler()(admit_request(event, stage), context)


@cache
def load_web_handler() -> Callable[[object, object], object]:
    """Zappa's handler of web requests. The job never needs it."""
    # For its own commands, ASGI and archives in S3, none of which pass the guard; they cost as much as Flask.
    with postpone_imports(boto3=["Session"], asyncio=[], tarfile=[]):
        from zappa.handler import LambdaHandler

    handler: Callable[[object, object], object] = LambdaHandler.lambda_handler
    return handler
