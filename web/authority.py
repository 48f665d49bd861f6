"""A certificate authority of a hall's own, and the server's certificate from it.

Words used here:
    authority: a key and a certificate that tablets are told to trust. Its certificate
        says for which names and addresses it may speak (name constraints), so that who
        steals the key cannot pass for any other site.
    folder: `venue/` in the instance folder; keys in it are readable by the owner only
        and are in no backup.
"""

import ipaddress
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from errors import DomainError

AUTHORITY_DAYS = 730
SERVER_DAYS = 397  # browsers refuse a server's certificate of more than 398 days
RENEW_BEFORE = timedelta(days=30)
LOCAL_NAMES = (".local", ".lan", ".internal", ".home.arpa")
_ALWAYS = ("localhost", "127.0.0.1")  # the server's own machine
_EARLIER = timedelta(hours=24)  # clocks of tablets run late

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class VenueError(DomainError):
    """The authority cannot be made or used like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where a hall's server is reached; kept beside its certificates."""

    hosts: list[str]  # the first is the one printed on badges
    https_port: int = 8443
    http_port: int = 8080

    @property
    def address(self) -> str:
        return f"https://{in_address(self.hosts[0])}:{self.https_port}"

    @property
    def entrance(self) -> str:
        return f"http://{in_address(self.hosts[0])}:{self.http_port}"


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a hall's authority, below the instance folder."""

    folder: Path

    @property
    def authority_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def authority(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def server_key(self) -> Path:
        return self.folder / "server.key"

    @property
    def server(self) -> Path:
        return self.folder / "server.crt"

    @property
    def facts(self) -> Path:
        return self.folder / "venue.json"

    @property
    def keys(self) -> tuple[Path, Path]:
        return self.authority_key, self.server_key


def files_in(instance: Path) -> Files:
    """Return where an installation keeps its authority."""
    return Files(instance / "venue")


def load_venue(files: Files) -> Venue | None:
    """Return what was set up, or None where nothing was."""
    if not files.facts.is_file():
        return None
    return Venue(**json.loads(files.facts.read_text("utf-8")))


def load_certificate(path: Path) -> x509.Certificate:
    """Return a certificate from its PEM file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate in pairs, as devices show it."""
    digest = certificate.fingerprint(hashes.SHA256()).hex().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def set_up(
    files: Files,
    venue: Venue,
    *,
    networks: Iterable[str] = (),
    renew_authority: bool = False,
    now: datetime,
) -> bool:
    """Make what is missing; return whether the authority is a new one.

    An authority that is there is kept, so that no tablet has to be told again.

    Raises:
        VenueError: a host is public, or the authority may not speak for it.
    """
    hosts = [*venue.hosts, *(host for host in _ALWAYS if host not in venue.hosts)]
    for host in hosts:
        _refuse_public(host)
    allowed = [_network(text) for text in networks]
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = renew_authority or not files.authority.is_file()
    if is_new:
        _make_authority(files, hosts, allowed, now)
    authority = load_certificate(files.authority)
    for host in hosts:
        if not _speaks_for(authority, host):
            raise VenueError(
                f"The authority of this hall may not speak for {host}. Make a new one "
                "with --new-ca, and install it on every tablet again."
            )
    _make_server(files, hosts, now)
    _write(files.facts, json.dumps(asdict(venue)).encode(), 0o644)
    return is_new


def in_address(host: str) -> str:
    """Return a host as an address of the web holds it."""
    return f"[{host}]" if ":" in host else host


def _make_authority(
    files: Files, hosts: list[str], networks: list[Network], now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Jiangcai"),
            x509.NameAttribute(
                NameOID.COMMON_NAME, f"Jiangcai hall {hosts[0]} {now:%Y-%m-%d}"
            ),
        ]
    )
    usage = _usage(signs_certificates=True)
    certificate = (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(_constraints(hosts, networks), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_pair(key, files.authority_key, certificate, files.authority)


def _make_server(files: Files, hosts: list[str], now: datetime) -> None:
    authority = load_certificate(files.authority)
    signer = _load_key(files.authority_key)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    days = min(SERVER_DAYS, (authority.not_valid_after_utc - now).days)
    if days < 1:
        raise VenueError("The authority of this hall has expired. Use --new-ca.")
    signer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    certificate = (
        _builder(name, authority.subject, key.public_key(), now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(signer_id, critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(host) for host in hosts]),
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    _write_pair(key, files.server_key, certificate, files.server)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now - _EARLIER + timedelta(days=days))
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _constraints(hosts: list[str], networks: list[Network]) -> x509.NameConstraints:
    """Return for what an authority may speak.

    A kind of name that is not constrained at all would be free: so there is always one
    of each kind, of which the server's own machine is the least.
    """
    allowed: list[x509.GeneralName] = [
        x509.DNSName(host) for host in hosts if _address(host) is None
    ]
    single = [ipaddress.ip_network(ip) for host in hosts if (ip := _address(host))]
    versions = {network.version for network in (*single, *networks)}
    allowed += [x509.IPAddress(network) for network in (*single, *networks)]
    refused = (
        [x509.IPAddress(ipaddress.ip_network("::/0"))] if 6 not in versions else None
    )
    return x509.NameConstraints(allowed, refused)


def _speaks_for(authority: x509.Certificate, host: str) -> bool:
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    allowed = constraints.value.permitted_subtrees or []
    address = _address(host)
    if address is not None:
        networks = [n.value for n in allowed if isinstance(n, x509.IPAddress)]
        return any(address in ipaddress.ip_network(network) for network in networks)
    names = [name.value for name in allowed if isinstance(name, x509.DNSName)]
    return any(host == name or host.endswith(f".{name}") for name in names)


def _general_name(host: str) -> x509.GeneralName:
    address = _address(host)
    return x509.DNSName(host) if address is None else x509.IPAddress(address)


def _refuse_public(host: str) -> None:
    address = _address(host)
    if address is not None and address.is_private:
        return
    if host == "localhost" or (host.endswith(LOCAL_NAMES) and host.lower() == host):
        return
    raise VenueError(
        f"{host} is not a name or address of a hall's own network. Give a private "
        f"address, or a name in small letters that ends with {', '.join(LOCAL_NAMES)}."
    )


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise VenueError(f"{text} is no network: write 192.168.8.0/24.") from error
    if not network.is_private:
        raise VenueError(f"{text} is not a private network.")
    return network


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - we made it
    return key


def _write_pair(
    key: ec.EllipticCurvePrivateKey,
    key_path: Path,
    certificate: x509.Certificate,
    path: Path,
) -> None:
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    _write(key_path, key.private_bytes(serialization.Encoding.PEM, form, plain), 0o600)
    _write(path, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Put a file in its place whole, never readable by more than it should be."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
