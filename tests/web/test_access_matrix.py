"""Every view, asked by every role, at home and elsewhere, and by nobody.

What is expected follows from what each view declares (`view.access`); what a
declaration cannot say stands in the tables below, each line with its reason. A new view
is in the matrix by being there.
"""

import io
import re
import zipfile
from contextvars import Context
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

import apart
from accounts.access.services import INSTALLATION
from accounts.roles.models import RoleGrant
from accounts.roles.rules import ROLES, Scope
from accounts.sessions import services as sessions
from ledger.log.models import LedgerEntry
from people.persons.models import Person
from people.persons.queries import open_id_number, open_phone
from talentpool.dossiers.models import Craftsman
from tests.factories.accounts import NOW, make_user
from tests.factories.people import make_unit
from tests.factories.world import World, make_world

HOME, ELSEWHERE = "330602", "330681"
NUMBERS = re.compile(r"[0-9]{11,17}[0-9X]|[0-9]{11}", re.ASCII)

OWN_IMPORTS = {
    f"talentpool.imports.{view}": "one's own imports, else 404"
    for view in (
        *("show_batch", "set_mapping", "load", "undo_batch", "discard"),
        *("resume", "download_faults"),
    )
}

OWN_LISTS = {
    f"talentpool.shortlists.{view}": "one's own, else 404; or pool.release over it"
    for view in (
        *("show_digest", "mark_seen", "forget_search", "show_shortlist", "add_person"),
        *("take_off", "print_shortlist", "show_export", "decide_export", "take_export"),
        "print_approval_sheet",
    )
}

OWN_PAIRS = {
    **{
        f"talentpool.mentorship.{view}": "a party, its unit, or the union; else 404"
        for view in (
            *("show_agreement", "edit_agreement", "sign_agreement", "set_deadline"),
            *("print_agreement", "show_plan", "begin_plan", "edit_plan", "show_log"),
            *("claim_milestone", "sign_milestone", "show_milestone_file"),
            *("confirm_lesson", "show_log_photo", "list_assessments", "add_assessment"),
            *("show_assessment", "close_assessment", "show_test_file"),
        )
    },
    **{
        f"talentpool.mentorship.{view}": "one's own, else 404"
        for view in ("show_offer", "answer_offer", "wish", "match")
    },
}

OWN_UPLOADS = {
    f"competition.bulk.{view}": "one's own uploads, or registration.review; else 404"
    for view in ("show_batch", "load", "discard", "undo", "download_refused")
}

OWN_UPLOADS |= {
    f"competition.bulk.{view}": "one's own archives, else 404"
    for view in ("show_photos", "load_photos", "discard_photos")
}

OWN_PEOPLE = {
    f"competition.registration.{view}": "people of one's own unit or place, else 404"
    for view in ("show_unit_entry", "say_word")
}

