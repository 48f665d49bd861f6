"""Awards, promotions and honours as three lists, on paper and as a workbook.

Each has the rule text beside it, ties at the cut, and everybody who is in question with
the reasons for and against. Nothing is granted here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.codes.queries import list_decoded
from competition.events.models import Event
from scoring.ranking.rules.awards import (
    Cut,
    PassedOver,
    Placed,
    hand_out_awards,
    list_cuts,
    list_passed_over,
)
from scoring.ranking.rules.eligibility import Outcome, Reason
from scoring.results.models import ResultVersion
from scoring.results.rules.review import Row
from scoring.results.services.listing import Column, Head, Sheet, lists_pdf
from scoring.results.services.publish import join_names
from scoring.results.services.recommend import Recommended
from scoring.results.services.rules_more import say_merits
from scoring.results.services.rules_text import say_awards
from scoring.scheme.rules.tree import Eligibility, Scheme

# Signs that the fonts of paper have.
_MET, _NOT_MET = "\N{SQUARE ROOT}", "\N{MULTIPLICATION SIGN}"


def list_sheets(
    session: Session, result: ResultVersion, scheme: Scheme, found: Recommended
) -> list[Sheet]:
    """Return the three lists of a decoded event's newest result.

    Raises:
        NotDecodedError: the codes have not been decoded.
    """
    event = result.event
    rows = join_names(
        json.loads(result.rows)["results"],
        list_decoded(session, event.id),
        {group.code: group.name for group in event.groups},
    )
    return [
        _awards(scheme, rows),
        _merits(_("Promotions"), scheme.promotions, found.promotions, found, rows),
        _merits(_("Honours"), scheme.honours, found.honours, found, rows),
    ]


def outcomes_pdf(
    event: Event, result: ResultVersion, sheets: Sequence[Sheet], *, is_final: bool
) -> bytes:
    """Return the lists on A4, to be signed; `is_final`: the result is published."""
    head = Head(
        over=event.competition.name,
        title=event.name,
        heading=_("Awards, promotions and honours"),
        facts=[
            _("Result version %(number)s", number=result.version),
            _("published") if is_final else _("not published yet"),
            _("Eligible to be recommended; nothing is granted here."),
        ],
        signers=[_("Chief judge"), _("Organiser (seal)"), _("Date and time")],
    )
    words = {
        "rules": _("The rules"),
        "notes": _("Ties at the cut, and who was passed over"),
        "none": _("Nobody is in question."),
    }
    return lists_pdf(head, sheets, words)


def _awards(scheme: Scheme, rows: Sequence[Row]) -> Sheet:
    per_group = scheme.ranking.per == "group"
    groups: dict[str, list[Row]] = {}
    for row in rows:
        name = row["group_name"] if per_group else ""
        groups.setdefault(name, []).append(row)
    has_teams = any("team" in row for row in rows)
    team = [Column(_("Team"), 2)] if has_teams else []
    return Sheet(
        title=_("Award winners"),
        columns=[
            Column(_("Award"), 2),
            Column(_("Rank"), 0, is_number=True),
            Column(_("Name"), 2),
            Column(_("Unit"), 4),
            *team,
            Column(_("Group"), 2),
            Column(_("Total"), 0, is_number=True),
        ],
        rows=[
            [
                row["award"],
                row["rank"],
                row["name"],
                row["unit_name"],
                *([row.get("team", "")] if has_teams else []),
                row["group_name"],
                row["total"],
            ]
            for row in rows
            if row["award"]
        ],
        rules=say_awards(scheme),
        notes=[
            note for name, own in groups.items() for note in _notes(scheme, name, own)
        ],
    )


def _notes(scheme: Scheme, group: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield ties at the cut, and who missed a pass line, of one ranking."""
    names = {row["work_code"]: row["name"] for row in rows if row["work_code"]}
    placed = [
        Placed(code=row["work_code"], rank=row["rank"], passed=_passed(scheme, row))
        for row in rows
        if row["rank"] is not None
    ]
    given = {row["work_code"]: row["award"] for row in rows if row["award"]}
    own = scheme.medals.all_names if scheme.medals else ()
    medals = {code: name for code, name in given.items() if name in own}
    # Who withdrew without having worked is not among the entered.
    entered = sum(bool(r["work_code"]) or r["status"] != "withdrawn" for r in rows)
    said = [
        *map(_tell_cut, list_cuts(scheme.awards, placed, entered, medals)),
        *map(_tell_passed_over, list_passed_over(scheme.awards, placed, given)),
    ]
    if hand_out_awards(scheme.awards, placed, entered, medals) != given:
        return  # the result was made from something else: say nothing rather than guess
    for template, codes, params in said:
        people = str(_(", ")).join(names[code] for code in codes)
        text = template % {**params, "names": people}
        yield f"{group} · {text}" if group else text


