"""Money, policy, plans and checks: pure functions and models without I/O, clock or Kubernetes."""
