"""Actions that a person signs by hand."""
