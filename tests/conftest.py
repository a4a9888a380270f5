"""How hypothesis looks for examples, in every test."""

from hypothesis import HealthCheck, Phase, settings

# How long examples take to draw says how busy the machine is, and nothing of what is tested.
settings.register_profile("boucle", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("boucle")
# For `make mutants`: the same examples every time, and no search for the smallest one that fails.
settings.register_profile(
    "mutants", settings.get_profile("boucle"), derandomize=True, phases=[Phase.explicit, Phase.generate], database=None
)
