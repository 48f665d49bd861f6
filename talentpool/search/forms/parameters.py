"""What is said about faulty parameters."""

from collections.abc import Iterable, Mapping

from flask_babel import get_locale
from flask_babel import gettext as _

from talentpool.search.forms import labels
from talentpool.search.forms.labels import FACETS
from talentpool.search.rules.facets import SKILLS
from talentpool.search.rules.query import Condition, named_fields
from talentpool.search.rules.request import LARGEST_PAGE, Fault
from talentpool.search.rules.text import LONGEST_QUERY, MOST_WORDS

_SIGNS = '<>=@#"'


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
    if fault.detail:
        return _about_text(fault)
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


def certificate_piece(given: Mapping[str, str]) -> str:
    """Return the filter that the three fields about one certificate stand for."""
    trade = "".join(c for c in given.get("certificate_trade", "") if c not in _SIGNS)
    level = given.get("certificate_level", "")
    day = given.get("certificate_on", "").strip()
    if not (trade.strip() or level or day):
        return ""
    name = named_fields(is_chinese=str(get_locale()).startswith("zh"))["certificate"]
    value = trade.strip()
    value += f">={labels.skill_word(level)}" if level in SKILLS else ""
    value += f"@{day}" if day else ""
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


def unknown_note(condition: Condition) -> str:
    """Return what to tell of a place or an occupation that does not exist."""
    return str(
        _(
            "%(field)s: nothing is called “%(name)s”.",
            field=FACETS[condition.field],
            name=", ".join(condition.values),
        )
    )


def _about_text(fault: Fault) -> str:
    """Return what is wrong with a piece of the search text, and what is right."""
    return str(
        {
            "or": _(
                "“%(piece)s” cannot be used. Words are joined by “and”; separate the "
                "values of a filter by commas, and put a minus before what must not "
                "be there.",
                piece=fault.detail,
            ),
            "unknown_field": _(
                "“%(piece)s”: there is no such field. Put it in quotation marks to "
                "search for it as text.",
                piece=fault.detail,
            ),
            "no_order": _(
                "“%(piece)s”: this field has no order, use a colon.",
                piece=fault.detail,
            ),
            "no_value": _(
                "“%(piece)s”: a value is missing after the field.", piece=fault.detail
            ),
            "not_a_value": _(
                "“%(piece)s”: this field has no such value.", piece=fault.detail
            ),
            "not_a_number": _(
                "“%(piece)s”: enter a whole number, or two with a hyphen.",
                piece=fault.detail,
            ),
            "not_a_date": _(
                "“%(piece)s”: enter a year, a month or a day, as 2026, 2026-05 or "
                "2026-05-01.",
                piece=fault.detail,
            ),
            "not_a_day": _(
                "“%(piece)s”: a certificate is valid on a day; enter one as "
                "2026-05-01.",
                piece=fault.detail,
            ),
            "not_a_record": _(
                "“%(piece)s”: write trade, level and day of one certificate as in "
                "certificate:trade>=L5@2026-05-01, or of one competition as in "
                "contest:trade>=city#3@2024.",
                piece=fault.detail,
            ),
        }[fault.code]
    )
