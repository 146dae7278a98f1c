"""The port to Kubernetes. No other modules import a Kubernetes client."""
