"""Importing on the pages and by command."""

import contextvars
import io
import json
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from talentpool.dossiers.models import Craftsman
from talentpool.imports import jobs
from talentpool.imports.models import ImportBatch
from talentpool.imports.rules.columns import FIELDS
from talentpool.imports.services import progress, undo
from tests.factories.accounts import make_user
from tests.factories.pool_files import SKILL, pool_csv, pool_file, pool_row

OPENED = "/pool/imports"
COLUMNS = (
    *("name", "id_number", "phone", "nation", "unit", "credit_code", "district_code"),
    *("level", "pool_class", "trade", "occupation_code", "trade_since"),
    *("union_member", "entered_on", "skill_level_code", "skill_number"),
)


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.fixture
def called(monkeypatch):
    """Whom the pages called to work; the worker is a process of its own elsewhere."""
    uids: list[str] = []
    monkeypatch.setattr("talentpool.imports.views.pages.start_worker", uids.append)
    return uids


def send(client, data, name="工匠.xlsx"):
    return client.post(OPENED, data={"file": (io.BytesIO(data), name)})


def run(app, *arguments):
    runner = app.test_cli_runner()
    return contextvars.Context().run(runner.invoke, args=["pool", *arguments])


def test_from_upload_to_undo(client, session, officer, called):
    rows = [pool_row(1, **SKILL), pool_row(2, 入库日期="昨天")]
    where = send(client, pool_file(rows)).location
    [uid] = called
    batch = session.scalars(select(ImportBatch).filter_by(uid=uid)).one()
    assert "2" in client.get(where).text

    jobs.work(session, uid)
    mapping = client.get(where)
    fields = {f"column-{n}": "" for n in range(20)}
    refused = client.post(f"{where}/mapping", data=fields)
    chosen = {f"column-{n}": key for n, key in enumerate(COLUMNS)}
    client.post(f"{where}/mapping", data=chosen)
    jobs.work(session, uid)
    checked = client.get(where).text
    faulty = client.get(f"{where}/faults.xlsx")
    client.post(f"{where}/load", data={"verified": "y"})
    jobs.work(session, uid)
    loaded = client.get(where).text
    tag = client.get(where).headers["ETag"]
    unchanged = client.get(where, headers={"If-None-Match": tag})
    silent = client.post(f"{where}/undo", data={"reason": ""})
    client.post(f"{where}/undo", data={"reason": "传错文件"})
    jobs.work(session, uid)

    session.refresh(batch)
    assert mapping.text.count("selected") >= 16
    assert refused.status_code == 422
    assert "昨天" in checked
    assert openpyxl.load_workbook(io.BytesIO(faulty.data)).active.max_row == 2
    assert "撤销" in loaded
    assert unchanged.status_code == 304
    assert silent.status_code == 422
    assert batch.state == "undone"
    assert session.scalar(select(func.count()).select_from(Craftsman)) == 0


def test_what_the_file_says_otherwise_is_chosen_on_the_page(
    client, session, officer, called
):
    load_file(client, session, pool_file([pool_row(1, 岗位="班员")]), called)
    where = check_file(client, session, pool_file([pool_row(1, 岗位="班长")]), called)

    page = client.get(where).text
    client.post(f"{where}/load", data={"update": "y"})
    jobs.work(session, called[-1])
    loaded = client.get(where).text

    assert "班员" in page
    assert "班长" in page
    assert 'name="update"' in page
    assert session.scalars(select(Craftsman.post)).all() == ["班长"]
    assert "更新内容" in loaded


def test_a_worker_that_was_killed_is_called_again(client, session, officer, called):
    where = check_file(client, session, pool_file([pool_row(1)]), called)
    client.post(f"{where}/load")
    batch = session.scalars(select(ImportBatch)).one()
    batch.worker, batch.beat_at = "gone", datetime.now(UTC) - timedelta(minutes=2)
    progress.note(batch.uid, batch.beat_at, 1)

    page = client.get(where).text
    client.post(f"{where}/resume")
    jobs.work(session, called[-1])

    assert "处理已中断" in page
    assert "1 / 1" in page or "1 行" in page
    assert called[-1] == called[-2] == batch.uid
    assert batch.state == "loaded"


def check_file(client, session, data, called):
    """Send a file, name its columns as its headings do, have its rows checked."""
    where = send(client, data).location
    jobs.work(session, called[-1])
    batch = session.scalars(select(ImportBatch).filter_by(uid=called[-1])).one()
    mapping = json.loads(batch.mapping)
    if batch.state == "mapping":
        chosen = {f"column-{n}": key for key, n in mapping.items()}
        client.post(f"{where}/mapping", data=chosen)
        jobs.work(session, batch.uid)
    return where


def load_file(client, session, data, called):
    where = check_file(client, session, data, called)
    client.post(f"{where}/load")
    jobs.work(session, called[-1])
    return where


