"""What is said about refused rows: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from competition.bulk.forms.labels import title_of
from competition.bulk.rules.rows import Fault
from competition.registration.forms import RULE_LABELS, STATE_LABELS
from people.persons.rules import IdFault, NameFault
from people.persons.services import id_message, name_message
from people.units.rules import CreditCodeFault
from people.units.services import credit_code_message


def words(fault: Fault) -> tuple[str, str]:
    """Return what is wrong and how it is put right."""
    prefix, _bar, rest = fault.code.partition("_")
    if prefix == "id" and rest in set(IdFault):
        return id_message(IdFault(rest)), _("Copy the number from the ID card.")
    if prefix == "name" and rest in set(NameFault):
        return name_message(NameFault(rest)), _("Write the name as on the ID card.")
    if prefix == "credit" and rest in set(CreditCodeFault):
        return credit_code_message(CreditCodeFault(rest)), _(
            "Copy the code from the business licence."
        )
    if fault.code == "rule":
        return _rule(fault.params)
    return (_cells(fault.params) | _rows(fault.params))[fault.code]


def sentence(fault: Fault) -> str:
    """Return a fault as one line: column, value, what is wrong and what to do."""
    reason, remedy = words(fault)
    shown = f" “{fault.value}”" if fault.value else ""
    return f"{title_of(fault.key)}{shown}: {reason} {remedy}"


def _rule(params: Mapping[str, Any]) -> tuple[str, str]:
    rule = str(RULE_LABELS.get(params["rule"], params["rule"]))
    if not params["value"]:
        return (
            _("The event asks for this: %(rule)s.", rule=rule),
            _("Fill it in."),
        )
    return (
        _(
            "A rule of the event is not met: %(rule)s. Limit %(limit)s, here "
            "%(value)s.",
            rule=rule,
            limit=params["limit"],
            value=params["value"],
        ),
        _("Check the cell; if it is right, this person cannot enter."),
    )


def _cells(params: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        "empty": (_("This cell must not be empty."), _("Fill it in.")),
        "id_is_number": (
            _("The spreadsheet kept this ID number as a number and lost its end."),
            _("Format the column as text and enter the 18 characters again."),
        ),
        "phone": (
            _("This is no phone number."),
            _("Enter a mobile number with 11 digits."),
        ),
        "years": (_("This is no number of whole years."), _("Write 5, for example.")),
        "months": (
            _("This is no number of whole months."),
            _("Write 24, for example."),
        ),
        "not_a_value": (
            _("This word is not on the list of this column."),
            _("Choose one of the list; the template shows it."),
        ),
        "too_long": (
            _("This text is longer than %(most)s characters.", most=params.get("most")),
            _("Shorten it."),
        ),
    }


def _rows(params: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        "twice": (
            _("Row %(row)s has the same ID number.", row=params.get("row")),
            _("Remove one of them: a person has one entry in an event."),
        ),
        "other_name": (
            _("This ID number is registered under another name."),
            _("Check both on the ID card."),
        ),
        "entered": (
            _(
                "This person's entry says otherwise, and its state is: %(state)s.",
                state=STATE_LABELS.get(params.get("state", ""), ""),
            ),
            _("Remove the row, or ask the committee to return the entry."),
        ),
        "new_unit": (
            _("No unit with this credit code is registered."),
            _("Give its full name and its district too."),
        ),
        "no_unit": (
            _("No unit of this name is registered."),
            _("Give its unified social credit code and its district."),
        ),
        "units": (
            _("Several units have this name."),
            _("Give the credit code of the right one."),
        ),
        "outside": (
            _("This is not a unit whose people you may enter."),
            _("Leave the row to the officer of that unit."),
        ),
    }
