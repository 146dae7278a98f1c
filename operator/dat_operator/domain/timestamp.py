"""Moments as text."""

import datetime


def timestamp(moment: datetime.datetime | int) -> str:
    """A moment in UTC as Kubernetes writes it (RFC 3339, whole seconds). An int is Unix seconds."""
    if isinstance(moment, int):
        moment = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def unix_seconds(text: str) -> int:
    """The moment that a text in RFC 3339 names, Unix seconds. Raises ValueError."""
    return int(datetime.datetime.fromisoformat(text).timestamp())
