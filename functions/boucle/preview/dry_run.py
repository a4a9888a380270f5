"""A dry run of the publication: invented answers through the very seal and release that real ones go through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from random import Random
from statistics import median

from boucle.core.ports import Pending
from boucle.core.privacy.gate import cohort_needs
from boucle.core.privacy.ledger import Entry, LedgerDays, build_entry, read_chain
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tally import tabulate
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.release.build import build_release
from boucle.core.release.document import write_release
from boucle.core.release.model import Release, Shown, Withheld
from boucle.core.study.model import Opening, Series, Study, Wave
from boucle.preview.people import invent_answers

SIZES = (30, 100, 1000)


def sizes_of(questionnaire: Questionnaire) -> tuple[int, ...]:
    """How many people a dry run is made of; none for a guide of interviews, which is never counted."""
    return () if questionnaire.is_guide else SIZES


WAVE_ID = "preview"

WAVE_DURATION = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class DryRun:
    """The release that so many invented people lead to, and what it can show."""

    people: int
    series: Series
    release: bytes
    cohorts: int
    shown: int
    below_threshold: int
    """Cells with a count that is too small to be told."""
    not_shown: tuple[str, ...]
    """Questions with too few people asked."""
    usual: int
    """The margin of a share, in points: half of those shown have a smaller one."""
    widest: int


def restrict_study(study: Study, questionnaire: Questionnaire, today: date) -> Study:
    """The study with this version only, open today."""
    opening = Opening(version=questionnaire.version, opens=today)
    wave = Wave(
        id=WAVE_ID, opens=today, closes=today + WAVE_DURATION, grace_days=0, openings={questionnaire.id: (opening,)}
    )
    return replace(study, questionnaires=(questionnaire,), waves=(wave,))


def make_dry_run(study: Study, people: int, seed: int = 1) -> DryRun:
    """Publish the only questionnaire of a study on that many invented answers, in as many cohorts as can be."""
    (series, (version,)) = next(iter(study.series.items()))
    chance = Random(seed)  # noqa: S311  no secret: nobody answered
    invented = invent_answers(version, people, chance)
    waiting = iter([Pending(version=version.version, mode="self", answers=answers) for answers in invented])
    planned, opened = plan([version]), study.waves[0].opens
    entries: list[bytes] = []
    chain: tuple[Entry, ...] = ()
    for number, size in enumerate(_cohort_sizes(people, study.mechanism.mode)):
        tally = tabulate(planned, {version.version: version}, islice(waiting, size))
        day = opened + timedelta(days=number)
        days = LedgerDays(first=day, last=day, sealed=day)
        bits, mechanism = chance.getrandbits, study.mechanism
        entries.append(build_entry(chain, series, days, tally, planned, mechanism, bits=bits, demonstration=True))
        chain = read_chain(series, entries)
    return _summarise_release(people, build_release(chain, None))


def _cohort_sizes(people: int, mode: str) -> list[int]:
    """The sizes of cohorts: as small as the gate admits, which is the noisiest; what is left joins the last."""
    if mode == "close_only":
        return [people]
    sizes: list[int] = []
    while people - sum(sizes) >= (needed := cohort_needs(sum(sizes), closed=False)):
        sizes.append(needed)
    left = people - sum(sizes)
    return [*sizes[:-1], sizes[-1] + left] if sizes else [people]


def _summarise_release(people: int, release: Release) -> DryRun:
    figures = [cell.published for table in release.tables for cell in table.cells]
    margins = [figure.margin for figure in figures if isinstance(figure, Shown)]
    return DryRun(
        people=people,
        series=release.series,
        release=write_release(release),
        cohorts=release.cohorts,
        shown=len(margins),
        below_threshold=figures.count(Withheld.BELOW_THRESHOLD),
        not_shown=tuple(_questions_not_shown(release)),
        usual=round(median(margins)) if margins else 0,
        widest=max(margins, default=0),
    )


def _questions_not_shown(release: Release) -> Iterator[str]:
    for table in release.questions:
        if all(cell.published is Withheld.BASE_TOO_SMALL for cell in table.cells):
            yield table.questions[0]
