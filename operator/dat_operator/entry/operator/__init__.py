"""The operator process: the watches of kopf, leader election, probes."""
