"""DATCycle: admission, plan, status, and recovery of runs from the chain."""
