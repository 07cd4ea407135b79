"""Certificates of platforms that run this program: what is taken, what is refused, and how they are shown to be read aloud."""

from __future__ import annotations

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa
from cryptography.x509 import BasicConstraints, KeyUsage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from custodes.sharing.links import certificates
from custodes.sharing.models import Platform
from custodes.sharing.serving.uppers import uppers_of
from tests.places.devices.rows import us
from tests.sharing.said import certificate, kept, speaks
from tests.sharing.stage import LOWER_ID, OWN_ID, UPPER_ID, granted

DAY = datetime.timedelta(days=1)
_NONE = dict.fromkeys(
    ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign",
     "encipher_only", "decipher_only"), False,
)  # fmt: skip
SIGNS = KeyUsage(key_cert_sign=True, **_NONE)


@pytest.mark.parametrize(
    "key", [None, Ed25519PrivateKey.generate(), generate_private_key(SECP384R1()), rsa(65537, 2048)]
)
def test_these_kinds_of_key_are_taken(key):
    assert certificates.bad_certificate(certificate(key), timezone.now()) == ""
    for_itself = certificate(key, more=[BasicConstraints(ca=False, path_length=None)])
    assert certificates.bad_certificate(for_itself, timezone.now()) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "无法识别"),
        ("某处粘贴的文字", "无法识别"),
        (certificate() + certificate() + certificate(), "无法识别"),
        (certificate() + certificate(days=1, begins=-2 * DAY), "只保留新证书"),
        (certificate() + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "私钥不得离开"),
        (certificate(days=1, begins=-2 * DAY), "过期"),
        (certificate(begins=2 * DAY), "起才有效"),
        (certificate(more=[BasicConstraints(ca=True, path_length=None)]), "签发其他证书"),
        (certificate(more=[SIGNS]), "签发其他证书"),
        (certificate(rsa(65537, 1024)), "密钥种类或者长度"),
        (certificate(generate_private_key(SECP256K1())), "密钥种类或者长度"),
    ],
)
def test_these_are_refused_with_what_to_do(text, words):
    assert words in certificates.bad_certificate(text, timezone.now())


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://192.0.2.20:8443", True),
        ("https://lower.example:8443", True),
        ("https://[2001:db8::1]:8443", True),
        ("http://192.0.2.20:8443", False),
        ("https://192.0.2.20", False),
        ("https://192.0.2.20:8443/statements", False),
        ("https://user:secret@192.0.2.20:8443", False),
        ("https://192.0.2.20:0", False),
        ("https://192.0.2.20:99999", False),
        ("https://192.0.2.20:8443\n", False),
        ("https://239.1.1.1:8443", False),
        ("https://-x:8443", False),
    ],
)
def test_an_address_is_a_host_with_a_port_and_nothing_else(url, right):
    assert (certificates.bad_url(url) == "") == right


def test_a_fingerprint_is_shown_in_groups_that_can_be_read_aloud():
    text = certificate(name="上级网关")
    one = certificates.shown(text, timezone.now())
    assert {len(group) for group in one.groups} == {4}
    assert ("".join(one.groups),) == certificates.fingerprints(text)
    assert "上级网关" in one.name
    assert certificates.shown("", timezone.now()) is None


BASE = {"name": "平台", "unit_name": "公安局", "port": "5060", "transport": "udp", "host": "192.0.2.9"}
UPPER = BASE | {"role": "upper", "level": "city", "gb_id": UPPER_ID, "custodes": "on"}


