"""Profiles of the property tests: ``make fuzz`` chooses the profile of that name."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=2_000, deadline=None)
settings.register_profile("mutants", max_examples=30, deadline=None, derandomize=True, database=None)
