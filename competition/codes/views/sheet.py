"""The paper of a layer's draw: numbers called and dice rolled, to be keyed in later."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from competition.codes.forms import ContributionForm
from competition.codes.views.common import TITLES
from competition.draw.queries import find_live
from competition.events.models import Event
from extensions import db
from paper import send_pdf
from twins import Blank, Heading, Table, Twin, new_number, twins_pdf

_ROWS = 12  # numbers on one sheet
_TICK = "□"


def send_sheet(event: Event, layer: str) -> ResponseReturnValue:
    """Send an empty sheet for the numbers of a layer's draw."""
    number, form = new_number(), ContributionForm(formdata=None)
    draw = find_live(db.session(), event.id, layer)
    kinds = [str(choice.label) for choice in form.kind.iter_choices()]
    begins = _("Commitment, its first eight characters")
    sheet = Twin(
        number=number,
        address=url_for(
            f"competition.codes.show_{layer}",
            event_uid=event.uid,
            paper=number,
            _external=True,
        ),
        facts=[(begins, draw.commitment[:8])] if draw else [],
        blanks=[] if draw else [Blank(label=begins)],
        table=Table(
            headings=[
                _("No."),
                *kinds,
                str(form.by.label.text),
                str(form.value.label.text),
            ],
            rows=[
                [str(at), *(_TICK for _kind in kinds), "", ""]
                for at in range(1, _ROWS + 1)
            ],
            widths=[1, *(3 for _kind in kinds), 4, 6],
        ),
    )
    heading = Heading(
        title=str(TITLES[layer]),
        competition=event.competition.name,
        event=event.name,
        signs=[_("Coding officer"), _("Supervisor")],
    )
    pdf = twins_pdf(heading, [sheet])
    return send_pdf(pdf, f"{event.name} {heading.title}", f"draw-{number}")
