"""Prometheus metrics of the operator process, and of ecosystems and tokens."""
