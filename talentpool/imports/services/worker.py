"""Calling the worker: a process of its own, with a limit of memory and time.

It outlives the request and the server's process; how far it is stands in the database.
"""

import resource
import signal

from flask_babel import gettext as _

import apart
from errors import DomainError

MEMORY = 4 * 2**30
SECONDS = 3600  # of processor time
_TO_END = 60  # more, to say so and end


def start_worker(batch_uid: str) -> None:
    """Begin the work on a batch that is committed; returns at once."""
    apart.start("pool", "import-work", batch_uid)


class TooLongError(DomainError):
    """The work took more processor time than an import may."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The work took longer than an import may (%(most)s minutes of "
                "processor time). Nothing was changed. Divide the file.",
                most=SECONDS // 60,
            )
        )


def limit_process(memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """Limit this process; the worker calls it before it reads anything.

    At the limit of memory or time the work ends with an error that its page shows;
    only who does not end then is killed.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGXCPU, _too_long)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + _TO_END))


def _too_long(_signal: int, _frame: object) -> None:
    # Told once: what is left up to the hard limit is for saying so.
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    raise TooLongError
