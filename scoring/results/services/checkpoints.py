"""The ledger's checkpoint on a paper: eight digits for the eye, all of it as a code."""

import json
from dataclasses import asdict

from flask_babel import gettext as _

from ledger.log.rules import Checkpoint
from paper import in_groups, qr_png


def checkpoint_code(checkpoint: Checkpoint) -> bytes:
    """Return the picture of a checkpoint, which `jiangcai verify` takes as a file."""
    return qr_png(json.dumps(asdict(checkpoint), separators=(",", ":")))


def checkpoint_data(checkpoint: Checkpoint) -> dict[str, str]:
    """Return what is printed of a checkpoint."""
    return {
        "seq": str(checkpoint.seq),
        "short": in_groups(checkpoint.hash, 8),
        "hash": checkpoint.hash,
        "key": in_groups(checkpoint.public_key),
        "signature": checkpoint.signature,
        "at": checkpoint.at,
    }


def checkpoint_words() -> dict[str, str]:
    """Return the words around it."""
    return {
        "checkpoint": _("Checkpoint of the ledger"),
        "entry": _("Entry of the ledger"),
        "key": _("Signed with key"),
        "keep": _(
            "Keep this paper apart from the system. Save what its code says as a file; "
            "jiangcai verify --checkpoint FILE then shows whether anything before this "
            "entry was changed."
        ),
    }
