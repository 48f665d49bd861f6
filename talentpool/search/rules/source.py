"""A craftsman as the dossiers tell it; sealed data is not among it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

# The fields of the index, by number.
NAME, PINYIN, INITIALS, TRADE, HONOURS, UNIT, PLACE, BODY, RECORD = range(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate of a skill level that counts."""

    rank: int
    level: str  # its name
    trade: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A place in a competition that counts."""

    tier: str
    trade: str
    place: int | None
    held_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A craftsman as the dossiers tell it, for the index and for a result's row."""

    id: int
    uid: str
    name: str
    trade: str
    occupation: str
    occupation_edition: int
    occupation_code: str
    present_code: str  # the occupation in the present edition, "" if there is none
    aliases: Sequence[str]
    district_code: str
    places: Sequence[str]  # from the county outwards
    unit_id: int
    unit: str
    industry: str
    education: str
    level: str
    pool_class: str
    state: str
    sex: str
    birth_year: int
    entered: int  # date.toordinal()
    updated: int
    trade_since: date | None
    willing: bool
    apprentices: int  # live pairs as a mentor
    is_apprentice: bool
    studios: Sequence[str] = ()  # roles
    achievements: Sequence[str] = ()  # kinds
    certificates: Sequence[Certificate] = ()
    contests: Sequence[Contest] = ()
    honours: Sequence[tuple[str, str]] = ()  # level, name
    body: Sequence[str] = field(default=())

    def values(self, number: int) -> Sequence[str]:
        """Return the values of a text field, as people wrote them."""
        if number == NAME:
            return (self.name,)
        if number == TRADE:
            trades = [certificate.trade for certificate in self.certificates]
            return (self.trade, self.occupation, *self.aliases, *trades)
        if number == HONOURS:
            return [name for _level, name in self.honours]
        if number == UNIT:
            return (self.unit,)
        return self.places if number == PLACE else self.body
