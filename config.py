"""Settings, from the environment, with safe defaults; keys from a file of their own.

The keys (session signing, field encryption, look-up hash, ticket signature) are made
once on first start in `instance/keys.json`, readable by the owner only, and are never
kept in the database or its backups.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
KEY_NAMES = ("SECRET_KEY", "FIELD_KEY", "LOOKUP_KEY", "SIGNING_KEY")


def instance_dir() -> Path:
    """Return the folder for the database, keys and uploads; made when missing."""
    folder = Path(os.environ.get("JIANGCAI_INSTANCE", ROOT / "instance")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def load_keys(path: Path) -> dict[str, bytes]:
    """Return the installation's keys (32 bytes each); make the file when missing.

    Raises:
        PermissionError: others than the owner can read the file.
        ValueError: the file lacks a key.
    """
    if not path.exists():
        made = {name: b64encode(secrets.token_bytes(32)).decode() for name in KEY_NAMES}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} must be readable by its owner only: chmod 600.")
    stored = json.loads(path.read_text())
    missing = [name for name in KEY_NAMES if name not in stored]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}.")
    return {name: b64decode(stored[name]) for name in KEY_NAMES}


def load_retired_keys(path: Path) -> tuple[str, ...]:
    """Return the public keys (hex) this installation signed with before, newest first.

    They stand in the file of keys as RETIRED_SIGNING_KEYS; what they signed holds on.
    """
    stored = json.loads(path.read_text())
    return tuple(str(key) for key in stored.get("RETIRED_SIGNING_KEYS", ()))


def database_url(instance: Path) -> str:
    """Return the SQLAlchemy address of the database (default: SQLite in `instance`)."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'jiangcai.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def mail_settings() -> dict[str, Any]:
    """Return how mail goes out; without a host it is put into a folder."""
    security = os.environ.get("JIANGCAI_SMTP_SECURITY", "starttls")
    if security not in MAIL_PORTS:
        raise ValueError("JIANGCAI_SMTP_SECURITY is starttls, tls or none.")
    return {
        "host": os.environ.get("JIANGCAI_SMTP_HOST", ""),
        "port": int(os.environ.get("JIANGCAI_SMTP_PORT", MAIL_PORTS[security])),
        "security": security,
        "user": os.environ.get("JIANGCAI_SMTP_USER", ""),
        "password": os.environ.get("JIANGCAI_SMTP_PASSWORD", ""),
        "sender": os.environ.get("JIANGCAI_MAIL_FROM", "jiangcai@localhost"),
    }


def from_environment() -> dict[str, Any]:
    """Return the Flask configuration of this process."""
    instance, https = instance_dir(), os.environ.get("JIANGCAI_HTTPS") == "1"
    keys = Path(os.environ.get("JIANGCAI_KEYS", instance / "keys.json"))
    return {
        "INSTANCE": instance,
        "UPLOADS": instance / "uploads",
        "SQLALCHEMY_DATABASE_URI": database_url(instance),
        **load_keys(keys),
        "RETIRED_KEYS": load_retired_keys(keys),
        # A failed statement is logged without the values it carried: names, numbers.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            # One for each thread of the server: a connection beyond the pool is opened
            # anew for every request, which costs more than the request.
            "pool_size": 16,
        },
        "BABEL_DEFAULT_LOCALE": "zh_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "RATELIMIT_STORAGE_URI": os.environ.get("REDIS_URL", "memory://"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        # Under this name a browser takes it from this host alone, and never in clear.
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        # Under an authority of the hall's own a browser must be able to come back to a
        # server without it: a promise of https for a year would lock it out.
        "PRIVATE_AUTHORITY": os.environ.get("JIANGCAI_PRIVATE_CA") == "1",
        # For so many seconds a public page is handed out as it was; see web.door.
        "PUBLIC_REST": float(os.environ.get("JIANGCAI_PUBLIC_REST", "1")),
        "MAIL": mail_settings(),
        # A program that sends short messages to phones; "" is: none are sent.
        "SMS_COMMAND": os.environ.get("JIANGCAI_SMS_COMMAND", ""),
        # Where people find this installation, as mails name it; "" is not named.
        "PUBLIC_ADDRESS": os.environ.get("JIANGCAI_ADDRESS", ""),
        # A server sends what waits beside its requests; 0 leaves it to the command.
        "SENDS_MESSAGES": os.environ.get("JIANGCAI_SEND_MESSAGES", "1") == "1",
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # the form token lives as long as the session
    }