def _passed(scheme: Scheme, row: Row) -> frozenset[str]:
    return frozenset(
        part.code
        for part in scheme.components
        if part.pass_mark is not None
        and Fraction(row["components"].get(part.code) or 0) >= part.pass_mark
    )


_Said = tuple[str, Sequence[str], Mapping[str, object]]


def _tell_cut(cut: Cut) -> _Said:
    text = (
        _(
            "%(award)s: rank %(rank)s is tied over the last of %(places)s places; all"
            " of them get it: %(names)s."
        )
        if cut.is_included
        else _(
            "%(award)s: rank %(rank)s is tied over the last of %(places)s places; none"
            " of them gets it: %(names)s."
        )
    )
    params = {"award": cut.award, "rank": cut.rank, "places": cut.places}
    return text, cut.tied, params


def _tell_passed_over(one: PassedOver) -> _Said:
    text: str = _("%(award)s: not %(names)s, below the pass line of %(codes)s.")
    codes = str(_(", ")).join(one.missing)
    return text, [one.code], {"award": one.award, "codes": codes}


def _merits(
    title: str,
    rules: Sequence[Eligibility],
    outcomes: Sequence[Outcome],
    found: Recommended,
    rows: Sequence[Row],
) -> Sheet:
    """Return who is in question for what: whose rules are met first."""
    ranks = {row["work_code"]: row["rank"] for row in rows if row["work_code"]}
    ordered = sorted(outcomes, key=lambda outcome: not outcome.met)
    return Sheet(
        title=title,
        columns=[
            Column(_("Eligible for"), 2),
            Column(_("By the rules"), 1),
            Column(_("Rank"), 0, is_number=True),
            Column(_("Name"), 1),
            Column(_("Unit"), 3),
            Column(_("Reasons"), 4),
        ],
        rows=[
            [
                outcome.name,
                _verdict(outcome),
                ranks.get(outcome.entry) or "–",
                found.people[outcome.entry].name,
                found.people[outcome.entry].unit_name,
                _reasons(outcome),
            ]
            for outcome in ordered
            if outcome.entry in found.people
        ],
        rules=say_merits(rules),
    )


def _verdict(outcome: Outcome) -> str:
    if not outcome.met:
        said = _("not met")
    elif outcome.conditions:
        said = _("to be looked at")
    else:
        said = _("conditions met")
    return str(said)


def _reasons(outcome: Outcome) -> str:
    said = [
        f"{_MET if reason.met else _NOT_MET} {tell_reason(reason)}"
        for reason in outcome.reasons
    ]
    said += [
        _("To be looked at by a person: %(condition)s", condition=condition)
        for condition in outcome.conditions
    ]
    return "\n".join(said) or str(_("The rank alone decides."))


def tell_reason(reason: Reason) -> str:
    """Return a reason for or against, in the reader's language."""
    params = {
        "given": reason.given,
        "wanted": reason.wanted,
        "component": reason.guard.removeprefix("pass:"),
    }
    if reason.given is None:
        texts = {
            "min_age": _("Age is not known; at least %(wanted)s is asked."),
            "max_age": _("Age is not known; at most %(wanted)s is asked."),
            "held": _("The level held is not known; asked is: %(wanted)s."),
            "not_promoted_since": _(
                "The last promotion is not known; none since %(wanted)s is asked."
            ),
        }
    else:
        texts = {
            "min_age": _("Age %(given)s; at least %(wanted)s is asked."),
            "max_age": _("Age %(given)s; at most %(wanted)s is asked."),
            "held": _("Level held: %(given)s; asked is: %(wanted)s."),
            "not_promoted_since": _(
                "Last promoted: %(given)s; none since %(wanted)s is asked."
            ),
        }
    passing: str = _("%(component)s: %(given)s, the pass line is %(wanted)s.")
    said: str = texts.get(reason.guard, passing)
    return said % params
