"""The outbox: each message at least once, tried again, given up, never lost."""

import re
import socketserver
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.messages import jobs
from accounts.messages.models import Message, MessageDelivery
from accounts.messages.rules import MOST_TRIES
from accounts.messages.services import outbox
from accounts.messages.services.addresses import (
    AddressError,
    CodeError,
    confirm_address,
    read_address,
    read_asked,
    send_code,
    set_address,
)
from accounts.messages.services.tell import mark_read, tell, tell_of_change
from accounts.messages.services.texts import words_of
from accounts.messages.services.transport import (
    DeliveryError,
    MailServer,
    Program,
    Spool,
    Ways,
    ways_of,
)
from extensions import db
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_address, make_user
from tests.factories.people import make_person

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "kind": "entry_returned",
    "params": {"event": "焊工", "reason": "照片不清"},
    "link": "/entries/1",
}


@dataclass
class Broken:
    """A way out that fails so many times, then works."""

    faults: list[DeliveryError]
    sent: list[bytes] = field(default_factory=list)

    def send(self, mail, _name):
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(mail.as_bytes())


@pytest.fixture
def reader(session):
    user = make_user(session)
    make_address(session, user, "li@example.cn")
    return user


@pytest.fixture
def ways(tmp_path):
    return Ways(Spool(tmp_path / "mail"), None, "office@example.cn", "https://a.cn")


def mails_in(folder: Path):
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def delivery_of(session):
    return session.scalars(select(MessageDelivery)).one()


def test_an_act_tells_each_account_once(session, reader):
    other = make_user(session)
    who = [reader.id, other.id]

    first = tell(session, who, key="verdict:1", now=NOW, **WORDS)
    again = tell(session, who, key="verdict:1", now=NOW, **WORDS)
    next_one = tell(session, who, key="verdict:2", now=NOW, **WORDS)

    assert (first, again, next_one) == (2, 0, 2)
    assert session.scalar(select(func.count(MessageDelivery.id))) == 2


def test_changes_of_an_hour_are_one_message_until_it_is_read(session, reader):
    words = WORDS | {"kind": "schedule_changed"}
    told = []
    for minutes in (0, 10, 59, 61):
        now = NOW + timedelta(minutes=minutes)
        told.append(tell_of_change(session, [reader.id], now=now, **words))
    mark_read(session, user_id=reader.id, now=NOW + timedelta(minutes=62))
    now = NOW + timedelta(minutes=63)
    told.append(tell_of_change(session, [reader.id], now=now, **words))

    assert told == [1, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh_CN", "报名退回补正：焊工"), ("en", "Entry to be corrected: 焊工")],
)
def test_a_mail_speaks_the_language_of_its_reader_and_keeps_the_reason(
    session, reader, ways, language, title
):
    reader.locale = language
    tell(session, [reader.id], key="verdict:1", now=NOW, **WORDS)

    assert jobs.send_waiting(ways) == (1, 0)

    [mail] = mails_in(ways.post.folder)
    delivery = delivery_of(session)
    assert (delivery.state, delivery.tries) == ("sent", 1)
    assert mail["Subject"] == title
    assert mail["To"] == "li@example.cn"
    assert delivery.uid in mail["Message-ID"]
    text = mail.get_content()
    assert "https://a.cn/messages" in text
    assert "照片不清" not in text
    assert ways.post.folder.stat().st_mode & 0o077 == 0


def test_a_failure_is_tried_again_later_and_given_up_at_last(session, reader):
    faults = [DeliveryError("no connection") for _n in range(MOST_TRIES)]
    ways = Ways(Broken(faults), None, "office@example.cn", "")
    tell(session, [reader.id], key="verdict:1", now=NOW, **WORDS)
    delivery = delivery_of(session)

    for tries in range(1, MOST_TRIES + 1):
        assert jobs.send_waiting(ways) == (0, 1)
        assert jobs.send_waiting(ways) == (0, 0)  # not before it is due again
        session.refresh(delivery)
        assert (delivery.tries, delivery.fault) == (tries, "no connection")
        delivery.next_at = NOW
        session.commit()

    assert delivery.state == "failed"
    outbox.try_again(session, delivery, actor=SYSTEM, now=NOW)
    assert jobs.send_waiting(ways) == (1, 0)
    with pytest.raises(outbox.NotWaitingError):
        outbox.try_again(session, delivery, actor=SYSTEM, now=NOW)


