"""Pairs of mentor and apprentice at every step: to sign, to file, learning, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.services import create_user
from demo import plan as plans
from demo.cast import Casting
from demo.portraits import paper
from extensions import LOCAL
from ledger.log.services import Actor
from people.attachments.models import Attachment
from people.attachments.services import store
from people.persons.models import Person
from people.persons.services import register_person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.mentorship.models import Assessment, Pair
from talentpool.mentorship.queries.agreements import (
    find_newest,
    list_confirmations,
)
from talentpool.mentorship.queries.pairs import count_live, find_rank
from talentpool.mentorship.queries.plans import list_assessments, list_milestones
from talentpool.mentorship.rules import assessments as assessing
from talentpool.mentorship.services import agreements, filing
from talentpool.mentorship.services import plans as planning
from talentpool.mentorship.services.assessing import (
    Given,
    close_assessment,
    give_view,
)
from talentpool.mentorship.services.ending import graduate
from talentpool.mentorship.services.pairs import (
    NewPair,
    Step,
    move_pair,
    record_pair,
)
from talentpool.mentorship.services.texts import begin_texts

_TERM = timedelta(days=729)
_LESSONS = (
    "劳保用品穿戴、动火审批流程,现场演示引弧与收弧",
    "低碳钢平板对接,纠正焊条角度和运条速度",
    "角焊缝练习十件,外观自检互检",
    "立焊单面焊双面成形,讲解熔孔控制",
)


@dataclass(slots=True, kw_only=True)
class Workshop:
    """Where the pairs of one unit learn."""

    session: Session
    users: dict[str, User]
    casting: Casting
    unit: Unit
    actor: Actor
    now: datetime


@dataclass(slots=True, kw_only=True)
class Team:
    """A pair with the accounts of its parties."""

    pair: Pair
    users: Mapping[str, User]


def hold_pairs(workshop: Workshop) -> None:
    """Make a pair of every state, the parties signing by their own accounts."""
    mentors = _mentors(workshop)
    teachers = [
        _account(workshop, name, craftsman.person)
        for name, craftsman in zip(("mentor", "mentor2"), mentors, strict=True)
    ]
    today = workshop.now.astimezone(LOCAL).date()

    learning = _team(workshop, mentors[0], teachers[0], "apprentice", today, 200)
    _bind(workshop, learning)
    _learn(workshop, learning)
    to_sign = _team(workshop, mentors[0], teachers[0], "apprentice2", today, 0)
    _draw_up(workshop, to_sign, workshop.now - timedelta(days=3))
    _sign(workshop, to_sign, "unit", workshop.now - timedelta(days=2))
    to_file = _team(workshop, mentors[1], teachers[1], "apprentice3", today, 0)
    _draw_up(workshop, to_file, workshop.now - timedelta(days=5))
    for party in to_file.users:
        _sign(workshop, to_file, party, workshop.now - timedelta(days=4))
    graduated = _team(workshop, mentors[1], teachers[1], "apprentice4", today, 760)
    _bind(workshop, graduated)
    _finish(workshop, graduated, mark="88", is_passed=True)
    extended = _team(workshop, mentors[1], teachers[1], "apprentice5", today, 740)
    _bind(workshop, extended)
    _finish(workshop, extended, mark="55", is_passed=False)
    _extend(workshop, extended)


def _mentors(workshop: Workshop) -> list[Craftsman]:
    """Return two of the unit who may teach and have room for three."""
    found = workshop.session.scalars(
        select(Craftsman)
        .join(Person, Person.id == Craftsman.person_id)
        .where(Person.unit_id == workshop.unit.id, Craftsman.state == "active")
        .order_by(Craftsman.occupation_code != "6-18-02-04", Craftsman.id)
    ).all()
    busy = count_live(workshop.session, [c.id for c in found])
    fit = [
        c
        for c in found
        if (find_rank(workshop.session, c.id) or 0) >= 5 and not busy.get(c.id)
    ]
    return fit[:2]


def _team(
    workshop: Workshop,
    mentor: Craftsman,
    teacher: User,
    username: str,
    today: date,
    days: int,
) -> Team:
    """Record a pair in draft that begins so many days ago, with a new apprentice."""
    human = workshop.casting.human(youngest=20, oldest=26)
    when = workshop.now - timedelta(days=days + 14)
    person = register_person(
        workshop.session,
        name=human.name,
        id_number=human.id_number,
        phone=human.phone,
        unit=workshop.unit,
        now=when,
        actor=workshop.actor,
    )
    starts = today - timedelta(days=days)
    pair = record_pair(
        workshop.session,
        mentor=mentor,
        apprentice=person,
        new=NewPair(
            starts_on=starts,
            ends_on=starts + _TERM,
            relation="assigned",
            trade=mentor.trade,
            apprentice_level="L3",
        ),
        actor=workshop.actor,
        now=when,
    )
    learner = _account(workshop, username, person)
    users = {"mentor": teacher, "apprentice": learner, "unit": workshop.users["unit"]}
    return Team(pair=pair, users=users)


def _account(workshop: Workshop, username: str, person: Person) -> User:
    user = create_user(
        workshop.session,
        username=username,
        password=plans.PASSWORD,
        display_name=person.name,
        person=person,
        now=workshop.now - timedelta(days=800),
        actor=workshop.actor,
    )
    workshop.users[username] = user
    return user


def _draw_up(workshop: Workshop, team: Team, when: datetime) -> None:
    pair = team.pair
    day = when.astimezone(LOCAL).date() + timedelta(days=14)
    draft = agreements.Draft(
        starts_on=pair.starts_on,
        ends_on=pair.ends_on,
        confirm_by=day,
        texts=begin_texts(pair, "zh"),
    )
    unit = Actor("human", workshop.users["unit"].uid)
    agreements.draw_up(workshop.session, pair, draft, actor=unit, now=when)


def _sign(workshop: Workshop, team: Team, party: str, when: datetime) -> None:
    newest = find_newest(workshop.session, team.pair.id)
    assert newest is not None  # noqa: S101 - it was drawn up before
    there = list_confirmations(workshop.session, team.pair.id)
    agreements.confirm(
        workshop.session,
        newest,
        party=party,
        codes=agreements.missing_of(newest, there)[party],
        digest=newest.digest,
        user=team.users[party],
        now=when,
    )


def _file(workshop: Workshop, team: Team, when: datetime) -> None:
    newest = find_newest(workshop.session, team.pair.id)
    assert newest is not None  # noqa: S101 - it was drawn up before
    filing.file_agreement(
        workshop.session,
        newest,
        number="",
        waiver="",
        user=workshop.users["pool"],
        now=when,
    )


def _bind(workshop: Workshop, team: Team) -> None:
    """Bring a pair into training on its first day."""
    first = _at(team.pair.starts_on)
    _draw_up(workshop, team, first - timedelta(days=9))
    for party in team.users:
        _sign(workshop, team, party, first - timedelta(days=6))
    _file(workshop, team, first - timedelta(days=2))
    step = Step(to="active", on=team.pair.starts_on)
    officer = Actor("human", workshop.users["pool"].uid)
    move_pair(
        workshop.session, team.pair, step=step, who="officer", actor=officer, now=first
    )


def _learn(workshop: Workshop, team: Team) -> None:
    """Write the log, reach two milestones, and hold the assessments that were due."""
    session, pair = workshop.session, team.pair
    for number, text in enumerate(_LESSONS):
        day = pair.starts_on + timedelta(days=14 * (number + 1))
        lesson = planning.Lesson(
            held_on=day,
            minutes=150,
            text=text,
            photos=[_photo(workshop, team.users["apprentice"], number, _at(day))],
        )
        entry = planning.write_log(
            session, pair, lesson, user=team.users["apprentice"], now=_at(day)
        )
        if number + 1 < len(_LESSONS):
            planning.confirm_log(
                session, entry, user=team.users["mentor"], now=_at(day)
            )
    for number, milestone in enumerate(list_milestones(session, pair.id)[:2]):
        day = min(milestone.due_on, workshop.now.astimezone(LOCAL).date())
        learner = team.users["apprentice"]
        claim = planning.Claim(
            reached_on=day, attachment=_photo(workshop, learner, 9 + number, _at(day))
        )
        planning.claim_milestone(session, milestone, claim, user=learner, now=_at(day))
        if number == 0:
            planning.sign_milestone(
                session,
                milestone,
                is_reached=True,
                answer="",
                user=team.users["mentor"],
                now=_at(day),
            )
    first, second = list_assessments(session, pair.id)[:2]
    _assess(workshop, team, first, mark="82", is_passed=True)
    _give(workshop, team, second, "mentor", "85")


def _finish(workshop: Workshop, team: Team, *, mark: str, is_passed: bool) -> None:
    """Hold the final assessment of a pair whose term is over; let it graduate."""
    found = list_assessments(workshop.session, team.pair.id)
    final = next(one for one in found if one.kind == assessing.FINAL)
    _assess(workshop, team, final, mark=mark, is_passed=is_passed)
    if is_passed:
        officer = Actor("human", workshop.users["pool"].uid)
        graduate(
            workshop.session,
            team.pair,
            on=final.due_on,
            actor=officer,
            now=_at(final.due_on),
        )


def _extend(workshop: Workshop, team: Team) -> None:
    """Extend a pair by half a year: a change of one section, signed and filed."""
    pair, session = team.pair, workshop.session
    newest = find_newest(session, pair.id)
    assert newest is not None  # noqa: S101 - it was filed before
    ends, when = pair.ends_on + timedelta(days=180), _at(pair.ends_on)
    texts = {section.code: section.text for section in newest.sections}
    draft = agreements.Draft(
        starts_on=pair.starts_on,
        ends_on=ends,
        confirm_by=pair.ends_on + timedelta(days=14),
        texts=texts | {"term": f"期满考核未通过,延期至 {ends.isoformat()}。"},
        reason="期满考核未通过",
    )
    unit = Actor("human", workshop.users["unit"].uid)
    agreements.draw_up(session, pair, draft, actor=unit, now=when)
    for party in team.users:
        _sign(workshop, team, party, when + timedelta(days=1))
    _file(workshop, team, when + timedelta(days=2))


def _assess(
    workshop: Workshop,
    team: Team,
    assessment: Assessment,
    *,
    mark: str,
    is_passed: bool,
) -> None:
    for role in assessing.VIEWS_OF[assessment.kind]:
        own = {"apprentice": "92", "mentor": "86"}.get(role, mark)
        _give(workshop, team, assessment, role, own)
    close_assessment(
        workshop.session,
        assessment,
        is_passed=is_passed,
        note="已与师徒双方面谈。",
        user=workshop.users["pool"],
        now=_at(assessment.due_on),
    )


def _give(
    workshop: Workshop, team: Team, assessment: Assessment, role: str, mark: str
) -> None:
    when = min(_at(assessment.due_on), workshop.now)
    given = Given(
        marks=dict.fromkeys(assessing.CRITERIA_OF[role], mark),
        comment="工作认真,能按工艺操作。" if role == "mentor" else "",
        document="技能测试记录表 1 号" if role == "test" else "",
    )
    user = workshop.users["unit"] if role == "test" else team.users[role]
    give_view(workshop.session, assessment, role, given, user=user, now=when)


def _photo(workshop: Workshop, user: User, number: int, when: datetime) -> Attachment:
    return store(
        workshop.session,
        data=paper(number),
        file_name=f"练习{number + 1}.jpg",
        kind="pair_log",
        uploaded_by=user.uid,
        now=when,
    )


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), LOCAL).astimezone(UTC)
