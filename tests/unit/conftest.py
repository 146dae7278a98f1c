"""Unit tests do no I/O: hypothesis keeps no database, and no example has a deadline on a busy machine."""

from hypothesis import HealthCheck, settings

from tests.support.fakes.clock import clock

__all__ = ["clock"]

settings.register_profile(
    "unit", database=None, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unit")
