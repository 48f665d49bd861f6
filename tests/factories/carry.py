"""Carried marks as a tablet writes them, by the page on the format and not by our code.

data = seal_parcel(marked, "J1", [item, …])        a file
lines = frames_of(data)                            the same as a run of QR frames
"""

import hashlib
import json
import os
import zlib
from base64 import b64encode, urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scoring.sheets.queries import find_sheet, sheet_data

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def key_of(marked, seat="J1") -> bytes:
    """Return the public key as a tablet gets it, with its sheet."""
    sheet = find_sheet(marked.session, marked.seats[seat])
    assert sheet is not None
    text = sheet_data(sheet)["carry_key"]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seal_parcel(marked, seat, marks, *, photos=(), pack="deflate", key=None, **header):
    """Return a file with marks of a seat; `header` changes what the file says."""
    for item in marks:
        item.setdefault("event", marked.event.uid)
    content = {"marks": list(marks), "photos": [photo_of(*p) for p in photos]}
    said = {
        "device": marks[0]["device"] if marks else "tablet-1",
        "event": marked.event.uid,
        "head": max([item["device_seq"] for item in marks], default=0),
        "judge": marked.judge(seat).uid,
        "marks": len(marks),
        "photos": len(photos),
        "seat": seat,
        **header,
    }
    return seal(json.dumps(content).encode(), key or key_of(marked, seat), said, pack)


def photo_of(mark_id, data):
    return {
        "mark": mark_id,
        "sha256": hashlib.sha256(data).hexdigest(),
        "type": "image/jpeg",
        "data": b64encode(data).decode(),
    }


def seal(content: bytes, key: bytes, said: dict[str, object], pack="deflate") -> bytes:
    packed = zlib.compress(content) if pack == "deflate" else content
    head = json.dumps(
        {
            "format": "jiangcai-carry/1",
            "made_at": "2026-06-20T10:00:00.000+08:00",
            "key": hashlib.sha256(key).hexdigest()[:16],
            "pack": pack,
            "size": len(packed) + 16,
            "sha256": hashlib.sha256(content).hexdigest(),
            **said,
        }
    ).encode()
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    info = f"jiangcai-carry/1\n{said['event']}".encode()
    derived = HKDF(SHA256(), 32, salt=point, info=info).derive(
        own.exchange(ec.ECDH(), theirs)
    )
    bound = b"JCCARRY1" + len(head).to_bytes(4, "big") + head + point
    nonce = os.urandom(12)
    return bound + nonce + AESGCM(derived).encrypt(nonce, packed, bound)


def frames_of(data: bytes, size=280) -> list[str]:
    """Return a file as a run of QR frames."""
    run = hashlib.sha256(data).hexdigest()[:8].upper()
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return [
        with_check(f"JCC1:{run}:{number}:{len(parts)}:{base45(part)}")
        for number, part in enumerate(parts, 1)
    ]


def with_check(text: str) -> str:
    return f"{text}:{zlib.crc32(text.encode()):08X}"


def base45(data: bytes) -> str:
    text = ""
    for at in range(0, len(data), 2):
        value, size = int.from_bytes(data[at : at + 2], "big"), len(data[at : at + 2])
        for _digit in range(size + 1):
            text += BASE45[value % 45]
            value //= 45
    return text
