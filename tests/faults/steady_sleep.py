"""`jiangcai` for running under libfaketime, which cannot make Python's `sleep` work.

Python sleeps until a moment of the monotonic clock; libfaketime takes that moment for
one of the clock it moves. Only sleeping is mended here; the clock is libfaketime's.
"""

import select
import time
from typing import SupportsIndex

from cli import main


def sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = sleep

if __name__ == "__main__":
    main()
