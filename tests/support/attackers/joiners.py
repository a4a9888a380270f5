"""Attackers who hold a full copy of a store, and try to tell which invitation came with which answers.

The strongest of them knows every code with its number, as whoever invited does, and the master key; and is told in
which order the answers came.
"""

from __future__ import annotations

import hmac
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import sqrt
from pathlib import Path

Order = Sequence[int]
"""Numbers of respondents, in the order in which an attacker believes that they came."""


@dataclass(frozen=True, slots=True)
class InvitedRespondent:
    """The truth of one respondent: what the store keeps of their code, and of their answers."""

    code: str
    used_invitation: Mapping[str, bytes]
    """What is kept of the code, by attribute."""
    response: Mapping[str, bytes]
    """What is kept of the answers, by attribute."""


@dataclass(frozen=True, slots=True)
class StoreCopy:
    """All bytes of a store: files by name, and items as they are listed."""

    people: Sequence[InvitedRespondent]
    """In the order in which they came; attackers get nothing of it but what they are told."""
    master: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    used_invitations_listed: Order = ()
    responses_listed: Order = ()


PAGE_BYTES = 4096


def find_orders_by_place(name: str, content: bytes, marks: Sequence[bytes]) -> Iterator[tuple[str, Order]]:
    """Orders in which these marks lie in a file; within a page SQLite lays down the first to come last."""
    there = [(content.find(mark), content.rfind(mark), at) for at, mark in enumerate(marks)]
    if min(first for first, _, _ in there) < 0:
        return
    yield f"first place in {name}", [at for _, _, at in sorted(there)]
    yield f"last place in {name}", [at for _, _, at in sorted((last, first, at) for first, last, at in there)]
    yield (
        f"pages of {name} from their end",
        [at for _, _, at in sorted((last // PAGE_BYTES, -last, at) for first, last, at in there)],
    )


def find_orders_by_frame(name: str, log: bytes, marks: Sequence[bytes]) -> Iterator[tuple[str, Order]]:
    """The order in which these marks first appear in a write-ahead log, which holds each state of each page."""
    first = {at: place for at, mark in enumerate(marks) if (place := log.find(mark)) >= 0}
    if len(first) > len(marks) // 2:
        yield f"frames of {name}", sorted(first, key=lambda at: first[at])


def find_orders(copy: StoreCopy, values: Sequence[Mapping[str, bytes]], listed: Order) -> Iterator[tuple[str, Order]]:
    """Every order of some items that a copy allows to read."""
    for attribute in values[0]:
        sorted_by = sorted(range(len(values)), key=lambda at: values[at][attribute])
        yield f"sorted by {attribute}", sorted_by
        if len({len(value[attribute]) for value in values}) > 1:
            yield f"size of {attribute}", sorted(range(len(values)), key=lambda at: len(values[at][attribute]))
        marks = [value[attribute] for value in values]
        if len(set(marks)) == len(marks):
            for name, content in copy.files.items():
                looked = find_orders_by_frame if name.endswith("-wal") else find_orders_by_place
                yield from ((f"{attribute}, {said}", order) for said, order in looked(name, content, marks))
    if listed:
        yield "as listed", listed


def find_invitation_orders(copy: StoreCopy) -> Iterator[tuple[str, Order]]:
    """How the invitations might have been used one after another."""
    yield from find_shuffled_orders(
        copy, [person.used_invitation for person in copy.people], copy.used_invitations_listed, seed=7
    )
    yield "sorted by code", sorted(range(len(copy.people)), key=lambda at: copy.people[at].code)


def find_response_orders(copy: StoreCopy) -> Iterator[tuple[str, Order]]:
    """How the answers might have come one after another, and how they did."""
    yield from find_shuffled_orders(copy, [person.response for person in copy.people], copy.responses_listed, seed=11)
    yield "told", range(len(copy.people))


def find_shuffled_orders(
    copy: StoreCopy, values: Sequence[Mapping[str, bytes]], listed: Order, *, seed: int
) -> Iterator[tuple[str, Order]]:
    """The orders of items that were shuffled first: where values are equal, sorting must not give the truth away."""
    mixed = random.Random(seed).sample(range(len(values)), len(values))
    for name, order in find_orders(copy, [values[at] for at in mixed], ()):
        yield name, [mixed[at] for at in order]
    if listed:
        yield "as listed", listed


def count_right_by_order(copy: StoreCopy) -> Mapping[str, int]:
    """For every pair of orders, how many codes are put beside their own answers."""
    found: dict[str, int] = {}
    for spent_by, spent in find_invitation_orders(copy):
        for response_by, responses in find_response_orders(copy):
            for way, others in (("", responses), (" backwards", list(reversed(responses)))):
                pairs = zip(spent, others, strict=False)
                found[f"codes {spent_by}; answers {response_by}{way}"] = sum(one == two for one, two in pairs)
    return found


def rank_correlation(copy: StoreCopy) -> Mapping[str, float]:
    """How far each order of codes follows the order in which people came, from -1 to 1 (Spearman)."""
    return {name: _spearman(order) for name, order in find_invitation_orders(copy)}


def _spearman(order: Order) -> float:
    rank = {at: place for place, at in enumerate(sorted(order))}
    squares = sum((rank[at] - place) ** 2 for place, at in enumerate(order))
    return 1 - 6 * squares / (len(order) * (len(order) ** 2 - 1))


def correlation_bound(people: int) -> float:
    """What chance passes, one way or the other, less than once in 100,000 times."""
    return 4.5 / sqrt(people - 1)


def count_right_by_likeness(copy: StoreCopy) -> int:
    """Each code is put beside the answers whose kept values begin, or end, most like its own."""
    return sum(_find_most_alike(person, copy.people) is person for person in copy.people)


def _find_most_alike(one: InvitedRespondent, people: Sequence[InvitedRespondent]) -> InvitedRespondent:
    # Not the first of those alike: that would favour whoever comes first in the list.
    mixed = random.Random(11).sample(people, len(people))
    return max(mixed, key=lambda other: _likeness(one.used_invitation, other.response))


def _likeness(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> int:
    pairs = [(a, b) for a in _random_values(one) for b in _random_values(other)]
    return max(
        max(_common_length(a, b), _common_length(a[::-1], b[::-1]), _common_length(a.hex().encode(), b))
        for a, b in pairs
    )


def _common_length(one: bytes, other: bytes) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


def count_right_by_computing(copy: StoreCopy) -> int:
    """Each kept mark is made again from what is kept of answers, the code and the master key.

    An attacker tries all pairs; of these, only the right ones are counted here.
    """
    return sum(
        person.used_invitation["mark"] in _digests(key, person, copy.master)
        for person in copy.people
        for key in (*_random_values(person.response), copy.master)
    )


def _random_values(values: Mapping[str, bytes]) -> list[bytes]:
    """The values that look random: what others could be derived from."""
    return [value for name, value in values.items() if name in {"key", "mark", "digest"}]


def _digests(key: bytes, other: InvitedRespondent, master: bytes) -> Iterator[bytes]:
    texts = (other.code.encode(), f"invitation|{other.code}".encode(), other.used_invitation["key"])
    makers: tuple[Callable[[bytes, bytes], bytes], ...] = (
        lambda key, text: hmac.digest(key, text, "sha256"),
        lambda key, text: hmac.digest(text, key, "sha256"),
        lambda key, text: hmac.digest(master, key + text, "sha256"),
        lambda key, text: sha256(key + b"|" + text).digest(),
        lambda key, text: sha256(text + b"|" + key).digest(),
    )
    for text in texts:
        for make in makers:
            yield make(key, text)[:16]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, logs and journals included."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
