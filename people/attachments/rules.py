"""What a stored file may be, told from its bytes and never from its name."""

from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file we keep."""

    content_type: str
    suffix: str
    pillow: str = ""  # Pillow's name of the format; "" is kept as it came


JPEG = FileType("image/jpeg", ".jpg", "JPEG")
PNG = FileType("image/png", ".png", "PNG")
WEBP = FileType("image/webp", ".webp", "WEBP")
PDF = FileType("application/pdf", ".pdf")


def find_file_type(data: bytes) -> FileType | None:
    """Return the type that the bytes themselves show, or None for one we do not keep.

    A PDF must begin as one and be complete, so that it cannot be another file too.

    Source: rule I-07 in docs/rules/identity.md.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]:
        return PDF
    return None


def ends_with_picture(data: bytes, found: FileType) -> bool:
    """Tell whether nothing follows the picture, as far as its format says."""
    if found is JPEG:
        return data.endswith(b"\xff\xd9")
    if found is PNG:
        return data.endswith(b"IEND\xaeB`\x82")
    return found is WEBP and int.from_bytes(data[4:8], "little") + 8 == len(data)


def safe_file_name(name: str, limit: int = 160) -> str:
    """Return an uploader's file name without folders and control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    tidy = "".join(c for c in last if c.isprintable()).strip(" .")
    stem, dot, suffix = tidy.rpartition(".")
    if dot and len(suffix) <= 8:
        return f"{stem[: limit - len(suffix) - 1]}.{suffix}"
    return tidy[:limit] or "file"