# Addresses that name something and do not say `within`: why that is right.
UNSCOPED = {
    "competition.draw.download_draw": "a draw is public; its outcome once revealed",
    "competition.draw.list_draws": "as above; hidden while the event is a draft",
    "competition.draw.show_draw": "as above",
    "competition.draw.show_stage": "as above",
    "competition.events.show_event": "events are public once they are no draft",
    "competition.sessions.show_timetable": "timetables are public as their events are",
    "competition.registration.begin": "says what entering asks for",
    "competition.registration.confirm": "own entry, else 404",
    "competition.registration.download_ticket": "own entry, or tickets.print over it",
    "competition.registration.show_answer_file": "as show_paper",
    "competition.registration.show_entry": "own entry, else 404",
    "competition.registration.show_more": "own entry, else 404",
    "competition.registration.show_paper": "own paper, or registration.review over it",
    "competition.registration.show_papers": "own entry, else 404",
    "competition.registration.show_step": "own entry, else 404",
    "competition.registration.show_ticket": "own entry, or tickets.print over it",
    "competition.registration.discard": "a draft of one's own browser",
    "competition.registration.start_as_guest": "anybody may begin a draft",
    "competition.registration.start": "contestants enter wherever they like",
    "competition.registration.upload_paper": "own entry, else 404",
    "competition.registration.take_offered_place": "own entry, else 404",
    "competition.registration.withdraw": "own entry, else 404",
    **{
        f"scoring.board.{view}": "an open board is public, else 404"
        for view in (
            *("show_board", "show_state", "show_since", "show_key"),
            *("download_feed", "stream_board"),
        )
    },
    "scoring.bundle.download_published": "published results are public",
    "scoring.bundle.show_how": "published results are public",
    "scoring.appeals.file_appeal": "own entry, or one's unit's, else 404",
    "scoring.appeals.print_sheet": "as above",
    "scoring.appeals.show_appeal": "a party, or appeals.decide over it, else 404",
    "scoring.appeals.ask_second": "as above",
    "scoring.appeals.print_letter": "as above",
    "scoring.appeals.show_paper": "as above",
    "scoring.certificates.print_own": "one's own certificate, else 404",
    **{
        f"scoring.medals.{view}": "made of published results alone"
        for view in ("show_medals", "download_medals", "print_medals")
    },
    "scoring.results.download": "published results are public",
    "scoring.results.show_explanation": "published results are public",
    "scoring.results.show_explanation_json": "published results are public",
    "scoring.results.print_explanation": "published results are public",
    "scoring.results.print_public": "published results are public",
    "scoring.results.download_workbook": "one of two permissions: asked in the view",
    "scoring.results.print_review": "one of two permissions: asked in the view",
    "scoring.results.show_public": "published results are public",
    "scoring.results.show_rules": "the rules of a published result are public",
    "scoring.results.show_review": "one of two permissions: asked in the view",
    "scoring.results.show_sheet": "one's own result, or one of two permissions over it",
    "scoring.results.print_work_result": "one of two permissions: asked in the view",
    "scoring.results.show_certainty": "one of two permissions: asked in the view",
    "scoring.results.show_work_result": "one of two permissions: asked in the view",
    "scoring.results.show_work_result_json": "as above",
    "scoring.results_api.show_results": "published results are public",
    "scoring.scheme.show_scheme": "one of four permissions: asked in the view",
    "scoring.wall.show_wall": "one of two permissions: asked in the view",
    "scoring.wall.show_wall_json": "as above",
    "scoring.wall.stream_wall": "as above",
    "competition.bulk.list_batches": "each row is held against one's own places",
    "competition.bulk.download_template": "events are public once they are no draft",
    "competition.bulk.submit_all": "only drafts within one's own places",
    "competition.bulk.take_photos": "as above",
    "competition.teams.new_team": "of units one speaks for",
    "competition.teams.show_delegation": "one's own unit or teams, else 404",
    "competition.teams.submit_returned": "of units one may complete entries of",
    **{
        f"competition.teams.{view}": "one's unit, the team one leads, the committee"
        for view in ("show_team", "edit_team", "replace", "end")
    },
    **OWN_UPLOADS,
    **OWN_PEOPLE,
    **OWN_IMPORTS,
    "talentpool.admission.agree": "the nominee's own word",
    "talentpool.admission.ask_objection": "anybody may object to a notice",
    "talentpool.admission.begin_own": "anybody may apply",
    "talentpool.admission.check_application": "own application, else 404",
    "talentpool.admission.edit_application": "own application, else 404",
    "talentpool.admission.recommend": "in the name of one's own unit or place",
    "talentpool.admission.save_evidence": "own application, else 404",
    "talentpool.admission.show_application": "own application, else 404",
    "talentpool.admission.show_batch": "batches are public",
    "talentpool.admission.show_evidence": "own application, else 404",
    "talentpool.admission.show_notice": "public between its dates",
    "talentpool.admission.take_objection": "anybody may object to a notice",
    "talentpool.admission.show_nomination": "shows nothing to others than its nominee",
    "talentpool.admission.show_scan": "own application, or a review permission over it",
    "talentpool.admission.withdraw": "own application, else 404",
    **OWN_LISTS,
    **OWN_PAIRS,
    "talentpool.matching.answer_own": "what one was asked oneself, else 404",
    "talentpool.matching.show_asked": "what one was asked oneself, else 404",
    **{
        f"talentpool.growth.{view}": "one's own, a participant, or its place, else 404"
        for view in (
            *("show_innovation", "show_paper", "edit_innovation", "add_part"),
            *("remove_part", "add_paper", "submit"),
        )
    },
    "talentpool.growth.show_award": "calls are open to all who see the pool",
    "talentpool.growth.download_awards": "published awards, as above",
    **{
        f"talentpool.growth.{view}": "its project's place, or its round's; else 404"
        for view in ("show_nomination", "withdraw_nomination", "take_back_award")
    },
    "talentpool.growth.mark_innovation": "an expert of the round, else 404",
    "talentpool.growth.stay_away": "as above",
    "talentpool.standard.show_standard": "the standard is public",
}

