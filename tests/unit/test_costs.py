"""The runbook's table of costs is the one that the script computes."""

from __future__ import annotations

import subprocess
import sys

from builders import REPOSITORY


def test_the_runbook_shows_what_the_script_computes() -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "infra" / "costs.py"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in (REPOSITORY / "infra" / "README.md").read_text("utf-8")
    assert "1,000,000 responses" in done.stdout
