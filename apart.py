"""Our own command in a process of its own, which outlives the request that began it.

start("pool", "import-work", batch.uid)
"""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

from flask import current_app

import config


def start(*words: str) -> None:
    """Begin `jiangcai WORDS…` on this application's database; returns at once.

    How far it is, it says in the database: nobody reads what it prints.
    """
    settings = current_app.config
    keys = os.environ.get("JIANGCAI_KEYS") or config.instance_dir() / "keys.json"
    environment = {
        **os.environ,
        "DATABASE_URL": str(settings["SQLALCHEMY_DATABASE_URI"]),
        "JIANGCAI_INSTANCE": str(Path(settings["INSTANCE"]).resolve()),
        "JIANGCAI_KEYS": str(keys),
    }
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", *words],
        cwd=config.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Whoever begins a process has to take its end, or it stays in the list of the dead.
    Thread(target=process.wait, daemon=True).start()
