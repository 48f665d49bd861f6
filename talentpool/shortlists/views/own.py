"""Saved searches and shortlists."""

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import permission_required, signed_in_user
from extensions import db
from paging import Pages
from talentpool.dossiers.forms import LABELS
from talentpool.search.forms.spoken import spoken
from talentpool.search.queries.search import search
from talentpool.search.queries.sources import load_sources
from talentpool.shortlists.forms.fields import AddForm, SaveForm, ShortlistForm
from talentpool.shortlists.models import SavedSearch, Shortlist
from talentpool.shortlists.queries import lists
from talentpool.shortlists.services import keeping
from talentpool.shortlists.views.common import asker, bp, query_or_404

SHOWN = 50  # people of a digest


@bp.get("/lists")
@permission_required("pool.search")
def list_own() -> ResponseReturnValue:
    """Show one's saved searches with what is new, and one's shortlists."""
    session, user, who = db.session(), signed_in_user(), asker()
    saved = lists.list_saved(session, user)
    return render_template(
        "talentpool/shortlists/list_own.html",
        saved=[(one, keeping.digest_of(session, who, one)) for one in saved],
        shortlists=lists.list_shortlists(session, user),
        parameters=lambda one: lists.request_of(one.query).parameters(),
        words=lambda one: spoken(session, lists.request_of(one.query)),
    )


@bp.route("/lists/search/new", methods=["GET", "POST"])
@permission_required("pool.search")
def save_search() -> ResponseReturnValue:
    """Keep a search under a name."""
    asked, query = query_or_404()
    form = SaveForm()
    if form.validate_on_submit():
        try:
            keeping.save_search(
                db.session(), asker(), name=form.name.data or "", query=query
            )
        except keeping.KeepError as error:
            form.name.errors = [error.message]
        else:
            db.session.commit()
            flash(_("Kept. This page says who newly meets it."), "success")
            return redirect(url_for(".list_own"))
    page = render_template(
        "talentpool/shortlists/save_search.html",
        form=form,
        asked=asked,
        words=spoken(db.session(), asked),
        title=_("Save this search"),
        label=_("Save"),
    )
    return page, 422 if form.errors else 200


@bp.get("/lists/search/<saved_uid>")
@permission_required("pool.search")
def show_digest(saved_uid: str) -> ResponseReturnValue:
    """Show who newly meets a saved search."""
    session, saved = db.session(), _saved_or_404(saved_uid)
    digest = keeping.digest_of(session, asker(), saved)
    sources = load_sources(session, digest.new[:SHOWN])
    return render_template(
        "talentpool/shortlists/show_digest.html",
        saved=saved,
        digest=digest,
        people=[sources[number] for number in digest.new[:SHOWN] if number in sources],
        parameters=lists.request_of(saved.query).parameters(),
        words=spoken(session, lists.request_of(saved.query)),
        labels=LABELS,
    )


@bp.post("/lists/search/<saved_uid>/seen")
@permission_required("pool.search")
def mark_seen(saved_uid: str) -> ResponseReturnValue:
    """Count all that a saved search finds now as seen."""
    keeping.mark_seen(db.session(), asker(), _saved_or_404(saved_uid))
    db.session.commit()
    return redirect(url_for(".list_own"))


@bp.post("/lists/search/<saved_uid>/remove")
@permission_required("pool.search")
def forget_search(saved_uid: str) -> ResponseReturnValue:
    """Remove a saved search."""
    keeping.forget_search(db.session(), asker(), _saved_or_404(saved_uid))
    db.session.commit()
    return redirect(url_for(".list_own"))


@bp.route("/lists/shortlist/new", methods=["GET", "POST"])
@permission_required("pool.search")
def make_shortlist() -> ResponseReturnValue:
    """Begin a shortlist from a search."""
    asked, query = query_or_404()
    form = ShortlistForm()
    if form.validate_on_submit():
        shortlist = keeping.make_shortlist(
            db.session(),
            asker(),
            name=form.name.data or "",
            purpose=form.purpose.data or "",
            query=query,
        )
        db.session.commit()
        return redirect(url_for(".show_shortlist", shortlist_uid=shortlist.uid))
    page = render_template(
        "talentpool/shortlists/save_search.html",
        form=form,
        asked=asked,
        words=spoken(db.session(), asked),
        title=_("Begin a shortlist"),
        label=_("Begin the shortlist"),
    )
    return page, 422 if form.errors else 200


@bp.get("/lists/shortlist/<shortlist_uid>")
@permission_required("pool.search")
def show_shortlist(shortlist_uid: str) -> ResponseReturnValue:
    """Show a shortlist, and whom its search finds besides."""
    return _shortlist_page(shortlist_or_404(shortlist_uid), AddForm())


@bp.post("/lists/shortlist/<shortlist_uid>/add")
@permission_required("pool.search")
def add_person(shortlist_uid: str) -> ResponseReturnValue:
    """Put somebody on a shortlist and say why."""
    shortlist, form = shortlist_or_404(shortlist_uid), AddForm()
    if not form.validate_on_submit():
        return _shortlist_page(shortlist, form), 422
    try:
        keeping.shortlist_person(
            db.session(),
            asker(),
            shortlist,
            craftsman_uid=form.craftsman.data or "",
            reason=form.reason.data or "",
        )
    except keeping.KeepError as error:
        form.form_errors.append(error.message)
        return _shortlist_page(shortlist, form), 422
    db.session.commit()
    flash(_("Put on the shortlist."), "success")
    number = request.args.get("page", 1, int)
    return redirect(
        url_for(".show_shortlist", shortlist_uid=shortlist.uid, page=number)
    )


@bp.post("/lists/shortlist/<shortlist_uid>/remove/<listed_uid>")
@permission_required("pool.search")
def take_off(shortlist_uid: str, listed_uid: str) -> ResponseReturnValue:
    """Take somebody off a shortlist."""
    shortlist = shortlist_or_404(shortlist_uid)
    keeping.take_off(db.session(), asker(), shortlist, entry_uid=listed_uid)
    db.session.commit()
    return redirect(url_for(".show_shortlist", shortlist_uid=shortlist.uid))


def _saved_or_404(uid: str) -> SavedSearch:
    saved = lists.find_saved(db.session(), signed_in_user(), uid)
    return saved or abort(404)


def shortlist_or_404(uid: str) -> Shortlist:
    shortlist = lists.find_shortlist(db.session(), signed_in_user(), uid)
    return shortlist or abort(404)


def _shortlist_page(shortlist: Shortlist, form: AddForm) -> str:
    session, who = db.session(), asker()
    asked = lists.request_of(shortlist.query)
    page = max(request.args.get("page", 1, int), 1)
    found = search(
        session, replace(asked, page=page), scopes=who.scopes, today=who.today
    )
    entries = lists.list_entries(session, shortlist)
    on_it = {entry.craftsman.uid for entry in entries}
    return render_template(
        "talentpool/shortlists/show_shortlist.html",
        shortlist=shortlist,
        entries=entries,
        others=[source for source in found.items if source.uid not in on_it],
        found=Pages(page, found.total, asked.size),
        page_url=lambda number: url_for(
            ".show_shortlist", shortlist_uid=shortlist.uid, page=number
        ),
        parameters=asked.parameters(),
        words=spoken(session, asked),
        labels=LABELS,
        form=form,
    )
