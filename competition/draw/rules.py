"""Drawing lots in public: commit, contribute, derive; anyone can do it again.

Words used here:
    items: who or what draws, in canonical order (sorted): entries, contest numbers.
    targets: what is drawn, in their printed order: numbers, stations. A draw of work
        codes has no targets; its codes are made from the seed.
    lots: items and targets; deal: lots with the event and purpose they are drawn for.
    secret: 32 random bytes the server chose before anybody contributed.
    commitment: the digest published first; it fixes deal, algorithm and secret.
    contributions: the numbers the leaders call and the dice the supervisor rolls, after
        the commitment is published; they fix the seed together with the secret.
    seed: what the outcome is computed from, and nothing else is.
    frame: text made into bytes so that no two different lists give the same bytes:
        each part as `<number of bytes>:<bytes>,` (a netstring), one after another.

The server cannot choose the outcome, because it had to commit before the numbers were
called; those who call cannot, because they do not know the secret. Constraints on
stations are frozen with the lots, and the algorithm then has another name.
Source: docs/rules/draw.md, D-01 to D-19.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from competition.stations.rules import placing
from competition.stations.rules.placing import Choose
from competition.stations.rules.proof import (
    Obstacle,
    Verdict,
    find_obstacles,
    list_verdicts,
)

ALGORITHM = "jiangcai-draw/1"
PLACING = "jiangcai-draw/2"  # with constraints
ALGORITHMS = (ALGORITHM, PLACING)

PURPOSES = ("contest_no", "station", "work_code")

DICE = "dice"
LEADER = "leader"
KINDS = (LEADER, DICE)

SECRET_BYTES = 32
MIN_PUBLIC_DIGITS = 6  # a million possibilities the server could not foresee
MAX_VALUE_LENGTH = 40

# No vowels (no words), no E (3E45 is a number to a spreadsheet), none of the pairs
# people misread: 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
CODE_FIRST = "CDFGHJKMNPQRTVWXY"
CODE_REST = CODE_FIRST + "34679"

_WORD = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Lots:
    """Who draws and what is drawn."""

    items: tuple[str, ...]
    targets: tuple[str, ...] = ()
    code_length: int = 0  # of the codes to make where there are no targets
    constraints: str = ""  # what an arrangement keeps, as `placing.write` spells it

    @property
    def algorithm(self) -> str:
        """Return the name of how these lots are drawn."""
        return PLACING if self.constraints else ALGORITHM


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal(Lots):
    """Lots and what they are for; frozen by the commitment."""

    subject: str  # "<event uid>/<purpose>/<number of the attempt>"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A number given in public after the commitment."""

    kind: str  # leader | dice
    by: str  # who gave it, as the record names them; no personal data needed
    value: str  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDraw:
    """What a draw shows the world; the last four are empty until it is revealed."""

    deal: Deal
    algorithm: str
    secret_digest: str
    commitment: str
    contributions: tuple[Contribution, ...] = ()
    result_digest: str = ""
    secret: str = ""  # hex
    seed: str = ""  # hex
    result: Mapping[str, str] = field(default_factory=dict)


def frame(*parts: str | bytes) -> bytes:
    """Return `parts` as one byte string from which they can be read back (D-02)."""
    encoded = [p.encode() if isinstance(p, str) else p for p in parts]
    return b"".join(b"%d:%b," % (len(part), part) for part in encoded)


def list_digest(deal: Deal) -> str:
    """Return SHA-256 over the canonical list, in hex (D-03)."""
    parts: list[str | bytes] = [
        frame(*deal.items),
        frame(*deal.targets),
        str(deal.code_length),
    ]
    if deal.constraints:
        parts.append(deal.constraints.encode())
    return hashlib.sha256(frame(*parts)).hexdigest()


def secret_digest(secret: bytes) -> str:
    """Return SHA-256 of the secret, in hex; it may be shown, the secret may not."""
    return hashlib.sha256(secret).hexdigest()


def commitment(deal: Deal, digest_of_secret: str) -> str:
    """Return the commitment: SHA-256 of algorithm, subject, list and secret (D-04).

    Deal and secret stand in it by their digests, so that it can be checked before the
    secret, or the list, may be shown.
    """
    parts = (deal.algorithm, deal.subject, list_digest(deal), digest_of_secret)
    return hashlib.sha256(frame(*parts)).hexdigest()


def seed(secret: bytes, contributions: Sequence[Contribution]) -> bytes:
    """Return SHA-256(secret ‖ contributions ‖ dice), each framed, in order (D-06)."""
    called = [c for c in contributions if c.kind != DICE]
    rolled = [c for c in contributions if c.kind == DICE]
    parts = [frame(c.kind, c.by, c.value) for c in (*called, *rolled)]
    return hashlib.sha256(frame(secret, *parts)).digest()


def contribution_faults(contributions: Sequence[Contribution]) -> list[str]:
    """Return what is wrong with a set of contributions, coded; [] when nothing is.

    Codes: not_digits (a value holds something else or is empty or over 40 digits),
    too_few_digits (fewer than six digits in all), two_dice (one roll only).
    """
    faults = set()
    for given in contributions:
        digits = given.value.isascii() and given.value.isdigit()
        if not digits or len(given.value) > MAX_VALUE_LENGTH:
            faults.add("not_digits")
    if sum(len(c.value) for c in contributions) < MIN_PUBLIC_DIGITS:
        faults.add("too_few_digits")
    if sum(c.kind == DICE for c in contributions) > 1:
        faults.add("two_dice")
    return sorted(faults)


