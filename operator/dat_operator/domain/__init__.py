"""What is true without any I/O: money, policy, plans, checks. No clock, no network, no Kubernetes."""
