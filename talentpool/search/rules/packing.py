"""From a craftsman to the numbers that facets count and lists are sorted by."""

from collections.abc import Iterable

from people.codes.rules import EDITION
from talentpool.dossiers.rules import LEVELS
from talentpool.search.rules.facets import (
    SKILLS,
    bit,
    pack_occupation,
    place_bit,
    year_bit,
)
from talentpool.search.rules.readings import JOINT
from talentpool.search.rules.records import (
    CERTIFICATE,
    CONTEST,
    NO_END,
    ROW,
    UNRANKED,
    day_number,
    fold_trade,
    pack,
    trade_number,
)
from talentpool.search.rules.source import Source


def pack_row(source: Source, name: str, reading: str) -> bytes:
    """Return the craftsman's `ROW`; `name` is folded, `reading` its likeliest one."""
    values = _bits(source) | _numbers(source, name, reading)
    return pack(ROW, [tuple(values[column] for column in ROW.names or ())])


def pack_certificates(source: Source) -> bytes:
    """Return a `CERTIFICATE` for each that counts."""
    return pack(
        CERTIFICATE,
        (
            (
                source.id,
                trade_number(fold_trade(held.trade)),
                held.rank,
                day_number(held.valid_from),
                day_number(held.valid_to) or NO_END,
            )
            for held in source.certificates
        ),
    )


def pack_contests(source: Source) -> bytes:
    """Return a `CONTEST` for each place that counts."""
    return pack(
        CONTEST,
        (
            (
                source.id,
                trade_number(fold_trade(contest.trade)),
                LEVELS.index(contest.tier),
                UNRANKED if contest.place is None else contest.place,
                day_number(contest.held_on),
            )
            for contest in source.contests
        ),
    )


def _bits(source: Source) -> dict[str, int]:
    contests = source.contests
    honours = [LEVELS.index(level) for level, _name in source.honours]
    places = [contest.place for contest in contests if contest.place is not None]
    best = min(places) if places else None
    rank = _best_rank(source)
    return {
        "level": bit("level", source.level),
        "class": bit("class", source.pool_class),
        "industry": bit("industry", source.industry[:1]),
        "skill": bit("skill", SKILLS[rank - 1]) if rank else 0,
        "honour": bit("honour", LEVELS[min(honours)]) if honours else 0,
        "competition": _any(bit("competition", c.tier) for c in contests),
        "place": place_bit(best) if contests else 0,
        "year": _any(year_bit(c.held_on.year) for c in contests if c.held_on),
        "sex": bit("sex", source.sex),
        "education": bit("education", source.education[:1]),
        "pair": (bit("pair", "mentor") if source.apprentices else 0)
        | (bit("pair", "apprentice") if source.is_apprentice else 0),
        "studio": _any(bit("studio", role) for role in source.studios),
        "achievement": _any(bit("achievement", kind) for kind in source.achievements),
        "service": bit("service", "yes" if source.willing else "no"),
        "state": bit("state", source.state),
    }


def _numbers(source: Source, name: str, reading: str) -> dict[str, int]:
    days = (day_number(contest.held_on) for contest in source.contests)
    # An occupation of an older edition counts as what follows it in the present one.
    present = (EDITION, source.present_code)
    own = (source.occupation_edition, source.occupation_code)
    level = LEVELS.index(source.level)
    honours = [LEVELS.index(level) for level, _name in source.honours]
    return {
        "id": source.id,
        "standing": level * 8 + min(honours, default=len(LEVELS)),
        "grade": level * 16 + len(SKILLS) - _best_rank(source),
        "birth_year": source.birth_year,
        "since": day_number(source.trade_since),
        "updated": source.updated,
        "entered": source.entered,
        "contest": max(days, default=0),
        "apprentices": min(source.apprentices, 255),
        "district": int(source.district_code),
        "occupation": pack_occupation(*(present if source.present_code else own)),
        "unit": source.unit_id,
        "name_length": len(name),
        "name_key": _letters_key(reading),
        "name_code": _characters_key(name),
    }


def _best_rank(source: Source) -> int:
    return max((held.rank for held in source.certificates), default=0)


def _any(bits: Iterable[int]) -> int:
    found = 0
    for one in bits:
        found |= one
    return found


def _letters_key(reading: str) -> int:
    """Return the first twelve letters as a number that sorts as they do."""
    key = 0
    for letter in reading.replace(JOINT, "")[:12].ljust(12):
        key = key * 32 + (ord(letter) - ord("a") + 1 if "a" <= letter <= "z" else 0)
    return key


def _characters_key(name: str) -> int:
    """Return the first three characters as a number that sorts as they do."""
    key = 0
    for character in name[:3].ljust(3, "\0"):
        key = (key << 21) | ord(character)
    return key
