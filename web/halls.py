"""A hall without internet: what `jiangcai venue` sets up and `serve --https` uses."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import click

from web import authority, entrance, server
from web.authority import Files, Venue, VenueError

# Never asked anything: which of this machine's addresses it would speak from.
_SOMEWHERE = ("10.255.255.255", "172.31.255.255", "192.168.255.255")


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall that was set up."""

    venue: Venue
    files: Files

    @property
    def tls(self) -> server.Tls:
        return server.Tls(self.files.server, self.files.server_key)

    def open_entrance(self, host: str, https_port: int) -> None:
        """Start the plain-http side door."""
        server.refuse_taken_port(host, self.venue.http_port)
        entrance.start(host, self.venue.http_port, https_port, self.files.authority)
        click.echo(f"tablets   {self.venue.entrance}/venue")


def get_hall(instance: Path) -> Hall:
    """Return the hall of an installation.

    Raises:
        VenueError: there is none, or others than its owner can read its keys.
    """
    files = authority.files_in(instance)
    venue = authority.load_venue(files)
    if venue is None:
        raise VenueError("This hall has no certificate: run `jiangcai venue` first.")
    for key in list_open_keys(files):
        raise VenueError(f"{key} must be readable by its owner only: chmod 600.")
    return Hall(venue, files)


def set_up(
    instance: Path,
    hosts: Sequence[str],
    *,
    ports: tuple[int, int],
    networks: Sequence[str],
    renew_authority: bool,
) -> None:
    """Make or renew the certificates, and say what to do next."""
    files = authority.files_in(instance)
    before = authority.load_venue(files)
    chosen = list(hosts) or (before.hosts if before else list_addresses())
    if not chosen:
        raise VenueError(
            "This machine is in no network. Join the hall's, or name its address: "
            "jiangcai venue 192.168.8.2"
        )
    venue = Venue(hosts=chosen, https_port=ports[0], http_port=ports[1])
    is_new = authority.set_up(
        files,
        venue,
        networks=networks,
        renew_authority=renew_authority,
        now=datetime.now(UTC),
    )
    made = authority.load_certificate(files.authority)
    own = authority.load_certificate(files.server)
    click.echo(f"authority {files.authority} ({'new' if is_new else 'kept'})")
    click.echo(f"          until {made.not_valid_after_utc:%Y-%m-%d}, SHA-256")
    click.echo(f"          {authority.fingerprint(made)}")
    click.echo(
        f"server    until {own.not_valid_after_utc:%Y-%m-%d}: {', '.join(chosen)}"
    )
    click.echo("then      jiangcai serve --https")
    click.echo(f"tablets   {venue.entrance}/venue")


def list_addresses() -> list[str]:
    """Return this machine's addresses in private networks, the likeliest first."""
    found: dict[str, None] = {}
    for address in _addresses():
        parsed = ip_address(address)
        if parsed.is_private and not (parsed.is_loopback or parsed.is_link_local):
            found[address] = None
    return list(found)


def list_open_keys(files: Files) -> list[Path]:
    """Return the keys that others than their owner can read."""
    return [k for k in files.keys if k.is_file() and k.stat().st_mode & 0o077]


def say_https(*, is_https: bool, is_private: bool) -> None:
    """Let this process and its workers know how they are reached."""
    if is_https:
        os.environ["JIANGCAI_HTTPS"] = "1"
    if is_private:
        os.environ["JIANGCAI_PRIVATE_CA"] = "1"


def _addresses() -> Iterator[str]:
    for target in _SOMEWHERE:
        # Choosing a way sends nothing.
        with suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            yield str(probe.getsockname()[0])
    with suppress(OSError):
        for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            yield str(info[4][0])
