"""What is said about faulty parameters."""

from collections.abc import Iterable

from flask_babel import gettext as _

from talentpool.search.forms.labels import FACETS
from talentpool.search.rules.request import LARGEST_PAGE, Fault
from talentpool.search.rules.text import LONGEST_QUERY, MOST_WORDS


def fault_texts(faults: Iterable[Fault]) -> list[str]:
    """Return what to tell programs: each with the parameter's name."""
    return [f"{fault.parameter}: {_text(fault)}" for fault in faults]


def fault_notes(faults: Iterable[Fault]) -> list[str]:
    """Return what to tell people: the search text needs no name, a facet has one."""
    return [
        f"{FACETS[fault.parameter]} · {_text(fault)}"
        if fault.parameter in FACETS
        else _text(fault)
        for fault in faults
    ]


def _text(fault: Fault) -> str:
    if fault.parameter == "size":
        return str(_("Enter a whole number from 1 to %(most)s.", most=LARGEST_PAGE))
    return str(
        {
            "too_long": _(
                "The search text is too long. Use at most %(count)s characters.",
                count=LONGEST_QUERY,
            ),
            "too_many_words": _(
                "Search for at most %(count)s words at once.", count=MOST_WORDS
            ),
            "unknown": _("There is no such parameter."),
            "not_a_number": _("Enter a whole number, 1 or more."),
            "not_a_value": _("This value cannot be chosen."),
        }[fault.code]
    )
