"""`jiangcai pool import-work UID`, with something that befalls it after some rows.

JIANGCAI_BEFALLS=killed      kill -9
JIANGCAI_BEFALLS=per_block   kill -9, of a worker that commits after each block
JIANGCAI_BEFALLS=memory      it wants more than its limit
JIANGCAI_BEFALLS=time        its processor time comes to an end
"""

import os
import signal
from datetime import datetime

from cli import main
from extensions import db
from talentpool.imports.services import progress, worker

real_note = progress.note


def befall(what: str) -> None:
    """Have it happen to the work of this process."""

    def note(batch_uid: str, now: datetime, done: int | None = None) -> None:
        real_note(batch_uid, now, done)
        if done is None:
            return
        if what == "per_block":
            db.session.commit()
        if what == "memory":
            bytearray(worker.MEMORY)
        while what == "time":
            pass
        if done >= 4:
            os.kill(os.getpid(), signal.SIGKILL)

    progress.note = note


if __name__ == "__main__":
    befall(os.environ["JIANGCAI_BEFALLS"])
    main()
