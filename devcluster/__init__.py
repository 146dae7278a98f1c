"""A real Kubernetes cluster on one machine: with a node and pods, or the API server alone."""
