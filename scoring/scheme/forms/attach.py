"""Forms about schemes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileSize
from wtforms import SelectField, StringField
from wtforms.validators import Length, ValidationError

from scoring.scheme.services.versions import list_examples, read_example

_MOST_BYTES = 1024 * 1024


class AttachForm(FlaskForm):
    """A scheme from a file, or one that comes with the program."""

    file = FileField(
        _l("Scheme file (.scheme.toml)"),
        [FileSize(_MOST_BYTES, message=_l("The file is larger than 1 MB."))],
        render_kw={"accept": ".toml"},
    )
    example = SelectField(_l("Or one of the examples"), choices=[], default="")
    reason = StringField(_l("Reason for a new version"), [Length(max=400)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        names = list_examples()
        self.example.choices = [("", "–"), *((name, name) for name in names)]

    def validate_file(self, field: FileField) -> None:
        if not field.data and not self.example.data:
            raise ValidationError(_l("Choose a file or an example."))

    def text(self) -> str:
        """Return the chosen scheme; call only after `validate_on_submit`.

        Raises:
            UnicodeDecodeError: the file is not UTF-8.
        """
        if self.file.data:
            data: bytes = self.file.data.read()
            return data.decode("utf-8-sig")
        return read_example(self.example.data)
