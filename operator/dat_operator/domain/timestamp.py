"""Moments as text."""

import datetime


def timestamp(moment: datetime.datetime | int) -> str:
    """A moment in UTC as Kubernetes writes it (RFC 3339, whole seconds). An int is Unix seconds."""
    if isinstance(moment, int):
        moment = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
