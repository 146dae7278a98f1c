"""The port to Kubernetes: the only modules that import a Kubernetes client."""
