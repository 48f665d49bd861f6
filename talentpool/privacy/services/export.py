"""Everything kept about a person, for that person: JSON, a workbook, and the files."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.queries import list_for_subject
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.services import FileDamagedError, read_bytes
from people.persons.models import Person
from people.persons.queries import open_id_number, open_phone
from talentpool.privacy import queries
from talentpool.privacy.rules.register import load_register

FORMAT = "jiangcai-person/1"
# Secrets, and what is as much about somebody else.
_LEFT_OUT_TABLES = frozenset(
    {"identity_likeness", "identity_merge", "api_token", "badge", "erasure"}
)
_ABOUT = ("person", "craftsman", "entry", "user_account")
_CELL = 32_000  # characters a cell holds

Tables = dict[str, list[dict[str, Any]]]


def make_export(session: Session, person: Person, *, now: datetime) -> bytes:
    """Return a zip archive with all that is kept about a person."""
    rows = queries.rows_of(session, person)
    tables = {
        name: [_readable(row) for row in queries.read_rows(session, name, ids)]
        for name, ids in rows.items()
        if name not in _LEFT_OUT_TABLES
    }
    _open(session, tables, rows["person"])
    said = list(_log_about(session, tables))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        document = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "tables": tables,
            "log": said,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        archive.writestr("data.json", text)
        archive.writestr("data.xlsx", _workbook({**tables, "log": said}))
        for attachment in session.scalars(
            select(Attachment).where(Attachment.id.in_(rows.get("attachment", ())))
        ):
            _add_file(archive, attachment)
    return out.getvalue()


def log_export(
    session: Session, person: Person, *, size: int, actor: Actor, now: datetime
) -> None:
    """Log that a person took their data with them."""
    record(
        session,
        actor=actor,
        action="person.exported",
        subject=f"person:{person.uid}",
        now=now,
        body={"bytes": size},
    )


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without secrets: hashes, salts, sealed bytes."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
        if not isinstance(value, bytes)
        and name != "salt"
        and not name.endswith(("_hash", "_sealed"))
    }


def _open(session: Session, tables: Tables, ids: Sequence[int]) -> None:
    """Put in clear what is sealed from others, for the person it is about."""
    for row, number in zip(tables["person"], sorted(ids), strict=True):
        person = session.get_one(Person, number)
        row["id_number"] = open_id_number(person)
        row["phone"] = open_phone(person)


def _log_about(session: Session, tables: Tables) -> Iterator[dict[str, Any]]:
    """Yield what the log says of a person, looks at their data among it."""
    for table in _ABOUT:
        kind = {"user_account": "user"}.get(table, table)
        for row in tables.get(table, ()):
            for link in list_for_subject(session, f"{kind}:{row['uid']}"):
                yield {
                    "number": link.seq,
                    "at": link.at,
                    "action": link.action,
                    "by": link.actor,
                    "body": json.loads(link.body),
                }


def _workbook(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True})
    about = book.add_worksheet("register")
    entries = load_register().entries
    for column, title in enumerate(
        ("table", "what it holds", "purpose", "basis", "retention")
    ):
        about.write_string(0, column, title, bold)
    for number, name in enumerate([n for n in tables if n in entries], start=1):
        entry = entries[name]
        words = [entry.title, entry.purpose, entry.basis, entry.retention]
        told = [name, *(f"{w['zh']} / {w['en']}" for w in words)]
        for column, text in enumerate(told):
            about.write_string(number, column, text)
    for name, rows in tables.items():
        sheet = book.add_worksheet(name[:31])
        for column, title in enumerate(rows[0] if rows else ()):
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row.values()):
                # As text: an ID number is no number, and "=…" no formula.
                text = "" if value is None else str(value)
                sheet.write_string(number, column, text[:_CELL])
    book.close()
    return out.getvalue()


def _add_file(archive: zipfile.ZipFile, attachment: Attachment) -> None:
    try:
        data = read_bytes(attachment)
    except FileDamagedError as error:
        archive.writestr(f"files/{attachment.uid} (missing)", str(error))
        return
    suffix = attachment.stored_as.rpartition(".")[2]
    archive.writestr(f"files/{attachment.kind}-{attachment.uid}.{suffix}", data)
