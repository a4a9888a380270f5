"""The report of an audit: fit to be attached to a risk analysis, in words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from boucle.audit.examine import Finding, Solved
from boucle.audit.store import Joins
from boucle.audit.sybils import Sybils
from boucle.audit.utility import Utility

NOTHING_BY_CONSTRUCTION = (
    "the noise is unbounded, so that published numbers prove nothing of any count: linear programming can find "
    "nothing by construction, and is there for mistakes"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that an audit found."""

    where: str
    findings: tuple[Finding, ...]
    store: Joins | None

    @property
    def is_sound(self) -> bool:
        return all(each.is_sound for each in self.findings) and not (self.store and self.store.violations)


def as_json(report: Report) -> str:
    findings = [_finding_document(each) for each in report.findings]
    store = asdict(report.store) if report.store else None
    said = {"where": report.where, "sound": report.is_sound, "series": findings, "store": store}
    return json.dumps(said, ensure_ascii=False, indent=2)


def _finding_document(finding: Finding) -> dict[str, object]:
    sybils = [{**asdict(each), "success": round(each.success, 4)} for each in finding.sybils]
    return {**asdict(finding), "sybils": sybils, "sound": finding.is_sound}


def as_text(report: Report) -> Iterator[str]:
    """The report, line by line."""
    yield f"Audit of {report.where}, from its public files only."
    for finding in report.findings:
        yield ""
        yield from _series(finding)
    if report.store:
        yield ""
        yield from _store(report.store)
    yield ""
    yield "Nothing was disclosed, and no promise is broken." if report.is_sound else "WRONG: see above."


def _series(finding: Finding) -> Iterator[str]:
    yield f"{finding.series}: {finding.releases} releases, {finding.respondents} respondents"
    yield f"  chain, schema, invariants and data files: {_counted(finding.violations)} violations"
    yield f"  data files: {finding.tables} looked at: separators, byte order marks, formulas, sums of shares, licence"
    yield from (f"    WRONG: {each}" for each in finding.violations)
    if not finding.solved.cells_tried:
        return
    yield from _solved(finding.solved)
    yield from (f"  {_sybil_line(each)}" for each in finding.sybils)
    if finding.utility:
        yield from _utility(finding.utility)


def _counted(found: Sequence[str]) -> int:
    return len(found)


def _solved(solved: Solved) -> Iterator[str]:
    yield f"  linear programming: {solved.cells_tried} cells of cohorts tried, {solved.certain} certain disclosures"
    yield f"    narrowest interval: {solved.narrowest} people; contradictions: {solved.contradictions}"
    yield f"    ({NOTHING_BY_CONSTRUCTION})"
    yield (
        f"  differences, margins, unchanged cells: {solved.claims} guesses, {solved.certain_claims} of them certain; "
        f"{solved.unchanged_cells} cells did not change, which proves nothing under noise"
    )


def _sybil_line(sybils: Sybils) -> str:
    verdict = "WRONG: above" if sybils.is_above_exact else "exact value"
    return (
        f"sybils, D={sybils.sensitivity}, s={sybils.scale}, {sybils.further_cohorts} further cohorts: "
        f"right {100 * sybils.success:.1f} % of {sybils.guesses} times; {verdict} {100 * sybils.exact:.1f} %"
    )


def _utility(utility: Utility) -> Iterator[str]:
    yield (
        f"  utility, replayed: mean error {utility.mean_error:.2f} points, 95 % of figures within "
        f"{utility.percentile_95:.2f}; 95 % intervals hold the true share {100 * utility.coverage:.1f} % of the time"
    )


def _store(joins: Joins) -> Iterator[str]:
    yield f"copy of the store: {joins.responses} responses, {joins.texts} free texts"
    yield f"  joins of texts, receipts, days and answers: {_counted(joins.violations)} violations"
    yield from (f"    WRONG: {each}" for each in joins.violations)
    if joins.smallest_crowd is not None:
        yield f"  a free text could belong to one of at least {joins.smallest_crowd} responses"
