"""The campaign of attacks: a thousand simulated histories, and the canaries that the same attackers break.

    .venv/bin/python tests/benchmarks/bench_attackers.py [--histories 1000] [--canaries-every 7] [--guesses 4000]

Histories have 30 to 669 people, 2, 5 or 11 choices, arrivals a few at a time or half at once, erasures or none, routing
or none; each goes through the real plan, gate, seal and releases. Exits 1 if Boucle disclosed anything, or if attackers
who look for certainty found nothing in a canary. (Fresh noise leaves none: sybils break it, below.)
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from boucle.core.privacy.guarantee import best_guess
from support.attackers.campaign import AttackCampaign, AttackResult, make_guessers, run_campaign, sybil_success

FURTHER = (0, 1, 10, 50)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--canaries-every", type=int, default=7)
    parser.add_argument("--guesses", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.perf_counter()
    found = run_campaign(asked.histories, asked.seed, canaries_every=asked.canaries_every)
    for line in _report(found):
        print(line)
    for line in _sybils(asked.guesses, asked.seed):
        print(line)
    print(f"{time.perf_counter() - started:.0f} s")
    return 0 if _holds(found) else 1


def _report(found: AttackCampaign) -> Iterator[str]:
    erasing = f"{found.erasing} with erasures"
    yield f"{found.histories} histories ({erasing}), {found.people} people, {found.releases} releases"
    yield f"violations: {len(found.violations)}; published files that changed: {len(found.rewritten)}"
    yield from (f"  {problem}" for problem in [*found.violations, *found.rewritten][:10])
    yield (
        f"cells that did not change between two releases: {found.unchanged}; nobody of the cohort was in them "
        f"{100 * found.unchanged_right / max(1, found.unchanged):.0f} % of the time, so it proves nothing"
    )
    yield f"utility: mean error {found.mean_error:.2f} points, 95 % of shares within {found.percentile_95:.1f}"
    yield f"published margins hold the true share {100 * found.coverage:.1f} % of {found.margins} times"
    yield ""
    yield f"{'':38}{'cells':>9}{'certain':>9}{'':>8}{'wrong':>7}{'claims':>8}{'narrowest':>11}{'broken':>8}"
    for name, tried in {"boucle": found.boucle, **found.canaries}.items():
        yield _row(name, tried)
    yield ""


def _row(name: str, tried: AttackResult) -> str:
    share = f"{100 * tried.share:.1f} %"
    figures = f"{tried.cells:>9}{tried.certain:>9}{share:>8}{tried.wrong:>7}{tried.certain_claims:>8}"
    return f"{name:38}{figures}{tried.narrowest:>11}{tried.histories_broken:>8}"


def _sybils(guesses: int, seed: int) -> Iterator[str]:
    for scale in (1, 2):
        yield f"sybils, s={scale}; an unlinked single choice: exactly {100 * best_guess(2, scale):.1f} % for Boucle"
        yield f"{'further cohorts':38}" + "".join(f"{cohorts:>9}" for cohorts in FURTHER)
        for name, (guesser, known) in make_guessers(scale, random.Random(seed)).items():
            rights = [
                sybil_success(guesser, known, further=cohorts, guesses=guesses // (1 + cohorts // 10))
                for cohorts in FURTHER
            ]
            yield f"{name:38}" + "".join(f"{100 * rate:>7.1f} %" for rate in rights)
        yield ""


def _holds(found: AttackCampaign) -> bool:
    disclosed = found.boucle.certain + found.boucle.certain_claims + len(found.violations) + len(found.rewritten)
    certain = [result.certain for name, result in found.canaries.items() if not name.startswith("fresh noise")]
    return disclosed == 0 and min(certain) > 0


if __name__ == "__main__":
    sys.exit(main())
