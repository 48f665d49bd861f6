"""Every figure of the register equals what a loop over the rows counts.

The loops read whole tables and know nothing of the statements behind the figures.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from competition.events.models import Competition, Event
from competition.registration.models import Entry
from demo import plan as plans
from extensions import LOCAL, db
from people.codes.models import SkillLevel
from people.consent.models import Consent
from people.persons.models import Person
from people.units.models import Unit
from talentpool.admission.models.proposals import Proposal
from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    FirmService,
    HonourAward,
    PoolStep,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.rules import years_after
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.models.trainings import Attendance, Training
from talentpool.mentorship.models import Pair
from talentpool.reports.queries import selection
from talentpool.reports.rules.register import load_register
from talentpool.reports.rules.window import Window
from talentpool.reports.services import counting

pytestmark = pytest.mark.xdist_group("demo")
REGISTER = load_register()
COUNTY = "330602"


@pytest.fixture
def city(demo_city):
    with demo_city.app_context():
        yield db.session()
        db.session.rollback()


def read(session):
    """Return every table the figures speak of, as lists and by id."""

    def rows(model):
        return session.scalars(select(model)).all()

    craftsmen = [c for c in rows(Craftsman) if c.merged_into_id is None]
    agreed = {c.person_id for c in rows(Consent) if c.purpose == "pool"}
    still = {
        c.person_id
        for c in rows(Consent)
        if c.purpose == "pool" and c.withdrawn_at is None
    }
    steps: dict[int, list[PoolStep]] = {}
    for step in rows(PoolStep):
        if step.is_current:
            steps.setdefault(step.craftsman_id, []).append(step)
    ranks = {level.code: level.rank for level in rows(SkillLevel)}
    high = {level.code for level in rows(SkillLevel) if level.is_high_skilled}
    return SimpleNamespace(
        craftsmen={c.id: c for c in craftsmen},
        persons={p.id: p for p in rows(Person)},
        units={u.id: u for u in rows(Unit)},
        refused=agreed - still,
        steps=steps,
        ranks=ranks,
        high=high,
        certificates=rows(SkillCertificate),
        pairs=rows(Pair),
        honours=rows(HonourAward),
        achievements=rows(Achievement),
        projects=rows(Innovation),
        trainings=rows(Training),
        attendances=rows(Attendance),
        studios=rows(Studio),
        services=rows(FirmService),
        competitions={c.id: c for c in rows(Competition)},
        events={e.id: e for e in rows(Event)},
        entries=rows(Entry),
        proposals=rows(Proposal),
    )


def age(born, on):
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def lies(code, window):
    wanted = window.district
    prefix = wanted[:4] if wanted.endswith("00") else wanted
    return not wanted or code.startswith(prefix)


class Recount:
    """The figures of one window, counted row by row."""

    def __init__(self, data, window):
        self.data, self.window = data, window
        self.seen = {c.id: c for c in data.craftsmen.values() if self._is_seen(c)}
        self.members = [c for c in self.seen.values() if self._is_member(c)]

    def _is_seen(self, craftsman):
        person = self.data.persons[craftsman.person_id]
        unit = self.data.units.get(person.unit_id)
        own = not self.window.unit_uid or (unit and unit.uid == self.window.unit_uid)
        return (
            own
            and person.erased_at is None
            and person.id not in self.data.refused
            and lies(craftsman.district_code, self.window)
        )

    def _is_member(self, craftsman):
        on = self.window.last
        if on >= self.window.today:
            return craftsman.state in {"active", "due"}
        if craftsman.entered_on > on:
            return False
        steps = self.data.steps.get(craftsman.id, [])
        before = [s for s in steps if s.valid_from <= on]
        if before:
            state = max(before, key=lambda s: (s.valid_from, s.id)).to_state
        else:
            state = "active" if steps else craftsman.state
        return state in {"active", "due"}

    def person(self, craftsman):
        return self.data.persons[craftsman.person_id]

    def unit(self, craftsman):
        return self.data.units.get(self.person(craftsman).unit_id)

    def in_days(self, day):
        return day is not None and self.window.first <= day <= self.window.last

    def in_moments(self, moment):
        return self.in_days(moment.astimezone(LOCAL).date())

    def facts(self, rows, day):
        return [
            f
            for f in rows
            if f.is_current
            and f.state != "disputed"
            and f.craftsman_id in self.seen
            and self.in_days(getattr(f, day))
        ]

    def certificates(self, craftsman):
        on = self.window.last
        return [
            c
            for c in self._held().get(craftsman.id, [])
            if c.is_current
            and c.state != "disputed"
            and (c.issued_on is None or c.issued_on <= on)
            and (c.valid_to is None or c.valid_to >= on)
        ]

    def _held(self):
        if not hasattr(self, "held"):
            self.held: dict[int, list[SkillCertificate]] = {}
            for certificate in self.data.certificates:
                self.held.setdefault(certificate.craftsman_id, []).append(certificate)
        return self.held

    def live_pairs(self):
        on = self.window.last
        live = {"signed", "filed", "active", "due", "extended"}
        return [
            p
            for p in self.data.pairs
            if p.state != "draft"
            and p.starts_on <= on
            and (p.closed_on > on if p.closed_on else p.state in live)
        ]

    def pairs(self, rows):
        return [p for p in rows if p.mentor_id in self.seen]

    def events(self):
        held = {"checkin", "marking", "locked", "decoded", "published"}
        found = [
            e
            for e in self.data.events.values()
            if e.state in held
            and self.in_moments(e.starts_at)
            and lies(self._competition(e).district_code, self.window)
        ]
        if not self.window.unit_uid:
            return found
        ids = {e.event_id for e in self._accepted() if self._is_own(e.unit_id)}
        return [e for e in found if e.id in ids]

    def _competition(self, event):
        return self.data.competitions[event.competition_id]

    def _accepted(self):
        return [e for e in self.data.entries if e.state == "accepted"]

    def _is_own(self, unit_id):
        unit = self.data.units.get(unit_id)
        return bool(unit) and unit.uid == self.window.unit_uid

    def entrants(self):
        ids = {e.id for e in self.events()}
        return [
            e
            for e in self._accepted()
            if e.event_id in ids
            and (not self.window.unit_uid or self._is_own(e.unit_id))
        ]

    def proposed(self):
        ids = {
            p.person_id
            for p in self.data.proposals
            if self.in_moments(p.proposed_at) and lies(p.district_code, self.window)
        }
        people = [self.data.persons[i] for i in ids]
        return [
            p
            for p in people
            if p.erased_at is None
            and (not self.window.unit_uid or self._is_own(p.unit_id))
        ]

    def trainings(self, kinds=("training", "practice", "exchange")):
        return {
            t.id: t
            for t in self.data.trainings
            if t.state == "held"
            and t.kind in kinds
            and self.in_days(t.last_on)
            and lies(t.district_code, self.window)
        }

    def attended(self, kinds=("training", "practice", "exchange")):
        held, persons = self.trainings(kinds), self.data.persons
        return [
            a
            for a in self.data.attendances
            if a.training_id in held
            and persons[a.person_id].erased_at is None
            and (not self.window.unit_uid or self._is_own(persons[a.person_id].unit_id))
        ]

    def projects(self):
        return [
            p
            for p in self.data.projects
            if p.state == "verified"
            and self.in_days(p.finished_on)
            and lies(p.district_code, self.window)
            and (not self.window.unit_uid or self._is_own(p.unit_id))
        ]

    def numbers(self):
        """Return every counted figure of the register."""
        on, members = self.window.last, self.members
        year_ago = years_after(on, -1)
        in_pairs = {p.mentor_id for p in self.live_pairs()}
        learners = {p.apprentice_person_id for p in self.live_pairs()}
        live = {
            c.person_id
            for c in self.data.craftsmen.values()
            if c.state in {"active", "due"}
        }
        honours = [
            h for h in self.facts(self.data.honours, "awarded_on") if not h.revocation
        ]
        made = self.facts(self.data.achievements, "achieved_on")
        works = [a for a in made if not a.project_uid or a.author_rank == 1]
        projects = self.projects()
        standing = [
            s
            for s in self.data.studios
            if s.is_current
            and s.state != "disputed"
            and s.role == "leader"
            and s.craftsman_id in self.seen
        ]
        services = self.facts(self.data.services, "served_on")
        closed = [p for p in self.pairs(self.data.pairs) if self.in_days(p.closed_on)]
        return {
            "pool.members": len(members),
            "pool.under_40": sum(
                age(self.person(c).birth_date, on) <= 40 for c in members
            ),
            "pool.women": sum(self.person(c).sex == "2" for c in members),
            "pool.high_skilled": sum(
                any(x.level_code in self.data.high for x in self.certificates(c))
                for c in members
            ),
            "pool.enterprise": sum(
                bool(self.unit(c)) and self.unit(c).credit_code[:2] == "91"
                for c in members
            ),
            "pool.updated": sum(
                year_ago <= c.updated_at.astimezone(LOCAL).date() <= on for c in members
            ),
            "pool.paired": sum(
                c.id in in_pairs or c.person_id in learners for c in members
            ),
            "pool.entered": sum(self.in_days(c.entered_on) for c in self.seen.values()),
            "named.craftsmen": sum("工匠" in h.name for h in honours),
            "named.honours": len(honours),
            "pairs.begun": sum(
                p.state != "draft" and self.in_days(p.starts_on)
                for p in self.pairs(self.data.pairs)
            ),
            "pairs.live": len(self.pairs(self.live_pairs())),
            "pairs.graduated": sum(p.state == "graduated" for p in closed),
            "pairs.terminated": sum(p.state == "terminated" for p in closed),
            "contests.events": len(self.events()),
            "contests.entrants": len(self.entrants()),
            "contests.people": len({e.person_id for e in self.entrants()}),
            "contests.trades": len(
                {(e.occupation_edition, e.occupation_code) for e in self.events()}
            ),
            "conversion.proposed": len(self.proposed()),
            "conversion.admitted": sum(p.id in live for p in self.proposed()),
            "innovation.achievements": len(works),
            "innovation.benefit": sum(
                a.benefit_yuan or 0 for a in works if a.author_rank in {None, 1}
            ),
            "innovation.methods": sum(a.named_after_person for a in made),
            "training.people": len({a.person_id for a in self.attended()}),
            "training.practice": len(
                {a.person_id for a in self.attended({"practice"})}
            ),
            "training.hours": sum(a.minutes for a in self.attended()),
            "training.held": sum(
                not self.window.unit_uid or self._is_own(t.unit_id)
                for t in self.trainings().values()
            ),
            "innovation.projects": len(projects),
            "innovation.project_benefit": sum(p.benefit_yuan or 0 for p in projects),
            "studios.standing": sum(
                (s.founded_on is None or s.founded_on <= on)
                and (s.valid_to is None or s.valid_to > on)
                for s in standing
            ),
            "studios.founded": sum(self.in_days(s.founded_on) for s in standing),
            "service.visits": sum(s.visits for s in services),
            "service.firms": sum(s.firms for s in services),
            "service.problems": sum(s.problems for s in services),
            "service.trained": sum(s.trained for s in services),
        }

    def splits(self):
        """Return members by every split, and pairs by what became of them."""
        members = self.members
        ends = (35, 40, 45, 50, 60)
        bands = ("-35", "36-40", "41-45", "46-50", "51-60", "61-")

        def band(craftsman):
            years = age(self.person(craftsman).birth_date, self.window.last)
            return bands[sum(years > end for end in ends)]

        def employer(craftsman):
            unit = self.unit(craftsman)
            if unit is None:
                return "none"
            return "enterprise" if unit.credit_code[:2] == "91" else "other"

        def rank(craftsman):
            held = self.certificates(craftsman)
            return str(max((self.data.ranks[x.level_code] for x in held), default=0))

        begun = [
            p
            for p in self.pairs(self.data.pairs)
            if p.state != "draft" and self.in_days(p.starts_on)
        ]
        return {
            ("pool.members", "level"): Counter(c.level for c in members),
            ("pool.members", "class"): Counter(c.pool_class for c in members),
            ("pool.members", "trade"): Counter(c.trade for c in members),
            ("pool.members", "district"): Counter(c.district_code for c in members),
            ("pool.members", "age"): Counter(map(band, members)),
            ("pool.members", "sex"): Counter(self.person(c).sex for c in members),
            ("pool.members", "skill"): Counter(map(rank, members)),
            ("pool.members", "employer"): Counter(map(employer, members)),
            ("pairs.begun", "pair_state"): Counter(p.state for p in begun),
            ("pairs.begun", "trade"): Counter(p.trade for p in begun),
            ("innovation.projects", "innovation_kind"): Counter(
                p.kind for p in self.projects()
            ),
            ("contests.entrants", "tier"): Counter(
                self.data.competitions[self.data.events[e.event_id].competition_id].tier
                for e in self.entrants()
            ),
        }


def make_windows(city):
    today = datetime.now(UTC).astimezone(LOCAL).date()
    unit = city.scalars(select(Unit).order_by(Unit.id)).first()
    begins = date(today.year - 4, 1, 1)
    five: dict[str, Any] = {"first": begins, "last": today, "today": today}
    return {
        "everything": Window(scopes=(EVERYWHERE,), **five),
        "a county": Window(scopes=(EVERYWHERE,), district=COUNTY, **five),
        "an officer of a county": Window(scopes=(Scope("district", COUNTY),), **five),
        "a unit": Window(scopes=(EVERYWHERE,), unit_uid=unit.uid, **five),
        "the end of a past year": Window(
            scopes=(Scope("district", plans.CITY),),
            first=date(today.year - 3, 1, 1),
            last=date(today.year - 2, 12, 31),
            today=today,
        ),
    }


def recounted(data, window):
    """A county officer's scope is a place like one that was chosen."""
    scope = window.scopes[0]
    if scope != EVERYWHERE:
        window = Window(**{**_fields(window), "district": scope.key})
    return Recount(data, window)


