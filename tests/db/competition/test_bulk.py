"""Registration by file: the command and what it leaves behind."""

import contextvars
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from competition.bulk.models import EntryBatch
from competition.bulk.services import batches
from competition.registration.models import Entry
from competition.registration.rules.document import Document
from competition.registration.services.drafts import answers_of
from competition.registration.services.rulebook import change_rules
from competition.registration.services.submissions import submit_entry
from errors import DomainError
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM, verify
from people.persons.models import Person
from tests.factories.competition import make_draft, make_entry, make_event
from tests.factories.entry_files import UNIT, entry_file, entry_row
from tests.factories.people import made_up_id


@pytest.fixture
def event(session):
    now = datetime.now(UTC)
    return make_event(
        session,
        registration_closes_at=now + timedelta(days=1),
        starts_at=now + timedelta(days=9),
        age_max=50,
        min_trade_years=3,
        unit_quota=40,
    )


@pytest.fixture
def run(app, session, event, tmp_path):
    """run(rows, "--dry-run") gives the command's answer; it has read `file`."""

    def run(rows, *options, name="名单.xlsx"):
        file = tmp_path / name
        file.write_bytes(rows if isinstance(rows, bytes) else entry_file(rows))
        session.flush()
        arguments = ["entries", "import", event.uid, str(file), *options]
        runner = app.test_cli_runner()
        answer = contextvars.Context().run(runner.invoke, args=arguments)
        session.expire_all()
        return answer

    return run


def entries_of(session, event):
    return session.scalars(
        select(Entry).where(Entry.event_id == event.id).order_by(Entry.id)
    ).all()


def test_right_rows_are_entered_and_refused_rows_come_back_with_reasons(
    session, event, run, tmp_path
):
    rows = [
        entry_row(1),
        entry_row(2, 身份证号="330602199003070010", 手机号="123"),
        entry_row(3, 本工种工龄="2"),
        entry_row(4, 身份证号=made_up_id(1, region="330610")),
        entry_row(5, 组别="学生组"),
    ]

    mixed = run(rows)
    reasons = tmp_path / "名单-reasons.xlsx"
    sheet = openpyxl.load_workbook(reasons).active
    told = [row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    corrected = [entry_row(n) for n in (2, 3, 4, 5)]
    again = run(corrected, name="名单-reasons.xlsx")
    last = run([entry_row(n) for n in range(1, 6)])

    assert (mixed.exit_code, again.exit_code, last.exit_code) == (1, 0, 0)
    assert mixed.stdout.splitlines()[0].startswith("accepted: 1 ")
    assert mixed.stdout.splitlines()[1:] == ["rejected: 4", f"reasons file: {reasons}"]
    assert mixed.stderr.count(f"{tmp_path / '名单.xlsx'}:3: ") == 2
    assert reasons.stat().st_mode & 0o777 == 0o600
    assert [line.count("\n") for line in told] == [1, 0, 0, 0]
    assert last.stdout.splitlines()[1:] == ["rejected: 0", "reasons file: -"]
    found = entries_of(session, event)
    assert len(found) == 5
    assert {entry.state for entry in found} == {"draft"}
    assert {entry.unit.name for entry in found} == {UNIT["单位"]}
    assert answers_of(found[0]).group == event.groups[0].uid


def test_a_dry_run_changes_nothing(session, event, run):
    before = session.scalar(select(func.count()).select_from(LedgerEntry))

    fine = run([entry_row(1), entry_row(2)], "--dry-run")
    wrong = run([entry_row(1), entry_row(2, 姓名=None)], "--dry-run")

    assert (fine.exit_code, wrong.exit_code) == (0, 1)
    assert wrong.stdout.splitlines()[1] == "rejected: 1"
    assert entries_of(session, event) == []
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == before


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param(b"PK no workbook", "xlsx", id="no workbook"),
        pytest.param([{"姓名": "甲", "身份证号": "1"}], ":1: ", id="a column lacks"),
        pytest.param([{"甲": "乙"}], ":1: ", id="no headings"),
    ],
)
def test_what_cannot_be_read_is_bad_input(session, event, run, rows, told):
    answer = run(rows)

    assert isinstance(answer.exception, DomainError)  # the command ends with 2
    assert told in answer.exception.message
    assert entries_of(session, event) == []