@pytest.mark.django_db
class TestOnThePage:
    """The form and the page of a platform."""

    def test_it_is_pasted_or_chosen_as_a_file(self, client_of):
        browser, pasted, chosen = client_of("inspector"), certificate(), certificate()
        new = reverse("sharing:platform_new")
        assert browser.post(new, UPPER | {"statements_certificate": pasted}).status_code == 302
        row = Platform.objects.get()
        assert certificates.fingerprints(row.statements_certificate) == certificates.fingerprints(pasted)
        groups = " ".join(certificates.shown(pasted, timezone.now()).groups)
        assert groups in browser.get(row.get_absolute_url()).content.decode()
        file = SimpleUploadedFile("upper.crt", chosen.encode())
        told = UPPER | {"statements_certificate": pasted, "certificate_file": file, "revision": row.revision}
        assert browser.post(row.get_absolute_url(), told).status_code == 302
        row.refresh_from_db()
        assert certificates.fingerprints(row.statements_certificate) == certificates.fingerprints(chosen)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"statements_certificate": "x"}, "无法识别"),
            ({"certificate_file": b"0" * 10}, "无法识别"),
            ({"certificate_file": b"\xff" * 10}, "不是 PEM 格式"),
            ({"certificate_file": b"x" * 9000}, "超过 8 KB"),
            ({"statements_certificate": certificate(), "custodes": ""}, "请勾选"),
            ({"statements_url": "https://192.0.2.20:8443"}, "上级平台向本级说明"),
            ({"role": "lower", "statements_url": "https://192.0.2.20:8443"}, "同时填写"),
            ({"role": "lower", "statements_url": "http://192.0.2.20:8443"}, "https://地址:端口"),
            ({"role": "own", "statements_certificate": certificate()}, "只有使用本系统的上级、下级平台"),
        ],
    )
    def test_what_does_not_fit_is_refused_with_words(self, more, words, client_of):
        told = UPPER | more
        if told["role"] == "lower":  # only the city has platforms below
            member, told = "system_admin", told | {"level": "county", "gb_id": LOWER_ID}
        else:
            member = "inspector"
        if told["role"] == "own":
            told |= {"level": "county", "gb_id": OWN_ID}
        if isinstance(told.get("certificate_file"), bytes):
            told["certificate_file"] = SimpleUploadedFile("upper.crt", told["certificate_file"])
        answer = client_of(member).post(reverse("sharing:platform_new"), told)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Platform.objects.exists()

    def test_what_to_hand_over_stands_there_or_how_it_is_made(self, client_of, stating, monkeypatch):
        browser, url = client_of("inspector"), stating.platform.get_absolute_url()
        monkeypatch.setattr(certificates, "own_certificate", lambda file="": "")
        assert "还没有生成" in browser.get(url).content.decode()
        ours = certificate(name="本级网关")
        monkeypatch.setattr(
            certificates,
            "own_certificate",
            lambda file=certificates.OWN_FILE: ours if file == certificates.OWN_FILE else "",
        )
        page = browser.get(url).content.decode()
        assert " ".join(certificates.shown(ours, timezone.now()).groups) in page
        Platform.objects.filter(pk=stating.platform_id).update(
            statements_certificate=certificate(days=1, begins=-2 * DAY)
        )
        assert "证书已经过期" in browser.get(url).content.decode()

    def test_our_own_is_read_from_the_public_keys(self, settings, tmp_path, monkeypatch):
        class Keys:
            keys_folder = tmp_path

        monkeypatch.setattr(certificates, "get_settings", Keys)
        assert certificates.own_certificate() == ""
        (tmp_path / "public").mkdir()
        path = tmp_path / "public" / certificates.OWN_FILE
        path.write_text(certificate())
        assert certificates.shown(certificates.own_certificate(), timezone.now()) is not None
        path.write_bytes(b"\xff")
        assert certificates.own_certificate() == ""
        path.write_text("x" * 9000)
        assert certificates.own_certificate() == ""


