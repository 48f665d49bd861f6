"""A dry run: two schemes over the same marks, ranks side by side. Nothing is kept."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import allowed_scopes, permission_required
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import list_managed_events
from extensions import db
from scoring.marking.rules.cells import as_marks
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.forms import DryRunForm
from scoring.results.rules.compare import Shift, compare
from scoring.results.rules.generate import fit_marks, make_entries, make_marks
from scoring.results.rules.read import EntryReader, MarkReader
from scoring.results.rules.rulings import is_placeholder
from scoring.results.rules.score import ScoringError
from scoring.results.rules.so_far import SoFar, score_so_far
from scoring.results.rules.what_if import suppose
from scoring.results.services.compute import NoSchemeError, read_ground
from scoring.results.views.common import bp, event_or_404
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.text import EncodingError, decode_text
from scoring.scheme.rules.tree import Scheme
from scoring.scheme.views.documents import list_texts
from scoring.scheme.views.texts import tell, tell_with_place

GENERATED, FILES = "generated", "files"
_CLOSED = (life.LOCKED, life.DECODED, life.PUBLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a dry run."""

    before: SoFar | None = None
    after: SoFar | None = None
    shifts: tuple[Shift, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.is_changed]


@bp.route("/events/<event_uid>/scheme/dry-run", methods=["GET", "POST"])
@permission_required("scheme.draft", within="event")
def dry_run(event_uid: str) -> ResponseReturnValue:
    """Compare two schemes on made-up marks, another event's, or those of a file."""
    event = event_or_404(event_uid)
    texts = list_texts(event)
    form = DryRunForm()
    form.offer_texts(list(texts), _list_sources(event))
    run = None
    if form.validate_on_submit() and texts:
        run = _run(form, texts)
    return render_template(
        "scoring/results/dry_run.html",
        event=event,
        form=form,
        has_texts=bool(texts),
        run=run,
        is_generated=form.marks.data == GENERATED,
        show=lambda number: "–" if number is None else format_number(number),
        was_asked=request.method == "POST",
    )


def _list_sources(event: Event) -> list[tuple[str, str]]:
    """Return whose marks can be taken: of events whose marks are closed."""
    events = list_managed_events(db.session(), allowed_scopes("scheme.draft"))
    found = [
        (other.uid, f"{other.competition.name} · {other.name}")
        for other in events
        if other.state in _CLOSED
    ]
    # Marks that are still being given would lead the judges.
    return [
        (GENERATED, _("made-up marks")),
        (FILES, _("files: marks.csv and entries.csv")),
        *sorted(found, key=lambda pair: pair[0] != event.uid),
    ]


def _run(form: DryRunForm, texts: dict[str, str]) -> Run:
    try:
        before = parse_scheme(texts[form.before.data])
        after = parse_scheme(texts[form.after.data])
    except SchemeError as error:
        return Run(faults=tuple(tell_with_place(f) for f in error.details[:10]))
    try:
        marks, facts = _read_marks(form, before, after)
    except EncodingError as error:
        return Run(faults=(error.message,))
    except ScoringError as error:
        return Run(faults=tuple(tell(fault) for fault in error.details[:10]))
    except NoSchemeError as error:
        return Run(faults=(error.message,))
    supposed = suppose(after, marks, form.wish())
    notes = tuple(_(note.template) % note.params for note in supposed.notes)
    try:
        old = score_so_far(before, fit_marks(before, marks), facts)
        new = score_so_far(supposed.scheme, fit_marks(supposed.scheme, marks), facts)
    except ScoringError as error:
        return Run(faults=tuple(tell(f) for f in error.details[:10]), notes=notes)
    shifts = compare(old.scoring, new.scoring)
    return Run(
        before=old,
        after=new,
        shifts=tuple(shift for shift in shifts if not is_placeholder(shift.entry)),
        notes=notes,
    )


def _read_marks(
    form: DryRunForm, before: Scheme, after: Scheme
) -> tuple[list[Mark], list[EntryFacts]]:
    if form.marks.data == FILES:
        return _read_files(form, after)
    if form.marks.data != GENERATED:
        ground = read_ground(db.session(), _event_id(form.marks.data))
        return as_marks(ground.counted), ground.facts
    seed, count = form.seed.data or "1", form.entries.data or 1
    facts = make_entries(after, count, seed)
    marks = make_marks(after, facts, seed)
    known = {aspect.code for aspect in after.aspects}
    more = [m for m in make_marks(before, facts, seed) if m.aspect not in known]
    return marks + more, facts


def _event_id(uid: str) -> int:
    return event_or_404(uid).id


def _read_files(
    form: DryRunForm, scheme: Scheme
) -> tuple[list[Mark], list[EntryFacts]]:
    """Read the uploaded files.

    Raises:
        EncodingError: a file is not UTF-8.
        ScoringError: rows cannot be read.
    """
    marks_file, entries_file = form.marks_file.data, form.entries_file.data
    reader = MarkReader(decode_text(marks_file.read() if marks_file else b""))
    marks = list(reader)
    faults = list(reader.faults)
    if entries_file:
        codes = [penalty.code for penalty in scheme.penalties]
        carried = [component.code for component in scheme.carried]
        entries = EntryReader(decode_text(entries_file.read()), codes, carried=carried)
        faults += entries.faults
        facts = entries.entries
    else:
        facts = [
            EntryFacts(entry=code) for code in dict.fromkeys(m.entry for m in marks)
        ]
    if faults:
        raise ScoringError(faults)
    return marks, facts
