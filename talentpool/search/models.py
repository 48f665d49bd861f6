"""The index of the pool's search; everything here can be rebuilt from the dossiers.

Words used here:
    document: what the index knows of one craftsman, folded for comparing, and the small
        numbers that facets count. Sealed data (ID number, phone, day of birth) is not
        among it.
    posting: which craftsmen have a term in a field, as a compressed bitmap of
        `craftsman.id`.
    dirty: changed since the index last took it in; a search looks at the dossier.
    image: what a process keeps in memory, as bytes, so that it need not read every
        document when it starts.
    merge: one taking-in of changes. Its token tells every process whether what it
        keeps in memory is still what the database holds.
"""

from sqlalchemy import (
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base, new_uid


class SearchPosting(Base):
    """The craftsmen who have a term in a field."""

    __tablename__ = "search_posting"

    term: Mapped[str] = mapped_column(String(96), primary_key=True)
    field: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    bitmap: Mapped[bytes] = mapped_column(LargeBinary)  # pyroaring, of craftsman.id


class SearchDocument(Base):
    """What is searched of one craftsman; values of a field are lines of their own."""

    __tablename__ = "search_document"

    craftsman_id: Mapped[int] = mapped_column(
        ForeignKey("craftsman.id"), primary_key=True, autoincrement=False
    )
    merge_version: Mapped[int] = mapped_column(Integer, index=True)

    name: Mapped[str] = mapped_column(String(80))
    pinyin: Mapped[str] = mapped_column(Text)  # a reading per line: wang'bing'yuan
    trade: Mapped[str] = mapped_column(Text)
    honours: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)  # achievements, studios, competitions

    record_trades: Mapped[str] = mapped_column(Text)  # of certificates, competitions

    # What facets count and lists are sorted by: rules.records
    numbers: Mapped[bytes] = mapped_column(LargeBinary)
    certificates: Mapped[bytes] = mapped_column(LargeBinary)
    contests: Mapped[bytes] = mapped_column(LargeBinary)


class SearchDirty(Base):
    """A change the index has not taken in yet; rows are only added and removed."""

    __tablename__ = "search_dirty"

    id: Mapped[int] = mapped_column(primary_key=True)
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    token: Mapped[str] = mapped_column(String(36), default=new_uid)


class SearchMerge(Base):
    """One merge; the highest version is the present state. A rebuild ends the row."""

    __tablename__ = "search_merge"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    count: Mapped[int] = mapped_column(Integer)  # craftsmen taken in
    # Who is in the index no more: a bitmap of craftsman.id, None for nobody.
    removed: Mapped[bytes | None] = mapped_column(LargeBinary)


class SearchImage(Base):
    """A piece of what a process keeps in memory, as of one merge: `rules.images`."""

    __tablename__ = "search_image"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    token: Mapped[str] = mapped_column(String(36))  # of the merge
    piece: Mapped[bytes] = mapped_column(LargeBinary)
