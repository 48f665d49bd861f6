"""Forms of privacy, and the words for its codes in the reader's language."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from talentpool.dossiers.forms import Labels

LABELS: Labels = {
    "looked_at": {
        "dossier": _l("the dossier"),
        "history": _l("its history"),
        "as_of": _l("the dossier of an earlier day"),
        "pdf": _l("the printed dossier"),
        "evidence": _l("a document"),
    },
    "purpose": {
        "competition": _l("Taking part in competitions"),
        "pool": _l("The craftsman talent pool"),
        "publication": _l("Being named on public lists"),
    },
    "seen": {
        "id_number": _l("ID number"),
        "phone": _l("Phone"),
        "id_number phone": _l("ID number and phone"),
    },
    "anomaly": {
        "bulk": _l("more than 20 within an hour"),
        "night": _l("at night"),
        "own_unit": _l("a colleague"),
        "self": _l("oneself"),
        "again": _l("the same person again and again"),
    },
    "class": {
        "technical": _l("Technical"),
        "personal": _l("Personal"),
        "identifying": _l("Identifying"),
        "sensitive": _l("Sensitive"),
    },
    "erasing": {
        "keep": _l("stays"),
        "empty": _l("emptied"),
        "stars": _l("replaced by ***"),
        "year": _l("only the year stays"),
        "random": _l("replaced by chance"),
        "seal": _l("emptied"),
        "file": _l("the file is destroyed"),
        "derived": _l("made anew without the person"),
    },
    "erasure": {
        "asked": _l("Asked for"),
        "confirmed": _l("Confirmed by one"),
        "done": _l("Carried out"),
        "declined": _l("Declined"),
    },
    "rule": {
        "sign_ins": _l("Sign-ins, 180 days after they ended"),
        "throttle": _l("Failed sign-ins, after 30 days"),
        "guest_drafts": _l("Drafts begun without an account, after 14 days"),
        "entries": _l("What was typed into entries, 3 years after the event"),
        "drafts": _l("Drafts of entries, 90 days after registration closed"),
        "looks": _l("Who opened which dossier, after 2 years"),
        "papers_refused": _l("Papers of entries turned down, after 180 days"),
        "papers": _l("Papers of accepted entries, after 2 years"),
    },
}


class ConsentForm(FlaskForm):
    """One's own yes, or its withdrawal; the tick says the text was read."""

    read = BooleanField(
        _l("I have read what follows from it."),
        [InputRequired(_l("Tick that you have read it."))],
    )


class MinorConsentForm(ConsentForm):
    """The yes of somebody under eighteen; under fourteen the guardian's."""

    guardian = StringField(
        _l("Guardian, and the document they signed or were told by"),
        [Length(max=160)],
        filters=[lambda value: value.strip() if value else value],
    )


class AskForm(FlaskForm):
    """The wish to be erased."""

    reason = StringField(
        _l("Why (you need not say)"),
        [Length(max=200)],
    )
    read = BooleanField(
        _l("I have read what is removed and what stays."),
        [InputRequired(_l("Tick that you have read it."))],
    )


class DecideForm(FlaskForm):
    """What an officer answers to a wish."""

    answer = StringField(_l("Reason, where it is declined"), [Length(max=200)])
