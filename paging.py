"""Lists page by page: fetched so, or taken from a list that is there as a whole."""

from dataclasses import dataclass
from typing import Any

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select
from sqlalchemy.orm import Session

PER_PAGE = 50


def paginate(
    session: Session, statement: Select[Any], page: int, *, per_page: int = PER_PAGE
) -> Pagination:
    """Return a page of what a statement finds; one that is not there is empty.

    Args:
        session: where to look.
        statement: finds single objects, in a total order.
        page: from 1; less is the first.
        per_page: how many stand on a page.
    """
    return SelectPagination(
        select=statement,
        session=session,
        page=max(page, 1),
        per_page=per_page,
        error_out=False,
    )


@dataclass(frozen=True, slots=True)
class Pages:
    """What `templates/components/pagination.html` asks of a list."""

    page: int
    total: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def part(self) -> slice:
        """Return which part of the whole list the page shows."""
        return slice((self.page - 1) * self.per_page, self.page * self.per_page)
