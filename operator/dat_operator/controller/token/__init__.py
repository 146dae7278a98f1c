"""DATToken: admission, plan, health and status."""
