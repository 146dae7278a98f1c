"""Parts of every status: conditions, readiness, findings and Events."""
