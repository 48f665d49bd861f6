"""Counting in months, as terms and windows of a standard do."""

from datetime import date


def months_after(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError  # every month has a 28th


def months_before(day: date, months: int) -> date:
    """Return the same day of the month so many months earlier, or the month's last."""
    return months_after(day, -months)
