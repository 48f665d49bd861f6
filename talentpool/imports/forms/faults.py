"""What is said about faulty rows: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from people.persons.rules import IdFault, NameFault
from people.persons.services import id_message, name_message
from people.units.rules import CreditCodeFault
from people.units.services import credit_code_message
from talentpool.dossiers.forms import LABELS
from talentpool.imports.forms.labels import TITLES


def title_of(key: str) -> str:
    """Return what a field is called; "" is the whole row, "honour:" a kind of fact."""
    if key.endswith(":"):
        return str(LABELS["kind"][key[:-1]])
    return str(TITLES[key]) if key else str(_("Whole row"))


def words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is wrong and how it is put right."""
    prefix, _bar, rest = code.partition("_")
    if prefix == "id" and rest in set(IdFault):
        return id_message(IdFault(rest)), _("Copy the number from the ID card.")
    if prefix == "name" and rest in set(NameFault):
        return name_message(NameFault(rest)), _("Write the name as on the ID card.")
    if prefix == "credit" and rest in set(CreditCodeFault):
        return credit_code_message(CreditCodeFault(rest)), _(
            "Copy the code from the business licence."
        )
    return (_cells() | _rows(params))[code]


def _cells() -> dict[str, tuple[str, str]]:
    return {
        "empty": (_("This cell must not be empty."), _("Fill it in.")),
        "needed": (
            _("The record in this row lacks this cell."),
            _("Fill it in, or leave all cells of the record empty."),
        ),
        "id_is_number": (
            _("The spreadsheet kept this ID number as a number and lost its end."),
            _("Format the column as text and enter the 18 characters again."),
        ),
        "phone": (
            _("This is no phone number."),
            _("Enter a mobile number with 11 digits, or leave the cell empty."),
        ),
        "day": (_("This is no day."), _("Write it as 2026-03-15.")),
        "no_such_day": (
            _("There is no such day."),
            _("Look it up and write it as 2026-03-15."),
        ),
        "future": (_("This day lies in the future."), _("Look it up.")),
        "before_entry": (
            _("The term ends before the entry."),
            _("Look both days up."),
        ),
        "number": (
            _("This is no whole number from 1 on."),
            _("Write figures only, or leave the cell empty."),
        ),
        "wan": (
            _("This is no amount of 10,000 yuan."),
            _("Write 12.5 for 125,000 yuan; at most four decimals."),
        ),
        "pool_number": (
            _("This is no number of a pool certificate."),
            _("Copy it, or leave the cell empty: a number is then drawn."),
        ),
        "not_a_value": (
            _("This word is not on the list of this column."),
            _("Use a word or code of the list; the template shows them."),
        ),
        "guess": (
            _("The trade does not say which occupation is meant."),
            _("Give the occupation's code, for example 6-18-02-04."),
        ),
        "no_place": (
            _("Neither a district nor a unit's credit code is given."),
            _("Give one of them."),
        ),
        "place": (
            _("The place is larger than the number of those ranked."),
            _("Look both up."),
        ),
    }


def _rows(params: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    differing = ", ".join(title_of(k) for k in params.get("keys", "").split(",") if k)
    return {
        "too_long": (
            _("This text is longer than %(most)s characters.", most=params.get("most")),
            _("Shorten it."),
        ),
        "twice": (
            _("Row %(row)s says this already.", row=params.get("row")),
            _(
                "Remove one of them. Rows that add records to a person stand one below "
                "the other, and say the same of the person."
            ),
        ),
        "sibling": (
            _("Row %(row)s of the same person has a fault.", row=params.get("row")),
            _("Correct that row; both are then taken."),
        ),
        "other_name": (
            _("This ID number is registered under another name."),
            _("Check both on the ID card."),
        ),
        "in_pool": (
            _(
                "This person is in the pool, and the dossier says otherwise: "
                "%(fields)s.",
                fields=differing,
            )
            if differing
            else _("This person is in the pool, and the dossier says otherwise."),
            _(
                "A procedure decides about these and not a file: change the dossier "
                "itself, or remove the columns."
            ),
        ),
        "others_dossier": (
            _("The dossier of this person lies outside the places you may fill."),
            _("Leave the row to those whose place it is."),
        ),
        "new_unit": (
            _("No unit with this credit code is registered."),
            _("Give its full name and its district too."),
        ),
        "no_unit": (
            _("No unit of this name is registered."),
            _("Give its credit code and its district."),
        ),
        "units": (
            _("Several units have this name."),
            _("Give the credit code of the right one."),
        ),
        "outside": (
            _("This place is not among those you may fill."),
            _("Leave the row to those whose place it is."),
        ),
        "taken": (
            _("Somebody else holds this pool certificate."),
            _("Check the number, or leave the cell empty."),
        ),
    }
