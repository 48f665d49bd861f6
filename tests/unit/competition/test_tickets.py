"""The bytes of a ticket, at every length."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from competition.registration.rules.tickets import (
    TicketClaim,
    TicketFormatError,
    pack_ticket,
    split_ticket,
    ticket_key_id,
    ticket_text,
    unpack_ticket,
)

EVENT = "01908f4e-0000-7000-8000-00000000000a"
ENTRY = "01908f4e-0000-7000-8000-00000000000b"
SIGNATURE = bytes(range(64))


def claim(number="K7QF-3M2P"):
    return TicketClaim(
        event_uid=EVENT,
        entry_uid=ENTRY,
        valid_from=datetime(2026, 5, 1, tzinfo=UTC),
        valid_until=datetime(2026, 6, 22, 12, 0, tzinfo=UTC),
        number=number,
    )


@pytest.mark.parametrize("length", [0, 1, 9, 127, 128, 254, 255])
def test_numbers_of_every_length_come_back(length):
    made = claim("A" * length)

    text = ticket_text(pack_ticket(made), SIGNATURE)
    payload, signature = split_ticket(text)

    assert unpack_ticket(payload) == made
    assert signature == SIGNATURE


@pytest.mark.parametrize("number", ["A" * 256, "号" * 86, "A" * 600])
def test_a_number_over_255_bytes_is_refused(number):
    with pytest.raises(TicketFormatError):
        pack_ticket(claim(number))


@pytest.mark.parametrize("length", range(42 + 9))
def test_a_payload_cut_short_is_refused(length):
    with pytest.raises(TicketFormatError):
        unpack_ticket(pack_ticket(claim())[:length])


@pytest.mark.parametrize("tail", [b"x", b"\x00" * 256])
def test_a_payload_with_something_behind_it_is_refused(tail):
    with pytest.raises(TicketFormatError):
        unpack_ticket(pack_ticket(claim()) + tail)


def test_another_version_is_refused():
    with pytest.raises(TicketFormatError):
        unpack_ticket(b"\x03" + pack_ticket(claim())[1:])


def test_a_ticket_names_its_key_and_older_ones_name_none():
    keyed = replace(claim(), key_id="0a1b2c3d")

    assert unpack_ticket(pack_ticket(keyed)) == keyed
    assert ticket_key_id(pack_ticket(keyed)) == "0a1b2c3d"
    assert ticket_key_id(pack_ticket(claim())) == ""


@pytest.mark.parametrize("length", range(46 + 9))
def test_a_keyed_payload_cut_short_is_refused(length):
    with pytest.raises(TicketFormatError):
        unpack_ticket(pack_ticket(replace(claim(), key_id="0a1b2c3d"))[:length])


def test_a_number_that_is_no_text_is_refused():
    with pytest.raises(TicketFormatError):
        unpack_ticket(pack_ticket(claim("AB"))[:-2] + b"\xff\xfe")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "JC1",
        "JC1..",
        "JC2.AAAA.AAAA",
        "JC1.AAAA.AAAA",
        "JC1.A.A.A",
        "JC1.*.*",
        "号.号.号",
        "A" * 255,
        "A" * 256,
        "JC1." + "A" * 255 + "." + "A" * 256,
        "JC1." * 10_000,
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(TicketFormatError):
        split_ticket(text)


def test_one_ticket_has_one_text():
    text = ticket_text(pack_ticket(claim()), SIGNATURE)

    with pytest.raises(TicketFormatError):
        split_ticket(text[:-1] + chr(ord(text[-1]) + 1))


def test_the_text_fits_a_small_code():
    assert len(ticket_text(pack_ticket(claim()), SIGNATURE)) <= 160
