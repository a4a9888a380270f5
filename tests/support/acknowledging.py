"""A program to be killed: puts responses from many threads, and prints each name once it was acknowledged."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from boucle.core.ports import PutOutcome
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.submissions import new_response, new_text

THREADS = 8


def main(path: Path) -> None:
    store = SqliteResponseStore(path)
    names = count()

    def put_forever(_: int) -> None:
        for name in names:
            if store.put(new_response(name), [new_text(name)]) is PutOutcome.STORED:
                os.write(sys.stdout.fileno(), f"{name}\n".encode())

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(put_forever, range(THREADS)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
