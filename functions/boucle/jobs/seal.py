"""Seal: read what waits, tabulate it, add noise once, append the cohort to the ledger.

Whatever stops it, and wherever: before the entry is appended nothing has happened, and afterwards the next run
finishes what is left (the write-once copy, then the marks on the responses) from the entry itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from boucle.core.errors import BoucleError
from boucle.core.ports import Bits, Clock, Doubt, HeldGroup, Ledger, SealingStore, Vault
from boucle.core.privacy.gate import Gate, GateReason, PastSeals, gate
from boucle.core.privacy.ledger import (
    Entry,
    LedgerDays,
    LedgerRolledBack,
    build_entry,
    count_respondents,
    read_chain,
    read_noted_chain,
    refuse_changes,
)
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import Plan
from boucle.core.privacy.tally import ImpossibleAnswer, Tally, UnknownVersion, is_countable, tabulate
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Series, Study

CLOCK_TOLERANCE = timedelta(hours=1)


class ClocksDisagree(BoucleError):
    """The job's clock and the store's, or the ledger's last date, cannot all be right."""


@dataclass(frozen=True, slots=True)
class Orphans:
    """Responses that wait in days already sealed: some clock stepped back. The next cohort takes them."""

    responses: int

    def __str__(self) -> str:
        return f"{self.responses} responses arrived in days that were already sealed; check the clock of the API"


@dataclass(frozen=True, slots=True)
class CountsDiffer:
    """A cohort and the responses that carry its number are not as many."""

    cohort: int
    sealed: int
    stored: int

    def __str__(self) -> str:
        return (
            f"cohort {self.cohort} counts {self.sealed} responses and the store marks {self.stored}: fewer were "
            "withdrawn while it was sealed, or lost; more arrived in days that were already closed"
        )


@dataclass(frozen=True, slots=True)
class Uncountable:
    """Responses that no table has a place for: they are held back until a person decides, and no cohort counts them."""

    series: Series
    responses: int

    def __str__(self) -> str:
        return (
            f"{self.responses} responses have no place in the tables of the series: they are held back, and no cohort "
            "counts them. Compare the deployed surveys with those that collected them, or report it; then "
            f"`boucle quarantine release {self.series} --doubt {Doubt.UNCOUNTABLE.value}`, or drop"
        )


