"""The chief judge's questions to a locked result: what if, and how sure. Never kept."""

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import login_required_only, permission_required
from competition.events.models import Event
from errors import DomainError
from extensions import db
from scoring.judges import queries as judges
from scoring.marking import queries as marking
from scoring.results import queries
from scoring.results.forms import WhatIfForm
from scoring.results.models import ResultVersion
from scoring.results.rules.certainty import ROUNDS, Certainty, find_certainty
from scoring.results.rules.compare import Shift, compare
from scoring.results.rules.provisional import without_places
from scoring.results.rules.review import list_shared
from scoring.results.rules.rulings import is_placeholder
from scoring.results.rules.score import ScoringError, score
from scoring.results.rules.what_if import Supposed, Wish, suppose
from scoring.results.services.explain import Explained, explain_result
from scoring.results.views.common import bp, event_or_404
from scoring.results.views.explanations import is_panel_of
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.views.texts import tell


class NotLockedError(DomainError):
    """Before the lock an answer would lead the judges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a wish would change."""

    supposed: Supposed
    shifts: tuple[Shift, ...]
    faults: tuple[str, ...] = ()  # why it cannot be computed

    @property
    def moved(self) -> int:
        return sum(shift.rank_changed for shift in self.shifts)

    @property
    def awards(self) -> int:
        return sum(shift.award_changed for shift in self.shifts)


@bp.get("/events/<event_uid>/what-if")
@permission_required("marks.overview", within="event")
def show_what_if(event_uid: str) -> ResponseReturnValue:
    """Compute the locked result under another rule or without a judge, by codes."""
    event = event_or_404(event_uid)
    explained = _open(event)
    form = WhatIfForm(request.args)
    form.offer(judges.list_seat_names(db.session(), event.id), explained.scheme)
    answer = None
    if request.args and form.validate() and form.wish().is_any:
        answer = _answer(explained, form.wish())
    return render_template(
        "scoring/results/show_what_if.html",
        event=event,
        form=form,
        answer=answer,
        notes=[_(note.template) % note.params for note in answer.supposed.notes]
        if answer
        else [],
        places=explained.scheme.rounding.total,
        new_places=answer.supposed.scheme.rounding.total if answer else None,
        print_number=format_number,
        groups={group.code: group.name for group in event.groups},
    )


@bp.get("/events/<event_uid>/certainty")
@login_required_only
def show_certainty(event_uid: str) -> ResponseReturnValue:
    """Show panel and committee how sure each rank is, as far apart as judges were."""
    event = event_or_404(event_uid)
    if not is_panel_of(event):
        abort(403)
    explained = _open(event)
    rows = sorted(judge_ranks(explained), key=lambda row: (row.group, row.rank))
    return render_template(
        "scoring/results/show_certainty.html",
        event=event,
        rows=list(enumerate(rows)),
        shared=list_shared(explained.scheme, [(r.group, r.rank) for r in rows]),
        is_alone=all(aspect.judges == 1 for aspect in explained.scheme.aspects),
        rounds=ROUNDS,
        groups={group.code: group.name for group in event.groups},
    )


def judge_ranks(explained: Explained) -> list[Certainty]:
    """Return how sure each rank is; the same for the same marks, every time."""
    return find_certainty(
        explained.scheme,
        explained.tracer.facts,
        explained.tracer.values,
        explained.scoring.results,
        seed=int(explained.marks_digest[:16], 16),
    )


def _open(event: Event) -> Explained:
    result = _get_locked(event)
    return explain_result(db.session(), result)


def _get_locked(event: Event) -> ResultVersion:
    result = queries.find_result(db.session(), event.id) or abort(404)
    lock = marking.find_lock(db.session(), event.id)
    if lock is None or lock.round != result.round:
        raise NotLockedError(
            _("Only after the lock: before it, the answer would lead the judges.")
        )
    return result


def _answer(explained: Explained, wish: Wish) -> Answer:
    supposed = suppose(explained.scheme, explained.marks, wish)
    try:
        after = score(supposed.scheme, supposed.marks, explained.facts)
    except ScoringError as error:
        faults = tuple(map(tell, error.details[:5]))
        return Answer(supposed=supposed, shifts=(), faults=faults)
    if explained.is_provisional:
        after = without_places(after)
    return Answer(
        supposed=supposed,
        shifts=tuple(
            shift
            for shift in compare(explained.scoring, after)
            if not is_placeholder(shift.entry)
        ),
    )
