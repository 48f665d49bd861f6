"""Which page or command carries out which part of a standard.

Words used here:
    part: what a clause belongs to, with its own code after a colon where it has one:
        "scope", "condition:competitions" (by the field it reads), "step:notice" (by its
        kind), "exit", "field" …
    carrier: an endpoint that opens without a name in its address, one of a dossier
        (`OF_A_DOSSIER`), or a command of `jiangcai`. A test holds each against the
        application.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from talentpool.standard.rules.profile import Profile, Wording

DOCUMENT = "talentpool.standard.show_standard"
PREPARE = "talentpool.compliance.prepare_version"
PREVIEW_COMMAND = "jiangcai standard preview"
SEARCH = "talentpool.search.search"
PROPOSALS = "talentpool.admission.list_proposals"
BATCHES = "talentpool.admission.list_batches"
APPLICATIONS = "talentpool.admission.list_applications"
REVIEWS = "talentpool.admission.list_reviews"
SHEETS = "talentpool.admission.list_to_mark"
NOTICES = "talentpool.admission.list_notices"
OBJECTIONS = "talentpool.admission.list_objections"
PAIRS = "talentpool.mentorship.list_pairs"
OVERDUE_PAIRS = "talentpool.mentorship.list_overdue"
OWN_PAIRS = "talentpool.mentorship.list_mine"
WORKDAYS = "talentpool.workdays.show_workdays"
CHECK = "talentpool.admission.enter_certificate"
RENEWALS = "talentpool.life.list_reviews"
UPDATES = "talentpool.life.list_outdated"
RECORDS = "talentpool.life.list_findings"
OWN = "talentpool.dossiers.show_mine"
STATE = "talentpool.life.change_state"
HISTORY = "talentpool.life.show_history"
CONSENTS = "talentpool.privacy.show_mine"
REGISTER = "talentpool.privacy.show_register"
LOG = "audit.show_log"
EVENTS = "competition.events.list_events"
CHECK_COMMAND = "jiangcai standard check"
ADOPT_COMMAND = "jiangcai standard adopt"
WORKDAYS_COMMAND = "jiangcai workdays enter"
REVIEW_COMMAND = "jiangcai pool review"
REMIND_COMMAND = "jiangcai mentorship remind"
RECORDS_COMMAND = "jiangcai pool check-records"
OF_A_DOSSIER = frozenset({STATE, HISTORY})  # pages that open from a dossier

CARRIERS: Mapping[str, tuple[str, ...]] = {
    "scope": (DOCUMENT, PREPARE, PREVIEW_COMMAND, ADOPT_COMMAND),
    "terms": (DOCUMENT,),
    "classes": (SEARCH, PROPOSALS),
    "levels": (SEARCH, PROPOSALS),
    "conditions": (PROPOSALS, CHECK_COMMAND),
    "conditions:graduated_apprentices": (PROPOSALS, PAIRS),
    "conditions:competitions": (PROPOSALS, EVENTS),
    "waivers": (PROPOSALS,),
    "procedure": (BATCHES,),
    "procedure:proposal": (BATCHES, APPLICATIONS, PROPOSALS, EVENTS),
    "procedure:confirmation": (APPLICATIONS,),
    "procedure:review": (REVIEWS, WORKDAYS),
    "procedure:experts": (SHEETS, DOCUMENT),
    "procedure:unit_notice": (APPLICATIONS, WORKDAYS),
    "procedure:notice": (NOTICES, WORKDAYS, WORKDAYS_COMMAND),
    "procedure:objections": (OBJECTIONS, WORKDAYS),
    "procedure:entry": (PROPOSALS, CHECK),
    "life": (UPDATES, OWN, RECORDS, RECORDS_COMMAND),
    "exits": (STATE, HISTORY),
    "suspensions": (STATE, HISTORY),
    "review": (RENEWALS, REVIEW_COMMAND),
    "renewals": (RENEWALS, REVIEW_COMMAND),
    "re_entries": (STATE, PROPOSALS, APPLICATIONS),
    "mentorship": (PAIRS, OWN_PAIRS, OVERDUE_PAIRS, REMIND_COMMAND),
    "principles": (LOG, CHECK),
    "purposes": (CONSENTS, REGISTER),
    "fields": (SEARCH,),
    "certificate": (CHECK,),
    "points": (DOCUMENT,),
}

# The parts of a profile that are lists of clauses, in the order of the document, and
# what tells one from the next.
LISTS: Mapping[str, str] = {
    "terms": "",
    "classes": "code",
    "levels": "code",
    "waivers": "",
    "procedure": "kind",
    "exits": "cause",
    "suspensions": "cause",
    "renewals": "activity",
    "re_entries": "state",
    "purposes": "code",
    "fields": "field",
    "principles": "",
}
SINGLE = ("scope", "life", "review", "mentorship", "certificate", "points")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a standard, the part it belongs to and who carries it out."""

    part: str
    code: str
    number: str
    wording: Wording

    @property
    def carriers(self) -> tuple[str, ...]:
        """Return what carries the clause out: for its own code, else for its part."""
        own = CARRIERS.get(f"{self.part}:{self.code}")
        return own if own is not None else CARRIERS[self.part]

    @property
    def order(self) -> tuple[int, ...]:
        """Return the number as numbers, so that 4.10 comes after 4.9."""
        return tuple(int(part) for part in self.number.split("."))


def clauses_of(profile: Profile) -> list[Clause]:
    """Return every clause of a profile but the lines of its points, by number."""
    return sorted(_clauses(profile), key=lambda clause: clause.order)


def _clauses(profile: Profile) -> Iterator[Clause]:
    for part in SINGLE:
        item = getattr(profile, part)
        if item is not None:
            yield Clause(part, "", item.clause, item.wording)
    for condition in profile.conditions:
        field = condition.check.field
        yield Clause("conditions", field, condition.clause, condition.wording)
    for part, key in LISTS.items():
        for item in getattr(profile, part):
            code = getattr(item, key) if key else ""
            yield Clause(
                part, code, item.clause, getattr(item, "name", None) or item.wording
            )
