"""The steps of an explanation in the reader's language.

Words used here:
    namer: a function from an entry's code to what the reader may see of it.
"""

from collections.abc import Callable

from flask_babel import gettext as _

from scoring.results.rules.trace.shape import Step

Namer = Callable[[str], str]

_TIMES = frozenset({"time asc", "time desc"})


def tell_step(step: Step, name: Namer) -> str:
    """Return a step's sentence; other entries are called as the namer says."""
    params = dict(step.params)
    if "other" in params:
        params["other"] = name(params["other"])
    if "others" in params:
        named = [name(code) for code in params["others"].split("\n")]
        more = int(params["count"]) - len(named)
        listed = str(_(", ")).join(named)
        if more:
            listed = _("%(names)s and %(count)s more", names=listed, count=more)
        params["others"] = listed
    # The only key without a name of its own is the time.
    if params.get("key") in _TIMES:
        params["key"] = _("time")
    said: str = _(step.template)
    return said % params
