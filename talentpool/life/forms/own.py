"""What a person says of their own dossier."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length, ValidationError

from people.persons.rules import is_phone, normalise_phone


class OwnUpdateForm(FlaskForm):
    """The yearly update: all is right, or what has changed."""

    phone = StringField(_l("New phone, where it changed"), [Length(max=20)])
    note = StringField(_l("Remark"), [Length(max=400)])

    def validate_phone(self, field: StringField) -> None:
        if field.data and not is_phone(normalise_phone(field.data)):
            raise ValidationError(_("Enter a mobile number with 11 digits."))
