"""Tests of the development cluster itself; see README.md for how to run them."""
