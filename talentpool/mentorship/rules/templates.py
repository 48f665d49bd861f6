"""The texts an agreement begins with: one for every trade, from `data/agreements.toml`.

A text may name {mentor} {apprentice} {unit} {mentor_unit} {trade} {starts_on} {ends_on}
{months}; what it names otherwise stays as it is written.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from talentpool.mentorship.rules.agreements import SECTIONS

FILE = Path(__file__).parent.parent / "data" / "agreements.toml"
GENERAL = "general"

Words = Mapping[str, str]  # by language: zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A milestone of a trade's teaching plan."""

    title: Words
    at: int  # percent of the term that has passed when it is due


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What an agreement of one trade begins with."""

    code: str
    name: Words
    occupations: tuple[str, ...]  # codes of occupations, any edition
    sections: Mapping[str, Words]
    steps: tuple[Step, ...]


@lru_cache(maxsize=1)
def load_templates() -> Mapping[str, Template]:
    """Return every template by its code, the general one first."""
    return read_templates(FILE.read_text(encoding="utf-8"))


def read_templates(text: str) -> Mapping[str, Template]:
    """Read templates; a trade's own texts go before the general ones.

    Raises:
        KeyError: the general template lacks a section, or a text a language.
    """
    data = tomllib.loads(text)["templates"]
    general = data[GENERAL]["sections"]
    return {
        code: Template(
            code=code,
            name=_words(table["name"]),
            occupations=tuple(table.get("occupations", ())),
            sections={
                name: _words(table.get("sections", {}).get(name, general[name]))
                for name in SECTIONS
            },
            steps=tuple(
                Step(title=_words(step), at=int(step["at"])) for step in table["steps"]
            ),
        )
        for code, table in data.items()
    }


def find_template(occupation: str) -> Template:
    """Return the template of an occupation; the general one where it has none."""
    known = load_templates()
    return next(
        (found for found in known.values() if occupation in found.occupations),
        known[GENERAL],
    )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with what it names."""
    return text.format_map(_Known(values)).strip()


class _Known(dict[str, str]):
    """What a text may name; a name we do not know stays as it is written."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _words(table: Mapping[str, str]) -> Words:
    return {"zh": table["zh"], "en": table["en"]}
