"""Every store under the same promises: a test that takes `bench`, `desk` or `ledger` runs once for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benches import BENCHES, Bench, Desk
from boucle.core.ports import Ledger, Sink, Vault
from boucle.storage.folder import FolderSink, FolderVault
from boucle.storage.memory import MemorySink, MemoryVault


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    bench = BENCHES[request.param](tmp_path)
    yield bench
    bench.desk.close()
    bench.ledger.close()


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return bench.desk


@pytest.fixture
def ledger(bench: Bench) -> Ledger:
    return bench.ledger


@pytest.fixture(params=["memory", "folder"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    return MemoryVault() if request.param == "memory" else FolderVault(tmp_path / "vault")


@pytest.fixture(params=["memory", "folder"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    return MemorySink() if request.param == "memory" else FolderSink(tmp_path / "sink")
