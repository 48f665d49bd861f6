"""Forms of certificates, and the words for their states."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import BooleanField, PasswordField, StringField, TextAreaField, URLField
from wtforms.validators import URL, InputRequired, Length, Optional

from people.attachments.rules import MAX_BYTES
from scoring.certificates.services.design import DesignValues, Upload

STATE_LABELS = {
    "valid": _l("holds"),
    "replaced": _l("replaced"),
    "revoked": _l("revoked"),
    "suspended": _l("suspended"),
}
SIGNER_LABELS = {
    "asked": _l("asked"),
    "granted": _l("granted"),
    "declined": _l("declined to sign"),
    "ended": _l("ended"),
}


def uploaded(field: FileField) -> Upload | None:
    """Return the file of a field, None where none was chosen."""
    file = field.data
    if not file or not getattr(file, "filename", ""):
        return None
    return Upload(file.read(), file.filename)


class DesignForm(FlaskForm):
    """Texts, seal and issuer of a competition's certificates."""

    title = StringField(_l("Title in Chinese"), [Length(max=40)])
    body = TextAreaField(_l("Text in Chinese"), [Length(max=600)])
    is_bilingual = BooleanField(_l("Print the other language below"))
    title_en = StringField(_l("Title in English"), [Length(max=80)])
    body_en = TextAreaField(_l("Text in English"), [Length(max=800)])
    issuer = StringField(_l("Issued by"), [Length(max=200)])
    check_address = URLField(
        _l("Address of your own checking page"),
        [Optional(), Length(max=200), URL(require_tld=False)],
    )
    seal = FileField(_l("Picture of the seal"), [FileSize(MAX_BYTES)])
    drops_seal = BooleanField(_l("Print without a seal"))

    def values(self) -> DesignValues:
        return DesignValues(
            title=(self.title.data or "").strip(),
            title_en=(self.title_en.data or "").strip(),
            body=(self.body.data or "").strip(),
            body_en=(self.body_en.data or "").strip(),
            issuer=(self.issuer.data or "").strip(),
            is_bilingual=bool(self.is_bilingual.data),
            check_address=(self.check_address.data or "").strip(),
        )


class AskForm(FlaskForm):
    """Whose signature is asked for."""

    username = StringField(_l("User name"), [InputRequired(), Length(max=64)])
    post = StringField(_l("Post, as printed"), [InputRequired(), Length(max=60)])


class GrantForm(FlaskForm):
    """One's own signature for a competition."""

    picture = FileField(
        _l("Picture of your signature"), [FileRequired(), FileSize(MAX_BYTES)]
    )
    password = PasswordField(_l("Your password"), [InputRequired()])


class ReplaceForm(FlaskForm):
    """A certificate with a corrected name."""

    holder = StringField(_l("Name as printed"), [InputRequired(), Length(max=60)])
    # Stands beside RevokeForm on the same page.
    reason = StringField(
        _l("Reason"), [InputRequired(), Length(max=400)], id="replace-reason"
    )


class RevokeForm(FlaskForm):
    """Why a certificate ends."""

    reason = StringField(
        _l("Reason"), [InputRequired(), Length(max=400)], id="revoke-reason"
    )
