"""The report of an audit: fit to be attached to a risk analysis, in words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from boucle.audit.examine import CertaintyResult, SeriesAudit
from boucle.audit.store import JoinResult
from boucle.audit.sybils import SybilAttack
from boucle.audit.utility import Utility

NOTHING_BY_CONSTRUCTION = (
    "the noise is unbounded, so that published numbers prove nothing of any count: linear programming can find "
    "nothing by construction, and is there for mistakes"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """Everything that an audit found."""

    where: str
    series_audits: tuple[SeriesAudit, ...]
    store: JoinResult | None

    @property
    def is_sound(self) -> bool:
        """Whether every series is, and the store where one was looked at."""
        return all(audit.is_sound for audit in self.series_audits) and not (self.store and self.store.violations)


def as_json(report: AuditReport) -> str:
    """The report for programs; it ends without a new line."""
    findings = [_build_series_document(audit) for audit in report.series_audits]
    store = asdict(report.store) if report.store else None
    said = {"where": report.where, "sound": report.is_sound, "series": findings, "store": store}
    return json.dumps(said, ensure_ascii=False, indent=2)


def _build_series_document(finding: SeriesAudit) -> dict[str, object]:
    sybils = [{**asdict(attack), "success": round(attack.success, 4)} for attack in finding.sybils]
    return {**asdict(finding), "sybils": sybils, "sound": finding.is_sound}


def as_text(report: AuditReport) -> Iterator[str]:
    """The report, line by line."""
    yield f"Audit of {report.where}, from its public files only."
    for finding in report.series_audits:
        yield ""
        yield from _series_lines(finding)
    if report.store:
        yield ""
        yield from _store_lines(report.store)
    yield ""
    yield "Nothing was disclosed, and no promise is broken." if report.is_sound else "WRONG: see above."


def _series_lines(finding: SeriesAudit) -> Iterator[str]:
    yield f"{finding.series}: {finding.releases} releases, {finding.respondents} respondents"
    yield f"  chain, schema, invariants and data files: {_count(finding.violations)} violations"
    yield f"  data files: {finding.tables} looked at: separators, byte order marks, formulas, sums of shares, licence"
    if finding.recomputed:
        yield f"  public ledger: {finding.recomputed} of {finding.releases} releases made again from their entries"
    else:
        yield "  public ledger: none (published by a version before 0.2.0, or taken away): no release was made again"
    yield from (f"    WRONG: {violation}" for violation in finding.violations)
    if not finding.solved.cells_tried:
        return
    yield from _certainty_lines(finding.solved)
    yield from (f"  {_sybil_line(attack)}" for attack in finding.sybils)
    if finding.utility:
        yield from _utility_lines(finding.utility)


def _count(found: Sequence[str]) -> int:
    return len(found)


def _certainty_lines(solved: CertaintyResult) -> Iterator[str]:
    yield f"  linear programming: {solved.cells_tried} cells of cohorts tried, {solved.certain} certain disclosures"
    yield f"    narrowest interval: {solved.narrowest} people; contradictions: {solved.contradictions}"
    yield f"    ({NOTHING_BY_CONSTRUCTION})"
    yield (
        f"  differences, margins, unchanged cells: {solved.claims} guesses, {solved.certain_claims} of them certain; "
        f"{solved.unchanged_cells} cells did not change, which proves nothing under noise"
    )


def _sybil_line(sybils: SybilAttack) -> str:
    verdict = "WRONG: above" if sybils.is_above_exact else "exact value"
    return (
        f"sybils, D={sybils.sensitivity}, s={sybils.scale}, {sybils.further_cohorts} further cohorts: "
        f"right {100 * sybils.success:.1f} % of {sybils.guesses} times; {verdict} {100 * sybils.exact:.1f} %"
    )


def _utility_lines(utility: Utility) -> Iterator[str]:
    yield (
        f"  utility, replayed: mean error {utility.mean_error:.2f} points, 95 % of figures within "
        f"{utility.percentile_95:.2f}; 95 % intervals hold the true share {100 * utility.coverage:.1f} % of the time"
    )


def _store_lines(joins: JoinResult) -> Iterator[str]:
    yield f"copy of the store: {joins.responses} responses, {joins.texts} free texts"
    yield f"  joins of texts, receipts, days and answers: {_count(joins.violations)} violations"
    yield from (f"    WRONG: {violation}" for violation in joins.violations)
    if joins.smallest_crowd is not None:
        yield f"  a free text could belong to one of at least {joins.smallest_crowd} responses"
