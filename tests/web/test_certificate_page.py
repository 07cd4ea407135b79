"""The page that hands the authority's certificate out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from django.test import Client
from django.urls import reverse

from custodes.tls.files import TlsFolder
from custodes.tls.names import hosts
from custodes.tls.reading import read
from custodes.web import certificate

AT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TlsFolder:
    store = TlsFolder(tmp_path / "keys")
    store.found_authority("拉萨市", hosts(["video.example", "10.20.0.5"]), [], AT)
    monkeypatch.setattr(certificate, "authority_certificate", lambda: store.authority_certificate)
    return store


def test_anybody_finds_the_number_to_compare_and_what_the_authority_is_for(store: TlsFolder, db: None) -> None:
    page = Client().get(reverse("certificate:page"))
    assert page.status_code == 200
    text = page.content.decode()
    pairs = read(store.authority_certificate).fingerprint.split(":")
    assert " ".join(pairs[:8]) in text
    assert " ".join(pairs[24:]) in text
    assert "video.example、10.20.0.5" in text
    for system in ("Windows", "macOS", "iPhone", "安卓", "统信", "麒麟", "Debian"):
        assert system in text


@pytest.mark.parametrize(
    ("name", "media_type", "load"),
    [
        ("der", "application/x-x509-ca-cert", x509.load_der_x509_certificate),
        ("pem", "application/pem-certificate-chain", x509.load_pem_x509_certificate),
    ],
)
def test_both_files_are_the_authority(store: TlsFolder, db: None, name: str, media_type: str, load: object) -> None:
    answer = Client().get(reverse(f"certificate:{name}"))
    assert answer.headers["Content-Type"] == media_type
    assert "attachment" in answer.headers["Content-Disposition"]
    handed = load(answer.content)  # type: ignore[operator]
    assert handed == x509.load_pem_x509_certificate(store.authority_certificate.read_bytes())


def test_the_key_is_never_handed_out(store: TlsFolder, db: None) -> None:
    for name in ("page", "der", "pem"):
        assert b"PRIVATE" not in Client().get(reverse(f"certificate:{name}")).content


def test_the_sign_in_page_leads_there_only_where_there_is_an_authority(store: TlsFolder, db: None) -> None:
    from custodes.settings import get_settings

    login = reverse("account_login")
    assert reverse("certificate:page") not in Client().get(login).content.decode()
    there = get_settings().keys_folder / "public" / "ca.pem"
    there.parent.mkdir(parents=True, exist_ok=True)
    try:
        there.write_bytes(store.authority_certificate.read_bytes())
        assert reverse("certificate:page") in Client().get(login).content.decode()
    finally:
        there.unlink()
