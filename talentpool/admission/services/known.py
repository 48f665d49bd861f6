"""Whether the person somebody is about to send in may be registered already."""

from datetime import date

from sqlalchemy.orm import Session

from people.persons.queries import hash_phone
from people.persons.rules import IdFacts, check_id_number
from people.units.queries import find_unit
from talentpool.admission.models.applications import Application
from talentpool.admission.rules.applications import Answers
from talentpool.identity.rules.score import Known
from talentpool.identity.services.entry import find_alike, is_known


def may_be_known(
    session: Session, application: Application, answers: Answers, *, today: date
) -> bool:
    """Tell whether a record like what was typed exists, and nothing more of it.

    Whoever recommends sees only what they typed; the pool's office sees both records.
    """
    if application.person is not None:
        return False
    facts = check_id_number(answers.id_number, today=today)
    if not isinstance(facts, IdFacts) or not answers.name:
        return False
    # The same number is the same person: that is no doubt, and nothing is told of it.
    if is_known(session, facts.number):
        return False
    unit = find_unit(session, answers.unit_uid) if answers.unit_uid else None
    given = Known(
        name=answers.name,
        birth=facts.birth_date,
        sex=facts.sex,
        phone=hash_phone(answers.phone),
        id_number=facts.number,
        unit=unit.id if unit else None,
    )
    return bool(find_alike(session, given))
