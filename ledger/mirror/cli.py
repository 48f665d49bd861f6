"""`jiangcai mirror`: the ledger of an installation, followed into a file elsewhere."""

import ssl
import sys
import threading
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import click

from errors import DomainError
from ledger.mirror.rules import BrokenAnswerError, BrokenChainError
from ledger.mirror.services import Mirror

_FEED = "/api/v1/ledger/feed"
_AT_ONCE = 1000  # entries asked for at once
_PATIENCE = 60  # seconds an answer may take
_REFUSED = {
    401: "the key is unknown, has run out or was revoked",
    403: "the key may not read the whole ledger (ledger.view)",
    404: "there is no ledger's feed at this address",
}


class _Away(HTTPRedirectHandler):
    """Follows no redirection: the key is for this address only."""

    def redirect_request(self, *_args: object) -> None:
        return None


@click.command("mirror")
@click.option("--from", "address", required=True, metavar="URL", help="https://…")
@click.option(
    "--token",
    required=True,
    envvar="JIANGCAI_MIRROR_TOKEN",
    help="An API key with ledger.view; better given by JIANGCAI_MIRROR_TOKEN.",
)
@click.option(
    "--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option("--public-key", default="", help="Whose signatures count (hex).")
@click.option("--ca", type=click.Path(exists=True), help="A hall's own authority.")
@click.option("--once", is_flag=True, help="End once nothing more comes.")
@click.option(
    "--every",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help="Seconds between two looks.",
)
def mirror_command(
    *,
    address: str,
    token: str,
    file: Path,
    public_key: str,
    ca: str | None,
    once: bool,
    every: float,
) -> None:
    """Follow the ledger of an installation into FILE, checking each entry.

    Run again it goes on where it stopped, at whatever moment that was. Ends with 1
    where the ledger there does not follow from what FILE holds.
    """
    feed = _Feed(address, token, ca)
    with Mirror(file, public_key.lower()) as mirror:
        click.echo(f"{file}: {mirror.place.seq} entries")
        while True:
            count = _look(mirror, feed, once=once)
            if count:
                place = mirror.place
                click.echo(f"{file}: {place.seq} entries, head {place.hash[:16]}")
            elif count == 0 and once:
                return
            if not count:
                threading.Event().wait(every)


def _look(mirror: Mirror, feed: "_Feed", *, once: bool) -> int | None:
    """Take one answer; return how many entries came, None where none could."""
    try:
        return mirror.add(feed.get(mirror.place.seq))
    except BrokenChainError as error:
        click.echo(f"The chain is broken: {error}.", err=True)
        click.echo("Nothing of it was kept. Keep this file as evidence.", err=True)
        sys.exit(1)
    except (OSError, HTTPException, BrokenAnswerError) as error:
        if once:
            raise DomainError(f"The ledger cannot be read: {error}") from error
        click.echo(f"The ledger cannot be read now: {error}", err=True)
        return None


class _Feed:
    """The feed at an address."""

    def __init__(self, address: str, token: str, ca: str | None) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise DomainError("The address begins with https:// or http://.")
        self._address = f"{address.rstrip('/')}{_FEED}"
        self._headers = {"Authorization": f"Bearer {token}"}
        context = ssl.create_default_context(cafile=ca)
        self._opener = build_opener(_Away, HTTPSHandler(context=context))

    def get(self, after: int) -> str:
        """Return what comes after an entry.

        Raises:
            DomainError: the key or the address is refused; asking again is of no use.
            OSError, HTTPException: no answer now.
            BrokenAnswerError: the answer is no text.
        """
        url = f"{self._address}?after={after}&limit={_AT_ONCE}"
        request = Request(url, headers=self._headers)  # noqa: S310 - http or https
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                body: bytes = answer.read()
        except HTTPError as error:
            if error.code in _REFUSED:
                said = _REFUSED[error.code]
                raise DomainError(f"{self._address}: {said}.") from error
            raise
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise BrokenAnswerError(str(error)) from error


commands = [mirror_command]
