"""The hard rule that nominator, referee and reviewer are three people (TA3)."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor
from talentpool.admission.models.applications import Application
from talentpool.admission.queries.parties import human_of, ties_of
from talentpool.admission.rules.conflicts import find_conflicts


class ConflictError(DomainError):
    """Somebody with a part in an application may not take this one; `codes` say why."""

    status = 403

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(
            " ".join([_("You may not do this here."), *map(conflict_message, codes)])
        )
        self.codes = tuple(codes)


def actor_of(user: User) -> Actor:
    """Return a user as the log names them."""
    return Actor("human", user.uid)


def conflict_message(code: str) -> str:
    """Return a reason for staying away in words."""
    messages: dict[str, str] = {
        "party:nominee": _("The application is about you."),
        "party:submitter": _("You filled the application in."),
        "party:nominator": _("You recommended the person."),
        "party:referee": _("You are a referee of the person."),
        "party:reviewer": _("You have checked this application at another step."),
        "party:expert": _("You have marked this application as an expert."),
        "party:decider": _("You have recorded the decision on it."),
        "party:publisher": _("You have published the notice of it."),
        "unit": _("The person is of your own unit, or your unit recommends them."),
        "mentor": _("You train or trained the person."),
    }
    return messages[code]


def conflicts_of(
    session: Session, application: Application, user: User, role: str
) -> list[str]:
    """Return why a user may not take a role in an application; [] if they may."""
    return find_conflicts(human_of(user), role, ties_of(session, application))


def require_apart(
    session: Session, application: Application, user: User, role: str
) -> None:
    """Refuse a role to somebody who has a part that rules it out.

    Raises:
        ConflictError: they are a party, of the same unit, or a mentor of the nominee.
    """
    codes = conflicts_of(session, application, user, role)
    if codes:
        raise ConflictError(codes)
