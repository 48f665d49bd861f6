"""Who does something in this room, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.users.models import User
from extensions import LOCAL
from ledger.log.services import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does it, and when."""

    user: User
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(LOCAL).date()
