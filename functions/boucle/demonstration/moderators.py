"""Two invented moderators: they use the very desk of `boucle moderate`, and decide about invented texts only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from boucle.bootstrap.moderation import open_moderation
from boucle.config.settings import Settings
from boucle.core.ports import Clock
from boucle.demonstration.population import InventedText, Profile
from boucle.moderation.desk import Item, ModerationDesk, ModeratorChoice
from boucle.moderation.ports import ModerationVerdict

FIRST_MODERATOR, SECOND_MODERATOR = "moderation-1", "moderation-2"

FindThemes = Callable[[InventedText], tuple[str, ...]]


def moderate(settings: Settings, clock: Clock, profiles: Iterable[Profile]) -> None:
    """Approve or code what was written, hiding all that is proposed; then code a sample again, apart.

    A text that is in no profile was written by somebody who tries the demonstration: it waits for a real moderator.
    """
    known = _index_texts(profiles)
    with open_moderation(settings, clock, (), FIRST_MODERATOR) as moderation:
        _moderate_texts(moderation.desk, known, lambda written: written.themes)
    with open_moderation(settings, clock, (), SECOND_MODERATOR, again=True) as moderation:
        _moderate_texts(moderation.desk, known, lambda written: written.second_themes)


def _index_texts(profiles: Iterable[Profile]) -> Mapping[str, InventedText]:
    return {
        written.text: written
        for profile in profiles
        for audience in profile.audiences.values()
        for texts in audience.texts.values()
        for listed in texts.values()
        for written in listed
    }


def _moderate_texts(desk: ModerationDesk, known: Mapping[str, InventedText], find: FindThemes) -> None:
    left: list[str] = []
    while (item := desk.next_item(left)) and item.stored.key not in left:
        written = known.get(item.verbatim.text)
        if written is None:
            left.append(item.stored.key)
        else:
            desk.decide(item.stored.key, _make_choice(item, find(written)))


def _make_choice(item: Item, themes: tuple[str, ...]) -> ModeratorChoice:
    verdict = ModerationVerdict.APPROVED if item.verbatim.consent else ModerationVerdict.CODED
    return ModeratorChoice(verdict=verdict, hide=item.proposed, themes=themes)
