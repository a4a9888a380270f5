"""How hypothesis looks for examples, in every test."""

from hypothesis import HealthCheck, settings

# How long examples take to draw says how busy the machine is, and nothing of what is tested.
settings.register_profile("boucle", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("boucle")