def test_what_cannot_help_is_not_tried_again(session, reader):
    ways = Ways(Broken([DeliveryError("refused: 550", is_final=True)]), None, "a@b", "")
    tell(session, [reader.id], key="verdict:1", now=NOW, **WORDS)

    jobs.send_waiting(ways)

    assert delivery_of(session).state == "failed"


def test_who_is_interrupted_while_sending_leaves_it_to_be_sent(session, reader, ways):
    tell(session, [reader.id], key="verdict:1", now=NOW, **WORDS)
    taken = outbox.take_due(session, NOW)
    session.commit()  # and here the process ends

    assert outbox.take_due(session, NOW) is None
    taken.next_at = NOW
    session.commit()
    assert jobs.send_waiting(ways) == (1, 0)


def test_a_closed_account_and_an_address_taken_back_get_nothing(session, ways):
    closed, left = make_user(session), make_user(session)
    for user in (closed, left):
        make_address(session, user, "a@b.cn")
    tell(session, [closed.id, left.id], key="verdict:1", now=NOW, **WORDS)
    closed.enabled = False
    set_address(session, user=left, address="", actor=SYSTEM, now=NOW)

    assert jobs.send_waiting(ways) == (0, 2)
    assert not ways.post.folder.exists()


def test_an_address_is_kept_sealed_and_checked(session, reader):
    with pytest.raises(AddressError):
        set_address(session, user=reader, address="li@", actor=SYSTEM, now=NOW)
    sealed = (
        session.connection()
        .exec_driver_sql("select mail_sealed from message_address")
        .scalar()
    )
    assert b"example" not in bytes(sealed)


