"""What holds in every test: how hypothesis looks for examples, and what the garbage collector leaves alone."""

import gc

from hypothesis import HealthCheck, settings

# How long examples take to draw says how busy the machine is, and nothing of what is tested.
settings.register_profile("boucle", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("boucle")


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the garbage collector, a twelfth of the time, need not look at it again."""
    gc.collect()
    gc.freeze()