# Views that ask for more than their permission, so that its holder may be refused.
ASKS_MORE = {
    "checkpoints.download_checkpoint": "the number of one that is kept, else 404",
    "checkpoints.print_checkpoint": "as above",
    **OWN_IMPORTS,
    **OWN_PEOPLE,
    **OWN_UPLOADS,
    **OWN_LISTS,
    "accounts.messages.try_again": "404 of a delivery that is not there",
    "competition.codes.list_decoded": "403 until two persons have decoded",
    "competition.codes.decode": "two persons",
    "competition.codes.print_proof": "404 of a draw without constraints",
    "scoring.appeals.decide": "403 of the other instance",
    "scoring.certificates.print_certificate": "404 of one that does not hold",
    "scoring.certificates.show_seal": "404 without a seal",
    "scoring.exemplars.show_exemplar": "404 of a photo that is not there",
    "competition.teams.submit_returned": "403 without entries of one's unit there",
    "competition.scans_api.send_scans": "403 without the header of our own pages",
    "scoring.paper.print_own": "a seat at the event",
    "scoring.paper.print_own_record": "one's own signature",
    "scoring.bundle.download_checkpoint": "404 where there is none of that number",
    "scoring.bundle.make": "409 until the marks are locked",
    "scoring.results.download_outcomes": "404 until the result is decoded",
    "scoring.results.print_outcomes": "as above",
    "scoring.results.download_workbook": "404 until a result is computed",
    "scoring.results.print_review": "404 until a result is computed",
    "scoring.results.print_work_result": "404 until a result is computed",
    "scoring.results.show_certainty": "404 until a result is computed",
    "scoring.results.show_what_if": "404 until a result is computed",
    "scoring.results.show_work_result": "404 until a result is computed",
    "scoring.results.show_work_result_json": "404 until a result is computed",
    "scoring.results.show_change_report": "404 of a version that replaced none",
    "scoring.practice.mark": "a seat at the event",
    "scoring.practice.show_own": "a seat at the event",
    "scoring.practice.show_practice": "only who locks the marks opens one",
    "scoring.practice.show_sheet": "a seat at the event",
    "scoring.practice_api.send_practice": "403 without the header of our own pages",
    "scoring.recheck.check_work": "404 of a work that is not in the sample",
    "scoring.recheck.print_sheets": "404 where nothing is left to recheck",
    "scoring.panels.show_panel": "a seat that leads a panel, or checks a sheet",
    "scoring.panels.check_sheet": "a seat that checks this sheet",
    "scoring.sheets.list_works": "a seat at the event",
    "scoring.sheets.mark": "a seat at the event",
    "scoring.sheets.show_state": "a seat at the event",
    "scoring.sheets.sign": "a seat at the event",
    "scoring.sheets.show_alerts": "a seat at the event",
    "scoring.sheets.add_note": "a seat at the event",
    "competition.registration.decide_paper": "404 without the reviewer's form",
    "talentpool.admission.check_claim": "403 of another office's step",
    "talentpool.admission.close_panel": "302 away from the experts' step",
    "talentpool.admission.decide_application": "403 of another office's step",
    "talentpool.admission.enter_pool": "as above",
    "talentpool.admission.mark_application": "404 without a seat on the panel",
    "talentpool.admission.pass_step": "403 of another office's step",
    "talentpool.admission.put_up": "404 of another unit",
    "talentpool.admission.refuse_application": "403 of another office's step",
    "talentpool.admission.report_clear": "404 of another unit",
    "talentpool.admission.report_objection": "404 of another unit",
    "talentpool.admission.return_application": "403 of another office's step",
    "talentpool.admission.show_objection_document": "404 where there is none",
    "talentpool.admission.show_unit_notice": "404 of another unit",
    "talentpool.admission.state_claim": "403 of another office's step",
    "talentpool.admission.stay_away": "404 without a seat on the panel",
    "scoring.marks_api.send_marks": "403 without the header of our own pages",
    "scoring.photos_api.send_photo": "as above",
    "scoring.tablets_api.send_report": "as above",
}

