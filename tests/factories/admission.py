"""Batches and applications.

make_batch(session)                            open now, with every office
make_application(session, batch, way="unit")   filled in, whole; not submitted yet
send_in(session, application)                  submitted, agreed to, at its first step
"""

from datetime import date, timedelta

from extensions import LOCAL
from ledger.log.services import SYSTEM, Actor
from people.persons.queries import open_id_number, open_phone
from talentpool.admission.rules import applications as rules
from talentpool.admission.services import batches, drafts, submit
from tests.factories.accounts import NOW, make_user
from tests.factories.people import make_person, make_unit

CLAIMS = {
    "employment": "in_service",
    "post_kind": "operator",
    "front_line": "yes",
    "union_member": "yes",
    "law_abiding": "yes",
    "years_in_trade": "2012-07-01",
    "certificate_rank": "5",
}


def make_batch(session, *, now=NOW, **values):
    """Announce a batch that is open at `now`; values: of BatchValues."""
    today = now.astimezone(LOCAL).date()
    values.setdefault("name", "2026年第一批")
    values.setdefault("district_code", "330600")
    values.setdefault("level", "city")
    values.setdefault("opens_on", today - timedelta(days=3))
    values.setdefault("closes_on", today + timedelta(days=20))
    values.setdefault("steps", ("district", "city"))
    return batches.open_batch(
        session, values=batches.BatchValues(**values), actor=SYSTEM, now=now
    )


def make_application(
    session, batch, *, way="self", person=None, user=None, now=NOW, claims=None
):
    """Fill an application in; `user` types it, `person` is whom it is about."""
    person = person or make_person(session, unit=make_unit(session))
    unit = person.unit
    user = user or make_user(session)
    if way == rules.SELF:
        user.person = person
        application = drafts.start_own(
            session, batch=batch, user=user, actor=actor_of(user), now=now
        )
    else:
        nominator = drafts.Nominator(
            name=unit.name if way == rules.UNIT else "焊接行业协会",
            unit=unit if way == rules.UNIT else None,
        )
        application = drafts.start_recommendation(
            session,
            batch=batch,
            nominator=nominator,
            user=user,
            actor=actor_of(user),
            now=now,
        )
    answers = {
        "name": person.name,
        "id_number": open_id_number(person),
        "phone": open_phone(person),
        "unit_uid": unit.uid,
        "trade": "焊工",
        "occupation": "6-18-02-04",
        "recommendation": "技术过硬,带徒有成。" if way != rules.SELF else "",
    }
    drafts.save_answers(session, application, values=answers, now=now)
    for field, value in (CLAIMS if claims is None else claims).items():
        claim = drafts.ClaimValues(field=field, value=value, document="单位证明1号")
        drafts.save_claim(session, application, claim, actor=actor_of(user), now=now)
    return application


def send_in(session, application, *, now=NOW):
    """Submit; a nominee with an account of their own agrees."""
    user = application.submitter
    submit.submit(
        session,
        application,
        user=user,
        has_consented=True,
        actor=actor_of(user),
        now=now,
    )
    if application.state == rules.UNCONFIRMED:
        nominee = make_user(session, person=application.person)
        submit.confirm_nomination(
            session,
            application,
            user=nominee,
            id_number="",
            has_consented=True,
            actor=actor_of(nominee),
            now=now,
        )
    return application


def actor_of(user):
    return Actor("human", user.uid)


def days(count):
    """Return a moment so many days after the usual one."""
    return NOW + timedelta(days=count)


def day(text):
    return date.fromisoformat(text)