Alarm = Orphans | CountsDiffer | Uncountable


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run did for one series."""

    series: Series
    gate: Gate
    sealed: Entry | None = None
    overtaken: bool = False
    """Another job sealed this cohort at the same time; nothing of ours was kept."""
    alarms: tuple[Alarm, ...] = ()


def seal_due(
    study: Study,
    series: Series,
    *,
    store: SealingStore,
    ledger: Ledger,
    vault: Vault,
    clock: Clock,
    bits: Bits,
) -> Outcome:
    """Seal the cohort that is due, if one is. Raises a BoucleError when somebody has to look first."""
    job = _SealJob(study, series, store, ledger, vault, clock.now(), bits)
    # The copy is read before the ledger: another job may append to both meanwhile, the ledger first.
    kept = vault.read_copies(series)
    chain = read_noted_chain(series, ledger)
    refuse_wrong_clocks(series, job.now, store.now(), chain)
    recovered = job.recover(chain, kept)
    orphans = job.find_orphans(chain)
    outcome = job.seal(chain)
    return replace(
        outcome, alarms=(*recovered, *orphans, *outcome.alarms, *find_uncountable(series, store.count_held(series)))
    )


def read_gate(study: Study, series: Series, *, store: SealingStore, ledger: Ledger, clock: Clock) -> Gate:
    """How far a series is from its next cohort; changes nothing."""
    return _evaluate_gate(study, series, store, read_noted_chain(series, ledger), clock.now())


def find_uncountable(series: Series, held: Mapping[HeldGroup, int]) -> list[Alarm]:
    """What is held back because it cannot be counted."""
    count = sum(count for which, count in held.items() if which.doubt == Doubt.UNCOUNTABLE.value)
    return [Uncountable(series, count)] if count else []


def find_open_versions(study: Study, series: Series, day: date, chain: Sequence[Entry] = ()) -> list[Questionnaire]:
    """The versions that a cohort up to that day may hold, oldest first; those already planned stay."""
    planned = chain[-1].plan.versions if chain else ()
    openings = study.waves_by_id[series.wave].openings[series.questionnaire]
    opened = {opening.version for opening in openings if opening.opens <= day}
    return [version for version in study.series[series] if version.version in opened or version.version in planned]


def refuse_wrong_clocks(series: Series, ours: datetime, theirs: datetime | None, chain: Sequence[Entry]) -> None:
    """Raise ClocksDisagree when which days are over is not certain."""
    if theirs is not None and (abs(ours - theirs) > CLOCK_TOLERANCE or ours.date() != theirs.date()):
        raise ClocksDisagree(
            f"nothing was sealed for {series}: it is {ours:%Y-%m-%d %H:%M} here and {theirs:%Y-%m-%d %H:%M} at the "
            "store. Set both clocks; around midnight, wait for the next run."
        )
    if chain and ours.date() < chain[-1].sealed_on:
        raise ClocksDisagree(
            f"nothing was sealed for {series}: today is {ours:%Y-%m-%d} here, and the last cohort was sealed on "
            f"{chain[-1].date}. Set the clock; if it is right, and it was ahead then: boucle clock repair"
        )


def _evaluate_gate(study: Study, series: Series, store: SealingStore, chain: Sequence[Entry], now: datetime) -> Gate:
    return gate(
        store.count_pending_by_day(series),
        PastSeals(count_respondents(chain), chain[-1].sealed_on if chain else None),
        now=now,
        last_day=study.waves_by_id[series.wave].last_day,
        mode=study.mechanism.mode,
    )


@dataclass(frozen=True, slots=True)
class _SealJob:
    study: Study
    series: Series
    store: SealingStore
    ledger: Ledger
    vault: Vault
    now: datetime
    bits: Bits

    def recover(self, chain: Sequence[Entry], kept: Sequence[bytes]) -> list[Alarm]:
        """Finish what a stopped run left: the write-once copies, and the marks of the last cohort."""
        entries = [entry.content for entry in chain]
        if list(kept) != entries[: len(kept)]:
            raise LedgerRolledBack(
                f"the ledger of {self.series} has {len(entries)} entries, and its write-once copy {len(kept)} that are "
                "not their beginning: restore the ledger from the copy"
            )
        for number, content in enumerate(entries[len(kept) :], start=len(kept) + 1):
            self.vault.keep(self.series, number, content)
        return self._mark_again(chain[-1]) if chain else []

    def _mark_again(self, last: Entry) -> list[Alarm]:
        # Only while marks are missing: afterwards, what waits in these days was never read by a seal.
        # Nor where it was dated ahead: what waits came afterwards, and the wrong clock may have deleted what it marked.
        if last.days_again or self.store.count_sealed(self.series, last.cohort) >= last.size:
            return []
        marked = self.store.mark_sealed(self.series, last.last_day, last.cohort)
        return self._compare_counts(last.cohort, last.size) if marked else []

    def find_orphans(self, chain: Sequence[Entry]) -> list[Alarm]:
        """Responses that wait in days already sealed."""
        if not chain:
            return []
        late = sum(
            count for day, count in self.store.count_pending_by_day(self.series).items() if day <= chain[-1].through
        )
        return [Orphans(late)] if late else []

    def seal(self, chain: Sequence[Entry]) -> Outcome:
        """Seal what the gate lets through."""
        decided = self._evaluate_gate(chain)
        if decided.reason is GateReason.ONCE_A_DAY or not decided.pending:
            return Outcome(series=self.series, gate=decided)
        versions = find_open_versions(self.study, self.series, decided.through, chain)
        if not versions:
            raise UnknownVersion(
                f"responses of {self.series} wait since before its first version opens: put the day back in study.json"
            )
        planned = plan(versions)
        refuse_changes(chain, planned, self.study.mechanism)
        if decided.opens:
            self.store.close_days(self.series, decided.through)
        tally, held = self._tabulate(planned, {version.version: version for version in versions}, decided.through)
        if held:
            decided = self._evaluate_gate(chain)
        if not decided.opens:
            return Outcome(series=self.series, gate=decided)
        if tally.size < decided.needed:
            # Some were withdrawn since the gate counted them.
            return Outcome(series=self.series, gate=replace(decided, pending=tally.size, reason=GateReason.TOO_FEW))
        return self._append(chain, decided, planned, tally)

    def _evaluate_gate(self, chain: Sequence[Entry]) -> Gate:
        return _evaluate_gate(self.study, self.series, self.store, chain, self.now)

    def _tabulate(self, planned: Plan, versions: Mapping[str, Questionnaire], through: date) -> tuple[Tally, int]:
        """What waits, counted, and how many had to be held back first, as no table has a place for them.

        They are held back before the gate's last word, which so looks at the counts of the others only: when a cohort
        is sealed and how many it says it counts never depend on what the tables could not take.
        """
        try:
            return tabulate(planned, versions, self.store.read_pending(self.series, through)), 0
        except ImpossibleAnswer:
            held = self.store.hold_back(self.series, through, partial(is_countable, planned, versions))
            if not held:
                raise
            return tabulate(planned, versions, self.store.read_pending(self.series, through)), held

    def _append(self, chain: Sequence[Entry], decided: Gate, planned: Plan, tally: Tally) -> Outcome:
        number, days = len(chain) + 1, self._span_days(chain, decided.through)
        mechanism = self.study.mechanism
        entry = build_entry(
            chain, self.series, days, tally, planned, mechanism, bits=self.bits, demonstration=self.study.demonstration
        )
        if not self.ledger.append(self.series, number, entry):
            return Outcome(series=self.series, gate=decided, overtaken=True)
        self.vault.keep(self.series, number, entry)
        self.store.mark_sealed(self.series, decided.through, number)
        sealed = read_chain(self.series, [*(past_entry.content for past_entry in chain), entry])[-1]
        return Outcome(
            series=self.series, gate=decided, sealed=sealed, alarms=tuple(self._compare_counts(number, tally.size))
        )

    def _span_days(self, chain: Sequence[Entry], through: date) -> LedgerDays:
        opened = self.study.waves_by_id[self.series.wave].opens
        first = chain[-1].through + timedelta(days=1) if chain else min(opened, through)
        return LedgerDays(first=first, last=through, sealed=self.now.date())

    def _compare_counts(self, cohort: int, sealed: int) -> list[Alarm]:
        stored = self.store.count_sealed(self.series, cohort)
        return [] if stored == sealed else [CountsDiffer(cohort, sealed, stored)]
