"""What is printed and kept: a paper of texts and tables, as plain data.

A paper says everything in words and figures already, so that one that was kept prints
the same for ever, whatever becomes of the data, the definitions or the translations.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table with its title."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()  # columns of figures, set right


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document: what it is, its facts, its text, its tables."""

    title: str
    language: str  # "zh" or "en"
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()


def to_json(paper: Paper) -> str:
    """Return the one text of a paper; equal papers give equal texts."""
    return json.dumps(asdict(paper), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Paper:
    """Return a paper from its text."""
    data = json.loads(text)
    return Paper(
        title=data["title"],
        language=data["language"],
        facts=tuple((name, value) for name, value in data["facts"]),
        paragraphs=tuple(data["paragraphs"]),
        sections=tuple(
            Section(
                title=section["title"],
                heads=tuple(section["heads"]),
                rows=tuple(tuple(row) for row in section["rows"]),
                numbers=tuple(section["numbers"]),
            )
            for section in data["sections"]
        ),
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a paper's text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: words, or a figure by its name in the register."""

    text: str
    figure: str | None = None  # None: words
    level: str = ""  # only of this level: {named.craftsmen:city}


def pieces(text: str) -> Iterator[Piece]:
    """Yield the words and the figures of a text; `{pool.members}` names a figure.

    `{named.craftsmen:city}` is one value of the figure's first split.
    """
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()])
        figure, _colon, level = match[1].strip().partition(":")
        yield Piece(match[0], figure, level)
        at = match.end()
    if at < len(text):
        yield Piece(text[at:])


def unknown_figures(text: str, splits: Mapping[str, Collection[str]]) -> Sequence[str]:
    """Return the figures a text names that are not to be had, each once.

    Args:
        text: of a report.
        splits: by figure, the values its first split may have; empty for any.
    """
    found = [
        piece.text
        for piece in pieces(text)
        if piece.figure is not None
        and (
            piece.figure not in splits
            or (piece.level and piece.level not in splits[piece.figure])
        )
    ]
    return list(dict.fromkeys(found))
