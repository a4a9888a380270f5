"""Whatever is done, in whatever order, the fake and the real store answer alike: tests with the fake mean something."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.ports import Doubt, HeldGroup
from boucle.storage.memory import MemoryResponseStore
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.bench_ports import ClosableResponseStore
from support.submissions import MONDAY, SERIES, make_stored_key, new_response, new_text

Step = Callable[[ClosableResponseStore], object]

names = st.sampled_from(["a", "b", "c"])
days = st.integers(0, 3).map(lambda number: MONDAY + timedelta(days=number))


def put(name: str, body: str, window: int, lifetime: int, doubt: Doubt | None) -> Step:
    response = new_response(
        name,
        body=body,
        answers={"body": body},
        window=MONDAY + timedelta(days=window),
        expires=MONDAY + timedelta(days=lifetime),
        doubt=doubt,
    )
    return lambda store: store.put(response, [new_text(name, expires=response.expires)])


doubts = st.sampled_from([None, None, Doubt.HASTE, Doubt.CROWD])
held = st.builds(HeldGroup, days, st.sampled_from(["haste", "crowd", "uncountable"]))

steps = st.one_of(
    st.builds(put, names, st.sampled_from(["x", "y"]), st.integers(0, 3), st.integers(2, 5), doubts),
    st.builds(
        lambda name: lambda store: store.withdraw("parcours", "candidats", make_stored_key(name), [new_text(name).key]),
        names,
    ),
    st.builds(lambda day: lambda store: store.close_days(SERIES, day), days),
    st.builds(lambda day, cohort: lambda store: store.mark_sealed(SERIES, day, cohort), days, st.integers(1, 3)),
    st.builds(lambda day: lambda store: store.hold_back(SERIES, day, lambda one: one.answers["body"] == "x"), days),
    st.builds(lambda which: lambda store: store.release(SERIES, which), held),
    st.builds(lambda which: lambda store: store.drop(SERIES, which), held),
    st.builds(lambda day: lambda store: store.expire(day), days),
)


def view_store(store: ClosableResponseStore) -> object:
    """All that the ports show of a store."""
    return (
        [store.read_standing("parcours", "candidats", make_stored_key(name)) for name in ("a", "b", "c")],
        dict(store.count_pending_by_day(SERIES)),
        dict(store.count_held(SERIES)),
        sorted(str(response.answers) for response in store.read_pending(SERIES, MONDAY + timedelta(days=9))),
        [store.count_sealed(SERIES, cohort) for cohort in (1, 2, 3)],
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=12))
def test_the_fake_and_the_sqlite_store_answer_alike(history: list[Step]) -> None:
    fake = MemoryResponseStore()
    with TemporaryDirectory() as folder, closing(SqliteResponseStore(Path(folder) / "responses.sqlite")) as real:
        for step in history:
            assert step(fake) == step(real)
            assert view_store(fake) == view_store(real)
