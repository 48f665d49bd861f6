"""From counted marks to published results.

    decisions   the chief judge's decisions on works
    compute     the engine over counted marks and decisions
    locks       signed sheets → lock; unlock by two persons
    publish     a signed snapshot, and its withdrawal
"""

from scoring.results.services.publish import results_published, results_withdrawn

__all__ = ["results_published", "results_withdrawn"]
