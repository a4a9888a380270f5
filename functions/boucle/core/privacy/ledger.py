"""The ledger: one entry a sealed cohort, each naming the hash of the one before. All that publications rest on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.core.errors import BoucleError
from boucle.core.ports import Bits, Ledger
from boucle.core.privacy.noise import draw_discrete_laplace
from boucle.core.privacy.plan import refuse_change
from boucle.core.privacy.tables import Plan, Table, build_plan_document, read_plan
from boucle.core.privacy.tally import Tally
from boucle.core.study.model import Mechanism, Series

FORMAT = 1
Day = date
"""The same, where an entry has a `date` of its own."""


class LedgerBroken(BoucleError):
    """The entries of a series do not form one chain: one was altered, removed or put in another's place."""


class LedgerRolledBack(BoucleError):
    """The write-once copy or the public site holds more than the ledger: sealing again would draw noise again."""


class ParametersChanged(BoucleError):
    """The mechanism of a series differs from the one that its first seal fixed."""


@dataclass(frozen=True, slots=True)
class RunningTotal:
    """A table's running totals: how many cohorts were counted in it, how many people, and their noisy counts."""

    cohorts: int
    people: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sealed cohort, as the ledger keeps it."""

    series: Series
    cohort: int
    first_day: date
    last_day: date
    size: int
    days_from: date | None = None
    """Where the entry before was dated ahead: the day from which days count again, up to this entry's first."""
    days_again: date | None = field(default=None, compare=False)
    """The same, of the entry to come, once it is noted that this one is dated ahead."""
    date: date
    plan: Plan
    mechanism: Mechanism
    noisy: tuple[tuple[int, ...], ...]
    totals: tuple[RunningTotal, ...]
    previous: str | None
    demonstration: bool
    content: bytes = field(repr=False, compare=False)
    """The entry as it stands in the ledger."""

    @property
    def hash(self) -> str:
        return fingerprint(self.content)

    @property
    def through(self) -> Day:
        """The last day that no later cohort may hold."""
        return self.days_again - timedelta(days=1) if self.days_again else self.last_day

    @property
    def sealed_on(self) -> Day:
        """The day of the seal, or of the note that it was dated ahead."""
        return self.days_again or self.date


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDays:
    """The days of a cohort, and the date of its seal."""

    first: date
    last: date
    sealed: date


def build_entry(
    chain: Sequence[Entry],
    series: Series,
    days: LedgerDays,
    tally: Tally,
    plan: Plan,
    mechanism: Mechanism,
    *,
    bits: Bits,
    demonstration: bool,
) -> bytes:
    """The next entry of a chain: the tally under fresh noise, which exists nowhere before this call."""
    refuse_changes(chain, plan, mechanism)
    again = chain[-1].days_again if chain else None
    noisy = tuple(tuple(count + draw_discrete_laplace(mechanism.scale, bits) for count in row) for row in tally.counts)
    return to_canonical_json(
        {
            "format": FORMAT,
            "series": [series.study, series.questionnaire, series.major, series.wave],
            "cohort": len(chain) + 1,
            "days": [days.first.isoformat(), days.last.isoformat()],
            "size": tally.size,
            "date": days.sealed.isoformat(),
            "plan": build_plan_document(plan),
            "parameters": _build_parameters(mechanism),
            "tables": noisy,
            "totals": [_build_total(total) for total in add_up_totals(chain, plan, noisy, tally.size)],
            "previous": chain[-1].hash if chain else None,
            "demonstration": demonstration,
            **({"days_from": again.isoformat()} if again else {}),
        }
    )


def refuse_changes(chain: Sequence[Entry], plan: Plan, mechanism: Mechanism) -> None:
    """Raise PlanChanged or ParametersChanged when they are not those that the chain's seals have fixed."""
    if not chain:
        return
    refuse_change(chain[-1].plan, plan)
    if chain[-1].mechanism != mechanism:
        fixed, asked = _describe_mechanism(chain[-1].mechanism), _describe_mechanism(mechanism)
        raise ParametersChanged(
            f"the first seal of this series fixed {fixed}, and the study now asks for "
            f"{asked}: put it back, or change it for a new wave"
        )


def _describe_mechanism(mechanism: Mechanism) -> str:
    return f'mode "{mechanism.mode}" and scale {mechanism.scale}'


