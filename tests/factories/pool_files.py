"""Pool files as somebody might send them.

pool_row(3, name="王秉元")     a right row: {heading: cell}
pool_file(rows)                the bytes of a workbook
make_batch(session)            an import that waits for its columns
"""

import csv
import io
from typing import Any

import xlsxwriter

from talentpool.imports.models import ImportBatch
from tests.factories.people import NOW, made_up_credit_code, made_up_id

SKILL = {"职业技能等级": "技师", "技能证书编号": "S-77"}


def pool_row(number: int = 1, **cells) -> dict[str, Any]:
    """Return a right row; cells override by heading, None takes a column out."""
    row = {
        "姓名": f"赵{chr(0x4E00 + number)}",
        "身份证号": made_up_id(number % 1000, region="330604"),
        "联系电话": f"139{number:08d}",
        "民族": "汉族",
        "工作单位": "绍兴越工机械有限公司",
        "统一社会信用代码": made_up_credit_code(25_001),
        "所在地区": "330602",
        "入库层级": "市级",
        "人才类别": "高技能人才",
        "工种": "焊工",
        "职业编码": "6-18-02-04",
        "从事本工种时间": "2010年7月",
        "是否工会会员": "是",
        "入库日期": "2024-03-15",
    }
    return {k: v for k, v in {**row, **cells}.items() if v is not None}


def pool_file(rows, *, above=()) -> bytes:
    """Return a workbook of rows; `above` are texts above the headings."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    lines = [*[[text] for text in above], headings]
    lines += [[row.get(key, "") for key in headings] for row in rows]
    for number, line in enumerate(lines):
        for column, cell in enumerate(line):
            if isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell)
    book.close()
    return out.getvalue()


def pool_csv(rows, encoding="utf-8-sig") -> bytes:
    """Return a CSV of rows."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def make_batch(session, **values) -> ImportBatch:
    """Return an import that waits for its columns; values: of `ImportBatch`."""
    defaults = {
        "state": "mapping",
        "file_name": "pool.xlsx",
        "file_sha256": "0" * 64,
        "file_size": 1,
        "created_at": NOW,
    }
    batch = ImportBatch(**defaults | values)
    session.add(batch)
    session.flush()
    return batch
