"""A hall's authority: a chain that verifies, for this hall's names and no others."""

import plistlib
import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from web import authority, halls
from web.authority import Files, Venue, VenueError
from web.venue import make_profile

NOW = datetime.now(UTC)
OPENSSL = shutil.which("openssl") or "openssl"


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "venue")


def set_up(files, *hosts, now=NOW, **options):
    venue = Venue(hosts=list(hosts or ("192.168.8.2", "hall.lan")))
    return authority.set_up(files, venue, now=now, **options)


def verify(files, certificate):
    """What OpenSSL says of a certificate under this authority."""
    done = subprocess.run(
        [
            *(OPENSSL, "verify", "-x509_strict", "-purpose", "sslserver"),
            *("-CAfile", files.authority, certificate),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def forge(files, path, *names):
    """Make what a thief of the authority's key would: a certificate for other names."""
    signer = serialization.load_pem_private_key(
        files.authority_key.read_bytes(), password=None
    )
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    issuer = authority.load_certificate(files.authority)
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_chain_verifies_and_lasts_as_browsers_allow(files):
    assert set_up(files) is True

    own = authority.load_certificate(files.server)
    root = authority.load_certificate(files.authority)
    assert verify(files, files.server) == (True, f"{files.server}: OK\n")
    assert (own.not_valid_after_utc - own.not_valid_before_utc).days <= 398
    assert (root.not_valid_after_utc - root.not_valid_before_utc).days == 730
    assert isinstance(root.public_key(), ec.EllipticCurvePublicKey)


def test_keys_are_their_owners_alone(files):
    set_up(files)

    assert [key.stat().st_mode & 0o777 for key in files.keys] == [0o600, 0o600]
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert halls.list_open_keys(files) == []


@pytest.mark.parametrize(
    "name",
    [
        x509.DNSName("www.gov.cn"),
        x509.DNSName("other.lan"),
        x509.IPAddress(ip_address("192.168.8.3")),
        x509.IPAddress(ip_address("8.8.8.8")),
        x509.IPAddress(ip_address("fd00::1")),
    ],
    ids=str,
)
def test_a_stolen_authority_cannot_speak_for_others(files, tmp_path, name):
    set_up(files)
    # The same maker is believed for the hall's own name.
    good = forge(files, tmp_path / "good.crt", x509.DNSName("hall.lan"))
    forged = forge(files, tmp_path / "forged.crt", name)

    assert verify(files, good)[0]
    believed, why = verify(files, forged)
    assert not believed
    assert "permitted subtree violation" in why or "excluded subtree" in why


def test_renewing_keeps_the_authority(files):
    set_up(files)
    root, own = files.authority.read_bytes(), files.server.read_bytes()

    assert set_up(files, now=NOW + timedelta(hours=1)) is False

    assert files.authority.read_bytes() == root
    assert files.server.read_bytes() != own
    assert verify(files, files.server)[0]


def test_the_server_never_outlives_its_authority(files):
    set_up(files)
    late = NOW + timedelta(days=600)

    set_up(files, now=late)

    own = authority.load_certificate(files.server)
    root = authority.load_certificate(files.authority)
    assert own.not_valid_after_utc <= root.not_valid_after_utc
    with pytest.raises(VenueError, match="expired"):
        set_up(files, now=NOW + timedelta(days=731))


def test_another_address_needs_its_network_or_a_new_authority(files):
    set_up(files)

    with pytest.raises(VenueError, match="--new-ca"):
        set_up(files, "192.168.8.9")
    assert set_up(files, "192.168.8.9", renew_authority=True) is True
    set_up(files, "192.168.8.9", networks=["192.168.8.0/24"], renew_authority=True)
    assert set_up(files, "192.168.8.77") is False
    assert verify(files, files.server)[0]


@pytest.mark.parametrize(
    "host", ["example.com", "8.8.8.8", "Hall.lan", "evil.local.cn", "", "xlocalhost"]
)
def test_a_public_host_is_refused(files, host):
    with pytest.raises(VenueError):
        authority.set_up(files, Venue(hosts=[host]), now=NOW)

    assert not files.authority.exists()


@pytest.mark.parametrize("network", ["8.8.8.0/24", "192.168.8.1/24", "hall"])
def test_a_network_must_be_private_and_well_written(files, network):
    with pytest.raises(VenueError):
        set_up(files, networks=[network])


def test_python_connects_with_the_authority_only(files):
    set_up(files)
    trusting = ssl.create_default_context(cafile=str(files.authority))
    strange = ssl.create_default_context()

    assert shake_hands(files, trusting, "192.168.8.2") == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, strange, "192.168.8.2")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, trusting, "192.168.8.3")


def shake_hands(files, client_context, host):
    """Let client and server speak in memory; return the version they agree on."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(files.server, files.server_key)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _round in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.version()


def test_the_profile_holds_the_authority_and_replaces_itself(files):
    set_up(files)
    root = authority.load_certificate(files.authority)
    der = root.public_bytes(serialization.Encoding.DER)

    profile = plistlib.loads(make_profile(der, "hall"))

    [content] = profile["PayloadContent"]
    assert content["PayloadType"] == "com.apple.security.root"
    assert content["PayloadContent"] == der
    assert make_profile(der, "hall") == make_profile(der, "hall")
    assert content["PayloadUUID"] != profile["PayloadUUID"]


def test_this_machines_addresses_are_private():
    for address in halls.list_addresses():
        assert ip_address(address).is_private
