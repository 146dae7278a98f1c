"""The answers of ``dat check-…``: one model for the JSON and the table of each command."""
