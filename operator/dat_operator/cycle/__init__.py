"""What Jobs do: set an ecosystem up on chain, and run its cycles."""
