"""Putting papers together: statistics of a period, and the annex of a work report."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from paper import language
from talentpool.reports.forms.labels import SPLIT_LABELS, bars, words_of
from talentpool.reports.models.papers import WorkReport
from talentpool.reports.queries.names import list_districts
from talentpool.reports.rules.papers import Paper, Piece, Section, pieces
from talentpool.reports.rules.register import Figure, Register
from talentpool.reports.rules.window import Window
from talentpool.reports.services import counting
from talentpool.reports.services.counting import Value
from talentpool.reports.services.papers import windows_of
from talentpool.reports.services.plans import progress

_TEXTS = Path(__file__).parent.parent / "report.toml"


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, str]:
    return tomllib.loads(_TEXTS.read_text(encoding="utf-8"))


def usual_text(lang: str = "") -> str:
    """Return the text a new report begins with, in "zh", "en" or the reader's."""
    return _texts()[lang or language()].strip()


@dataclass(frozen=True, slots=True)
class Filled:
    """A piece of a text with its figure filled in."""

    text: str
    figure: str = ""  # "" for words
    by: str = ""
    key: str = ""


def statistics_paper(
    session: Session, register: Register, window: Window, day: str, *, unit: str = ""
) -> Paper:
    """Return every figure of the register, with its splits, as a paper.

    Args:
        session: where to read.
        register: of figures.
        window: its district is the place.
        day: the day of taking, in words.
        unit: name of the window's unit, where it has one.
    """
    figures = list(register.figures.values())
    values = counting.count_all(session, register, figures, window)
    region = list_districts(session, [window.district]).get(window.district, "")
    place = " · ".join(part for part in (region, unit) if part)
    total = Section(
        title=_("All figures"),
        heads=(
            _("Figure"),
            _("Figure value"),
            _("Measured in"),
            _("Period"),
            _("Definition"),
        ),
        rows=tuple(
            (
                words_of(figure.name),
                values[figure.id].text,
                words_of(register.units[figure.unit]),
                _period(register, figure, window),
                words_of(figure.definition),
            )
            for figure in figures
        ),
        numbers=(1,),
    )
    splits = tuple(
        _split(session, register, figure, window, by)
        for figure in figures
        for by in _kept_splits(register, figure)
    )
    return Paper(
        title=_("Statistics of the pool, %(place)s", place=place),
        language=language(),
        facts=(
            (_("Region"), place),
            (_("Period"), f"{window.first} – {window.last}"),
            (_("Taken on"), day),
        ),
        sections=(total, *splits),
    )


def report_paper(
    session: Session, register: Register, report: WorkReport, window: Window, day: str
) -> Paper:
    """Return a work report: its text with the figures of today, and its annex.

    Args:
        session: where to read.
        register: of figures.
        report: the text, its years and place.
        window: its term so far; see `windows_of`.
        day: the day of making, in words.
    """
    unit = report.unit.name if report.unit else ""
    place = " · ".join(part for part in (report.district.name, unit) if part)
    facts = [
        (_("Region"), place),
        (_("Years covered"), f"{report.first_year} – {report.last_year}"),
        (_("As of"), f"{window.last}"),
        (_("Made on"), day),
    ]
    if report.plan:
        facts.append((_("Plan"), report.plan.name))
    lines = fill(session, register, report.text, window)
    return Paper(
        title=report.title,
        language=language(),
        facts=tuple(facts),
        paragraphs=tuple("".join(piece.text for piece in line) for line in lines),
        sections=tuple(_annex(session, register, report, window)),
    )


