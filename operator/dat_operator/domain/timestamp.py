"""Moments as text."""

import datetime

HOUR_SECONDS, DAY_SECONDS = 3_600, 86_400


def timestamp(moment: datetime.datetime | int) -> str:
    """A moment in UTC in Kubernetes' format (RFC 3339, whole seconds). An int is Unix seconds."""
    if isinstance(moment, int):
        moment = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def unix_seconds(text: str) -> int:
    """The moment of a text in RFC 3339, Unix seconds. Raises ValueError if the text has another format."""
    return int(datetime.datetime.fromisoformat(text).timestamp())
