"""Where one is in a list that was not fetched page by page."""

from dataclasses import dataclass


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
