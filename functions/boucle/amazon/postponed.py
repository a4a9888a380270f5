"""Modules that are imported when something of them is used, where others import them for what may never happen."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class LazyModule(ModuleType):
    """Stands where a module would, until one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        _remove_stand_in(self)
        return getattr(import_module(self.__name__), name)


@contextmanager
def postpone_imports(**mentioned: Iterable[str]) -> Iterator[None]:
    """What is imported meanwhile gets stand-ins for these modules; afterwards nobody else meets them.

    Each comes with the names that are mentioned at once, in annotations, and mean nothing.
    """
    put = [LazyModule(name) for name in mentioned if name not in sys.modules]
    for module in put:
        vars(module).update(dict.fromkeys(mentioned[module.__name__], object))
    sys.modules.update({module.__name__: module for module in put})
    try:
        yield
    finally:
        for module in put:
            _remove_stand_in(module)


def _remove_stand_in(module: LazyModule) -> None:
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]
