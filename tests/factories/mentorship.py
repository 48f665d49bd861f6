"""Pairs on their way: who looks, an agreement, its parties with accounts.

make_offer(session, person)                 looks for an apprentice
Crew(session)                               a pair in draft, its parties with accounts
crew.draw_up(); crew.sign_all(); crew.file(); crew.bind() is all of it
crew.to(day)                                lets it be that day
"""

from datetime import UTC, date, datetime, time, timedelta

from accounts.roles.rules import Scope
from extensions import LOCAL
from ledger.log.services import SYSTEM
from talentpool.mentorship.models import Agreement, Offer, Reward
from talentpool.mentorship.queries.agreements import find_newest, list_confirmations
from talentpool.mentorship.rules.agreements import SECTIONS
from talentpool.mentorship.services import agreements, filing
from talentpool.mentorship.services.pairs import Step, move_pair
from talentpool.mentorship.services.texts import begin_texts
from tests.factories.accounts import make_user
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair


def make_offer(session, person, **values) -> Offer:
    """Make an offer of a mentor for welders; values: columns of Offer."""
    defaults = {
        "side": "mentor",
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "trade": "焊工",
        "state": "looking",
        "made_at": NOW,
    }
    offer = Offer(person=person, **(defaults | values))
    session.add(offer)
    session.flush()
    return offer


def make_reward(session, pair, **values) -> Reward:
    """Make a reward that is proposed; values: columns of Reward."""
    defaults = {
        "mentor_id": pair.mentor_id,
        "apprentice_person_id": pair.apprentice_person_id,
        "rule": "technician",
        "ground": "x",
        "ground_on": pair.starts_on,
        "yuan": 2000,
        "proposed_at": NOW,
    }
    reward = Reward(pair=pair, **(defaults | values))
    session.add(reward)
    session.flush()
    return reward


class Crew:
    """A pair in draft, its parties with accounts, and an officer of the union."""

    def __init__(self, session, *, across=False, now=None, **values):
        self.session = session
        self.now = now or datetime.now(UTC)
        today = self.now.astimezone(LOCAL).date()
        self.unit = make_unit(session)
        self.other = make_unit(session) if across else self.unit
        self.mentor = make_craftsman(
            session, person=make_person(session, unit=self.other)
        )
        make_fact(session, self.mentor, "certificate", level_code="L6")
        person = values.pop("apprentice", None)
        self.apprentice = person or make_person(session, unit=self.unit)
        defaults = {
            "state": "draft",
            "starts_on": today,
            "ends_on": today + timedelta(days=729),
            "apprentice_level": "L3",
        }
        self.pair = make_pair(
            session, self.mentor, apprentice=self.apprentice, **(defaults | values)
        )
        scope = Scope("unit", self.unit.uid)
        self.users = {
            "mentor": make_user(session, person=self.mentor.person),
            "apprentice": make_user(session, person=self.apprentice),
            "unit": make_user(session, "unit_officer", scope=scope),
        }
        if across:
            scope = Scope("unit", self.other.uid)
            self.users["mentor_unit"] = make_user(session, "unit_officer", scope=scope)
        self.officer = make_user(session, "pool_officer")

    def draft(self, **changes) -> agreements.Draft:
        """Return the newest version, or the template, as a draft."""
        newest = find_newest(self.session, self.pair.id)
        texts = (
            {section.code: section.text for section in newest.sections}
            if newest
            else begin_texts(self.pair, "zh")
        )
        values = {
            "starts_on": newest.starts_on if newest else self.pair.starts_on,
            "ends_on": newest.ends_on if newest else self.pair.ends_on,
            "confirm_by": self.today() + timedelta(days=14),
            "reason": "变更" if newest else "",
            "texts": texts | changes.pop("texts", {}),
        }
        return agreements.Draft(**(values | changes))

    def draw_up(self, **changes):
        """Make the next version; changes: fields of the draft."""
        return agreements.draw_up(
            self.session,
            self.pair,
            self.draft(**changes),
            actor=SYSTEM,
            now=self.now,
        )

    def newest(self) -> Agreement:
        """Return the newest version."""
        found = find_newest(self.session, self.pair.id)
        assert found is not None
        return found

    def missing(self) -> dict[str, tuple[str, ...]]:
        """Return what each party has yet to sign."""
        there = list_confirmations(self.session, self.pair.id)
        return agreements.missing_of(self.newest(), there)

    def sign(self, party, codes=SECTIONS):
        """Sign sections of the newest version as a party."""
        newest = self.newest()
        return agreements.confirm(
            self.session,
            newest,
            party=party,
            codes=codes,
            digest=newest.digest,
            user=self.users[party],
            now=self.now,
        )

    def sign_all(self):
        """Sign whatever the parties have yet to sign."""
        for party in self.missing():
            self.sign(party)

    def file(self, **values):
        """File the newest version."""
        newest = self.newest()
        filing.file_agreement(
            self.session,
            newest,
            **{
                "number": "",
                "waiver": "",
                "user": self.officer,
                "now": self.now,
                **values,
            },
        )
        return newest

    def bind(self):
        """Bring the pair into training: drawn up, signed by all, filed, begun."""
        self.draw_up()
        self.sign_all()
        self.file()
        step = Step(to="active", on=self.today())
        move_pair(
            self.session,
            self.pair,
            step=step,
            who="officer",
            actor=SYSTEM,
            now=self.now,
        )

    def to(self, day):
        """Let it be that day."""
        self.now = datetime.combine(day, time(10), LOCAL).astimezone(UTC)

    def scope(self, district="") -> Scope:
        """Return a district, the mentor's own unless given."""
        return Scope("district", district or self.mentor.district_code)

    def today(self) -> date:
        return self.now.astimezone(LOCAL).date()
