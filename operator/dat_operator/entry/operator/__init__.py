"""The operator process: kopf's watches, probes, and leader election."""
