"""Says how hard property tests try: ``make fuzz`` chooses the profile of that name."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=2_000, deadline=None)
