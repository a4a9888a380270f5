"""What holds for every test."""

from hypothesis import Phase, settings

# For `make mutants`: the same examples every time, and no search for the smallest one that fails.
settings.register_profile("mutants", derandomize=True, phases=[Phase.explicit, Phase.generate], database=None)
