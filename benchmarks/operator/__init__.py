"""The operator at scale: benchmarks/README.md."""
