"""The workshop: the draft of an event's scheme as a tree, node by node."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access.services import current_actor, is_allowed, permission_required
from accounts.users.queries import names_of
from competition.events.models import Event
from extensions import db
from scoring.scheme import queries
from scoring.scheme.forms import words
from scoring.scheme.forms.node import NodeForm, make_form
from scoring.scheme.forms.start import VersionForm
from scoring.scheme.models import SchemeDraft
from scoring.scheme.rules import draft as rules
from scoring.scheme.rules.bench import Bench, Line, lay_out
from scoring.scheme.rules.diff import diff_documents
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.rules.warnings import list_undescribed
from scoring.scheme.views.common import bp, event_or_404, places
from scoring.scheme.views.texts import tell


@bp.get("/events/<event_uid>/scheme/draft")
@permission_required("scheme.draft", within="event")
def show_draft(event_uid: str) -> ResponseReturnValue:
    """Show the draft: the tree with one node open to be edited, sums, faults."""
    event = event_or_404(event_uid)
    draft = queries.find_draft(db.session(), event.id)
    if draft is None:
        return redirect(url_for(".start_draft", event_uid=event.uid))
    return page(event, draft)


def page(
    event: Event,
    draft: SchemeDraft,
    *,
    form: NodeForm | None = None,
    version_form: VersionForm | None = None,
    messages: Sequence[str] = (),
) -> str:
    """Return the workshop's page.

    Args:
        event: whose scheme.
        draft: as it stands.
        form: the form of the open node with what was posted; None shows what the
            draft says of the node the address names.
        version_form: the form that attaches the draft, with what was posted.
        messages: what went wrong, to be read first.
    """
    bench = lay_out(read_toml(draft.text))
    at = str(form.path.data or "") if form else request.args.get("at")
    if form is None and at is not None:
        form = _open_form(bench, at, draft.revision)
    wanted = request.args.get("q", "").strip()
    left = []
    if form is not None and at is not None:
        left = form.put_faults(at, bench.faults_of(at), tell)
    version_form = version_form or VersionForm(formdata=None)
    version_form.revision.data = str(draft.revision)
    return render_template(
        "scoring/scheme/show_draft.html",
        event=event,
        draft=draft,
        bench=bench,
        full=format_number(bench.scheme.max),
        variation=format_number(bench.variation),
        variations=[
            (
                v.code,
                v.name,
                *map(format_number, (v.marks, v.aspect_marks, v.variation)),
            )
            for v in bench.variations
        ],
        faults=[(rules.owner_of(f.where), f.where, tell(f)) for f in bench.faults],
        warnings=[(rules.owner_of(w.where), w.where, tell(w)) for w in bench.warnings],
        undescribed=list_undescribed(bench.scheme) if bench.is_usable else [],
        at=at,
        level=rules.level_of(at) if at is not None else "",
        open_paths=_open_paths(bench, at, wanted),
        shown_paths=_found_paths(bench, wanted) if wanted else None,
        wanted=wanted,
        form=form,
        left=left,
        node_warnings=[tell(w) for w in bench.warnings_of(at)] if at else [],
        homes=_list_homes(bench, at),
        words=words,
        version_form=version_form,
        messages=messages,
        names=names_of(db.session(), [draft.changed_by, draft.begun_by]),
        me=current_actor().name,
        is_frozen=queries.find_frozen(db.session(), event.id) is not None,
        is_changed=_is_changed(event, draft, bench),
        saved=request.args.get("saved"),
        may_read_scheme=is_allowed("scheme.draft", places(event)),
    )


def _open_form(bench: Bench, at: str, revision: int) -> NodeForm:
    try:
        return make_form(bench.document, at, revision, shown=True)
    except (rules.NoNodeError, KeyError):
        abort(404)


def _open_paths(bench: Bench, at: str | None, wanted: str) -> set[str]:
    """Return the nodes that are shown unfolded."""
    if wanted:
        return _found_paths(bench, wanted)
    if len(bench.components) == 1 or bench.aspect_count <= 12:
        found = {line.path for line in bench.components}
        return found | {c.path for line in bench.components for c in line.lines}
    return set(rules.above(at)) if at else set()


def _found_paths(bench: Bench, wanted: str) -> set[str]:
    """Return the nodes that a search finds, and those around them."""
    words_wanted = wanted.lower().split()
    found: set[str] = set()

    def look(lines: Sequence[Line]) -> None:
        for line in lines:
            if all(word in line.text for word in words_wanted):
                found.update(rules.above(line.path))
            look(line.lines)

    look(bench.components)
    return found


def _list_homes(bench: Bench, at: str | None) -> list[tuple[str, str]]:
    """Return the criteria an aspect can go to, as (path, label)."""
    if at is None or rules.level_of(at) != "aspects":
        return []
    return [
        (criterion.path, f"{criterion.code} {criterion.name}".strip())
        for component in bench.components
        for criterion in component.lines
        if criterion.path != rules.parent_of(at)
    ]


def _is_changed(event: Event, draft: SchemeDraft, bench: Bench) -> bool:
    """Tell whether the draft differs from the version it is based on."""
    if not draft.based_on:
        return True
    version = queries.find_version(db.session(), event.id, draft.based_on)
    if version is None or version.text == draft.text:
        return version is None
    return bool(diff_documents(read_toml(version.text), bench.document))
