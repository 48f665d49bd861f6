"""Finding exemplars, and the aspects that can have some."""

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from people.attachments.models import Attachment
from scoring.exemplars.models import Exemplar
from scoring.scheme import queries as schemes
from scoring.scheme.rules.parse import examine, read_toml
from scoring.scheme.rules.tree import Aspect

LEVELS = 4
JUDGED = "judgement"
# By aspect: for each level, SHA-256 and caption of its photos.
ByAspect = dict[str, list[list[tuple[str, str]]]]


def list_judged(session: Session, event_id: int) -> list[Aspect]:
    """Return the judged aspects of the scheme in use, else of the newest, the draft."""
    version = schemes.find_frozen(session, event_id)
    version = version or schemes.find_newest(session, event_id)
    if version is not None:
        scheme = schemes.load_scheme(version)
    else:
        draft = schemes.find_draft(session, event_id)
        if draft is None:
            return []
        scheme, _faults = examine(read_toml(draft.text))
    return [aspect for aspect in scheme.aspects if aspect.kind == JUDGED]


def list_exemplars(session: Session, event_id: int) -> list[Exemplar]:
    """Return an event's exemplars by aspect and level, in the order they were added."""
    return list(
        session.scalars(
            select(Exemplar)
            .join(Exemplar.attachment)
            .options(contains_eager(Exemplar.attachment))
            .where(Exemplar.event_id == event_id)
            .order_by(Exemplar.aspect, Exemplar.level, Exemplar.id)
        )
    )


def read_exemplars(session: Session, event_id: int) -> ByAspect:
    """Return what tablets are told of an event's exemplars."""
    rows = session.execute(
        select(Exemplar.aspect, Exemplar.level, Attachment.sha256, Exemplar.caption)
        .join(Exemplar.attachment)
        .where(Exemplar.event_id == event_id)
        .order_by(Exemplar.id)
    )
    found: ByAspect = {}
    for aspect, level, sha256, caption in rows:
        levels = found.setdefault(aspect, [[] for _level in range(LEVELS)])
        levels[level].append((sha256, caption))
    return found


def find_exemplar(session: Session, event_id: int, uid: str) -> Exemplar | None:
    """Return an exemplar of an event with its file, or None."""
    return session.scalar(
        select(Exemplar)
        .join(Exemplar.attachment)
        .options(contains_eager(Exemplar.attachment))
        .where(Exemplar.event_id == event_id, Exemplar.uid == uid)
    )


def find_by_hash(session: Session, event_id: int, sha256: str) -> Exemplar | None:
    """Return an exemplar of an event by the SHA-256 of its photo, or None."""
    return session.scalar(
        select(Exemplar)
        .join(Exemplar.attachment)
        .options(contains_eager(Exemplar.attachment))
        .where(Exemplar.event_id == event_id, Attachment.sha256 == sha256)
        .order_by(Exemplar.id)
        .limit(1)
    )
