"""Benchmarks that need a database use the tests' fixtures."""

pytest_plugins = ["tests.conftest"]