def test_no_such_event_and_a_closed_one_are_bad_input(
    session, event, run, app, tmp_path
):
    event.registration_closes_at = datetime.now(UTC) - timedelta(minutes=1)
    closed = run([entry_row(1)])
    runner = app.test_cli_runner()
    arguments = ["entries", "import", "nowhere", str(tmp_path / "名单.xlsx")]
    unknown = contextvars.Context().run(runner.invoke, args=arguments)

    assert isinstance(closed.exception, DomainError)
    assert isinstance(unknown.exception, DomainError)
    assert entries_of(session, event) == []


def test_what_others_did_is_not_overwritten(session, event, run):
    own = make_entry(session, event, name="孙一", id_number=made_up_id(700))
    row = entry_row(1, 姓名="孙一", 身份证号=made_up_id(700))

    answer = run([row])

    assert answer.exit_code == 1
    session.refresh(own)
    assert own.state == "submitted"


def test_a_batch_is_undone_until_somebody_works_on_it(session, event, run):
    people = session.scalar(select(func.count()).select_from(Person))
    run([entry_row(n) for n in range(1, 4)])
    first = entries_of(session, event)[0]
    sealed = first.answers_sealed
    run([entry_row(1, 本工种工龄="9"), entry_row(4)])
    made, changed = session.scalars(select(EntryBatch).order_by(EntryBatch.id)).all()
    now = datetime.now(UTC)

    with pytest.raises(batches.LaterWorkError):
        batches.undo(session, made, reason="错", actor=SYSTEM, now=now)
    batches.undo(session, changed, reason="错", actor=SYSTEM, now=now)
    session.expire_all()

    left = entries_of(session, event)
    assert left[0].id == first.id
    assert len(left) == 3
    assert left[0].answers_sealed == sealed
    assert session.scalar(select(func.count()).select_from(Person)) == people + 3
    assert verify(session).fault is None


def test_a_contestant_takes_over_what_the_unit_began(session, event, run):
    run([entry_row(1)])
    [begun] = entries_of(session, event)
    own = make_draft(
        session,
        event,
        name=entry_row(1)["姓名"],
        id_number=entry_row(1)["身份证号"],
    )

    submit_entry(
        session, entry=own, has_consented=True, actor=SYSTEM, now=datetime.now(UTC)
    )

    session.refresh(begun)
    assert own.state == "submitted"
    assert (begun.state, begun.person_id) == ("withdrawn", None)


def test_what_the_rules_ask_has_its_columns(session, event, run):
    change_rules(
        session,
        event=event,
        document=Document(
            insurance_months=12,
            residence_within=("330600",),
            excluded_standings=("teacher",),
            barred_honours=("全国技术能手",),
        ),
        reason="补充通知",
        actor=SYSTEM,
        now=datetime.now(UTC),
    )
    said = {
        "社保缴费月数": "24",
        "常住地": "越城区",
        "身份": "企业职工",
        "是否已获限制荣誉": "否",
    }

    answer = run(
        [entry_row(1, **said), entry_row(2, **{**said, "身份": "教师"}), entry_row(3)]
    )

    assert answer.stdout.splitlines()[1] == "rejected: 2"
    lines = answer.stderr.splitlines()
    assert len([line for line in lines if ":3: " in line]) == 1
    assert len([line for line in lines if ":4: " in line]) == 4
    [entry] = entries_of(session, event)
    assert answers_of(entry).residence == "330602"


def test_the_template_reads_itself(session, event, run, app, tmp_path):
    path = tmp_path / "模板.xlsx"
    runner = app.test_cli_runner()
    arguments = ["entries", "template", event.uid, "-o", str(path)]
    contextvars.Context().run(runner.invoke, args=arguments)
    book = openpyxl.load_workbook(path)
    headings = [cell.value for cell in book.worksheets[0][1]]
    values = list(entry_row(1).values())
    book.worksheets[0].append(values)
    out = io.BytesIO()
    book.save(out)

    answer = run(out.getvalue())

    assert answer.exit_code == 0, answer.stderr
    assert len(headings) == len(values)
    assert len(book.worksheets[0].data_validations.dataValidation) == 3
