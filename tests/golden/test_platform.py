"""Records of the entries of platforms: the own one, those above and below, what turns a link elsewhere, our next certificate handed over."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse

from custodes.cases.step import StepInput
from custodes.people.models import Paper, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.sharing.forms.platforms import PlatformForm
from custodes.sharing.links import certificates
from custodes.sharing.models import Platform
from tests.cast import Cast
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import Clock
from tests.people.papers.samples import pdf, upload
from tests.sharing import joining
from tests.sharing.said import certificate
from tests.sharing.stage import LOWER_ID, NEED, OWN_ID, UPPER_ID, second

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

CITY_ID = "54010000002000000002"


def _certificate(number: int) -> str:
    """The same octets on each tour: Ed25519 signs without chance."""
    with patch("cryptography.x509.random_serial_number", lambda: number):
        return certificate(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def _form(row: Platform) -> dict[str, Any]:
    """Its form as the page draws it, with a word changed."""
    said = {name: getattr(row, name) for name in PlatformForm.Meta.fields}
    return {name: value for name, value in said.items() if value is not False} | {
        "revision": row.revision,
        "contact": "值班室",
    }


def _new(office: Unit) -> dict[str, Any]:
    return _form(Platform(role="own", level="county", name="城关区平台", unit_name=office.name, gb_id=OWN_ID)) | {
        "host": "192.0.2.10"
    }


OFFICE = {"enter": Act("inspector", lambda _office: reverse("sharing:platform_new"), _new)}
ACTS = {
    "change": Act("inspector", to("sharing:platform"), _form),
    "begin a link": Act("inspector", to("sharing:link_ask_platform"), lambda _row: {"need": NEED}),
    "handed": Act("inspector", to("sharing:platform_handed"), lambda row: {"revision": row.revision}),
}


def test_each_step_of_a_platforms_entry(cast: Cast, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    with golden("platform") as clock:
        walk(cast, clock, monkeypatch)


def test_what_is_offered_and_refused(cast: Cast, asked: AskedOf, monkeypatch: pytest.MonkeyPatch) -> None:
    office = cast.units["county"]
    with asked("platform", cast, ACTS, more={"second": second(cast)}) as one:

        def seen(row: Platform, name: str = "") -> None:
            one.at(row, name)
            if row.role == "own":
                one.guard(row, "begin a link", "with the own platform")
            elif name == "upper":
                one.guard(row, "change", "another revision was read", revision=row.revision - 1)
                one.guard(row, "change", "no identity of a platform", gb_id="12")
                one.guard(row, "change", "not a level above", level="county")
                one.guard(row, "change", "no network", media="无")
                one.guard(row, "change", "no certificate", custodes="on", statements_certificate="无")
                one.guard(row, "begin a link", "no need", need="")

        one.at(office, "none", acts=OFFICE, page=OFFICE["enter"].address)
        one.guard(office, "enter", "no name", acts=OFFICE, name="")
        walk(cast, one.clock, monkeypatch, seen)


def walk(cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    county, city, one = cast.units["county"], cast.units["city"], cast.inspector.person
    first, then, ours = (_certificate(number) for number in (1, 2, 3))

    def by(words: str = "", *papers: Paper) -> StepInput:
        return joining.given(one, clock.later(), words, papers)

    def letter() -> Paper:
        clock.later()
        return keep_paper(upload(pdf()), by=one, at=clock.at)

    def enter(taken: StepInput, **told: object) -> Platform:
        with joining.whoever():
            return joining.save(Platform(**{"unit_name": "某公安机关", "host": "192.0.2.10", **told}), taken)

    def change(row: Platform, taken: StepInput, **told: object) -> Platform:
        row = Platform.objects.get(pk=row.pk)
        for name, value in told.items():
            setattr(row, name, value)
        with joining.whoever():
            return joining.save(row, taken)

    own = enter(by(), office=county, role="own", gb_id=OWN_ID, level="county", name="城关区平台")
    seen(own, "own")
    change(own, by(), host="192.0.2.20")
    of_city = {"office": county, "role": "upper", "gb_id": UPPER_ID, "level": "city", "name": "拉萨市平台"}
    above = enter(by("依照书面通知", letter()), **of_city)
    seen(above, "upper")
    change(above, by("更正名称", letter()), name="拉萨市共享平台", phone="0891-0000001", expires_s=7200)
    change(above, by(), host="192.0.2.11", port=5061, transport="tcp", hosts="192.0.2.12\n192.0.2.13")
    change(above, by(), hosts="", media="198.51.100.0/28")
    change(above, by(), custodes=True, asks_number=True, statements_certificate=first)
    change(above, by(), statements_certificate=first + then)
    change(above, by(), statements_certificate=then, asks_number=False)
    change(above, by(), custodes=False, statements_certificate="")
    change(above, by(), custodes=True)
    lower = {"office": city, "role": "lower", "gb_id": LOWER_ID, "level": "county", "name": "堆龙德庆区平台"}
    enter(by(), office=city, role="own", gb_id=CITY_ID, level="city", name="拉萨市平台")
    side = {"custodes": True, "statements_url": "https://192.0.2.30:8443", "statements_certificate": first}
    below = enter(by(), **lower, **side)
    seen(below, "lower, of the city")
    change(below, by(), statements_url="https://192.0.2.31:8443")
    monkeypatch.setattr(certificates, "own_certificate", lambda file="": ours if file == certificates.NEXT_FILE else "")
    seen(above, "upper, our certificate is being replaced")
    with joining.whoever():
        joining.hand(above, by())
    seen(above, "upper, it has our next certificate")
    with joining.whoever():
        joining.hand(below, by())
