"""Where templates, styles and scripts lie: beside the code that uses them, in any folder of `pages/`.

Each is found by its name alone, which no other folder may bear again.
"""

from __future__ import annotations

from pathlib import Path

PAGES = Path(__file__).parent.parent


def list_folders(kind: str) -> list[Path]:
    """The folders that hold assets of a kind: `templates`, `styles` or `scripts`."""
    return sorted(PAGES.glob(f"*/{kind}"))


def list_files(kind: str, suffix: str) -> list[Path]:
    """Every asset of a kind, by name."""
    found = (file for folder in list_folders(kind) for file in folder.glob(f"*{suffix}"))
    return sorted(found, key=lambda file: file.name)
