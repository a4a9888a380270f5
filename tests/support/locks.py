"""One process at a time, where tests that run in parallel share what is fetched from a registry."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_process_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other process holds the lock's file; the system lets go of it if its holder dies."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