def words(key: bytes) -> Iterator[int]:
    """Yield 32-bit numbers: HMAC-SHA256(key, 0), (key, 1), … in pieces of 4 bytes.

    The counter is 8 bytes, most significant first; so are the numbers (D-07).
    """
    counter = 0
    while True:
        block = hmac.digest(key, counter.to_bytes(8, "big"), "sha256")
        for start in range(0, len(block), 4):
            yield int.from_bytes(block[start : start + 4], "big")
        counter += 1


def below(limit: int, stream: Iterator[int]) -> int:
    """Return an even choice from 0 to limit - 1 (1 ≤ limit ≤ 2³²).

    Numbers in the last, incomplete run of `limit` are thrown away (D-08); a plain
    remainder would favour the small ones.
    """
    usable = _WORD - _WORD % limit
    for word in stream:
        if word < usable:
            return word % limit
    raise AssertionError("The stream has no end.")


def shuffle(values: Sequence[str], stream: Iterator[int]) -> list[str]:
    """Return `values` in an order drawn from `stream`: Fisher–Yates, from the end."""
    drawn = list(values)
    for last in range(len(drawn) - 1, 0, -1):
        other = below(last + 1, stream)
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return drawn


def make_codes(count: int, length: int, stream: Iterator[int]) -> list[str]:
    """Return `count` different codes of `length` characters, in the order drawn."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        first = CODE_FIRST[below(len(CODE_FIRST), stream)]
        rest = (CODE_REST[below(len(CODE_REST), stream)] for _ in range(length - 1))
        codes[first + "".join(rest)] = None
    return list(codes)


def code_length(count: int) -> int:
    """Return how long codes must be so that a guess hits one in 350 times at most."""
    return 4 if count <= 500 else 5


def outcome(deal: Deal, drawn_seed: bytes) -> dict[str, str]:
    """Return which target each item draws (D-09).

    Raises:
        ValueError: fewer targets than items, or an item or target twice.
        StuckError: no arrangement was found that keeps the hard constraints.
    """
    if len(set(deal.items)) != len(deal.items):
        raise ValueError("An item is in the list twice.")
    stream = words(drawn_seed)
    if deal.code_length:
        codes = make_codes(len(deal.items), deal.code_length, stream)
        return dict(zip(deal.items, codes, strict=True))
    if len(set(deal.targets)) != len(deal.targets) or len(deal.targets) < len(
        deal.items
    ):
        raise ValueError("There must be a target of its own for each item.")
    if deal.constraints:
        return dict(_placed(deal, drawn_seed))
    drawn = shuffle(deal.targets, stream)
    return dict(zip(deal.items, drawn, strict=False))


def obstacles_of(lots: Lots) -> list[Obstacle]:
    """Return why lots cannot be drawn under their hard constraints; [] if they can."""
    if not lots.constraints:
        return []
    given = placing.read(lots.constraints)
    return find_obstacles(sorted(lots.items), lots.targets, given)


def verdicts_of(deal: Deal, result: Mapping[str, str]) -> list[Verdict]:
    """Return each constraint of a deal with whether the outcome keeps it (D-18)."""
    if not deal.constraints or not result:
        return []
    return list_verdicts(deal.targets, placing.read(deal.constraints), result)


@lru_cache(maxsize=64)
def _placed(deal: Deal, drawn_seed: bytes) -> Mapping[str, str]:
    """Return an arrangement; kept, for every reader of a draw's page derives it."""
    given = placing.read(deal.constraints)
    return placing.place(deal.items, deal.targets, given, _chooser(drawn_seed))


def _chooser(drawn_seed: bytes) -> Choose:
    stream = words(drawn_seed)
    return lambda limit: below(limit, stream)


def result_digest(result: Mapping[str, str], drawn_seed: bytes) -> str:
    """Return HMAC-SHA256(seed, result), in hex (D-10).

    Keyed, because the few possible results of a small draw could be tried out.
    """
    parts = [frame(item, result[item]) for item in sorted(result)]
    return hmac.new(drawn_seed, frame("result", *parts), "sha256").hexdigest()


def faults_of(draw: PublicDraw) -> list[str]:
    """Derive a draw again from what it shows; return what does not fit, coded.

    Codes: algorithm, commitment; and, once revealed: secret, seed, result,
    result_digest. An unrevealed draw can only be wrong in the first two.
    """
    faults = []
    if draw.algorithm != draw.deal.algorithm:
        faults.append("algorithm")
    if draw.commitment != commitment(draw.deal, draw.secret_digest):
        faults.append("commitment")
    if not draw.secret:
        return faults
    secret = bytes.fromhex(draw.secret)
    if secret_digest(secret) != draw.secret_digest:
        faults.append("secret")
    if not draw.seed:
        return faults
    derived = seed(secret, draw.contributions)
    if derived.hex() != draw.seed:
        faults.append("seed")
    result = outcome(draw.deal, derived)
    if result != dict(draw.result):
        faults.append("result")
    if result_digest(result, derived) != draw.result_digest:
        faults.append("result_digest")
    return faults


def as_json(draw: PublicDraw) -> str:
    """Return the draw as the file a sceptic keeps and checks (docs/rules/draw.md).

    Before it is revealed the file holds the list's digest, not the list.
    """
    deal = draw.deal
    body: dict[str, Any] = {
        "algorithm": draw.algorithm,
        "subject": deal.subject,
        "list_digest": list_digest(deal),
        "items": deal.items if draw.secret else [],
        "targets": deal.targets if draw.secret else [],
        "code_length": deal.code_length,
        "constraints": deal.constraints if draw.secret else "",
        "secret_digest": draw.secret_digest,
        "commitment": draw.commitment,
        "contributions": [[c.kind, c.by, c.value] for c in draw.contributions],
        "result_digest": draw.result_digest,
        "secret": draw.secret,
        "seed": draw.seed,
        "result": dict(draw.result),
    }
    return json.dumps(body, ensure_ascii=False, indent=1)
