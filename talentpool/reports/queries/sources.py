"""One function per figure of the register that is counted; shares are made of two."""

from collections.abc import Callable, Mapping

from talentpool.dossiers.models import FirmService
from talentpool.reports.queries import contests, growth, people, records
from talentpool.reports.queries.selection import Selection
from talentpool.reports.rules.register import Figure
from talentpool.reports.rules.window import Window

_SOURCES: Mapping[str, Callable[[Window, Figure], Selection]] = {
    "pool.members": lambda window, _: people.members(window),
    "pool.under_40": lambda window, _: people.under_40(window),
    "pool.women": lambda window, _: people.women(window),
    "pool.high_skilled": lambda window, _: people.high_skilled(window),
    "pool.enterprise": lambda window, _: people.from_enterprises(window),
    "pool.updated": lambda window, _: people.updated(window),
    "pool.paired": lambda window, _: people.paired(window),
    "pool.entered": lambda window, _: people.entered(window),
    "named.craftsmen": lambda window, figure: records.honours(window, figure.word),
    "named.honours": lambda window, _: records.honours(window),
    "pairs.begun": lambda window, _: records.pairs_begun(window),
    "pairs.live": lambda window, _: records.pairs_live(window),
    "pairs.graduated": lambda window, _: records.pairs_graduated(window),
    "pairs.terminated": lambda window, _: records.pairs_terminated(window),
    "contests.events": lambda window, _: contests.events(window),
    "contests.entrants": lambda window, _: contests.entrants(window),
    "contests.people": lambda window, _: contests.people(window),
    "contests.trades": lambda window, _: contests.trades(window),
    "conversion.proposed": lambda window, _: contests.proposed(window),
    "conversion.admitted": lambda window, _: contests.admitted(window),
    "innovation.achievements": lambda window, _: records.achievements(window),
    "innovation.projects": lambda window, _: growth.projects(window),
    "innovation.project_benefit": lambda window, _: growth.project_benefit(window),
    "innovation.benefit": lambda window, _: records.benefit(window),
    "innovation.methods": lambda window, _: records.methods(window),
    "training.people": lambda window, _: growth.trained(window),
    "training.practice": lambda window, _: growth.practised(window),
    "training.hours": lambda window, _: growth.hours(window),
    "training.held": lambda window, _: growth.trainings(window),
    "studios.standing": lambda window, _: records.studios(window),
    "studios.founded": lambda window, _: records.studios_founded(window),
    "service.visits": lambda window, _: records.service(window, FirmService.visits),
    "service.firms": lambda window, _: records.service(window, FirmService.firms),
    "service.problems": lambda window, _: records.service(window, FirmService.problems),
    "service.trained": lambda window, _: records.service(window, FirmService.trained),
}


def select_rows(figure: Figure, window: Window) -> Selection:
    """Return what a figure counts within a window.

    Raises:
        KeyError: it is a share, or the register names a figure nobody counts.
    """
    return _SOURCES[figure.id](window, figure)


def is_counted(figure_id: str) -> bool:
    """Tell whether a function stands behind a figure."""
    return figure_id in _SOURCES