ASKS_MORE |= {
    "talentpool.growth.download_awards": "404 before the awards are published",
    "talentpool.growth.show_nomination": "404 of another place",
    "talentpool.growth.withdraw_nomination": "as above",
    "talentpool.growth.take_back_award": "as above",
    "talentpool.growth.mark_innovation": "an expert of the round, else 404",
    "talentpool.growth.stay_away": "as above",
    "talentpool.identity.show_split": "404 of a pair that is not merged",
    "talentpool.mentorship.file_agreement": "404 of a pair without an agreement",
    "talentpool.mentorship.graduate_pair": "409 before a passed final assessment",
    "talentpool.privacy.decide_erasure": "404 of a step there is not",
}

# Views that ask for one of several permissions within the event.
ONE_OF = {
    "scoring.results.download_workbook": {"marks.overview", "results.view"},
    "scoring.results.print_review": {"marks.overview", "results.view"},
    "scoring.results.show_review": {"marks.overview", "results.view"},
    "scoring.results.print_work_result": {"marks.overview", "results.view"},
    "scoring.results.show_certainty": {"marks.overview", "results.view"},
    "scoring.results.show_work_result": {"marks.overview", "results.view"},
    "scoring.results.show_work_result_json": {"marks.overview", "results.view"},
    "scoring.wall.show_wall": {"marks.overview", "events.manage"},
    "scoring.wall.show_wall_json": {"marks.overview", "events.manage"},
    "scoring.wall.stream_wall": {"marks.overview", "events.manage"},
    "scoring.scheme.show_scheme": {
        *("scheme.manage", "scheme.draft", "marks.enter", "marks.overview"),
        "results.view",
    },
}

# What an address needs that is not in the world.
FIXED = {
    "answer_uid": "none",
    "assessment_uid": "none",
    "audience": "public",
    "delivery_uid": "none",
    "export_uid": "none",
    "lesson_uid": "none",
    "listed_uid": "none",
    "milestone_uid": "none",
    "picture_uid": "none",
    "saved_uid": "none",
    "shortlist_uid": "none",
    "verdict": "approve",
    "code": "en",
    "field": "front_line",
    "figure_id": "pool.members",
    "filename": "css/app.css",
    "known": "00",
    "line": "1",
    "number": "0000",
    "purpose": "pool",
    "seq": "1",
    "sha256": "0" * 64,
    "says": "yes",
    "state": "closed",
    "step": "work",
    "year": "2026",
}
KINDS = {  # what `<kind>` may be, where it is not the kind of a fact
    "competition.calendar.download_calendar": {"kind": "ics"},
    "competition.registration.upload_paper": {"kind": "photo"},
    "competition.questions.edit_question": {"code": "q1"},
    "competition.questions.move_question": {"code": "q1", "step": "up"},
    "scoring.certificates.end_signature": {"step": "end"},
    "scoring.figures.show_counted": {"what": "events"},
    "scoring.board.take_step": {"action": "freeze"},
    "scoring.results.download": {"kind": "csv"},
    "scoring.scheme.download_draft": {"kind": "json"},
    "scoring.scheme.download_scheme": {"kind": "toml"},
    "scoring.shell.show_page": {"name": "mark"},
    "talentpool.admission.edit_application": {"step": "person"},
    "talentpool.lineage.print_lineage": {"kind": "svg"},
    "talentpool.lineage.print_studio": {"kind": "svg"},
    "talentpool.shortlists.print_shortlist": {"kind": "xlsx"},
    "talentpool.reports.draw_chart": {"kind": "svg"},
    "talentpool.reports.print_report": {"kind": "docx"},
    "talentpool.reports.print_snapshot": {"kind": "docx"},
}
REFUSED = {401, 403}
ENTRIES = select(func.count()).select_from(LedgerEntry)
ALL_DUTIES = (
    *("committee", "chief_judge", "checkin_officer", "pool_officer", "supervisor"),
    *("coding_officer_1", "coding_officer_2", "coding_officer_3"),
)