def test_phones_are_told_only_where_there_is_a_way_and_no_mail(
    session, reader, ways, tmp_path
):
    program = tmp_path / "sms"
    program.write_text(f"#!/bin/sh\ncat >> {tmp_path}/said\n")
    program.chmod(0o700)
    phoned = make_user(session, person=make_person(session, phone="13805750001"))
    now = datetime.now(UTC)
    tell(session, [reader.id, phoned.id], key="verdict:1", now=now, **WORDS)
    assert jobs.send_waiting(ways) == (1, 0)
    assert not (tmp_path / "said").exists()

    with_phones = replace(ways, phones=Program(str(program)))
    assert jobs.send_waiting(with_phones) == (1, 0)
    assert jobs.send_waiting(with_phones) == (0, 0)

    said = (tmp_path / "said").read_text()
    assert '"to": "13805750001"' in said
    assert "照片不清" not in said
    with pytest.raises(DeliveryError):
        Program("/nowhere").send("1", "x")


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of a mail server to hand one mail over."""

    answers: dict[bytes, bytes]
    got: list[bytes]

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.got.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(self.answers.get(verb, b"250 ok\r\n"))
            if verb == b"QUIT":
                return


@pytest.fixture
def mail_server():
    kind = type("Handler", (_Smtp,), {"answers": {}, "got": []})
    with socketserver.TCPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield (
            kind,
            MailServer(
                host="127.0.0.1", port=server.server_address[1], security="none"
            ),
        )
        server.shutdown()
        thread.join()


def test_a_mail_server_takes_a_mail_or_says_why_not(session, reader, mail_server, ways):
    kind, server = mail_server
    ways = replace(ways, post=server)
    tell(session, [reader.id], key="verdict:1", now=NOW, **WORDS)

    assert jobs.send_waiting(ways) == (1, 0), delivery_of(session).fault

    assert b"li@example.cn" in kind.got[0]
    for verb, final in ((b"450", False), (b"550", True)):
        kind.answers[b"RCPT"] = verb + b" no\r\n"
        with pytest.raises(DeliveryError) as refused:
            server.send(outbox_mail(session, ways), "x")
        assert refused.value.is_final is final
        assert "li@" not in refused.value.fault
    with pytest.raises(DeliveryError) as away:
        MailServer(host="127.0.0.1", port=1, security="starttls").send(
            outbox_mail(session, ways), "x"
        )
    assert away.value.is_final is False


def outbox_mail(session, ways):
    delivery = delivery_of(session)
    words = words_of(delivery.message)
    return outbox.write_mail(delivery, words, "li@example.cn", ways)


def test_two_senders_share_the_work(own_app, tmp_path):
    with own_app.app_context():
        session = db.session()
        for number in range(12):
            user = make_user(session)
            make_address(session, user, "a@b.cn")
            tell(session, [user.id], key=f"verdict:{number}", now=NOW, **WORDS)
        session.commit()
    ways = Ways(Spool(tmp_path / "mail"), None, "a@b.cn", "")
    sent = []

    def send():
        with own_app.app_context():
            sent.append(jobs.send_waiting(ways)[0])

    threads = [threading.Thread(target=send) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == len(mails_in(tmp_path / "mail")) == 12


def test_without_settings_mail_goes_into_a_folder(app):
    found = ways_of(app.config)

    assert isinstance(found.post, Spool)
    assert found.phones is None


def test_messages_stand_in_the_same_transaction(session, reader):
    with session.begin_nested() as undone:
        tell(session, [reader.id], key="verdict:1", now=NOW, **WORDS)
        undone.rollback()

    assert session.scalar(select(func.count(Message.id))) == 0


def test_nothing_but_a_code_goes_to_an_address_before_it_is_typed_in(session, ways):
    user = make_user(session)
    user.locale = "en"
    given: dict[str, Any] = {"user": user, "actor": SYSTEM}
    set_address(session, address="li@example.cn", now=NOW, **given)
    tell(session, [user.id], key="verdict:1", now=NOW, **WORDS)

    assert jobs.send_waiting(ways) == (1, 0)

    [mail] = mails_in(ways.post.folder)
    assert mail["To"] == "li@example.cn"
    [code] = re.findall(r"\b\d{6}\b", mail.get_content())
    wrong = "000000" if code != "000000" else "111111"
    assert not confirm_address(session, typed=wrong, now=NOW, **given)
    assert read_address(session, user.id) == ""
    assert confirm_address(session, typed=f" {code} ", now=NOW, **given)
    assert read_address(session, user.id) == "li@example.cn"
    tell(session, [user.id], key="verdict:2", now=NOW, **WORDS)
    assert jobs.send_waiting(ways) == (1, 0)
    set_address(session, address=" li@example.cn ", now=NOW, **given)
    assert read_address(session, user.id) == "li@example.cn"
    with pytest.raises(CodeError):
        confirm_address(session, typed=code, now=NOW, **given)


def test_a_code_is_tried_five_times_within_a_day_and_voids_the_one_before(
    session, ways
):
    user = make_user(session)
    given: dict[str, Any] = {"user": user, "actor": SYSTEM}
    set_address(session, address="li@example.cn", now=NOW, **given)
    with pytest.raises(CodeError):
        send_code(session, now=NOW + timedelta(seconds=59), **given)
    for _tries in range(5):
        assert not confirm_address(session, typed="x", now=NOW, **given)
    first = read_asked(session, user.id)
    with pytest.raises(CodeError):
        confirm_address(session, typed=first.code, now=NOW, **given)

    later = NOW + timedelta(minutes=1)
    send_code(session, now=later, **given)

    second = read_asked(session, user.id)
    assert jobs.send_waiting(ways) == (1, 1)  # the first code is void
    [mail] = mails_in(ways.post.folder)
    assert second.code in mail.get_content()
    with pytest.raises(CodeError):
        confirm_address(
            session, typed=second.code, now=later + timedelta(days=1), **given
        )
    assert confirm_address(session, typed=second.code, now=later, **given)
    with pytest.raises(CodeError):
        send_code(session, now=later + timedelta(hours=1), **given)
