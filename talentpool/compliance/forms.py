"""Words of the compliance page and the form of a new version."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileSize
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from talentpool.compliance.rules import carriers

# What is found behind each carrier, as a link or command reads.
CARRIER_LABELS: Mapping[str, Any] = {
    carriers.DOCUMENT: _l("The standard as a document"),
    carriers.PREPARE: _l("Another version of the standard"),
    carriers.SEARCH: _l("Search of the pool and its dossiers"),
    carriers.PROPOSALS: _l("Proposals, checked clause by clause"),
    carriers.BATCHES: _l("Batches of entry"),
    carriers.APPLICATIONS: _l("Applications of one's own and of one's unit"),
    carriers.REVIEWS: _l("Reviews with their limits"),
    carriers.SHEETS: _l("Experts' own sheets"),
    carriers.NOTICES: _l("Public notices of entry"),
    carriers.OBJECTIONS: _l("Objections and their outcome"),
    carriers.OVERDUE_PAIRS: _l("Overdue among mentors and apprentices"),
    carriers.OWN_PAIRS: _l("Own pairs, agreements and mutual choice"),
    carriers.PAIRS: _l("Mentor–apprentice register"),
    carriers.WORKDAYS: _l("Working days and the clock"),
    carriers.CHECK: _l("Public check of a certificate"),
    carriers.LOG: _l("Ledger of everything done"),
    carriers.RENEWALS: _l("Re-confirmation"),
    carriers.UPDATES: _l("Yearly updates"),
    carriers.RECORDS: _l("Records that cannot be right"),
    carriers.OWN: _l("One's own dossier"),
    carriers.STATE: _l("Change of state, on each dossier"),
    carriers.HISTORY: _l("History of each dossier"),
    carriers.CONSENTS: _l("One's own data and consents"),
    carriers.REGISTER: _l("Register of personal data"),
    carriers.EVENTS: _l("Competitions and their published results"),
}

COUNTED: Mapping[str, Any] = {
    "dossiers": _l("%(kept)s of %(of)s dossiers"),
    "facts": _l("%(kept)s of %(of)s entries"),
    "mentors": _l("%(kept)s of %(of)s mentors"),
}

CHAPTERS: Mapping[int, Any] = {
    1: _l("Scope"),
    2: _l("Terms"),
    3: _l("Classes and levels"),
    4: _l("Conditions of entry"),
    5: _l("Procedure"),
    6: _l("Life in the pool and exit"),
    7: _l("Mentor and apprentice"),
    8: _l("Personal information"),
    9: _l("Dossier fields"),
    10: _l("Certificate of entry"),
    11: _l("Points model"),
}

OUTCOMES: Mapping[str, Any] = {
    "admissible": _l("Keep every condition"),
    "incomplete": _l("Evidence missing"),
    "inadmissible": _l("Something stands against them"),
}

DIFFERENCES: Mapping[str, Any] = {
    "added": _l("new clause"),
    "removed": _l("dropped clause"),
    "changed": _l("changed clause"),
}

_LONGEST = 400_000


class VersionForm(FlaskForm):
    """The text of a version, and the decision that puts it in force."""

    file = FileField(
        _l("File"), [Optional(), FileSize(_LONGEST)], render_kw={"accept": ".toml"}
    )
    toml = TextAreaField(
        _l("Text of the standard"),
        [Length(max=_LONGEST)],
        render_kw={"rows": 16, "spellcheck": "false"},
    )
    seen = HiddenField()  # fingerprint of the text whose preview was shown
    reason = StringField(
        _l("Decision it rests on"),
        [Length(max=200)],
        filters=[lambda value: value.strip() if value else value],
    )
