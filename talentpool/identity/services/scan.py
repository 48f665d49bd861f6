"""Looking for one person registered twice, among everybody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.services import Actor, record
from talentpool.identity import queries
from talentpool.identity.models import Likeness, Scan
from talentpool.identity.queries import Subject
from talentpool.identity.rules.blocks import Gathered
from talentpool.identity.rules.judgement import next_state
from talentpool.identity.rules.score import Known, Score, compare, could_be_proposed

PART = 20_000  # pairs that are compared at a time
Pair = tuple[int, int]


def scan(session: Session, *, actor: Actor, now: datetime) -> Scan:
    """Compare everybody who meets somebody in a block, and keep what is alike.

    Pairs that were judged are asked about again only when what was compared has
    changed since; see `rules.judgement`. The caller commits.

    Args:
        session: the caller's transaction.
        actor: who had it run.
        now: when it began; who commits says when it ended.
    """
    queries.fill_phone_hashes(session)
    gathered, persons = Gathered(), 0
    for subjects in queries.iter_subjects(session):
        persons += len(subjects)
        for number, subject in subjects.items():
            gathered.add(number, subject.known)
    blocks = gathered.blocks()
    found = reopened = 0
    seen: set[Pair] = set()
    for pairs in _parts(sorted(blocks.pairs)):
        loaded = _load(session, pairs)
        scores, numbers = _score(session, loaded, pairs)
        more = _keep(session, loaded, scores, numbers, now)
        found, reopened = found + more[0], reopened + more[1]
        seen |= scores.keys()
    reopened += _look_again(session, seen, now)
    made = Scan(
        begun_at=now,
        ended_at=now,
        persons=persons,
        compared=len(blocks.pairs),
        found=found,
        reopened=reopened,
        skipped=len(blocks.skipped),
    )
    session.add(made)
    session.flush()
    record(
        session,
        actor=actor,
        action="identity.scanned",
        subject="identity:scan",
        now=now,
        body={
            "persons": made.persons,
            "compared": made.compared,
            "found": found,
            "reopened": reopened,
        },
    )
    return made


def _parts(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    """Yield the pairs in parts: only of one part are the records held in memory."""
    for start in range(0, len(pairs), PART):
        yield pairs[start : start + PART]


def _load(session: Session, pairs: Iterable[Pair]) -> dict[int, Subject]:
    ids = sorted({number for pair in pairs for number in pair})
    return queries.load_subjects(session, ids)


def _score(
    session: Session, subjects: Mapping[int, Subject], pairs: Iterable[Pair]
) -> tuple[dict[Pair, Score], dict[int, str]]:
    """Return the scores worth a person's time; sealed numbers are opened for few."""
    known = {number: subject.known for number, subject in subjects.items()}
    close = [p for p in pairs if could_be_proposed(compare(known[p[0]], known[p[1]]))]
    numbers = queries.load_id_numbers(session, (n for pair in close for n in pair))
    scores = {}
    for one, other in close:
        score = compare(
            with_number(known[one], numbers[one]),
            with_number(known[other], numbers[other]),
        )
        if score.is_proposed:
            scores[one, other] = score
    return scores, numbers


def _look_again(session: Session, seen: set[Pair], now: datetime) -> int:
    """Compare the pairs known before that were not found now; return how many reopen.

    They are alike no more, or one of them has been merged since: those are left.
    """
    reopened = 0
    known = session.execute(select(Likeness.first_id, Likeness.second_id)).all()
    lost = sorted({(first, second) for first, second in known} - seen)
    for pairs in _parts(lost):
        subjects = _load(session, pairs)
        there = [pair for pair in pairs if set(pair) <= subjects.keys()]
        numbers = queries.load_id_numbers(session, (n for pair in there for n in pair))
        scores = {
            (one, other): compare(
                with_number(subjects[one].known, numbers[one]),
                with_number(subjects[other].known, numbers[other]),
            )
            for one, other in there
        }
        reopened += _keep(session, subjects, scores, numbers, now)[1]
    return reopened


def with_number(known: Known, number: str) -> Known:
    """Return a record with its ID number in clear, for comparing only."""
    values = {name: getattr(known, name) for name in Known.__slots__}
    return Known(**(values | {"id_number": number}))


def _keep(
    session: Session,
    subjects: Mapping[int, Subject],
    scores: Mapping[Pair, Score],
    numbers: Mapping[int, str],
    now: datetime,
) -> tuple[int, int]:
    """Keep the pairs as they compare now; return how many are new, and open again."""
    there = queries.find_of_pairs(session, scores)
    judged = queries.last_fingerprints(session, [k.id for k in there.values()])
    found = reopened = 0
    for pair, score in sorted(scores.items()):
        one, other = (subjects[number] for number in pair)
        likeness = there.get(pair)
        text = queries.fingerprint_of(
            one.known, other.known, (numbers[pair[0]], numbers[pair[1]])
        )
        if likeness is None:
            session.add(new_likeness(pair, one, other, score, text, now))
            found += 1
            continue
        state = next_state(
            likeness.state,
            proposed=score.is_proposed,
            judged=judged.get(likeness.id),
            fingerprint=text,
        )
        if state == "open" and likeness.state != "open":
            likeness.asked_at = now
            reopened += 1
        _refresh(likeness, one, other, score, text)
        likeness.state = state
    session.flush()
    return found, reopened


def new_likeness(
    pair: Pair, one: Subject, other: Subject, score: Score, text: str, now: datetime
) -> Likeness:
    """Return a pair as it is found for the first time."""
    made = Likeness(
        first_id=pair[0], second_id=pair[1], state="open", found_at=now, asked_at=now
    )
    _refresh(made, one, other, score, text)
    return made


def _refresh(
    likeness: Likeness, one: Subject, other: Subject, score: Score, text: str
) -> None:
    likeness.score = score.points
    likeness.signals = queries.write_score(score)
    likeness.fingerprint = text
    likeness.first_district, likeness.second_district = one.district, other.district
