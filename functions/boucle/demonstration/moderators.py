"""Two invented moderators: they sit at the very desk of `boucle moderate`, and decide about invented texts only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from boucle.bootstrap.moderation import open_moderation
from boucle.config.settings import Settings
from boucle.core.ports import Clock
from boucle.demonstration.population import Profile, Written
from boucle.moderation.desk import Choice, Desk, Item
from boucle.moderation.ports import Verdict

FIRST, SECOND = "moderation-1", "moderation-2"

Find = Callable[[Written], tuple[str, ...]]


def moderate(settings: Settings, clock: Clock, profiles: Iterable[Profile]) -> None:
    """Approve or code what was written, hiding all that is proposed; then code a sample again, apart.

    A text that is in no profile was written by somebody who tries the demonstration: it waits for a real moderator.
    """
    known = _known(profiles)
    with open_moderation(settings, clock, (), FIRST) as moderation:
        _sit(moderation.desk, known, lambda written: written.themes)
    with open_moderation(settings, clock, (), SECOND, again=True) as moderation:
        _sit(moderation.desk, known, lambda written: written.again)


def _known(profiles: Iterable[Profile]) -> Mapping[str, Written]:
    return {
        written.text: written
        for profile in profiles
        for audience in profile.audiences.values()
        for texts in audience.texts.values()
        for listed in texts.values()
        for written in listed
    }


def _sit(desk: Desk, known: Mapping[str, Written], find: Find) -> None:
    left: list[str] = []
    while (item := desk.next(left)) and item.stored.key not in left:
        written = known.get(item.verbatim.text)
        if written is None:
            left.append(item.stored.key)
        else:
            desk.decide(item.stored.key, _choice(item, find(written)))


def _choice(item: Item, themes: tuple[str, ...]) -> Choice:
    verdict = Verdict.APPROVED if item.verbatim.consent else Verdict.CODED
    return Choice(verdict=verdict, hide=item.proposed, themes=themes)
