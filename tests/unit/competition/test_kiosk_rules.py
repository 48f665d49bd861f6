"""The kiosk's rules in JavaScript and the server's in Python say the same."""

import json
import subprocess
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from competition.checkin import rules
from competition.checkin.rules import Passage, passage_fault, ticket_fault
from competition.registration.rules.tickets import (
    TicketClaim,
    pack_ticket,
    ticket_text,
)
from competition.registration.services.tickets import find_claim
from ledger.signatures.services import (
    key_id,
    list_public_keys,
    public_key_hex,
    sign,
)
from scripts.install import find_node

RETIRED = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RETIRED_HEX = RETIRED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
SCRIPT = Path(__file__).parent / "kiosk.mjs"
NOW = datetime(2026, 6, 20, 1, 0, tzinfo=UTC)
EVENT, OTHER = (f"0197{n:04d}-0000-7000-8000-000000000000" for n in (1, 2))
ENTRY, STRANGER = (f"0198{n:04d}-0000-7000-8000-000000000000" for n in (1, 2))
NUMBERS = {ENTRY: "ABCD-2345"}


def ask_javascript(questions):
    answers = subprocess.run(
        [find_node(), SCRIPT],
        input="\n".join(json.dumps(question) for question in questions),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [json.loads(line) for line in answers.splitlines()]


def issue(by=None, **changes):
    by = by or with_ours
    claim = TicketClaim(
        **{
            "event_uid": EVENT,
            "entry_uid": ENTRY,
            "valid_from": NOW - timedelta(days=9),
            "valid_until": NOW + timedelta(days=2),
            "number": NUMBERS[ENTRY],
            "key_id": key_id(public_key_hex()),
            **changes,
        }
    )
    payload = pack_ticket(claim)
    return ticket_text(payload, by(payload))


def with_ours(payload):
    return sign(payload, "ticket")


def with_retired(payload):
    return RETIRED.sign(b"jiangcai/ticket\0" + payload)


def forged(text, place):
    letter = "A" if text[place] != "A" else "B"
    return text[:place] + letter + text[place + 1 :]


def tickets():
    """Yield (ticket, what is wrong with it, revoked numbers)."""
    good = issue()
    yield good, "", ()
    yield good, "revoked", ("ABCD-2345",)
    yield issue(number="ZZZZ-2345"), "revoked", ()  # one given before it
    yield issue(event_uid=OTHER), "other_event", ()
    yield issue(entry_uid=STRANGER), "unknown", ()
    yield issue(valid_until=NOW - timedelta(seconds=1)), "expired", ()
    yield issue(valid_until=NOW), "", ()
    yield issue(valid_from=NOW + timedelta(seconds=2)), "not_yet", ()
    yield "JC1.AAAA.BBBB", "forged_ticket", ()
    yield "JC1..", "forged_ticket", ()
    yield good + "=", "forged_ticket", ()
    yield good + "A" * 600, "forged_ticket", ()
    # As they were before a ticket named its key, and of a key that was changed.
    yield issue(key_id=""), "", ()
    yield issue(with_retired, key_id=""), "", ()
    yield issue(with_retired, key_id=key_id(RETIRED_HEX)), "", ()
    # Another key than the one it names, and one nobody knows.
    yield issue(with_retired), "forged_ticket", ()
    yield issue(key_id=key_id(RETIRED_HEX)), "forged_ticket", ()
    yield issue(key_id="00000000"), "forged_ticket", ()
    for place in range(4, len(good), 5):
        if good[place] != ".":
            yield forged(good, place), "forged_ticket", ()


def test_tickets(app, monkeypatch):
    monkeypatch.setitem(app.config, "RETIRED_KEYS", (RETIRED_HEX,))
    with app.app_context():
        cases = list(tickets())
        keys = {"keys": list_public_keys(), "public_key": public_key_hex()}
        by_python = [
            ticket_fault(
                find_claim(text),
                event_uid=EVENT,
                numbers=NUMBERS,
                revoked=revoked,
                now=NOW,
            )
            for text, _fault, revoked in cases
        ]

    by_javascript = ask_javascript(
        {
            "ticket": {
                "text": text,
                "list": keys,
                "event": EVENT.replace("-", ""),
                "numbers": {k.replace("-", ""): n for k, n in NUMBERS.items()},
                "revoked": revoked,
                "now": NOW.timestamp() * 1000,
            }
        }
        for text, _fault, revoked in cases
    )

    assert by_python == [fault for _text, fault, _revoked in cases]
    assert by_javascript == by_python


def test_passages():
    late, soon = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    cases = [
        Passage(
            is_checkin=is_checkin,
            direction=direction,
            status=status,
            is_inside=is_inside,
            closes_at=closes_at,
            at=NOW,
        )
        for is_checkin, direction, status, is_inside, closes_at in product(
            (True, False),
            (rules.IN, rules.OUT),
            ("", *rules.STATUSES),
            (True, False),
            (None, late, NOW, soon),
        )
    ]

    by_javascript = ask_javascript(
        {
            "passage": {
                "isCheckin": case.is_checkin,
                "direction": case.direction,
                "status": case.status,
                "isInside": case.is_inside,
                "closesAt": case.closes_at and case.closes_at.timestamp() * 1000,
                "at": NOW.timestamp() * 1000,
            }
        }
        for case in cases
    )

    by_python = [passage_fault(case) for case in cases]
    assert by_javascript == by_python
    assert {*by_python} == {
        *("", "already_in", "not_inside", "not_checked_in", "too_late")
    }


@pytest.mark.parametrize(
    ("scanned", "counts"),
    [
        pytest.param(-60, -60, id="sent later, without a network"),
        pytest.param(-7200, 0, id="before the check-in was opened"),
        pytest.param(60, 0, id="a clock that is ahead"),
        pytest.param(0, 0, id="at once"),
    ],
)
def test_which_time_counts(scanned, counts):
    opened = NOW - timedelta(hours=1)

    found = rules.counted_at(NOW + timedelta(seconds=scanned), opened, NOW)

    assert found == NOW + timedelta(seconds=counts)


NEW, THIEF = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))


