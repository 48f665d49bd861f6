"""What is wrong with a file of results, in words that say what to do."""

from collections.abc import Iterable

from flask_babel import gettext as _

from errors import FileFaultsError
from scoring.theory.rules import ENTRY, Fault


class TheoryFaultsError(FileFaultsError):
    """The file cannot be taken; `faults` says everything at once."""


def tell(fault: Fault) -> str:
    """Return one fault as a sentence."""
    text = _texts()[fault.code] % _params(fault)
    return _("Row %(row)s: %(fault)s", row=fault.row, fault=text) if fault.row else text


def refuse(faults: Iterable[Fault]) -> TheoryFaultsError:
    """Return the refusal of a file, in words."""
    return TheoryFaultsError([tell(fault) for fault in faults])


def _params(fault: Fault) -> dict[str, str]:
    params = dict(fault.params)
    if params.get("meaning") == ENTRY:
        params["meaning"] = _("Work code")
    if fault.why is not None:
        params["why"] = _(fault.why.template) % fault.why.params
    return params


def _texts() -> dict[str, str]:
    return {
        "unreadable": _(
            "The file cannot be read: save it as .xlsx, or as CSV (UTF-8)."
        ),
        "too_large": _("The file is larger than %(most)s MB."),
        "empty": _("The file has no rows below its headings."),
        "many_rows": _("The file has more than %(most)s rows: divide it."),
        "many_columns": _("The file has more than %(most)s columns."),
        "person_column": _(
            "Column %(heading)s tells who it is. Marks are taken by work code only: "
            "take the column out and bring the file again."
        ),
        "person_value": _(
            "an ID number or telephone number. Take it out: marks are taken by work "
            "code only."
        ),
        "no_entry": _("No column holds the work codes: choose it."),
        "no_aspect": _("No column holds results: choose what each column is."),
        "twice": _("Two columns are %(meaning)s: choose one."),
        "no_code": _("there is no work code."),
        "unknown_code": _("%(entry)s is no work code of this event."),
        "repeated": _("%(entry)s stands in row %(first)s already. Keep one of them."),
        "value": _("%(heading)s: %(why)s"),
        "nothing": _("No row of the file holds a result."),
    }
