"""Registration files as somebody might send them.

entry_row(3, 姓名="王秉元")     a right row: {heading: cell}; None takes a column out
entry_file(rows)               the bytes of a workbook
make_upload(session, event)    an upload that waits to be entered
photo_archive({name: bytes})   the bytes of a ZIP archive
make_photos(session, event)    an archive of photos that waits for a word
"""

import io
import zipfile
from typing import Any

from competition.bulk.models import EntryBatch, PhotoBatch
from tests.factories.accounts import NOW, make_user
from tests.factories.people import made_up_credit_code, made_up_id
from tests.factories.pool_files import pool_file as entry_file

UNIT = {
    "单位": "绍兴越工机械有限公司",
    "统一社会信用代码": made_up_credit_code(25_001),
    "区县": "越城区",
}

__all__ = [
    "UNIT",
    "entry_file",
    "entry_row",
    "make_photos",
    "make_upload",
    "photo_archive",
]


def entry_row(number: int = 1, **cells: Any) -> dict[str, Any]:
    """Return a right row of the `number`th person; cells override by heading."""
    row = {
        "姓名": f"钱{chr(0x4E00 + number)}",
        "身份证号": made_up_id(number % 1000, region=f"3306{number // 1000 % 80 + 10}"),
        "手机号": f"136{number:08d}",
        **UNIT,
        "组别": "职工组",
        "本工种工龄": "6",
        "技能等级": "高级工",
        "证书编号": f"S{number:06d}",
    }
    return {k: v for k, v in {**row, **cells}.items() if v is not None}


def photo_archive(files: dict[str, bytes]) -> bytes:
    """Return a ZIP archive of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def make_photos(session, event) -> PhotoBatch:
    """Make an archive of photos, without files, that somebody sent."""
    batch = PhotoBatch(event=event, user=make_user(session), created_at=NOW)
    session.add(batch)
    session.flush()
    return batch


def make_upload(session, event, **values) -> EntryBatch:
    """Make an upload without rows."""
    batch = EntryBatch(
        event=event, file_name="x.xlsx", file_sha256="", created_at=NOW, **values
    )
    session.add(batch)
    session.flush()
    return batch
