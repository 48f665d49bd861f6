"""Where a draft begins, and what becomes of it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

MOST_BYTES = 4 * 1024 * 1024
_MOST_TEXT = 1024 * 1024


class UploadForm(FlaskForm):
    """A scheme in a file of any kind we read."""

    file = FileField(
        _l("File with the scheme"),
        [
            FileRequired(_l("Choose a file.")),
            FileSize(MOST_BYTES, message=_l("The file is larger than 4 MB.")),
        ],
        render_kw={"accept": ".toml,.json,.xlsx"},
    )
    deductions = BooleanField(
        _l("CIS: read notes such as “Deduct 0.25 …” as points off per fault")
    )


class CloneForm(FlaskForm):
    """The scheme of another event."""

    event = SelectField(_l("Scheme of the event"), choices=[])


class ActForm(FlaskForm):
    """An action on a draft at a revision: what it needs besides is in its button."""

    revision = HiddenField()

    def number(self) -> int:
        """Return the revision; -1, which no draft has, where it is no number."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() else -1


class TextForm(ActForm):
    """The draft as text."""

    text = TextAreaField(
        _l("Scheme as TOML"),
        [InputRequired(), Length(max=_MOST_TEXT)],
        render_kw={"rows": 30, "spellcheck": "false", "class": "mono"},
    )


class VersionForm(ActForm):
    """The draft is to become a version."""

    reason = StringField(_l("Reason for a new version"), [Length(max=400)])