def _fields(window):
    names = ("scopes", "first", "last", "today", "unit_uid")
    return {name: getattr(window, name) for name in names}


def test_every_figure_equals_an_independent_count(city):
    data, wrong, seen = read(city), [], set()
    figures = list(REGISTER.figures.values())
    for name, window in make_windows(city).items():
        got = counting.count_all(city, REGISTER, figures, window)
        own = recounted(data, window)
        expected = own.numbers()
        for figure in figures:
            part, whole = REGISTER.counted(figure)
            value = got[figure.id]
            assert value.number == expected[part.id], (name, figure.id)
            assert value.of == (expected[whole.id] if whole else None)
            if whole and value.of:
                share = Decimal(value.number * 100) / value.of
                share = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
                assert value.text == f"{share}", (name, figure.id)
            if value.number:
                seen.add(figure.id)
        for (figure_id, by), numbers in own.splits().items():
            figure = REGISTER.figures[figure_id]
            split = counting.split(city, REGISTER, figure, window, by)
            found = {key: value.number for key, value in split.items()}
            if found != dict(numbers):
                wrong.append((name, figure_id, by, found, dict(numbers)))

    assert wrong == []
    # A figure that is nought everywhere would prove nothing.
    assert {f.id for f in figures} - seen <= {"pairs.terminated"}


