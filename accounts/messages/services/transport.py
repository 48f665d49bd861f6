"""Ways out of the house: a mail server, a folder in its place, a program for phones.

Which one is used is a setting of the installation (see config.py). A way out says of a
failure whether trying again may help.
"""

import json
import smtplib
import ssl
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

PATIENCE = 20  # seconds for one delivery
_FOR_GOOD = 500  # SMTP replies from here on say that the same again does not help


class DeliveryError(Exception):
    """It did not go out; `is_final` says that trying again does not help."""

    def __init__(self, fault: str, *, is_final: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault[:80]
        self.is_final = is_final


class Post(Protocol):
    """Sends mails."""

    def send(self, mail: EmailMessage, name: str) -> None:
        """Send a mail.

        Raises:
            DeliveryError: it did not go out.
        """


class Phones(Protocol):
    """Sends short messages."""

    def send(self, number: str, text: str) -> None:
        """Send a text to a number.

        Raises:
            DeliveryError: it did not go out.
        """


@dataclass(frozen=True, slots=True)
class Spool:
    """Puts mails into a folder; whoever runs the installation sees or sends them."""

    folder: Path

    def send(self, mail: EmailMessage, name: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self.folder / f".{name}.new"
            fresh.write_bytes(mail.as_bytes())
            fresh.chmod(0o600)
            fresh.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise DeliveryError(f"spool: {error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Hands mails to a mail server (SMTP)."""

    host: str
    port: int
    security: str  # starttls | tls | none
    user: str = ""
    password: str = ""

    def send(self, mail: EmailMessage, name: str) -> None:
        try:
            self._hand_over(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise DeliveryError(
                f"recipient refused: {code}", is_final=code >= _FOR_GOOD
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            # The settings are wrong, not the mail: it waits until they are mended.
            raise DeliveryError(f"sign-in refused: {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(
                f"refused: {error.smtp_code}", is_final=error.smtp_code >= _FOR_GOOD
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"no connection: {type(error).__name__}") from error

    def _hand_over(self, mail: EmailMessage) -> None:
        server = self._connect()
        try:
            if self.user:
                server.login(self.user, self.password)
            server.send_message(mail)
            # It is theirs now: how they say goodbye does not matter.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host,
                self.port,
                timeout=PATIENCE,
                context=ssl.create_default_context(),
            )
        server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


@dataclass(frozen=True, slots=True)
class Program:
    """Gives short messages to a program: one line of JSON, {"to": …, "text": …}."""

    path: str

    def send(self, number: str, text: str) -> None:
        line = json.dumps({"to": number, "text": text}, ensure_ascii=False) + "\n"
        try:
            done = subprocess.run(  # noqa: S603 - the installation's own choice
                [self.path],
                input=line.encode(),
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DeliveryError(f"program: {type(error).__name__}") from error
        if done.returncode:
            raise DeliveryError(f"program ended with {done.returncode}")


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out of an installation; without phones none of its messages go there."""

    post: Post
    phones: Phones | None
    sender: str  # address the mails come from
    address: str  # where the installation is found, e.g. https://example.cn; or ""


def ways_of(config: Mapping[str, Any]) -> Ways:
    """Return the ways out that an installation's settings name."""
    mail = config["MAIL"]
    post: Post = Spool(Path(config["INSTANCE"]) / "mail")
    if mail["host"]:
        post = MailServer(
            host=mail["host"],
            port=mail["port"],
            security=mail["security"],
            user=mail["user"],
            password=mail["password"],
        )
    command = config["SMS_COMMAND"]
    phones = Program(command) if command else None
    return Ways(post, phones, mail["sender"], config["PUBLIC_ADDRESS"])
