"""What lies on the desks of the pool: doubles, a shortlist, a list to approve."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from demo import plan as plans
from ledger.log.services import Actor
from people.persons.models import Person
from people.persons.queries import open_phone
from people.persons.rules import id_check_character
from people.persons.services import register_person
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.bulk import NewCraftsman, bulk_load
from talentpool.identity.services.scan import scan
from talentpool.search.queries.search import search
from talentpool.search.services import reindex
from talentpool.shortlists.queries.lists import request_of
from talentpool.shortlists.services import exports, keeping

DOUBLES = 6
_LIST = "q=焊工&level=city"
_REASONS = (
    "市级技术能手,带出徒弟两名",
    "参加过东西部技能协作,评价好",
    "擅长薄板焊接,正是受援企业所需",
)


@dataclass(slots=True, kw_only=True)
class Office:
    """Who works there, and when."""

    session: Session
    users: Mapping[str, User]
    actor: Actor
    now: datetime


def register_doubles(office: Office) -> None:
    """Register some craftsmen a second time, as a clerk would, and have them found."""
    found = office.session.scalars(
        select(Person)
        .join(Craftsman, Craftsman.person_id == Person.id)
        .order_by(Craftsman.id)
    )
    people = list(islice(found, 40, 40 + DOUBLES))
    for number, person in enumerate(people):
        double = register_person(
            office.session,
            name=person.name,
            id_number=_another_number(person.birth_date, number),
            phone=open_phone(person) or "",
            unit=person.unit,
            now=office.now,
            actor=office.actor,
        )
        office.session.flush()
        if number % 2 == 0:
            _give_dossier(office, person, double)
    scan(office.session, actor=office.actor, now=office.now)


def _another_number(born: date, number: int) -> str:
    body = f"330604{born:%Y%m%d}{900 + number:03d}"
    return body + id_check_character(body)


def _give_dossier(office: Office, person: Person, double: Person) -> None:
    own = office.session.scalars(
        select(Craftsman).where(Craftsman.person_id == person.id)
    ).one()
    names = (
        *("pool_class", "occupation_edition", "occupation_code", "trade"),
        *("trade_since", "post_kind", "employment", "front_line", "union_member"),
        *("worker_type", "district_code", "willing_to_serve"),
    )
    head = {name: getattr(own, name) for name in names}
    head |= {
        "person_id": double.id,
        "state": "active",
        "level": "enterprise",
        "entered_on": date(2024, 5, 6),
        "term_ends_on": date(2028, 5, 6),
    }
    facts = {
        "certificate": [
            {"level_code": "L4", "trade": own.trade, "issued_on": date(2016, 11, 3)}
        ],
        "achievement": [
            {
                "kind": "five_small",
                "title": f"{own.trade}工位工装改进",
                "text": "缩短换型时间,班组推广。",
                "achieved_on": date(2021, 9, 1),
            }
        ],
    }
    bulk_load(
        office.session,
        [NewCraftsman(head=head, facts=facts)],
        actor=office.actor,
        now=office.now,
        announce=False,
    )


def keep_lists(office: Office) -> None:
    """Index the pool; let the official search, choose and ask for a long list."""
    session, user = office.session, office.users["official"]
    reindex(session)
    who = keeping.Asker(
        user=user,
        scopes=[Scope("district", plans.CITY)],
        actor=Actor("human", user.uid),
        now=office.now,
    )
    keeping.save_search(session, who, name="市级焊工", query=_LIST)
    shortlist = keeping.make_shortlist(
        session,
        who,
        name="东西部协作技能帮扶(焊工)",
        purpose="市人社局技能帮扶队选派三人",
        query=_LIST,
    )
    found = search(session, request_of(_LIST), scopes=who.scopes, today=who.today).items
    for source, reason in zip(found, _REASONS, strict=False):
        keeping.shortlist_person(
            session, who, shortlist, craftsman_uid=source.uid, reason=reason
        )
    exports.ask(session, who, kind="xlsx", query="", reason="全市年度人才统计")
