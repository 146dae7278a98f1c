"""Errors of the API server."""

from collections.abc import Collection

from dat_operator.domain.errors import DatError
from dat_operator.domain.exit_code import ExitCode

NAMESPACE_TERMINATING = "NamespaceTerminating"
"""The cause by which a terminating namespace refuses new objects (core/v1)."""


class KubeError(DatError):
    """The API server refused a request."""

    exit_code = ExitCode.REFUSED

    def __init__(self, request: str, status: int, message: str, causes: Collection[str] = ()) -> None:
        super().__init__(f"{request}: {status} {message}")
        self.status = status
        self.message = message
        self.causes = frozenset(causes)
        """Machine-readable reasons, such as ``NAMESPACE_TERMINATING``."""


class KubeUnavailable(DatError):
    """The API server gave no answer. It may have carried out the request."""

    exit_code = ExitCode.UNAVAILABLE
