"""Finding stored files."""

from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from people.attachments.models import Attachment


def find_attachment(session: Session, uid: str) -> Attachment | None:
    """Return the file with this public identifier, or None."""
    return session.scalar(select(Attachment).where(Attachment.uid == uid))


def list_missing_files(session: Session) -> list[str]:
    """Return the stored names of files that are not there or not of their size."""
    folder = Path(current_app.config["UPLOADS"])
    rows = session.execute(
        select(Attachment.stored_as, Attachment.size).order_by(Attachment.id)
    )
    return [name for name, size in rows if _size_of(folder / name) != size]


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
