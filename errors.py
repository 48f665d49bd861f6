"""The one family of refusals.

A `DomainError` is a refusal the user can put right; its message is shown to the
user. Anything else that is raised is a defect: it is logged and answered with 500.
"""

from collections.abc import Sequence


class DomainError(Exception):
    """A refusal with a message for the user."""

    status = 409  # HTTP status of the page or problem document that shows it

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FileFaultsError(DomainError):
    """An input file has faults: all of them, each as `FILE:LINE: message`."""

    status = 422

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)
