"""Promises of the public ledger: every release can be made again from it, by anybody, and an altered one cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.audit.reading import PublishedSeries
from boucle.audit.recompute import find_recomputed_differences
from boucle.cli import main
from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.jobs.publish import entry_address, latest_address, release_address
from support.cohorts import SealingInstallation

COHORTS = (1, 2, 3)


@pytest.fixture(scope="module")
def installation() -> SealingInstallation:
    sealed = SealingInstallation()
    for responses in (40, 60, 80):
        sealed.run_day(responses)
    return sealed


def read_series(
    installation: SealingInstallation, documents: list[bytes] | None = None, entries: list[bytes | None] | None = None
) -> PublishedSeries:
    """What is published, with other documents or entries where these are given."""
    series, files = installation.series, installation.sink.files
    return PublishedSeries(
        folder="etude/data/candidats/v1/2026/",
        documents=tuple(documents or (files[release_address(series, number)] for number in COHORTS)),
        latest=files[latest_address(series)],
        entries=tuple(entries or (files[entry_address(series, number)] for number in COHORTS)),
    )


def test_every_release_is_what_its_public_entry_yields(installation: SealingInstallation) -> None:
    assert list(find_recomputed_differences(read_series(installation))) == []


def test_a_figure_that_was_altered_in_a_whole_chain_is_found(installation: SealingInstallation) -> None:
    """Whoever publishes a chain of altered releases, each naming the one before, has altered no entry."""
    altered: list[bytes] = []
    for document in read_series(installation).documents:
        release = json.loads(document)
        release["previous"] = fingerprint(altered[-1]) if altered else None
        release["questions"][0]["base"] += 1
        altered.append(to_canonical_json(release))
    found = list(find_recomputed_differences(read_series(installation, documents=altered)))
    assert [issue.partition(" is not")[0] for issue in found] == ["release 1", "release 2", "release 3"]


def test_an_entry_that_was_altered_or_taken_away_is_found(installation: SealingInstallation) -> None:
    first, second, third = read_series(installation).entries
    assert first is not None
    assert second is not None
    entry = json.loads(second)
    entry["tables"][0][0] += 1
    (broken,) = find_recomputed_differences(read_series(installation, entries=[first, to_canonical_json(entry), third]))
    assert "entry 2" in broken
    assert "do not add up" in broken
    (lacking,) = find_recomputed_differences(read_series(installation, entries=[first, None, third]))
    assert "lacks entry 2" in lacking


def test_what_an_earlier_version_published_without_its_ledger_is_no_fault(installation: SealingInstallation) -> None:
    assert list(find_recomputed_differences(read_series(installation, entries=[None, None, None]))) == []


def test_the_report_says_what_was_made_again(installation: SealingInstallation, tmp_path: Path) -> None:
    for address, content in installation.sink.files.items():
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / address).write_bytes(content)
    report = run_audit(tmp_path)
    assert "public ledger: 3 of 3 releases made again from their entries" in report
    for entry in tmp_path.glob("**/ledger/*.json"):
        entry.unlink()
    assert "public ledger: none" in run_audit(tmp_path)


def run_audit(folder: Path) -> str:
    ran = CliRunner().invoke(main, ["audit", str(folder), "--guesses", "1", "--seed", "1"])
    assert ran.exit_code == 0, ran.output
    return ran.output
