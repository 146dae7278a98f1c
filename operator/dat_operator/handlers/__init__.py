"""kopf's part: watches that feed the store. What to do about it is the controller's."""
