"""Reports as tablets send them.

make_report("tablet-1", now=NOW, event=uid, head=3)   what the tablet sends
tell(marked, "J1", "tablet-1", head=3)                as if it had come
"""

from scoring.tablets.rules.report import read_report
from scoring.tablets.services import reports
from tests.factories.scoring import actor_of


def make_report(device="tablet-1", *, now, **more):
    """Return a report as a tablet sends it, of an empty outbox unless told."""
    return {
        "device": device,
        "event": "",
        "head": 0,
        "waiting": 0,
        "attention": 0,
        "refused": [],
        "now": now.isoformat(),
        "boot": "b1",
        "app": "1",
        **more,
    }


def tell(marked, seat, device="tablet-1", *, now=None, clock=None, **more):
    """Keep a report of a judge's tablet, whose clock may be wrong."""
    now = now or marked.later()
    user = marked.judge(seat)
    sent = make_report(device, now=now, event=marked.event.uid) | more
    sent |= {"now": clock} if clock else {}
    return reports.keep(
        marked.session,
        user=user,
        report=read_report(sent),
        actor=actor_of(user),
        now=now,
    )


def own_device(marked, seat):
    """Return the device a seat's marks come from when the factory sends them."""
    return f"tablet-{seat}-{marked.event.uid}"