@pytest.mark.django_db
class TestOursIsReplaced:
    @pytest.fixture
    def following(self, monkeypatch):
        """The next certificate of ours."""
        pem = certificate(name="本级网关")
        own = certificate(name="本级网关")
        monkeypatch.setattr(
            certificates,
            "own_certificate",
            lambda file=certificates.OWN_FILE: pem if file == certificates.NEXT_FILE else own,
        )
        return pem

    def test_pages_say_which_platform_has_not_entered_it_and_since_when(self, client_of, stating, following):
        browser, row = client_of("inspector"), stating.platform
        day = timezone.localtime(certificates.next_one().since).strftime("%Y-%m-%d %H:%M")
        pages = [reverse("sharing:links"), stating.get_absolute_url()]
        for url in pages:
            page = browser.get(url).content.decode()
            assert "尚未登记新证书的平台" in page
            assert day in page
        page = browser.get(row.get_absolute_url()).content.decode()
        assert " ".join(certificates.shown(following, timezone.now()).groups) in page
        assert "对方尚未登记新证书" in page
        data = {"revision": Platform.objects.get(pk=row.pk).revision}
        browser.post(reverse("sharing:platform_handed", args=[row.pk]), data)
        page = browser.get(row.get_absolute_url()).content.decode()
        assert "对方尚未登记新证书" not in page
        assert Platform.objects.get(pk=row.pk).steps.last().event == "hand"
        assert all("尚未登记新证书的平台" not in browser.get(url).content.decode() for url in pages)

    def test_nothing_is_entered_where_nothing_is_replaced(self, client_of, stating, monkeypatch):
        monkeypatch.setattr(certificates, "own_certificate", lambda file="": "")
        browser, row = client_of("inspector"), stating.platform
        browser.post(reverse("sharing:platform_handed", args=[row.pk]), {"revision": row.revision})
        assert Platform.objects.get(pk=row.pk).handed_certificate == ""

    def test_theirs_is_entered_beside_the_one_that_is_there(self, client_of, stating, gate):
        type(stating).objects.update(sealed_password="x", sealed_to=gate.row.seal_key)
        browser, row = client_of("inspector"), stating.platform
        old, new = row.statements_certificate, certificate()
        form = browser.get(row.get_absolute_url()).context["form"]
        told = {name: form[name].value() or "" for name in form.fields} | {"revision": row.revision}
        told |= {"keep_certificate": "on", "certificate_file": SimpleUploadedFile("new.crt", new.encode())}
        assert browser.post(row.get_absolute_url(), told).status_code == 302
        row.refresh_from_db()
        assert certificates.fingerprints(row.statements_certificate) == (
            *certificates.fingerprints(old), *certificates.fingerprints(new),
        )  # fmt: skip
        stating.refresh_from_db()
        assert stating.state == "suspended", "another certificate was tested by nobody"
        assert certificates.certificate_of(row, timezone.now()) == row.statements_certificate
        row.statements_certificate = old.strip() + "\n" + certificate(days=1, begins=-2 * DAY)
        assert certificates.certificate_of(row, timezone.now()) == certificates.plain(old), "one of the two has expired"


@pytest.mark.django_db
def test_the_gateway_is_told_the_certificate_while_it_counts(stating, gate, monkeypatch):
    type(stating).objects.update(sealed_password="x", sealed_to=gate.row.seal_key)

    def told():
        return uppers_of(gate.row).uppers[0].certificate

    text = speaks(stating)
    assert told() == text
    Platform.objects.filter(pk=stating.platform_id).update(custodes=False)
    assert told() == ""
    speaks(stating)
    expired = certificate(days=1, begins=-2 * DAY)
    Platform.objects.filter(pk=stating.platform_id).update(statements_certificate=expired)
    assert told() == ""


@pytest.mark.django_db
def test_the_page_of_what_was_given_says_who_and_why_to_those_who_may_see_it(
    stating, gate, by, other, wants, client_of
):
    granted(stating, "history", by, other)
    said = kept(gate, stating, reason="办理<b>盗窃案</b>")
    wants(call_id=said.call_id, from_us=us(said.span_from), until_us=us(said.span_to))
    url = reverse("sharing:served", args=[stating.pk])
    page = client_of("inspector").get(url).content.decode()
    for words in (
        '拉萨市公安局刑侦支队 <span class="unbroken">扎西次仁 010203</span>',
        "办理&lt;b&gt;盗窃案",
        "查阅、调取、复制",
        "拉公介〔2026〕1号",
        "#0",
    ):
        assert words in page
    for member in ("caretaker", "outsider", "operator", "bystander"):
        assert client_of(member).get(url).status_code in (403, 404)
