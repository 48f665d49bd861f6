"""Words for the codes of a dossier's life, in the reader's language."""

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS
from talentpool.dossiers.forms import Labels
from talentpool.standard.rules.profile import ExitCause, Profile, Suspension

LABELS: Labels = {
    **DOSSIER_LABELS,
    "cause": {
        "no_activity": _l("No activity that renews is on record"),
        "condition": _l("A condition of the standard is not met any more"),
        "certificate_expired": _l("The certificate of the highest level has expired"),
        "disputed": _l("A record is disputed"),
        "inconsistent": _l("Records do not fit together"),
        "grace_over": _l("The time to be confirmed in is over"),
    },
    "review": {
        "open": _l("Waits for a person"),
        "renewed": _l("Renewed by activity"),
        "confirmed": _l("Confirmed by a person"),
        "failed": _l("Not confirmed"),
        "closed": _l("Ended by an exit"),
    },
    "activity": {
        "update": _l("Yearly update"),
        "competition": _l("Competition"),
        "certificate": _l("Skill certificate"),
        "honour": _l("Honour"),
        "achievement": _l("Achievement"),
        "pair": _l("Apprentice"),
        "service": _l("Service to firms"),
    },
    "step_cause": {
        "": "",
        "term": _l("End of the term"),
        "renewed": _l("Renewed by activity"),
        "confirmed": _l("Confirmed by a person"),
        "resumed": _l("Suspension ended"),
        "re_entry": _l("Return to the pool"),
        "retirement": _l("Retirement"),
        "change_of_post": _l("Change of post"),
        "firm_closed": _l("The firm closed or moved"),
        "failed_review": _l("Failed re-confirmation"),
        "false_material": _l("False material"),
        "serious_breach": _l("Serious breach or accident"),
        "own_request": _l("Own request"),
        "death": _l("Death"),
        "left_region": _l("Left the region"),
        "investigation": _l("Under inquiry"),
        "long_leave": _l("Long leave"),
        "no_contact": _l("Out of reach"),
    },
    "action": {
        "craftsman.entered": _l("entered the pool"),
        "craftsman.updated": _l("changed"),
        "craftsman.person_updated": _l("changed, not kept in clear"),
        "craftsman.state_changed": _l("change of state"),
        "craftsman.brought_up_to_date": _l("looked through: all is right"),
        "craftsman.review_opened": _l("waits for a person"),
        "craftsman.reviewed": _l("re-confirmed"),
        "craftsman.graduated": _l("graduated as an apprentice"),
        "craftsman.apprentice_graduated": _l("an apprentice graduated"),
        "dossier.fact_added": _l("added"),
        "dossier.fact_corrected": _l("corrected"),
        "dossier.fact_verified": _l("verified"),
        "dossier.fact_disputed": _l("disputed"),
        "dossier.facts_moved": _l("records moved by a merge of two persons"),
        "dossier.facts_erased": _l("records erased at the person's wish"),
        "records.accepted": _l("a finding is true all the same"),
    },
    "actor": {
        "pool review": _l("The nightly review"),
        "pool check-records": _l("The nightly check of records"),
    },
    "fact_kind": {**DOSSIER_LABELS["achievement"], **DOSSIER_LABELS["studio"]},
    "update_role": {
        "self": _l("The person"),
        "unit": _l("The unit"),
        "officer": _l("An officer"),
    },
    "rule": {
        "birth_date": _l("The birth date cannot be"),
        "certificate_before_birth": _l("A certificate from before the birth"),
        "level_before_working_age": _l("A skill level before the age of 16"),
        "level_lower_after_higher": _l("A lower level after a higher one"),
        "certificate_held_twice": _l("A certificate number held by several"),
        "in_the_future": _l("A record dated in the future"),
        "before_birth": _l("A record from before the birth"),
        "ended_before_begun": _l("Ended before it began"),
        "work_before_working_age": _l("At work before the age of 16"),
        "entered_before_working_age": _l("In the pool before the age of 16"),
        "term_ends_before_entry": _l("The term ends before the entry"),
        "retired_in_the_pool": _l("Retired, and still in the pool"),
        "master_younger_than_apprentice": _l("The mentor is younger"),
        "apprentice_too_young": _l("An apprentice under the age of 16"),
        "apprentice_above_master": _l("The apprentice's level is above the mentor's"),
    },
    "finding": {
        "open": _l("Not dealt with"),
        "accepted": _l("True all the same"),
        "gone": _l("Put right"),
    },
}


def cause_text(profile: Profile, cause: str) -> str:
    """Return the words of a cause: ours, else those of the standard that has it."""
    known = LABELS["step_cause"]
    if cause in known:
        return str(known[cause])
    items: list[ExitCause | Suspension] = [*profile.exits, *profile.suspensions]
    found = next((item for item in items if item.cause == cause), None)
    return found.wording.text(str(get_locale())) if found else cause


def causes_text(text: str) -> str:
    """Return codes of causes in words; a person's own words stay as they are."""
    known = LABELS["cause"]
    codes = text.split()
    if codes and all(code in known for code in codes):
        return str(_(", ").join(str(known[code]) for code in codes))
    return text