class Visitor:
    """Somebody who asks for addresses; what a request changes is undone after it."""

    def __init__(self, app, session, user=None):
        self.session = session
        self.client = FlaskClient(app, app.response_class, use_cookies=True)
        if user is not None:
            token = sessions.start(
                session, user=user, device="test", now=datetime.now(UTC)
            )
            session.flush()
            with self.client.session_transaction() as cookie:
                cookie.update(_user_id=token, _fresh=True)

        self.written = 0  # entries of the log the last request made
        self.secrets = _secrets(session)
        self.leaked = set()  # (path, number in clear) of every page asked for

    def ask(self, method, url, **body):
        connection = self.session.connection()
        before = connection.scalar(ENTRIES)
        with connection.begin_nested() as undone:
            answer = Context().run(self.client.open, url, method=method, **body)
            self.written = connection.scalar(ENTRIES) - before
            undone.rollback()
        if answer.mimetype == "text/event-stream":
            answer.close()  # or it would hold one of the few places for ever
        elif method == "GET":
            self.leaked |= {
                (urlsplit(url).path, number)
                for number in NUMBERS.findall(_text(answer))
                if number in self.secrets
            }
        assert answer.status_code < 500, (method, url, answer.status_code)
        return answer

    def is_let_in(self, method, url):
        return is_open(self.ask(method, url))


def _secrets(session):
    """Return every ID number and phone there is, in clear: the planted canaries."""
    numbers = set()
    for person in session.scalars(select(Person)):
        numbers |= {open_id_number(person), open_phone(person)}
    return numbers - {""}


def _text(answer):
    """Return what an answer says, the insides of a workbook or archive too."""
    data = answer.get_data()
    if data[:2] != b"PK":
        return data.decode("utf-8", "ignore")
    archive = zipfile.ZipFile(io.BytesIO(data))
    return "\n".join(
        archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()
    )


def is_open(answer):
    # A browser that has been at the door for badges is sent there.
    to_login = answer.status_code == 302 and (
        urlsplit(answer.location).path in {"/login", "/badge"}
    )
    return answer.status_code not in REFUSED and not to_login


@pytest.fixture(autouse=True)
def _nothing_apart(monkeypatch):
    """A command in a process of its own would work on the database of all tests."""
    monkeypatch.setattr(apart, "start", lambda *_words: None)


@pytest.fixture
def here(session):
    return make_world(session, HOME)


@pytest.fixture
def there(session, here):
    return make_world(session, ELSEWHERE)


def officer(session, role, scopes):
    user = make_user(session)
    session.add_all(
        RoleGrant(
            user=user,
            role=role,
            scope_kind=scope.kind,
            scope_key=scope.key,
            granted_at=NOW,
            granted_by="tests",
        )
        for scope in scopes
    )
    session.flush()
    return user


