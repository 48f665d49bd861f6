"""Opening an account as a contestant: the phone number is the user name."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE
from accounts.roles.services import grant_role
from accounts.users.models import User
from accounts.users.services import UserError, create_user
from ledger.log.services import SYSTEM
from people.persons.rules import is_phone, normalise_phone


def create_contestant(
    session: Session, *, phone: str, password: str, display_name: str, now: datetime
) -> User:
    """Make an account that may enter events, and nothing else.

    Raises:
        UserError: no mobile number, taken, or the password too weak.
    """
    number = normalise_phone(phone)
    if not is_phone(number):
        raise UserError(_("Enter a mobile number with 11 digits."))
    user = create_user(
        session,
        username=number,
        password=password,
        display_name=display_name,
        now=now,
        actor=SYSTEM,
    )
    grant_role(
        session, user=user, role="contestant", scope=EVERYWHERE, actor=SYSTEM, now=now
    )
    return user
