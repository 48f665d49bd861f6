"""What is wrong with an input, told so that a person can put it right.

A *fault* makes an input unusable; a *warning* has the same shape and only asks for a
second look. The template of a fault is an English sentence with named placeholders:
it is the key under which a translation is found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from errors import FileFaultsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    where: str  # key path in a scheme, line in a CSV file, "" where there is neither
    template: str  # English, with %(name)s placeholders
    params: Mapping[str, object] = field(default_factory=dict)
    source: str = "scheme"  # scheme | marks | entries

    @property
    def message(self) -> str:
        text = self.template % self.params
        if text.isprintable():
            return text
        # What came from a file must not break the line it is reported on.
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class SchemeError(FileFaultsError):
    """A scoring scheme that cannot be right; `details` holds every fault."""

    def __init__(self, details: Iterable[Fault]) -> None:
        self.details = tuple(details)
        super().__init__([str(fault) for fault in self.details])
