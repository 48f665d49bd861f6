"""The file that carries marks: reading its parts, checking them, opening the seal.

Everything before the nonce is bound to the seal as associated data, so that no byte of
the file can be changed without the seal breaking. See docs/formats/carry.md.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scoring.carry.rules.faults import Fault

FORMAT = "jiangcai-carry/1"
MAGIC = b"JCCARRY1"
MOST_BYTES = 8 * 1024 * 1024  # of a file
MOST_CONTENT = 24 * 1024 * 1024  # of what is inside, unpacked
MOST_HEADER = 4096
POINT, NONCE, TAG = 65, 12, 16  # bytes
_FIXED = len(MAGIC) + 4

_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_HEX16 = re.compile(r"[0-9a-f]{16}", re.ASCII)
_HEX64 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_VISIBLE = re.compile(r"[!-~]{1,64}", re.ASCII)


class SealError(ValueError):
    """The file cannot be taken; `faults` says everything that is wrong with it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = list(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file says of itself, in clear; the seal vouches for it."""

    event: str  # uid
    judge: str  # uid of the user the marks belong to
    seat: str
    device: str
    head: int  # last `device_seq` the device had given when it wrote the file
    marks: int
    photos: int
    key: str  # id of the key it is sealed to
    pack: str  # none | deflate
    size: int  # bytes of the sealed content with its tag
    sha256: str  # of the content, unpacked
    made_at: str  # the tablet's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A file in its parts, still closed."""

    header: Header
    bound: bytes  # everything before the nonce
    point: bytes
    nonce: bytes
    body: bytes


def key_id(public_key: bytes) -> str:
    """Return the short name of a key: 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def read_file(data: bytes) -> Sealed:
    """Take a file apart.

    Raises:
        SealError: it is no such file, of a later format, cut short, too long, or its
            header says what no header says.
    """
    if len(data) > MOST_BYTES:
        raise SealError(Fault("too_large", {"most": MOST_BYTES // 1024 // 1024}))
    if not data.startswith(MAGIC):
        later = data.startswith(MAGIC[:-1])
        raise SealError(Fault("later" if later else "not_ours", {}))
    length = int.from_bytes(data[len(MAGIC) : _FIXED], "big")
    start = _FIXED + length
    if not 0 < length <= MOST_HEADER or len(data) < start + POINT + NONCE + TAG:
        raise SealError(Fault("cut_short", {"bytes": len(data)}))
    header = _read_header(data[_FIXED:start])
    body = data[start + POINT + NONCE :]
    if len(body) != header.size:
        whole = len(data) - len(body) + header.size
        code = "cut_short_of" if len(body) < header.size else "too_long"
        raise SealError(Fault(code, {"bytes": len(data), "whole": whole}))
    return Sealed(
        header=header,
        bound=data[: start + POINT],
        point=data[start : start + POINT],
        nonce=data[start + POINT : start + POINT + NONCE],
        body=body,
    )


def _read_header(data: bytes) -> Header:
    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise SealError(Fault("header", {"field": "JSON"})) from None
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise SealError(Fault("header", {"field": "format"}))
    wrong = sorted(
        {name for name, is_right in _SHAPES.items() if not is_right(found.get(name))}
        | (found.keys() - _SHAPES.keys())
    )
    if wrong:
        raise SealError(*(Fault("header", {"field": name}) for name in wrong))
    return Header(**found)


def _text(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _whole(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**31


_SHAPES: Mapping[str, Callable[[object], bool]] = {
    "event": _text(_UID),
    "judge": _text(_UID),
    "seat": _text(re.compile(r"\S{1,8}")),
    "device": _text(_VISIBLE),
    "head": _whole,
    "marks": _whole,
    "photos": _whole,
    "key": _text(_HEX16),
    "pack": lambda value: value in {"none", "deflate"},
    "size": _whole,
    "sha256": _text(_HEX64),
    "made_at": _text(re.compile(r"[0-9T:.Z+-]{20,40}", re.ASCII)),
}


def open_seal(sealed: Sealed, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Return the content of a file.

    Args:
        sealed: from `read_file`.
        key: the event's private key.

    Raises:
        SealError: a byte was changed, it is sealed to another key, or what comes out
            is not what the header says.
    """
    header = sealed.header
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), sealed.point
        )
        secret = key.exchange(ec.ECDH(), point)
        cipher = AESGCM(derive(secret, sealed.point, header.event))
        packed = cipher.decrypt(sealed.nonce, sealed.body, sealed.bound)
    except (InvalidTag, ValueError):
        raise SealError(Fault("seal", {})) from None
    content = _unpack(packed) if header.pack == "deflate" else packed
    if hashlib.sha256(content).hexdigest() != header.sha256:
        raise SealError(Fault("digest", {}))
    return _read_content(content, header)


def derive(secret: bytes, point: bytes, event: str) -> bytes:
    """Return the AES-256 key of one file."""
    info = f"{FORMAT}\n{event}".encode()
    return HKDF(SHA256(), 32, salt=point, info=info).derive(secret)


def _unpack(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, MOST_CONTENT)
    except zlib.error:
        raise SealError(Fault("content", {})) from None
    if not unpacking.eof or unpacking.unused_data:
        raise SealError(Fault("content", {}))
    return content


def _read_content(content: bytes, header: Header) -> dict[str, Any]:
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise SealError(Fault("content", {})) from None
    if not isinstance(found, dict) or not all(
        isinstance(found.get(name), list) for name in ("marks", "photos")
    ):
        raise SealError(Fault("content", {}))
    counts = (len(found["marks"]), len(found["photos"]))
    if counts != (header.marks, header.photos):
        raise SealError(Fault("count", {"said": header.marks, "found": counts[0]}))
    return found
