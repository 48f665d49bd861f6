"""Who takes part in the two years, and what is there before they begin."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from tests.factories.accounts import make_user
from tests.factories.people import made_up_id, make_person, make_unit
from tests.factories.talentpool import make_craftsman, make_fact

MENTOR, SECOND, APPRENTICE = "章立诚", "柯文远", "陆小禾"
UNIT = "鉴湖重型机械有限公司"
BORN = date(2001, 3, 7)
CITY = Scope("district", "330600")


@dataclass(kw_only=True)
class Cast:
    """Who is there: accounts by what they do, dossiers by whose they are."""

    id_number: str  # of the apprentice
    users: dict[str, User] = field(default_factory=dict)
    dossiers: dict[str, str] = field(default_factory=dict)  # uid of the craftsman
    certificate: str = ""  # of the second mentor in the pool


def make_cast(session: Session, now: datetime) -> Cast:
    """Make two mentors, an apprentice, their unit and the union; commits nothing."""
    unit = make_unit(session, name=UNIT)
    cast = Cast(id_number=made_up_id(731, born=BORN))
    born = {APPRENTICE: {"id_number": cast.id_number, "born": BORN}}
    roles = {MENTOR: "mentor", SECOND: "second", APPRENTICE: "apprentice"}
    levels = {MENTOR: "L6", SECOND: "L6", APPRENTICE: "L4"}
    for name, role in roles.items():
        person = make_person(session, name=name, unit=unit, **born.get(name, {}))
        craftsman = make_craftsman(session, person=person, entered_on=now.date())
        make_fact(session, craftsman, "certificate", level_code=levels[name])
        cast.dossiers[role] = craftsman.uid
        if name == SECOND:
            cast.certificate = craftsman.certificate_number
        cast.users[role] = make_user(session, person=person, display_name=name)
    offices = {
        "desk": ("pool_officer", "周工会"),
        "approver": ("pool_officer", "吴批准"),
    }
    for role, (office, name) in offices.items():
        cast.users[role] = make_user(session, office, scope=CITY, display_name=name)
    cast.users["unit"] = make_user(
        session, "unit_officer", scope=Scope("unit", unit.uid), display_name="赵人事"
    )
    return cast
