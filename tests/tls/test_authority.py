"""What the private authority can vouch for, held against OpenSSL's own check."""

from __future__ import annotations

import datetime
import ipaddress
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from custodes.tls.authority import (
    SERVER_DAYS,
    AuthorityError,
    NotVouched,
    issue,
    make_authority,
    new_passphrase,
    open_authority,
    vouches,
)
from custodes.tls.files import TlsFolder
from custodes.tls.names import NameRefused, called, host, hosts
from custodes.tls.reading import read, signed_by

AT = datetime.datetime.now(datetime.UTC)
NAMES = hosts(["video.lhasa.example", "10.20.0.5"])
NETWORKS = [ipaddress.ip_network("10.30.0.0/16")]


def _pem(folder: Path, name: str, certificate: x509.Certificate) -> Path:
    path = folder / name
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _openssl(root: Path, leaf: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", "verify", "-CAfile", str(root), "-purpose", "sslserver", "-x509_strict", *more, str(leaf)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.interop
def test_openssl_takes_what_it_vouches_for(tmp_path: Path) -> None:
    authority = make_authority("明鉴", NAMES, NETWORKS, AT)
    root = _pem(tmp_path, "root.pem", authority.certificate)
    leaf = _pem(tmp_path, "leaf.pem", issue(authority, (*NAMES, "10.30.9.9", "node.video.lhasa.example"), AT)[0])
    for check in (
        ("-verify_hostname", "video.lhasa.example"),
        ("-verify_ip", "10.20.0.5"),
        ("-verify_ip", "10.30.9.9"),
    ):
        done = _openssl(root, leaf, *check)
        assert done.returncode == 0, done.stdout + done.stderr
    assert _openssl(root, leaf, "-verify_hostname", "bank.example").returncode != 0


@pytest.mark.interop
@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8", "10.31.0.1", "2001:db8::1"])
def test_openssl_refuses_what_a_stolen_key_signs_for_somebody_else(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = make_authority("明鉴", NAMES, NETWORKS, AT)
    with pytest.raises(NotVouched, match="new-authority"):
        issue(authority, (name,), AT)
    monkeypatch.setattr("custodes.tls.authority.vouches", lambda root, name: True)
    forged, _key = issue(authority, (name,), AT)
    done = _openssl(_pem(tmp_path, "root.pem", authority.certificate), _pem(tmp_path, "leaf.pem", forged))
    assert "permitted subtree violation" in done.stdout + done.stderr


@pytest.mark.interop
def test_it_makes_no_authority_under_it_and_signs_no_programs(tmp_path: Path) -> None:
    authority = make_authority("明鉴", NAMES, NETWORKS, AT)
    constraints = authority.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value.path_length == 0
    root = _pem(tmp_path, "root.pem", authority.certificate)
    leaf = _pem(tmp_path, "leaf.pem", issue(authority, NAMES, AT)[0])
    signing = ["openssl", "verify", "-CAfile", str(root), "-purpose", "codesign", str(leaf)]
    assert subprocess.run(signing, capture_output=True, check=False).returncode != 0


def test_a_name_stands_for_what_is_below_it_and_not_for_its_ending() -> None:
    root = make_authority("明鉴", NAMES, NETWORKS, AT).certificate
    assert vouches(root, "a.video.lhasa.example")
    assert not vouches(root, "evilvideo.lhasa.example")
    assert not vouches(root, "lhasa.example")
    assert vouches(root, "::1")
    assert not vouches(root, "::2")


def test_a_server_certificate_ends_no_later_than_its_authority() -> None:
    authority = make_authority("明鉴", NAMES, NETWORKS, AT)
    assert issue(authority, NAMES, AT)[0].not_valid_after_utc - AT <= datetime.timedelta(days=SERVER_DAYS)
    late = authority.certificate.not_valid_after_utc - datetime.timedelta(days=3)
    assert issue(authority, NAMES, late)[0].not_valid_after_utc == authority.certificate.not_valid_after_utc
    with pytest.raises(AuthorityError, match="run out"):
        issue(authority, NAMES, authority.certificate.not_valid_after_utc)


def test_the_key_opens_with_its_passphrase_and_nothing_else(tmp_path: Path) -> None:
    store = TlsFolder(tmp_path / "keys")
    made, passphrase = store.found_authority("明鉴", NAMES, NETWORKS, AT)
    assert stat.S_IMODE(store.authority_key.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in store.authority_key.read_bytes()
    opened = open_authority(store.authority_certificate, store.authority_key, passphrase + "\n")
    assert opened.key.private_numbers() == made.key.private_numbers()
    for wrong in ("", "x", new_passphrase()):
        with pytest.raises(AuthorityError, match="passphrase"):
            open_authority(store.authority_certificate, store.authority_key, wrong)


def test_the_key_of_another_authority_signs_nothing(tmp_path: Path) -> None:
    first, second = TlsFolder(tmp_path / "1"), TlsFolder(tmp_path / "2")
    first.found_authority("明鉴", NAMES, NETWORKS, AT)
    _, passphrase = second.found_authority("明鉴", NAMES, NETWORKS, AT)
    with pytest.raises(AuthorityError, match="not the key"):
        open_authority(first.authority_certificate, second.authority_key, passphrase)


def test_web_and_node_have_keys_of_their_own(tmp_path: Path) -> None:
    store = TlsFolder(tmp_path / "keys")
    authority, _ = store.found_authority("明鉴", NAMES, NETWORKS, AT)
    assert store.own("web") is None
    store.certify(authority, NAMES, AT)
    files = [store.own("web"), store.own("node")]
    keys = {each.key.read_bytes() for each in files if each is not None}
    assert len(keys) == 2
    for each in files:
        assert each is not None
        assert stat.S_IMODE(each.key.stat().st_mode) == 0o600
        assert read(each.cert).names == NAMES
        assert signed_by(x509.load_pem_x509_certificate(each.cert.read_bytes()), authority.certificate)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Video.Lhasa.Example.", "video.lhasa.example"),
        ("拉萨.example", "xn--5suu65e.example"),
        ("[2001:DB8::5]", "2001:db8::5"),
        (" 10.0.0.1 ", "10.0.0.1"),
    ],
)
def test_names_are_written_in_one_way(typed: str, written: str) -> None:
    assert host(typed) == written


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://a.example",
        "a.example:8000",
        "*.example",
        "-a.example",
        "a..b",
        "10.0.0",
        "0.0.0.0",
        "224.0.0.1",
        "a/b",
    ],
)
def test_what_is_no_name_is_refused_with_the_remedy(typed: str) -> None:
    with pytest.raises(NameRefused):
        host(typed)


def test_browsers_come_under_the_first_name_given() -> None:
    assert called(hosts(["10.0.0.1", "a.example", "b.example"])) == "a.example"
    assert called(hosts(["10.0.0.1"])) == "10.0.0.1"
    assert called(hosts([])) == "localhost"
