"""An explanation on paper, for an appeal: what its page says, to hold in the hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from competition.events.models import Event
from paper import in_groups, language, make_pdf, page_words, qr_png
from scoring.results.services.lay_out import Tree
from scoring.results.services.rules_more import Rule

_TEMPLATE = "scoring/paper/explanation.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands over an explanation."""

    who: str  # name as published, or work code
    facts: Sequence[tuple[str, str]]
    decisions: Sequence[str]  # of the chief judge; for the panel only
    address: str  # of the page that says the same
    digest: str  # of the publication, or of the computed result
    scheme: str  # digest


def explanation_pdf(
    event: Event, tree: Tree, rules: Sequence[Rule], head: Head
) -> bytes:
    """Return the PDF of an explanation.

    Args:
        event: whose result.
        tree: from `lay_out`, which has called judges and entries as the reader may
            know them.
        rules: from `list_rules`.
        head: what stands over it.
    """
    data = {
        "lang": language(),
        "title": f"{_('How this result came about')} {event.name} {head.who}",
        "competition": event.competition.name,
        "event": event.name,
        "who": head.who,
        "facts": [fact for fact in head.facts if fact[1]],
        "decisions": head.decisions,
        "address": head.address,
        "tree": tree,
        "rules": rules,
        "digest": head.digest,
        "digest_groups": in_groups(head.digest),
        "scheme": head.scheme,
        "scheme_groups": in_groups(head.scheme),
        "page": page_words(),
        "dropped": _dropped(),
        "keys": {"total": _("Total"), "playoff": _("Play-off"), "time": _("time")},
        "words": _words(),
    }
    return make_pdf(_TEMPLATE, data, {"page.png": qr_png(head.address)})


def _dropped() -> dict[str, str]:
    return {
        "highest": _("highest, left out"),
        "lowest": _("lowest, left out"),
        "farther": _("farthest from the others, left out"),
        "not_middle": _("not in the middle, left out"),
    }


def _words() -> dict[str, str]:
    return {
        "heading": _("How this result came about"),
        "digest": _("Fingerprint of the result (SHA-256)"),
        "scheme": _("Digest of the scheme (SHA-256)"),
        "total": _("The total in one line"),
        "weight": _("weight"),
        "aspect": _("Aspect"),
        "marks": _("Marks"),
        "points": _("Points"),
        "max": _("Max"),
        "sums": _("Sum of each judge:"),
        "not_counted": _(
            "The judges are put together on the component, see above; here their sums "
            "are only shown."
        ),
        "rank": _("Rank"),
        "number": _("No."),
        "key": _("Key"),
        "value": _("Value here"),
        "award": _("Award"),
        "scale": _("Scale"),
        "rules": _("Rules this result was made by"),
    }