def fill(
    session: Session, register: Register, text: str, window: Window
) -> list[list[Filled]]:
    """Return the paragraphs of a text, each figure filled in from the records."""
    wanted = [piece for piece in pieces(text) if piece.figure is not None]
    plain = {piece.figure for piece in wanted if not piece.level}
    values = counting.count_all(
        session, register, [register.figures[f] for f in plain if f], window
    )
    parted = {
        figure: counting.split(
            session,
            register,
            register.figures[figure],
            window,
            register.splits(register.figures[figure])[0],
        )
        for figure in {piece.figure for piece in wanted if piece.level}
        if figure
    }
    return [
        [_filled(register, piece, values, parted) for piece in pieces(line)]
        for line in text.splitlines()
        if line.strip()
    ]


def _filled(
    register: Register,
    piece: Piece,
    values: Mapping[str, Value],
    parted: Mapping[str, Mapping[str, Value]],
) -> Filled:
    if not piece.figure:
        return Filled(piece.text)
    if not piece.level:
        return Filled(values[piece.figure].text, piece.figure)
    found = parted[piece.figure].get(piece.level)
    by = register.splits(register.figures[piece.figure])[0]
    return Filled(found.text if found else "0", piece.figure, by, piece.level)


def _annex(
    session: Session, register: Register, report: WorkReport, window: Window
) -> Iterator[Section]:
    _now, before = windows_of(report, window.today)
    figures = list(register.figures.values())
    values = counting.count_all(session, register, figures, window)
    earlier = counting.count_all(session, register, figures, before)
    goals = _goals(session, register, report, window)
    heads = (
        _("Figure"),
        _("Measured in"),
        _("This term"),
        _("Previous term"),
        _("Target"),
        _("Definition"),
        _("Source query"),
    )
    for group, members in groupby(figures, lambda figure: figure.group):
        yield Section(
            title=words_of(register.groups[group]),
            heads=heads,
            rows=tuple(
                (
                    words_of(figure.name),
                    words_of(register.units[figure.unit]),
                    values[figure.id].text,
                    earlier[figure.id].text,
                    goals.get(figure.id, ""),
                    words_of(figure.definition),
                    _source(register, figure, window),
                )
                for figure in members
            ),
            numbers=(2, 3),
        )


def _goals(
    session: Session, register: Register, report: WorkReport, window: Window
) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    words = {"term": _("over the term"), "year": _("a year"), "end": _("by the end")}
    for target in report.plan.targets if report.plan else []:
        course = progress(session, register, target, window.today).course
        text = f"{target.goal.normalize():f} {words[target.kind]}"
        reached = _("reached") if course.outcome == "reached" else _("not reached")
        found.setdefault(target.figure, []).append(f"{text} ({reached})")
    return {figure: "; ".join(texts) for figure, texts in found.items()}


def _source(register: Register, figure: Figure, window: Window) -> str:
    """Return the saved query of a figure as its address has it, with the tables."""
    part, whole = register.counted(figure)
    tables = dict.fromkeys((*part.reads, *(whole.reads if whole else ())))
    query = f"figure={figure.id}&first={window.first}&last={window.last}"
    query += f"&district={window.district}"
    if window.unit_uid:
        query += f"&unit={window.unit_uid}"
    return f"{query} ← {', '.join(tables)}"


def _kept_splits(register: Register, figure: Figure) -> list[str]:
    splits = register.splits(figure)
    wanted = (*splits[:1], "district", "year")
    return [by for by in dict.fromkeys(wanted) if by in splits]


def _split(
    session: Session, register: Register, figure: Figure, window: Window, by: str
) -> Section:
    values = counting.split(session, register, figure, window, by)
    name, split = words_of(figure.name), str(SPLIT_LABELS[by])
    return Section(
        title=_("%(figure)s by %(split)s", figure=name, split=split),
        heads=(split, words_of(register.units[figure.unit])),
        rows=tuple((bar.label, bar.value.text) for bar in bars(session, by, values)),
        numbers=(1,),
    )


def _period(register: Register, figure: Figure, window: Window) -> str:
    if register.is_of_a_day(figure):
        return str(_("as of %(day)s", day=window.last))
    first, last = window.first, window.last
    return str(_("from %(first)s to %(last)s", first=first, last=last))
