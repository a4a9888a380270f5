"""Ledgers made from counts: exact ones, so that what a release says can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from boucle.core.ports import Bits, Pending
from boucle.core.privacy.ledger import Entry, LedgerDays, build_entry, read_chain
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import Cell, Table
from boucle.core.privacy.tally import tabulate
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Mechanism, Series
from boucle.storage.memory import MemoryLedger

SERIES = Series("etude", "candidats", 1, "2026")


def no_noise(count: int, /) -> int:
    """Bits of which every draw of noise makes zero."""
    return (1 << count) - 1


Cohort = tuple[Sequence[Questionnaire], Iterable[tuple[int, str, Answers]]]
"""The versions that had opened, and how many answered what to which."""


def make_chain(*cohorts: Cohort, scale: int = 1, bits: Bits = no_noise) -> tuple[Entry, ...]:
    """The ledger of these cohorts, one a day."""
    ledger = MemoryLedger()
    for number, (versions, people) in enumerate(cohorts, start=1):
        day = date(2026, 1, 5) + timedelta(days=number)
        chain = read_chain(SERIES, ledger.read_entries(SERIES))
        days, planned = LedgerDays(first=day, last=day, sealed=day + timedelta(days=1)), plan(versions)
        tally = tabulate(planned, _by_version(versions), _expand_people(people))
        entry = build_entry(chain, SERIES, days, tally, planned, Mechanism(scale=scale), bits=bits, demonstration=False)
        ledger.append(SERIES, number, entry)
    return read_chain(SERIES, ledger.read_entries(SERIES))


def replace_counts(entry: Entry, table: Table, counts: Mapping[Cell, int]) -> Entry:
    """The entry, had noise made these counts of a table's cells."""
    row = tuple(counts[cell] for cell in table.cells)
    position = entry.plan.tables.index(table)
    return replace(entry, noisy=(*entry.noisy[:position], row, *entry.noisy[position + 1 :]))


def _by_version(versions: Sequence[Questionnaire]) -> Mapping[str, Questionnaire]:
    return {version.version: version for version in versions}


def _expand_people(people: Iterable[tuple[int, str, Answers]]) -> Iterable[Pending]:
    for count, version, answers in people:
        for _ in range(count):
            yield Pending(version=version, mode="self", answers=answers)
