"""Certificates of products by maker and model (S13.1)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import DutyStatus
from custodes.people.models import RecordOutbox
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Product
from tests.cast import Cast
from tests.people.papers.samples import docx, pdf, upload

Clients = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def _data(days: int = 9, **changes: object) -> dict[str, object]:
    until = timezone.localdate() + datetime.timedelta(days=days)
    data = {"maker": "某厂", "model": "X1", "certificate": "检 1", "issuer": "某中心", "issued": "2026-01-01"}
    return {**data, "valid_until": until.isoformat(), "paper": upload(pdf()), **changes}


def test_a_certificate_is_entered_with_its_paper_and_read_on_record(cast: Cast, client_of: Clients) -> None:
    client = client_of("caretaker")
    page = client.post(reverse("places:product_add"), _data(), follow=True).content.decode()
    assert "检 1" in page
    assert "还有 9 天" in page
    product = Product.objects.get()
    assert client.get(reverse("places:product_paper", args=[product.uuid])).content == pdf()
    assert RecordOutbox.objects.get(type="paper.read").record["about"] == f"places.product:{product.uuid}"
    assert client_of("operator").get(reverse("places:product_list")).status_code == 200
    assert client_of("operator").get(reverse("places:product_paper", args=[product.uuid])).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"paper": upload(docx(), "证书.docx")},
        {"paper": ""},
        {"valid_until": "2020-01-01"},
        {"issued": "2999-01-01"},
        {"maker": ""},
    ],
)
def test_what_does_not_hold_is_refused(cast: Cast, client_of: Clients, changes: dict[str, object]) -> None:
    page = client_of("caretaker").post(reverse("places:product_add"), _data(**changes)).content.decode()
    assert "error-summary" in page
    assert not Product.objects.exists()


def test_the_same_certificate_is_entered_once(cast: Cast, client_of: Clients) -> None:
    for _ in range(2):
        client_of("caretaker").post(reverse("places:product_add"), _data())
    assert Product.objects.count() == 1


@pytest.mark.clause("S13.1")
@pytest.mark.parametrize(
    ("days", "status"), [(-1, DutyStatus.LATE), (0, DutyStatus.DUE), (30, DutyStatus.DUE), (31, DutyStatus.MET)]
)
def test_the_law_library_says_whether_it_holds(db: None, days: int, status: DutyStatus) -> None:
    at = datetime.datetime(2026, 6, 1, 4, tzinfo=datetime.UTC)
    until = datetime.date(2026, 6, 1) + datetime.timedelta(days=days)
    product = Product.objects.create(
        maker="某厂",
        model="X1",
        certificate="1",
        issuer="某中心",
        issued=datetime.date(2020, 1, 1),
        valid_until=until,
        paper=keep_paper(upload(pdf()), by=None, at=at),
        at=at,
    )
    assert product.finding(at).status is status
    assert Product.certified_until("某厂 ", "x1") == until
    assert Product.certified_until("别厂", "x1") is None


def _entered(client: Client) -> Product:
    client.post(reverse("places:product_add"), _data())
    return Product.objects.latest("pk")


def test_a_number_without_its_paper_certifies_nothing(cast: Cast, client_of: Clients) -> None:
    product = _entered(client_of("caretaker"))
    assert Product.certified_until("某厂", "X1") == product.valid_until
    Product.objects.update(paper=None)
    assert Product.certified_until("某厂", "X1") is None
    assert "缺少，不计" in client_of("caretaker").get(reverse("places:product_list")).content.decode()


def test_one_is_withdrawn_with_a_reason_by_the_unit_that_entered_it_and_may_be_entered_anew(
    cast: Cast, client_of: Clients
) -> None:
    client = client_of("caretaker")
    product = _entered(client)
    address = reverse("places:product_withdraw", args=[product.uuid])
    assert client_of("outside_caretaker").post(address, {"why": "x"}).status_code == 404
    assert client_of("operator").post(address, {"why": "x"}).status_code == 403
    client.post(address, {"why": " "})
    assert Product.certified_until("某厂", "X1") is not None
    client.post(address, {"why": "证书编号抄错"})
    product.refresh_from_db()
    assert product.withdrawn_by == cast.caretaker.person
    assert Product.certified_until("某厂", "X1") is None
    record = RecordOutbox.objects.filter(type="config.changed").latest("created_at").record
    assert record["changes"]["withdrawn_why"] == ["", "证书编号抄错"]
    assert client.post(address, {"why": "又一次"}).status_code == 404
    page = client.get(reverse("places:product_list"), {"show": "withdrawn"}).content.decode()
    assert "证书编号抄错" in page
    assert _entered(client).pk != product.pk
    assert Product.certified_until("某厂", "X1") is not None


def test_the_lists_of_what_runs_out_are_reached_from_the_pages_of_the_rooms(cast: Cast, client_of: Clients) -> None:
    client = client_of("caretaker")
    _entered(client)
    client.post(reverse("places:product_add"), _data(days=400, certificate="检 2"))
    assert reverse("places:product_list") in client.get(reverse("places:camera_list")).content.decode()
    page = client.get(reverse("places:product_list"), {"show": "ending"}).content.decode()
    assert "检 1" in page
    assert "检 2" not in page
    for name in ("people:person_list", "people:unit_list"):
        assert reverse("people:credential_list") in client_of("system_admin").get(reverse(name)).content.decode()
