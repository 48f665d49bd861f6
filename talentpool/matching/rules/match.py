"""Who of the pool fits a demand, and why. Nobody gets a number of points.

Words used here:
    need: what a firm asks for, as far as the rules read it.
    offer: a craftsman, as far as the rules read the dossier.
    reason: one of the criteria with what was found; all are shown, of everybody.
    order: criterion by criterion (`_order`), as docs/rules/matching.md says; it sorts a
        list for somebody who then decides.
    common word: one that is in every demand and makes no two texts similar.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from people.districts.rules import is_within
from talentpool.search.rules.text import fold

KINDS = ("problem", "mentor")
TRADE, GROUP, FIELD = "trade", "group", "field"  # how near the trades are
NEAR = (TRADE, GROUP, FIELD)
DISTANCES = ("district", "city", "province", "far")
MOST_SIMILAR = 3  # similar records that are shown, and that count for the order

_FILE = Path(__file__).parent.parent / "data" / "matching.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The figures the rules go by; see data/matching.toml."""

    version: str
    capacity: int
    most_looked: int
    shared_least: int
    common: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is asked for."""

    kind: str
    trade: str
    occupation: str  # code of the present classification
    text: str  # title and problem
    district: str
    rank: int = 0  # of the skill level that is asked for; 0 is any
    above: int = 0  # of an apprentice; a mentor's must be higher


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A craftsman."""

    id: int
    trade: str
    occupation: str
    district: str
    is_willing: bool
    skills: Sequence[tuple[str, int]] = ()  # trade and rank of certificates that count
    records: Sequence[tuple[str, str]] = ()  # title and text of what was solved
    room: int = 0  # demands, or apprentices, they may take yet
    busy: int = 0  # those they have


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A record that shares words with the problem."""

    title: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An offer with every reason; the fields are the criteria."""

    offer: int
    near: str  # of NEAR
    rank: int  # highest certificate in the trade; 0 is none
    short: int  # levels below what is asked for
    similar: Sequence[Similar] = ()
    distance: str = "far"
    is_willing: bool = False
    room: int = 0
    busy: int = 0

    def to_json(self) -> Mapping[str, object]:
        """Return the reasons as an assignment keeps them."""
        return {
            "near": self.near,
            "rank": self.rank,
            "short": self.short,
            "similar": [
                {"title": one.title, "words": list(one.words)} for one in self.similar
            ],
            "distance": self.distance,
            "is_willing": self.is_willing,
            "room": self.room,
            "busy": self.busy,
        }


@dataclass(slots=True)
class _Problem:
    grams: frozenset[str]
    least: int
    known: dict[str, Sequence[str]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def terms_in_force() -> Terms:
    """Return the figures that are shipped."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Terms(
        version=data["version"],
        capacity=data["capacity"],
        most_looked=data["most_looked"],
        shared_least=data["shared_least"],
        common=frozenset(data["common"]),
    )


def match(need: Need, offers: Iterable[Offer], terms: Terms) -> list[Match]:
    """Return whoever works in the trade group, those who fit best first.

    Whoever has no room, is not willing or stands lower than asked is in the list too,
    further down: a person decides, and may ask them all the same. Only where a mentor
    is looked for, who may not be one is left out: the level is a rule there.

    Args:
        need: what is asked for.
        offers: craftsmen in the pool.
        terms: the figures in force.

    Source: rules M-02 to M-09 in docs/rules/matching.md.
    """
    problem = _Problem(
        _grams(need.text, terms.common, (need.trade,)), terms.shared_least
    )
    found = [
        made for offer in offers if (made := _match(need, offer, problem)) is not None
    ]
    return sorted(found, key=_order)


def trade_nearness(need: Need, offer: Offer) -> str:
    """Return how near the trades are: one of `NEAR`, or "".

    Source: rule M-03 in docs/rules/matching.md.
    """
    named = {fold(offer.trade), *(fold(trade) for trade, _rank in offer.skills)}
    if fold(need.trade) in named or need.occupation == offer.occupation:
        return TRADE
    # 6-18-02-04: the small group is 6-18-02, the field 6-18.
    if _group(need.occupation, 3) == _group(offer.occupation, 3):
        return GROUP
    return FIELD if _group(need.occupation, 2) == _group(offer.occupation, 2) else ""


def shared_words(text: str, grams: Collection[str]) -> list[str]:
    """Return the pieces of a text that are made of these pairs, the longest first."""
    pieces: list[str] = []
    for word in fold(text).split():
        begun = -1
        for at, (one, two) in enumerate([*pairwise(word), ("", "")]):
            if one + two in grams and one:
                begun = at if begun < 0 else begun
            elif begun >= 0:
                pieces.append(word[begun : at + 1])
                begun = -1
    return sorted(dict.fromkeys(pieces), key=lambda piece: (-len(piece), piece))


def distance_of(place: str, home: str) -> str:
    """Return how far a craftsman's district is from the place of a demand."""
    if is_within(home, place) or is_within(place, home):
        return DISTANCES[0]
    if place[:4] == home[:4]:
        return DISTANCES[1]
    return DISTANCES[2] if place[:2] == home[:2] else DISTANCES[3]


def _match(need: Need, offer: Offer, problem: _Problem) -> Match | None:
    near = trade_nearness(need, offer)
    if not near:
        return None
    own = {fold(offer.trade), fold(need.trade)}
    rank = max((r for trade, r in offer.skills if fold(trade) in own), default=0)
    if need.kind == "mentor" and (rank < need.rank or rank <= need.above):
        return None
    return Match(
        offer=offer.id,
        near=near,
        rank=rank,
        short=max(0, need.rank - rank),
        similar=_similar(offer.records, problem),
        distance=distance_of(need.district, offer.district),
        is_willing=offer.is_willing,
        room=offer.room,
        busy=offer.busy,
    )


def _order(one: Match) -> tuple[bool, bool, int, int, int, int, int, int]:
    return (
        not one.is_willing,
        one.room <= 0,
        NEAR.index(one.near),
        one.short,
        -len(one.similar),
        DISTANCES.index(one.distance),
        one.busy,
        one.offer,
    )


def _similar(
    records: Iterable[tuple[str, str]], problem: _Problem
) -> tuple[Similar, ...]:
    found: dict[str, Similar] = {}
    for title, text in records:
        said = f"{title}\n{text}"
        if said not in problem.known:
            shared = _pairs(said) & problem.grams
            problem.known[said] = (
                shared_words(said, shared) if len(shared) >= problem.least else ()
            )
        if words := problem.known[said]:
            found.setdefault(title, Similar(title=title, words=words[:3]))
    ordered = sorted(
        found.values(), key=lambda one: (-len("".join(one.words)), one.title)
    )
    return tuple(ordered[:MOST_SIMILAR])


def _grams(text: str, common: Collection[str], apart: Iterable[str]) -> frozenset[str]:
    """Return the pairs of characters that say what a text is about."""
    known = {pair for word in (*common, *apart) for pair in _pairs(word)}
    return frozenset(_pairs(text) - known)


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters; a Latin word is one of its own."""
    return {a + b for word in fold(text).split() for a, b in pairwise(word)}


def _group(code: str, parts: int) -> tuple[str, ...]:
    return tuple(code.split("-")[:parts])
