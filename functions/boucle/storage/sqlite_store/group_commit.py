"""Group commit: many threads write at once, one of them commits for all, each returns when its own is on disk.

Writing to disk is what a commit costs, however much is in it: threads that came while one was under way share the
next. There is no writer thread. Whoever finds nobody leading leads: it does the work of a batch of those who wait in
one transaction, its own first, then hands over to the first who came meanwhile. Nothing to start, to stop, or to lose
in a fork.

A piece of work is in one of three states, which only ever follow each other, under one lock:

- *waiting*: in the queue. It may give up, and is then certain that nothing was done (`_leave`);
- *taken*: out of the queue, by its own thread or by another that leads. It waits for that commit to end, and for no
  clock: whether it is stored is decided there;
- *called*: done or refused, or else made the leader of the next batch (`leads`), still first in the queue.

So nobody is told that a write failed which is stored after all.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Condition, Event
from typing import Any, Generic, TypeVar

from boucle.core.ports import StoreUnavailable

T = TypeVar("T")


class GroupCommit:
    """Runs pieces of work in shared transactions; the failure of one leaves the others whole."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        *,
        batch_size: int = 128,
        capacity: int = 1024,
        max_wait_seconds: float = 5.0,
    ) -> None:
        """At most `capacity` wait, for at most `max_wait_seconds` each; `batch_size` of them share a commit."""
        self._transaction = transaction
        self._batch_size = batch_size
        self._capacity = capacity
        self._max_wait_seconds = max_wait_seconds
        self.closed = False
        self._queue: deque[_Turn[Any]] = deque()
        self._leading = False
        """Whether somebody leads; from the first who joins an idle store to a hand-over that finds nobody waiting."""
        self._changed = Condition()
        """The lock of all the above, and of `leads` of each turn; those who close wait on it for the last leader."""

    @property
    def waiting(self) -> int:
        """How many wait now; those whose commit is under way are not among them."""
        return len(self._queue)

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work in a transaction; what it returns, once that is durable. Called from any thread.

        Raises what the work raises, and StoreUnavailable when the store is closed or full, when no turn came within
        `max_wait_seconds`, or when the commit failed. Whatever is raised, nothing of this work is stored.
        """
        turn = _Turn(work)
        if self._join(turn):
            self._lead()
        else:
            self._follow(turn)
        return turn.result()

    def close(self) -> None:
        """Take nothing more, and return when everything taken is durable or refused."""
        with self._changed:
            self.closed = True
            self._changed.wait_for(lambda: not self._leading)

    def _join(self, turn: _Turn[Any]) -> bool:
        """Put the turn in the queue; True for whoever has to lead. Raises StoreUnavailable."""
        with self._changed:
            if self.closed:
                raise StoreUnavailable("the store is closing")
            if len(self._queue) >= self._capacity:
                raise StoreUnavailable(f"{self._capacity} writers are waiting already")
            self._queue.append(turn)
            leads, self._leading = not self._leading, True
            return leads

    def _follow(self, turn: _Turn[Any]) -> None:
        if not turn.called.wait(self._max_wait_seconds) and self._leave(turn):
            raise StoreUnavailable(f"no turn to write within {self._max_wait_seconds} s")
        # Called, or taken just before it would have left: a commit under way, which always ends, decides.
        turn.called.wait()
        if turn.leads:
            self._lead()

    def _leave(self, turn: _Turn[Any]) -> bool:
        """Give up waiting; False when it is too late for that."""
        with self._changed:
            # Who was made the leader may not go: all the others wait for it.
            if turn.leads or turn not in self._queue:
                return False
            self._queue.remove(turn)
            return True

    def _lead(self) -> None:
        """Commit one batch, the leader's own turn first in it, and hand over, whatever happens."""
        with self._changed:
            # The leader is first: it found the queue empty, or was the first of it when it was called.
            batch = [self._queue.popleft() for _ in range(min(self._batch_size, len(self._queue)))]
        try:
            self._commit(batch)
        finally:
            self._hand_over()

    def _commit(self, batch: Sequence[_Turn[Any]]) -> None:
        try:
            # The transaction commits as its block ends: only after that may anybody be told.
            with self._transaction() as connection:
                if len(batch) == 1:
                    batch[0].do(connection)
                else:
                    for turn in batch:
                        turn.attempt(connection)
        except BaseException as error:
            for turn in batch:
                turn.refuse(error)
            # Each thread raises its own error from its own turn; but an interrupt is this thread's to raise.
            if not isinstance(error, Exception):
                raise
        finally:
            for turn in batch:
                turn.called.set()

    def _hand_over(self) -> None:
        """Make the first of the queue the leader; nobody leads when it is empty.

        One batch for each leader: a thread that led until the queue is empty might write for others for ever.
        """
        with self._changed:
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].called.set()
            else:
                self._leading = False
                self._changed.notify_all()


class _Turn(Generic[T]):
    """One piece of work, and its outcome: what it returned, or the error to raise."""

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self.called = Event()
        """Set once its thread may go on: there is an outcome, or it has to lead."""
        self.leads = False
        self._work = work
        self._done: list[T] = []
        """What the work returned, in a list: None is an outcome too."""
        self._error: Exception | None = None

    def do(self, connection: sqlite3.Connection) -> None:
        """Do the work in a transaction that is this turn's alone. Raises what the work raises, which undoes it.

        It needs no savepoint, which would copy every page that it touches.
        """
        try:
            self._done.append(self._work(connection))
        except sqlite3.OperationalError:
            raise  # the database's, not the work's
        except Exception as error:
            self._error = error
            raise

    def attempt(self, connection: sqlite3.Connection) -> None:
        """Do the work among others', which an error of its own leaves whole. Raises the database's errors only."""
        connection.execute("SAVEPOINT turn")
        try:
            self.do(connection)
        except sqlite3.OperationalError:
            raise  # SQLite may have undone the whole transaction: no savepoint to go back to
        except Exception:
            connection.execute("ROLLBACK TO turn")
        connection.execute("RELEASE turn")

    def refuse(self, cause: BaseException) -> None:
        """The transaction was undone: whatever this turn had come to, nothing of it is stored."""
        if cause is self._error:
            return  # its own undid it
        self._error = StoreUnavailable(f"the commit failed: {cause}")
        self._error.__cause__ = cause

    def result(self) -> T:
        """What the work returned. Raises what it raised, and StoreUnavailable when its transaction was undone."""
        if self._error is not None:
            raise self._error
        return self._done[0]
