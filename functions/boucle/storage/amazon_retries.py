"""Calls to Amazon's services: tried again with jitter, until a deadline, and then a clear error."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from boucle.core.ports import StoreUnavailable

T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS = 1, 2
ATTEMPT_SECONDS = CONNECT_SECONDS + READ_SECONDS
"""How long one attempt waits for AWS; what it asked may still be carried out as long as that."""

TRANSIENT_ERRORS = frozenset(
    {
        "ConditionalRequestConflict",
        "InternalError",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingException",
        "TransactionConflictException",
        "503",
    }
)
"""What goes away by itself."""

CONFIGURATION_ERRORS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "NoSuchBucket",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
    }
)
"""What somebody has to repair. Until then the store is away: a respondent is told to try again, and loses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long a call may take in all, and how it waits between two attempts."""

    seconds: float = 5.0
    first_pause: float = 0.05
    max_pause: float = 1.0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    draw_pause: Callable[[float, float], float] = random.uniform

    @property
    def max_call_seconds(self) -> float:
        """The seconds after which a call is over, well or badly, that rests on what one attempt has just read."""
        return ATTEMPT_SECONDS + self.seconds + ATTEMPT_SECONDS

    def call(self, ask: Callable[[bool], T]) -> T:
        """What `ask` returns; it is told whether an earlier attempt may have worked. Raises StoreUnavailable."""
        deadline = self.monotonic() + self.seconds
        attempt = 0
        while True:
            try:
                return ask(attempt > 0)
            except (ClientError, BotoCoreError) as error:
                reason = _find_retry_reason(error)
                # Full jitter: those who were refused together do not come back together.
                pause = self.draw_pause(0, min(self.max_pause, self.first_pause * 2**attempt))
                if self.monotonic() + pause >= deadline:
                    raise StoreUnavailable(f"no answer from AWS within {self.seconds:g} s: {reason}") from error
            self.sleep(pause)
            attempt += 1


def error_code(error: ClientError) -> str:
    """The name that AWS gives to an error, such as ThrottlingException; empty when it gives none."""
    return error.response.get("Error", {}).get("Code", "")


def _find_retry_reason(error: ClientError | BotoCoreError) -> str:
    """Why another try may do. Raises StoreUnavailable at once where none will, and the error itself if it is ours."""
    if isinstance(error, HTTPClientError | NotConnected):
        return type(error).__name__
    if isinstance(error, BotoCoreError):
        raise StoreUnavailable(
            f"AWS cannot be asked: {type(error).__name__}. Check the credentials and the region."
        ) from error
    code, operation = error_code(error), error.operation_name
    if code in TRANSIENT_ERRORS:
        return f"{code} from {operation}"
    if code in CONFIGURATION_ERRORS:
        raise StoreUnavailable(
            f"AWS refuses {operation}: {code}. Check the role, and that the stack is deployed."
        ) from error
    raise error
