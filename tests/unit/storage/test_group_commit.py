"""Promises of the group commit: one for all on the disk, each for themselves in their errors."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest

from boucle.core.ports import StoreUnavailable
from boucle.storage.sqlite_store.group_commit import GroupCommit

Work = Callable[[sqlite3.Connection], str]


class Store:
    """A table in memory whose commits can be held back and made to fail."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.execute("CREATE TABLE names (name TEXT UNIQUE)")
        self.commits = 0
        self.begun = Event()
        self.may_commit = Event()
        self.may_commit.set()
        self.failure: BaseException | None = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        self.begun.set()
        self.may_commit.wait()
        self.connection.execute("BEGIN")
        try:
            yield self.connection
            if self.failure:
                raise self.failure
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        self.commits += 1

    def names(self) -> set[str]:
        return {name for (name,) in self.connection.execute("SELECT name FROM names")}


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.connection.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as pool:
        yield pool


def add_name(name: str) -> Work:
    def work(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO names VALUES (?)", (name,))
        return name

    return work


def hold(store: Store, commits: GroupCommit, pool: ThreadPoolExecutor) -> Future[str]:
    """Somebody leads, and stands still just before the commit."""
    store.may_commit.clear()
    held = pool.submit(commits.run, add_name("held"))
    assert store.begun.wait(5)
    return held


def in_line(commits: GroupCommit, pool: ThreadPoolExecutor, *works: Work) -> list[Future[str]]:
    """Submitted one after the other, and all of them waiting for their turn."""
    before = commits.waiting
    futures = []
    for number, work in enumerate(works, before + 1):
        futures.append(pool.submit(commits.run, work))
        wait_until(lambda number=number: commits.waiting == number)  # type: ignore[misc]
    return futures


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_those_who_wait_share_one_commit(store: Store, pool: ThreadPoolExecutor) -> None:
    commits = GroupCommit(store.transaction)
    held = hold(store, commits, pool)
    futures = in_line(commits, pool, *[add_name(str(name)) for name in range(20)])
    store.may_commit.set()
    assert [future.result(5) for future in (held, *futures)] == ["held", *map(str, range(20))]
    assert store.commits == 2


def test_nobody_returns_before_the_commit(store: Store, pool: ThreadPoolExecutor) -> None:
    held = hold(store, GroupCommit(store.transaction), pool)
    assert not held.done()
    store.may_commit.set()
    assert held.result(5) == "held"


def test_a_batch_is_bounded_and_the_rest_comes_next(store: Store, pool: ThreadPoolExecutor) -> None:
    commits = GroupCommit(store.transaction, batch_size=4)
    held = hold(store, commits, pool)
    futures = in_line(commits, pool, *[add_name(str(name)) for name in range(10)])
    store.may_commit.set()
    assert [future.result(5) for future in (held, *futures)] == ["held", *map(str, range(10))]
    assert store.commits == 1 + 3


def test_the_failure_of_one_leaves_its_neighbours_whole(store: Store, pool: ThreadPoolExecutor) -> None:
    def half_done(connection: sqlite3.Connection) -> str:
        add_name("half")(connection)
        raise ValueError("of its own")

    commits = GroupCommit(store.transaction)
    held = hold(store, commits, pool)
    before, failing, twice, after = in_line(
        commits, pool, add_name("before"), half_done, add_name("before"), add_name("after")
    )
    store.may_commit.set()
    assert [future.result(5) for future in (held, before, after)] == ["held", "before", "after"]
    assert isinstance(failing.exception(5), ValueError)
    assert isinstance(twice.exception(5), sqlite3.IntegrityError)
    assert store.names() == {"held", "before", "after"}


def test_one_alone_that_fails_is_undone_whole_and_says_why(store: Store) -> None:
    def half_done(connection: sqlite3.Connection) -> str:
        add_name("half")(connection)
        raise ValueError("of its own")

    commits = GroupCommit(store.transaction)
    with pytest.raises(ValueError, match="of its own"):
        commits.run(half_done)
    assert store.names() == set()
    assert commits.run(add_name("next")) == "next"


def test_one_alone_whose_database_fails_is_told_so(store: Store) -> None:
    def unlucky(connection: sqlite3.Connection) -> str:
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(StoreUnavailable, match="disk I/O error"):
        GroupCommit(store.transaction).run(unlucky)


@pytest.mark.parametrize(
    "failure", [sqlite3.OperationalError("disk I/O error"), StoreUnavailable("locked"), KeyError("odd")]
)
def test_when_the_commit_fails_nobody_is_told_stored_and_the_next_commit_works(
    store: Store, pool: ThreadPoolExecutor, failure: Exception
) -> None:
    commits = GroupCommit(store.transaction)
    held = hold(store, commits, pool)
    futures = in_line(commits, pool, add_name("a"), add_name("b"))
    store.failure = failure
    store.may_commit.set()
    for future in (held, *futures):
        assert isinstance(future.exception(5), StoreUnavailable)
    store.failure = None
    assert store.names() == set()
    assert commits.run(add_name("a")) == "a"


def test_a_full_line_refuses_at_once(store: Store, pool: ThreadPoolExecutor) -> None:
    commits = GroupCommit(store.transaction, capacity=2)
    held = hold(store, commits, pool)
    futures = in_line(commits, pool, add_name("a"), add_name("b"))
    with pytest.raises(StoreUnavailable, match="2 writers are waiting"):
        commits.run(add_name("too many"))
    store.may_commit.set()
    assert [future.result(5) for future in (held, *futures)] == ["held", "a", "b"]
    assert store.names() == {"held", "a", "b"}


def test_who_waits_too_long_leaves_and_is_never_stored(store: Store, pool: ThreadPoolExecutor) -> None:
    commits = GroupCommit(store.transaction, max_wait_seconds=0.01)
    held = hold(store, commits, pool)
    with pytest.raises(StoreUnavailable, match=r"within 0\.01 s"):
        commits.run(add_name("impatient"))
    store.may_commit.set()
    assert held.result(5) == "held"
    assert commits.run(add_name("next")) == "next"
    assert store.names() == {"held", "next"}


def test_closing_waits_for_what_was_taken_and_refuses_the_rest(store: Store, pool: ThreadPoolExecutor) -> None:
    commits = GroupCommit(store.transaction)
    held = hold(store, commits, pool)
    futures = in_line(commits, pool, add_name("a"), add_name("b"))
    closing = pool.submit(commits.close)
    wait_until(lambda: commits.closed)
    with pytest.raises(StoreUnavailable, match="closing"):
        commits.run(add_name("late"))
    assert not closing.done()
    store.may_commit.set()
    closing.result(5)
    assert all(future.done() or future.result(5) for future in (held, *futures))
    assert store.names() == {"held", "a", "b"}


def test_an_interrupted_leader_lets_the_others_go(store: Store, pool: ThreadPoolExecutor) -> None:
    """Ctrl-C reaches the thread that leads: it stops, its batch is told nothing was stored, the next one leads."""
    commits = GroupCommit(store.transaction)
    store.failure = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        commits.run(add_name("interrupted"))
    store.failure = None
    assert commits.run(add_name("next")) == "next"
    assert store.names() == {"next"}
