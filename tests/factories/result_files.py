"""Files of results, and an event whose theory papers come from elsewhere.

desk = TheoryDesk(session)          two clerks at an event with theory and practice
desk.bring(desk.rows())             the file of the first clerk, by work code
"""

import io
from datetime import timedelta

import openpyxl

from accounts.roles.rules import Scope
from scoring.theory.services import files
from scoring.theory.services.take import take_import, undo_import
from tests.factories.accounts import make_user
from tests.factories.scoring import make_marked_event

THEORY = """
format = "jiangcai-scheme/1"
title = "Theory and practice"
[rounding]
component = 2
total = 2
[[components]]
code = "T"
name = "理论"
max = 100
weight = 0.3
[[components.criteria]]
code = "T1"
name = "试卷"
[[components.criteria.aspects]]
code = "T1.1"
name = "理论成绩"
kind = "score"
max = 100
judges = 1
aggregate = "agreed"
[[components]]
code = "P"
name = "实操"
max = 100
weight = 0.7
[[components.criteria]]
code = "P1"
name = "作品"
[[components.criteria.aspects]]
code = "P1.1"
name = "装配"
kind = "score"
max = 100
judges = 2
aggregate = "mean"
"""
COVERS = (("T1", "P1"), ("P1",))  # J1 marks the theory paper, both the practice


def result_workbook(rows) -> bytes:
    """Return rows of cells as an .xlsx workbook."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def result_csv(rows, encoding="utf-8-sig") -> bytes:
    """Return rows of cells as CSV."""
    lines = (",".join(str(cell) for cell in row) for row in rows)
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


class TheoryDesk:
    """Two clerks over the results of an event."""

    def __init__(self, session, **values):
        self.session = session
        self.marked = make_marked_event(session, text=THEORY, covers=COVERS, **values)
        self.scope = Scope("event", self.marked.event.uid)
        self.first, self.second, self.third = (
            make_user(session, "committee", scope=self.scope) for _ in range(3)
        )

    @property
    def seat(self):
        return self.marked.seats["J1"]

    def rows(self, *points, heading="理论成绩", code="作品号"):
        """Return a file: works 1, 2, 3 … with these points, 60, 61 … where none."""
        given = points or tuple(range(60, 60 + len(self.marked.works)))
        cells = zip(self.marked.works, given, strict=False)
        return [[code, heading], *map(list, cells)]

    def bring(self, rows, *, user=None, name="成绩.xlsx", data=None):
        return files.receive_file(
            self.session,
            seat=self.seat,
            data=result_workbook(rows) if data is None else data,
            file_name=name,
            user=user or self.first,
            now=self.marked.later(),
        )

    def take(self, found, user=None):
        return take_import(
            self.session,
            found=found,
            user=user or self.second,
            now=self.marked.later(),
        )

    def undo(self, found, reason="机读卡读错", user=None):
        return undo_import(
            self.session,
            found=found,
            reason=reason,
            user=user or self.second,
            now=self.marked.later() + timedelta(seconds=1),
        )