def hex_of(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def listed(key, *earlier, by=None, at="2026-06-20T01:00:00.000+00:00", event=EVENT):
    """Return a list as a server with `key` sends it; `by` signs in its place."""
    text = json.dumps({"event": event, "made_at": at, "numbers": []})
    signed = (by or key).sign(b"jiangcai/ticket-revocations\0" + text.encode())
    return {
        "event": EVENT,
        "public_key": hex_of(key),
        "keys": {key_id(hex_of(k)): hex_of(k) for k in (key, *earlier)},
        "revocations": {"text": text, "signature": b64encode(signed).decode()},
    }


FIRST, CHANGED = listed(RETIRED), listed(NEW, RETIRED)
EARLIER = "2026-06-20T00:59:59.000+00:00"


@pytest.mark.parametrize(
    ("data", "before", "is_secure", "is_taken"),
    [
        pytest.param(FIRST, None, False, True, id="the first key it sees"),
        pytest.param(listed(NEW, by=THIEF), None, True, False, id="not by its key"),
        pytest.param(FIRST, FIRST, False, True, id="the same key"),
        pytest.param(
            listed(RETIRED, at=EARLIER), FIRST, True, False, id="older than its own"
        ),
        pytest.param(
            listed(RETIRED, event=OTHER), FIRST, True, False, id="of another event"
        ),
        pytest.param(CHANGED, FIRST, True, True, id="told of a new key by TLS"),
        pytest.param(CHANGED, FIRST, False, False, id="told by plain http"),
        pytest.param(
            listed(NEW, RETIRED, at=EARLIER), FIRST, True, False, id="new but older"
        ),
        pytest.param(
            listed(NEW, RETIRED, by=THIEF), FIRST, True, False, id="signed by another"
        ),
        pytest.param(
            listed(THIEF), FIRST, True, False, id="a key that follows no known one"
        ),
        pytest.param(
            {**listed(THIEF), "keys": CHANGED["keys"]},
            FIRST,
            True,
            False,
            id="a key that is not among the keys",
        ),
        pytest.param(
            listed(RETIRED, NEW), CHANGED, True, False, id="a key that was retired"
        ),
    ],
)
def test_which_list_a_device_takes(data, before, is_secure, is_taken):
    lists = {"data": data, "before": before, "isSecure": is_secure}

    assert ask_javascript([{"lists": lists}]) == [is_taken]