def test_every_figure_opens_as_many_rows_as_it_counts(city):
    window = make_windows(city)["everything"]
    for figure in REGISTER.figures.values():
        by = REGISTER.splits(figure)[0]
        values = counting.split(city, REGISTER, figure, window, by)
        for key, value in [("", None), *sorted(values.items())[:3]]:
            asked = by if value else ""
            rows = counting.counted_rows(REGISTER, figure, window, asked, key)
            number = selection.count(city, rows)
            if value is None:
                shown = counting.count(city, REGISTER, figure, window)
            else:
                shown = value
            ids = selection.list_ids(city, rows, limit=10**6, offset=0)

            assert number == shown.number, (figure.id, key)
            assert len(ids) == len(set(ids)) == selection.count_rows(city, rows)
            if rows.amount is None:
                assert len(ids) == number


def test_a_year_is_what_it_was_on_its_last_day(city):
    today = datetime.now(UTC).astimezone(LOCAL).date()
    figure = REGISTER.figures["pool.members"]
    window = make_windows(city)["everything"]
    by_year = counting.split(city, REGISTER, figure, window, "year")
    data = read(city)
    for year in range(today.year - 4, today.year + 1):
        last = min(date(year, 12, 31), today)
        own = Recount(
            data,
            Window(
                scopes=(EVERYWHERE,), first=last - timedelta(1), last=last, today=today
            ),
        )
        assert by_year[str(year)].number == len(own.members)