def add_up_totals(chain: Sequence[Entry], plan: Plan, noisy: Sequence[Sequence[int]], size: int) -> list[RunningTotal]:
    """The totals of every table after a cohort of this size; a new cell starts from nothing."""
    before = _totals_by_key(chain[-1]) if chain else {}
    totals = []
    for table, counts in zip(plan.tables, noisy, strict=True):
        old_table, old = before.get(table.key, (table, RunningTotal(0, 0, (0,) * len(table.cells))))
        carried = dict(zip(old_table.cells, old.counts, strict=True))
        summed = tuple(carried.get(cell, 0) + count for cell, count in zip(table.cells, counts, strict=True))
        totals.append(RunningTotal(old.cohorts + 1, old.people + size, summed))
    return totals


def _totals_by_key(entry: Entry) -> Mapping[object, tuple[Table, RunningTotal]]:
    return {table.key: (table, total) for table, total in zip(entry.plan.tables, entry.totals, strict=True)}


def read_chain(series: Series, contents: Sequence[bytes]) -> tuple[Entry, ...]:
    """The verified entries of a series. Raises LedgerBroken, which says which entry and what is wrong with it."""
    chain: list[Entry] = []
    for content in contents:
        entry = _read_entry(series, len(chain) + 1, content)
        for wrong in _find_breaks(series, chain, entry):
            raise LedgerBroken(_describe_break(series, len(chain) + 1, wrong))
        chain.append(entry)
    return tuple(chain)


def read_noted_chain(series: Series, ledger: Ledger) -> tuple[Entry, ...]:
    """The verified entries of a series, the last with what is noted of it. Raises LedgerBroken."""
    chain, note = read_chain(series, ledger.read_entries(series)), ledger.read_note(series)
    if note is None or not chain or note.after != chain[-1].cohort:
        return chain
    return (*chain[:-1], replace(chain[-1], days_again=note.days_from))


def _read_entry(series: Series, number: int, content: bytes) -> Entry:
    try:
        source = json.loads(content)
        entry = _parse_entry(source, content)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise LedgerBroken(_describe_break(series, number, "it cannot be read")) from None
    if to_canonical_json(source) != content:
        raise LedgerBroken(_describe_break(series, number, "it was written by something else"))
    return entry


def _describe_break(series: Series, number: int, wrong: str) -> str:
    return (
        f"entry {number} of the ledger of {series} does not follow the one before: {wrong}. Nothing is sealed or "
        "published from it. Restore the ledger from its write-once copy."
    )


def _find_breaks(series: Series, chain: Sequence[Entry], entry: Entry) -> list[str]:
    """What keeps this entry from following the chain."""
    shapes = [len(table.cells) for table in entry.plan.tables]
    if [len(row) for row in entry.noisy] != shapes:
        return ["its tables do not have the cells of its plan"]
    tests = {
        "it belongs to another series": entry.series == series,
        f"it says that it is number {entry.cohort}": entry.cohort == len(chain) + 1,
        "the hash it names is of another entry": entry.previous == (chain[-1].hash if chain else None),
        "its days overlap those before": not chain
        or _find_first_day(chain[-1], entry) <= entry.first_day <= entry.last_day,
        "its totals do not add up": list(entry.totals) == add_up_totals(chain, entry.plan, entry.noisy, entry.size),
    }
    return [wrong for wrong, right in tests.items() if not right]


def _find_first_day(before: Entry, entry: Entry) -> date:
    """The first day that an entry may hold: days only count again where the one before went beyond them."""
    following = before.last_day + timedelta(days=1)
    return min(entry.days_from, following) if entry.days_from else following


def _parse_entry(source: Mapping[str, Any], content: bytes) -> Entry:
    if source["format"] != FORMAT:
        raise ValueError(source["format"])
    first_day, last_day = source["days"]
    parameters = source["parameters"]
    return Entry(
        series=Series(*source["series"]),
        cohort=source["cohort"],
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day),
        size=source["size"],
        date=date.fromisoformat(source["date"]),
        plan=read_plan(source["plan"]),
        mechanism=Mechanism(mode=parameters["mode"], scale=parameters["scale"]),
        noisy=tuple(tuple(row) for row in source["tables"]),
        totals=tuple(RunningTotal(cohorts, people, tuple(counts)) for cohorts, people, counts in source["totals"]),
        previous=source["previous"],
        demonstration=source["demonstration"],
        days_from=date.fromisoformat(source["days_from"]) if "days_from" in source else None,
        content=content,
    )


def _build_parameters(mechanism: Mechanism) -> Mapping[str, Any]:
    return {"noise": "discrete-laplace", "mode": mechanism.mode, "scale": mechanism.scale}


def _build_total(total: RunningTotal) -> Sequence[Any]:
    return [total.cohorts, total.people, total.counts]


def count_respondents(chain: Sequence[Entry]) -> int:
    """N: how many responses are sealed."""
    return sum(entry.size for entry in chain)
