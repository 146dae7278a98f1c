"""A run of cycles: what a cycle Job does, and its dry run."""
