"""The index of the pool's search; everything here can be rebuilt from the dossiers.

Words used here:
    document: what the index knows of one craftsman, folded for comparing, and the small
        numbers that facets count. Sealed data (ID number, phone, day of birth) is not
        among it.
    posting: which craftsmen have a term in a field, as a compressed bitmap of
        `craftsman.id`.
    dirty: changed since the index last took it in; a search looks at the dossier.
    merge: one taking-in of changes. Its token tells every process whether what it
        keeps in memory is still what the database holds.
"""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base


class SearchPosting(Base):
    """The craftsmen who have a term in a field."""

    __tablename__ = "search_posting"

    term: Mapped[str] = mapped_column(String(64), primary_key=True)
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

    # For sorting by name: the beginning of the pinyin, then of the name itself.
    name_key: Mapped[int] = mapped_column(BigInteger)
    name_code: Mapped[int] = mapped_column(BigInteger)
    name_length: Mapped[int] = mapped_column(SmallInteger)

    # Places in the tuples that `rules.facets` names; 0 is the first, -1 none.
    level: Mapped[int] = mapped_column(SmallInteger)
    skill: Mapped[int] = mapped_column(SmallInteger)  # rank of the best certificate
    pool_class: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[int] = mapped_column(SmallInteger)
    sex: Mapped[int] = mapped_column(SmallInteger)
    honour: Mapped[int] = mapped_column(SmallInteger)  # level of the highest honour
    birth_year: Mapped[int] = mapped_column(SmallInteger)
    district: Mapped[int] = mapped_column(Integer)  # GB/T 2260 code as a number
    occupation: Mapped[int] = mapped_column(BigInteger)  # edition and code as a number
    unit_id: Mapped[int] = mapped_column(Integer)  # 0 is none
    entered: Mapped[int] = mapped_column(Integer)  # the day, as date.toordinal()


class SearchDirty(Base):
    """A change the index has not taken in yet; rows are only added and removed."""

    __tablename__ = "search_dirty"

    id: Mapped[int] = mapped_column(primary_key=True)
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"))


class SearchMerge(Base):
    """One merge; the highest version is the present state. A rebuild ends the row."""

    __tablename__ = "search_merge"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    count: Mapped[int] = mapped_column(Integer)  # craftsmen taken in
