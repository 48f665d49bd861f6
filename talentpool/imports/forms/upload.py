"""Forms of an import."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from talentpool.imports.forms.labels import TITLES
from talentpool.imports.rules.columns import FIELDS, REQUIRED, missing

NOT_USED = ""


class UploadForm(FlaskForm):
    """A file to bring in."""

    file = FileField(
        _l("File (.xlsx or .csv)"), [FileRequired(_l("Choose a file first."))]
    )


class LoadForm(FlaskForm):
    """The decision to make the dossiers."""

    verified = BooleanField(
        _l("I have seen the documents: certificates and honours count as verified")
    )
    update = BooleanField(
        _l("Update the dossiers of which the file says something else, as listed below")
    )


class UndoForm(FlaskForm):
    """The decision to undo an import."""

    reason = StringField(
        _l("Why is it undone?"), [DataRequired(_l("Say why.")), Length(max=200)]
    )


def read_mapping(
    given: Sequence[str], headings: Sequence[str]
) -> tuple[dict[str, int], list[str]]:
    """Return which column is which field, and what is wrong with that.

    Args:
        given: the chosen field for each column of the file, "" where none.
        headings: of the file, for the messages.
    """
    mapping: dict[str, int] = {}
    faults = []
    for number, key in enumerate(given[: len(headings)]):
        if key not in TITLES:
            continue
        if key in mapping:
            faults.append(
                _(
                    "%(field)s is chosen for two columns: %(one)s and %(other)s.",
                    field=TITLES[key],
                    one=headings[mapping[key]] or mapping[key] + 1,
                    other=headings[number] or number + 1,
                )
            )
        mapping.setdefault(key, number)
    faults += [
        _("No column is chosen for %(field)s.", field=TITLES[key])
        for key in missing(mapping)
    ]
    return mapping, faults


def choices() -> list[tuple[str, str, bool]]:
    """Return the fields a column may be: key, title, whether it is required."""
    return [(f.key, str(TITLES[f.key]), f.key in REQUIRED) for f in FIELDS]
