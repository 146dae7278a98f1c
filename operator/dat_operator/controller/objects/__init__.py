"""Kubernetes objects: the store of observed ones, and the manifests of wanted ones."""
