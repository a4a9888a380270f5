"""Modules that are imported when something of them is used, where others import them for what may never happen."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class Postponed(ModuleType):
    """Stands where a module would, until one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        _unless_imported(self)
        return getattr(import_module(self.__name__), name)


@contextmanager
def postponed(**mentioned: Iterable[str]) -> Iterator[None]:
    """What is imported meanwhile gets stand-ins for these modules; afterwards nobody else meets them.

    Each comes with the names that are mentioned at once, in annotations, and mean nothing.
    """
    put = [Postponed(name) for name in mentioned if name not in sys.modules]
    for each in put:
        vars(each).update(dict.fromkeys(mentioned[each.__name__], object))
    sys.modules.update({each.__name__: each for each in put})
    try:
        yield
    finally:
        for each in put:
            _unless_imported(each)


def _unless_imported(module: Postponed) -> None:
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]
