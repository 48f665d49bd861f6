"""What can be wrong with a carried file, as codes; the service says it in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a code of `services.words`, and its numbers."""

    code: str
    params: Mapping[str, Any]
