"""The sealed link of the blind chain: which station a work code stands for."""

from people.vault.services import get_vault


def seal_station(station: str, *, draw_id: int, work_code: str) -> bytes:
    """Return a station sealed to its draw and code: it opens in this row only."""
    return get_vault().seal(station, _context(draw_id, work_code))


def open_station(sealed: bytes, *, draw_id: int, work_code: str) -> str:
    """Return the station.

    Raises:
        cryptography.exceptions.InvalidTag: another key, another row, or altered bytes.
    """
    return get_vault().open(sealed, _context(draw_id, work_code))


def _context(draw_id: int, work_code: str) -> str:
    return f"work_code.station:{draw_id}:{work_code}"
