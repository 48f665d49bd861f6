"""`jiangcai`, so many seconds later than it is: the server of a day to come."""

import os
from datetime import timedelta

import time_machine

from cli import main

SECONDS = "JIANGCAI_TEST_LATER"

if __name__ == "__main__":
    later = timedelta(seconds=int(os.environ[SECONDS]))
    time_machine.travel(later, tick=True).start()
    main()
