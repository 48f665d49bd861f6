"""Which version of the standard was in force when."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.standard.models import ProfileVersion
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.profile import Profile

PROFILES = Path(__file__).parent / "profiles"
SHIPPED = PROFILES / "common.toml"


@lru_cache(maxsize=32)
def read_profile(toml: str) -> Profile:
    """Return a stored text as a profile; it was checked before it was stored."""
    return parse_profile(toml)


def list_shipped() -> list[str]:
    """Return the names of the profiles the product comes with."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def read_shipped_text(name: str) -> str | None:
    """Return the text of a shipped profile, or None."""
    if name not in list_shipped():
        return None
    return (PROFILES / f"{name}.toml").read_text(encoding="utf-8")


def read_shipped() -> Profile:
    """Return the profile the product comes with."""
    return read_profile(SHIPPED.read_text(encoding="utf-8"))


def read_in_force(session: Session, on: date) -> Profile:
    """Return the standard in force on a day; the shipped one where none is stored."""
    version = find_in_force(session, on)
    return read_shipped() if version is None else read_profile(version.toml)


def find_in_force(session: Session, on: date) -> ProfileVersion | None:
    """Return the version in force on a day: the latest that had begun by then."""
    return session.scalar(
        select(ProfileVersion)
        .where(ProfileVersion.in_force_from <= on)
        .order_by(ProfileVersion.in_force_from.desc(), ProfileVersion.id.desc())
        .limit(1)
    )


def find_version(session: Session, uid: str) -> ProfileVersion | None:
    """Return one stored version, or None."""
    return session.scalar(select(ProfileVersion).where(ProfileVersion.uid == uid))


def list_versions(session: Session) -> list[ProfileVersion]:
    """Return every stored version, the latest first."""
    return list(
        session.scalars(
            select(ProfileVersion).order_by(
                ProfileVersion.in_force_from.desc(), ProfileVersion.id.desc()
            )
        )
    )
