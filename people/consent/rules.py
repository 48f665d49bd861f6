"""Consents: their purposes, the notices in force, and who a minor needs besides."""

from datetime import date

from people.persons.rules import age_on

PURPOSES = ("competition", "pool", "publication")
# The version of the text a person is shown now; an earlier consent names its own.
NOTICES = {"competition": "2026-1", "pool": "2026-1", "publication": "2026-1"}
GUARDIAN_CONSENTS_BELOW = 14
ADULT_FROM = 18


def guardian_part(birth_date: date, on: date) -> str:
    """Return what a guardian has to do: "consent", "notice" or "".

    Source: rule I-28 in docs/rules/identity.md (PIPL, Art. 31).
    """
    age = age_on(birth_date, on)
    if age < GUARDIAN_CONSENTS_BELOW:
        return "consent"
    return "notice" if age < ADULT_FROM else ""