def views(app):
    """Yield (endpoint, access, method, rule) of every address but of files."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            access = app.view_functions[rule.endpoint].access
            for method in sorted(rule.methods & {"GET", "POST", "PUT"}):
                yield rule.endpoint, access, method, rule


def address(rule, world):
    values = {**FIXED, **world.values, **KINDS.get(rule.endpoint, {})}
    values["uid"] = world.bare.get(rule.endpoint, "")
    asked = rule.arguments - set(rule.defaults or ())
    return rule.build({name: values[name] for name in asked})[1]


def test_every_named_thing_has_a_scope_or_a_reason(app):
    bare = {
        endpoint
        for endpoint, access, _method, rule in views(app)
        if any(name.endswith("_uid") for name in rule.arguments) and not access.within
    }

    assert bare == set(UNSCOPED)


def test_what_is_public_is_open_to_nobody_in_particular_and_the_rest_is_not(
    app, session, here
):
    nobody = Visitor(app, session)
    wrong = {
        (endpoint, method)
        for endpoint, access, method, rule in views(app)
        if nobody.is_let_in(method, address(rule, here)) != (access.permission == "")
    }

    assert wrong == set()
    assert nobody.leaked == set()


def test_no_page_shows_a_number_in_clear_to_whoever_holds_every_role(
    app, session, here
):
    """Pages for anybody signed in; those of a permission are asked for below."""
    all_of_them = officer(session, "pool_officer", [Scope("all")])
    for role in sorted(ROLES.keys() - {"pool_officer"}):
        session.add(
            RoleGrant(
                user=all_of_them,
                role=role,
                scope_kind="all",
                scope_key="",
                granted_at=NOW,
                granted_by="tests",
            )
        )
    session.flush()
    visitor = Visitor(app, session, all_of_them)
    asked = 0
    for _endpoint, access, method, rule in views(app):
        if access.permission in {"", "login"} and method == "GET":
            visitor.ask(method, address(rule, here))
            asked += 1
    mentor = session.scalars(select(Craftsman)).first().person
    for number in (open_id_number(mentor), open_phone(mentor)):
        found = visitor.ask("GET", f"/api/v1/craftsmen?q={number}").get_json()
        assert found["total"] == 0
        typed = visitor.ask("GET", f"/pool/complete?q={number[:9]}")
        assert number not in typed.get_data(as_text=True)

    assert asked > 30
    assert visitor.secrets
    assert {(p, n) for p, n in visitor.leaked if p != "/api/v1/craftsmen"} == set()


def test_a_role_opens_what_it_may_at_home_and_nothing_elsewhere(app, session, here):
    # One test for all roles: two of everything is dear to make.
    wrong = [
        (role, *cell)
        for role in sorted(ROLES)
        for cell in _wrong_cells(app, session, here, role)
    ]

    assert wrong == []


def _wrong_cells(app, session, here, role):
    home = Visitor(app, session, officer(session, role, here.scopes))
    stranger = Visitor(app, session, officer(session, role, _elsewhere(here)))
    everywhere = Visitor(app, session, officer(session, role, [Scope("all")]))
    is_second = session.get_bind().dialect.name == "postgresql"
    for endpoint, access, method, rule in views(app):
        if access.permission in {"", "login"} and endpoint not in ONE_OF:
            continue
        may = bool(ROLES[role] & ONE_OF.get(endpoint, {access.permission}))
        if not may and is_second:
            continue  # refused before the database is asked for more than the grants
        scoped = bool(access.within) or endpoint in ONE_OF
        asks = [(everywhere, may)]
        if may:  # whoever lacks the permission everywhere lacks it at each place
            asks += [(home, access.within != INSTALLATION), (stranger, not scoped)]
        for visitor, expected in asks:
            answer = visitor.ask(method, address(rule, here))
            got = is_open(answer) and answer.status_code != 404
            excused = expected and endpoint in ASKS_MORE
            if (got != expected and not excused) or (visitor.written and not expected):
                yield method, address(rule, here), expected, answer.status_code
    for visitor in (home, stranger, everywhere):
        yield from (("in clear", *leak) for leak in sorted(visitor.leaked))


def _elsewhere(world):
    """Another event, competition and district, without anything in them."""
    return [
        Scope("event", world.published.event.uid),
        Scope("competition", world.marked.event.uid),  # no competition's uid
        Scope("district", ELSEWHERE),
        Scope("unit", world.marked.event.uid),
    ]


def test_a_part_of_another_place_is_not_reached_from_ones_own(
    app, session, here, there
):
    """/events/<mine>/judges/<a seat of theirs>/end and all addresses like it."""
    staff = [
        Visitor(app, session, officer(session, role, here.scopes))
        for role in ALL_DUTIES
    ]
    parts = {
        "uid",
        "mark_id",
        "photo_uid",
        "paper_uid",
        "fact_uid",
        "evidence_uid",
        "entry_uid",
        "gate_uid",
    }
    wrong = []
    for endpoint, access, method, rule in views(app):
        names = [name for name in rule.arguments if name in parts]
        owners = rule.arguments & {"event_uid", "craftsman_uid", "publication_uid"}
        if "paper_uid" in names and "entry_uid" in names:
            names, owners = ["paper_uid"], {"entry_uid"}
        if not names or not owners or access.permission in {"", "login"}:
            continue
        mixed = World(**{**vars(here), "values": here.values | _only(there, names)})
        mixed.bare = there.bare
        for visitor in staff:
            answer = visitor.ask(method, address(rule, mixed), data={"reason": "x"})
            if visitor.written or answer.status_code not in {403, 404, 409, 422}:
                wrong.append((endpoint, method, answer.status_code, visitor.written))

    assert wrong == []


def _only(world, names):
    return {name: world.values[name] for name in names if name in world.values}


def test_an_entry_is_its_contestants_own(app, session, here):
    own, other = here.marked.entries
    visitors = {
        "another contestant": Visitor(app, session, other.user),
        "a judge": Visitor(app, session, here.marked.judge("J2")),
        "the chief judge": Visitor(app, session, here.marked.judge("J1")),
        "a committee elsewhere": Visitor(
            app, session, officer(session, "committee", _elsewhere(here))
        ),
        "an official": Visitor(
            app, session, officer(session, "hr_official", [Scope("all")])
        ),
    }
    owner = Visitor(app, session, own.user)
    wrong = []
    for endpoint, access, method, rule in views(app):
        if access.permission != "login" or not rule.arguments & {
            "entry_uid",
            "paper_uid",
        }:
            continue
        if "publication_uid" in rule.arguments:
            continue
        url = address(rule, here)
        if owner.ask(method, url).status_code in {403, 404}:
            wrong.append(("the contestant", endpoint, method))
        for who, visitor in visitors.items():
            if visitor.ask(method, url).status_code != 404 or visitor.written:
                wrong.append((who, endpoint, method))

    assert wrong == []


def test_a_judges_sheet_is_their_own(app, session, here, there):
    event = here.marked.event.uid
    answers = {
        seat: Visitor(app, session, here.marked.judge(seat)).ask(
            "GET", f"/judging/{event}/sheet.json"
        )
        for seat in ("J1", "J2")
    }
    foreign = Visitor(app, session, there.marked.judge("J1"))

    ids = {
        seat: {
            cell["id"]
            for row in a.get_json()["cells"].values()
            for cell in row.values()
        }
        for seat, a in answers.items()
    }

    assert all(ids.values())
    assert not any(mark in answers["J2"].text for mark in ids["J1"])
    assert not any(mark in answers["J1"].text for mark in ids["J2"])
    for page in ("", "/mark", "/sheet.json", "/sign"):
        assert foreign.ask("GET", f"/judging/{event}{page}").status_code == 403


def test_an_explained_result_is_shown_where_its_person_is_at_home(
    app, session, here, there
):
    own, other = here.published.entries
    url = f"/results/sheets/{here.publication_uid}/{own.uid}"
    unit = own.unit
    cases = {
        "the contestant": (own.user, 200),
        "another contestant": (other.user, 403),
        "a judge": (here.published.judge("J2"), 403),
        "their own unit": (
            officer(session, "unit_officer", [Scope("unit", unit.uid)]),
            200,
        ),
        "another unit": (
            officer(session, "unit_officer", [Scope("unit", make_unit(session).uid)]),
            403,
        ),
        "the pool of the place": (
            officer(session, "pool_officer", [Scope("district", unit.district_code)]),
            200,
        ),
        "the pool of another place": (
            officer(session, "pool_officer", [Scope("district", ELSEWHERE)]),
            403,
        ),
    }

    got = {
        who: Visitor(app, session, user).ask("GET", url).status_code
        for who, (user, _status) in cases.items()
    }

    assert got == {who: status for who, (_user, status) in cases.items()}
