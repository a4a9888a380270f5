"""Every store under the same promises: a test that takes `bench`, `store` or `ledger` runs once for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from boucle.core.ports import Ledger, Sink, Vault
from boucle.storage.memory import MemorySink, MemoryVault
from boucle.storage.published.folder import FolderSink, FolderVault
from boucle.storage.published.s3 import S3Sink, S3Vault
from support.amazon_benches import make_bucket
from support.bench_ports import ClosableResponseStore, StoreBench
from support.benches import BENCHES

SLOW = {"moto", "dynamodb-local"}
NOT_ATOMIC = {"moto"}
"""It checks a condition and writes in two steps. What comes at once is left to DynamoDB Local."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if not (item.get_closest_marker("race") and _kind(item) in NOT_ATOMIC)]


def _kind(item: pytest.Item) -> object:
    return (
        item.callspec.params.get("bench") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )


@pytest.fixture(params=[pytest.param(kind, marks=[pytest.mark.slow] * (kind in SLOW)) for kind in BENCHES])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreBench]:
    bench = BENCHES[request.param](tmp_path)
    yield bench
    bench.store.close()
    bench.ledger.close()
    bench.used_invitations.close()


@pytest.fixture
def store(bench: StoreBench) -> ClosableResponseStore:
    return bench.store


@pytest.fixture
def ledger(bench: StoreBench) -> Ledger:
    return bench.ledger


VAULTS: Mapping[str, Callable[[Path], Vault]] = {
    "memory": lambda folder: MemoryVault(),
    "folder": lambda folder: FolderVault(folder / "vault"),
    "s3": lambda folder: S3Vault(make_bucket()),
}
SINKS: Mapping[str, Callable[[Path], Sink]] = {
    "memory": lambda folder: MemorySink(),
    "folder": lambda folder: FolderSink(folder / "sink"),
    "s3": lambda folder: S3Sink(make_bucket()),
}


@pytest.fixture(params=VAULTS)
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    return VAULTS[request.param](tmp_path)


@pytest.fixture(params=SINKS)
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    return SINKS[request.param](tmp_path)
