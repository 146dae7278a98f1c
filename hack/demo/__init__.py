"""The demo: tokens launched, traded, and their cycles run on a real cluster and a real chain."""