def test_only_ones_own_imports(client, session, officer, called, sign_in):
    where = send(client, pool_file([pool_row(1)])).location
    sign_in(make_user(session, "pool_officer"))

    assert client.get(where).status_code == 404


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(b"x", "pool.doc", id="another kind"),
        pytest.param(b"", "pool.xlsx", id="empty"),
    ],
)
def test_what_cannot_be_taken_in_is_said_beside_the_field(
    client, session, officer, called, data, name
):
    answer = send(client, data, name)

    assert answer.status_code == 422
    assert called == []
    assert 'class="field__errors"' in answer.text


def test_the_template_has_columns_that_are_known(client, session, officer, called):
    data = client.get(f"{OPENED}/template.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    headings = [cell.value for cell in book.worksheets[0][1]]
    book.worksheets[0].append(["x"] * len(headings))
    filled = io.BytesIO()
    book.save(filled)

    send(client, filled.getvalue())
    jobs.work(session, called[0])

    batch = session.scalars(select(ImportBatch)).one()
    assert json.loads(batch.mapping) == {f.key: n for n, f in enumerate(FIELDS)}


def cells_of(file):
    """Return the rows of a file that was written."""
    if file.suffix == ".csv":
        return file.read_bytes()
    return list(openpyxl.load_workbook(file).active.values)


def test_taken_into_an_empty_pool_the_export_is_the_same(app, session, tmp_path):
    first, out, again = (tmp_path / f"{name}.xlsx" for name in "abc")
    first.write_bytes(
        pool_file(
            [
                pool_row(1, **SKILL, 荣誉称号="=市工匠", 荣誉级别="市级"),
                pool_row(1, 职业技能等级="高级工"),
                pool_row(2, 成果名称="夹具", 成果类别="五小", 经济效益="12.5"),
            ]
        )
    )
    run(app, "import", str(first))
    run(app, "export", "-o", str(out))
    batch = session.scalars(select(ImportBatch)).one()
    now = datetime.now(UTC)
    undo.begin_undo(session, batch, reason="x", actor=SYSTEM, now=now)
    session.commit()
    jobs.work(session, batch.uid)
    assert session.scalar(select(func.count()).select_from(Craftsman)) == 0

    loaded = run(app, "import", str(out))
    run(app, "export", "-o", str(again))

    assert loaded.exit_code == 0, loaded.output
    assert cells_of(again) == cells_of(out)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_out_and_in_again_is_the_same(app, session, tmp_path, suffix):
    file, out = tmp_path / f"in.{suffix}", tmp_path / f"out.{suffix}"
    again = tmp_path / f"again.{suffix}"
    rows = [
        pool_row(1, **SKILL, 荣誉称号="=市工匠", 荣誉级别="市级"),
        pool_row(1, 职业技能等级="高级工"),
        pool_row(2, 成果名称="夹具", 成果类别="五小", 经济效益="12.5"),
    ]
    file.write_bytes((pool_csv if suffix == "csv" else pool_file)(rows))

    loaded = run(app, "import", str(file))
    written = run(app, "export", "-o", str(out))
    same = run(app, "import", str(out), "--dry-run")
    run(app, "export", "-o", str(again))

    assert loaded.exit_code == 0, loaded.output
    assert written.exit_code == same.exit_code == 0
    assert "3" in same.output
    assert "0" in same.output
    assert out.stat().st_mode & 0o077 == 0
    assert cells_of(out) == cells_of(again)
    if suffix == "csv":
        assert ",'=市工匠," in out.read_text("utf-8-sig")
    else:
        sheet = openpyxl.load_workbook(out).active
        number = sheet.cell(2, 1)
        assert (number.value, number.data_type) == (rows[0]["身份证号"], "s")


def test_a_faulty_file_changes_nothing_and_names_all(app, session, tmp_path):
    file = tmp_path / "bad.xlsx"
    file.write_bytes(
        pool_file([pool_row(1), pool_row(2, 入库层级="宇宙级"), pool_row(3, 姓名="")])
    )
    before = session.scalar(select(func.count()).select_from(Craftsman))

    answer = run(app, "import", str(file))

    said = answer.exception.faults
    assert [line.split(": ")[0] for line in said] == [f"{file}:3", f"{file}:4"]
    assert session.scalar(select(func.count()).select_from(Craftsman)) == before


def test_what_no_sheet_holds_is_not_cut_off(app, session, tmp_path, monkeypatch):
    monkeypatch.setattr("talentpool.imports.forms.exchange.MOST_LINES", 2)
    file, out = tmp_path / "in.csv", tmp_path / "out.xlsx"
    file.write_bytes(pool_csv([pool_row(1), pool_row(2)]))
    run(app, "import", str(file))

    answer = run(app, "export", "-o", str(out))

    assert "csv" in answer.exception.message
    assert not out.exists()


def test_taking_everything_out_is_logged(app, session, tmp_path):
    run(app, "export", "-o", str(tmp_path / "all.csv"))

    said = session.scalars(select(LedgerEntry).filter_by(action="pool.exported")).all()
    assert len(said) == 1
