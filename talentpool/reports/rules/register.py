"""The register of figures: `figures.toml`, read once.

Words used here:
    figure: one number with its definition; its function in `queries` yields the rows
        it counts, so that the number and the list behind it are the same thing.
    span: "day", "period" or "share"; see the file's head.
    split: the same figure by level, district, year …
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "figures.toml"
FORMAT = "jiangcai-figures/1"
SPANS = ("day", "period", "share")
SPLITS = (
    *("level", "class", "trade", "district", "age", "sex", "skill", "employer"),
    *("honour_level", "pair_state", "pair_cause", "relation", "tier", "occupation"),
    *("achievement_kind", "innovation_kind", "training_kind", "studio_kind"),
    *("studio_level", "year"),
)

Words = Mapping[str, str]  # by language: en, zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the register."""

    id: str
    group: str
    span: str
    unit: str
    name: Words
    definition: Words
    reads: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    part: str = ""  # of a share: ids of the two figures
    whole: str = ""
    word: str = ""  # what the name of a counted row holds, where the figure asks it


@dataclass(frozen=True, slots=True)
class Register:
    """Every figure in the order of the file, with the words of groups and units."""

    figures: Mapping[str, Figure]
    groups: Mapping[str, Words]
    units: Mapping[str, Words]

    def counted(self, figure: Figure) -> tuple[Figure, Figure | None]:
        """Return what is counted for a figure: itself, or the two parts of a share."""
        if figure.span != "share":
            return figure, None
        return self.figures[figure.part], self.figures[figure.whole]

    def is_of_a_day(self, figure: Figure) -> bool:
        """Tell whether it speaks of a day and not of a period."""
        return self.counted(figure)[0].span == "day"

    def splits(self, figure: Figure) -> tuple[str, ...]:
        """Return what a figure can be split by; a share by what both parts can."""
        part, whole = self.counted(figure)
        if whole is None:
            return part.by
        return tuple(by for by in part.by if by in whole.by)


def read_register(text: str) -> Register:
    """Read a register.

    Raises:
        ValueError: another format, or an entry that makes no sense; says which.
        KeyError, TypeError: a key is missing or unknown.
    """
    data = tomllib.loads(text)
    if data["format"] != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    figures = {key: _figure(key, entry) for key, entry in data["figures"].items()}
    for figure in figures.values():
        _check(figure, figures, data)
    return Register(figures, data["groups"], data["units"])


@lru_cache(maxsize=1)
def load_register() -> Register:
    """Return the register that is shipped."""
    return read_register(FILE.read_text(encoding="utf-8"))


def _figure(key: str, entry: Mapping[str, object]) -> Figure:
    lists = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in entry.items()
    }
    return Figure(id=key, **lists)  # type: ignore[arg-type]


def _check(
    figure: Figure, figures: Mapping[str, Figure], data: Mapping[str, Words]
) -> None:
    is_share = figure.span == "share"
    sense = (
        figure.span in SPANS
        and figure.group in data["groups"]
        and figure.unit in data["units"]
        and set(figure.by) <= set(SPLITS)
        and all(words.keys() == {"en", "zh"} for words in (figure.name,))
        and figure.definition.keys() == {"en", "zh"}
        and (is_share or bool(figure.reads))
        and (not is_share or {figure.part, figure.whole} <= figures.keys())
    )
    if not sense:
        raise ValueError(f"{figure.id} makes no sense")
