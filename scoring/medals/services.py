"""The medals table as paper and as a workbook."""

from collections.abc import Sequence

from flask_babel import gettext as _

from competition.events.models import Competition
from scoring.medals.queries import EventMedals
from scoring.medals.rules import DISTRICTS, UNITS, Line, rank_sides
from scoring.results.services.listing import (
    Column,
    Head,
    Sheet,
    lists_pdf,
    lists_workbook,
)


def medals_pdf(
    competition: Competition, events: Sequence[EventMedals], of: int
) -> bytes:
    """Return the table on paper; `of` is how many events there are."""
    head = Head(
        over=competition.organiser,
        title=competition.name,
        heading=_("Medals table"),
        facts=[say_stand(len(events), of)],
    )
    words = {"rules": _("How medals are counted"), "notes": "", "none": _("No medal")}
    return lists_pdf(head, _sheets(events), words)


def medals_workbook(events: Sequence[EventMedals]) -> bytes:
    """Return the table as a workbook: by unit, by district, and medal by medal."""
    return lists_workbook(_sheets(events))


def say_stand(published: int, of: int) -> str:
    """Say how many events the table is made of."""
    said: str = _("%(count)s of %(all)s events are published.", count=published, all=of)
    return said


def say_rules(events: Sequence[EventMedals]) -> list[str]:
    """Say which award of which event is which medal."""
    said = [
        _(
            "Ranked by gold, then silver, then bronze; equal ones share the rank. Every"
            " medal counts for the unit that entered its winner."
        )
    ]
    for one in events:
        words = (
            _("the teams ranked 1, 2 and 3, one medal for a team")
            if one.is_of_teams
            else " · ".join(one.names) or _("no award")
        )
        said.append(_("%(event)s: %(awards)s", event=one.event.name, awards=words))
    return said


def _sheets(events: Sequence[EventMedals]) -> list[Sheet]:
    medals = [medal for one in events for medal in one.medals]
    names = (_("Gold"), _("Silver"), _("Bronze"))
    return [
        Sheet(
            title=_("By unit"),
            columns=_columns(_("Unit")),
            rows=[_row(line) for line in rank_sides(medals, UNITS)],
            rules=say_rules(events),
        ),
        Sheet(
            title=_("By district"),
            columns=_columns(_("District")),
            rows=[_row(line) for line in rank_sides(medals, DISTRICTS)],
        ),
        Sheet(
            title=_("Medal by medal"),
            columns=[
                Column(_("Event"), 3),
                Column(_("Medal"), 1),
                Column(_("Winner"), 2),
                Column(_("Unit"), 4),
                Column(_("District"), 2),
            ],
            rows=[
                [
                    one.event.name,
                    names[medal.place],
                    medal.winner,
                    medal.unit[1],
                    medal.district[1],
                ]
                for one in events
                for medal in one.medals
            ],
        ),
    ]


def _columns(side: str) -> list[Column]:
    figures = (_("Gold"), _("Silver"), _("Bronze"), _("Medals"))
    return [
        Column(_("Rank"), 0, is_number=True),
        Column(side, 1),
        *(Column(name, 0, is_number=True) for name in figures),
    ]


def _row(line: Line) -> list[str | int]:
    rank = f"={line.rank}" if line.is_shared else line.rank
    return [rank, line.name, *line.counts, line.total]
