"""Profiles of the property tests: ``make fuzz`` chooses the profile of that name."""

from hypothesis import HealthCheck, settings

# How fast a busy machine makes examples is no fault of what is tested.
settings.register_profile("suite", parent=settings(), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
settings.register_profile("fuzz", max_examples=2_000, deadline=None)
settings.register_profile("mutants", max_examples=30, deadline=None, derandomize=True, database=None)
