"""Addresses of published files: relative to the site's root, and nowhere else."""

from __future__ import annotations


class BadAddress(ValueError):
    """An address that does not lead to a place inside the site."""


def check_address(address: str) -> str:
    """The address, when it is a plain path such as `s/data/q/v1/2026/latest.json`. Raises BadAddress."""
    parts = address.split("/")
    # A part that starts with a dot is hidden, or climbs; an empty one is absolute, or doubled.
    if any(not part or part.startswith(".") for part in parts) or set(address) & {"\\", "\0", ":"}:
        raise BadAddress(f"{address!r} does not name a published file: give plain parts, separated by one slash each.")
    return address
