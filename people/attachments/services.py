"""Keeping files: known types only, images made anew, names of our own.

An image is decoded and encoded again: what hid in it (place, camera, scripts, a second
file behind the first) is gone. A file is safe on the disk before its row is written; a
transaction that is rolled back leaves at most a file nobody names.
"""

import hashlib
import io
import os
import secrets
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from flask import Response, current_app
from flask_babel import gettext as _
from PIL import Image, ImageOps
from sqlalchemy import event
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.rules import (
    MAX_BYTES,
    MAX_PIXELS,
    PDF,
    FileType,
    ends_with_picture,
    find_file_type,
    safe_file_name,
)

_QUALITY = 88  # of JPEG and WebP: no loss one sees, a third of a camera's size
_NOTHING = b"erased\n"  # what is left of an erased file
# What Pillow raises on broken files.
_BROKEN = (OSError, SyntaxError, ValueError)


class FileRefusedError(DomainError):
    """The file is too large, of a type we do not keep, or broken."""

    status = 422


class FileDamagedError(Exception):
    """A stored file is missing or not what was stored: a defect, not a refusal."""


def store(
    session: Session,
    *,
    data: bytes,
    file_name: str,
    kind: str,
    uploaded_by: str,
    now: datetime,
    as_evidence: bool = False,
) -> Attachment:
    """Keep a file and return its row; the caller commits.

    Args:
        session: the caller's transaction.
        data: the whole file, at most 10 MB; images at most 40 megapixels.
        file_name: as the uploader named it; shown, never used as a path.
        kind: photo, id_card, certificate …
        uploaded_by: uid of the user.
        now: the server's clock.
        as_evidence: keep an image to the last byte, so that its digest is the one it
            was sent under. What hides in an image is then not taken out but refused.

    Raises:
        FileRefusedError: too large, not JPEG, PNG, WebP or PDF, or broken.
    """
    if len(data) > MAX_BYTES:
        raise FileRefusedError(_("The file is larger than 10 MB."))
    found = find_file_type(data)
    if found is None:
        raise FileRefusedError(_("Choose a JPEG, PNG, WebP or PDF file."))
    clean = data if found is PDF else _made_anew(data, found)
    if as_evidence:
        _refuse_hidden(data, found)
        clean = data
    attachment = Attachment(
        kind=kind,
        file_name=safe_file_name(file_name),
        content_type=found.content_type,
        size=len(clean),
        sha256=hashlib.sha256(clean).hexdigest(),
        stored_as=_write(clean, found.suffix),
        uploaded_by=uploaded_by,
        uploaded_at=now,
    )
    session.add(attachment)
    session.flush()
    record(
        session,
        actor=Actor("human", uploaded_by),
        action="attachment.stored",
        subject=f"attachment:{attachment.uid}",
        now=now,
        body={"kind": kind, "sha256": attachment.sha256, "size": attachment.size},
    )
    return attachment


def erase(session: Session, attachment: Attachment) -> None:
    """Take a file's content and name away; the old file goes when this is committed."""
    old = _folder() / attachment.stored_as
    attachment.stored_as = _write(_NOTHING, ".txt")
    attachment.size, attachment.content_type = len(_NOTHING), "text/plain"
    attachment.sha256 = hashlib.sha256(_NOTHING).hexdigest()
    attachment.file_name = "erased"
    event.listen(
        session, "after_commit", lambda _session: old.unlink(missing_ok=True), once=True
    )


def read_bytes(attachment: Attachment) -> bytes:
    """Return the stored file.

    Raises:
        FileDamagedError: it is missing, or its digest is not the stored one.
    """
    try:
        data = (_folder() / attachment.stored_as).read_bytes()
    except OSError as error:
        raise FileDamagedError(f"{attachment.stored_as}: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise FileDamagedError(f"{attachment.stored_as}: not what was stored")
    return data


def send_attachment(attachment: Attachment) -> Response:
    """Return the answer that shows a file; the view has checked who asks.

    Images are shown in the page; all else is only ever downloaded, and nothing in it
    may run, ask or be taken for another type.
    """
    response = Response(read_bytes(attachment), content_type=attachment.content_type)
    shown = attachment.content_type.startswith("image/")
    response.headers["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; "
        f"filename*=UTF-8''{quote(attachment.file_name)}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _made_anew(data: bytes, found: FileType) -> bytes:
    too_many = _("The picture has more than 40 megapixels. Make it smaller.")
    try:
        with Image.open(io.BytesIO(data), formats=[found.pillow]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileRefusedError(too_many)
            upright = ImageOps.exif_transpose(image)
            keeps_alpha = found.pillow != "JPEG" and upright.has_transparency_data
            plain = upright.convert("RGBA" if keeps_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefusedError(too_many) from error
    except _BROKEN as error:
        broken = _("The picture cannot be read. Save it again and choose it anew.")
        raise FileRefusedError(broken) from error
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, found.pillow, quality=_QUALITY)
    return out.getvalue()


def _refuse_hidden(data: bytes, found: FileType) -> None:
    """Refuse what is no plain picture: place and camera, texts, bytes behind the end.

    The picture has been decoded whole before.
    """
    if not found.pillow:
        raise FileRefusedError(_("Choose a JPEG, PNG or WebP picture."))
    with Image.open(io.BytesIO(data), formats=[found.pillow]) as image:
        image.load()
        said = {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop"}
        texts = getattr(image, "text", {})
        hides = image.getexif() or texts or said.intersection(image.info)
    if hides or not ends_with_picture(data, found):
        raise FileRefusedError(_("The picture carries more than what one sees."))


def _folder() -> Path:
    return Path(current_app.config["UPLOADS"])


def _write(data: bytes, suffix: str) -> str:
    """Write a file so that it survives a power cut; return its path below UPLOADS."""
    name = secrets.token_hex(16)
    folder = _folder() / name[:2] / name[2:4]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}{suffix}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    for made in (folder, folder.parent, folder.parent.parent):
        _sync_folder(made)
    return f"{name[:2]}/{name[2:4]}/{path.name}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
