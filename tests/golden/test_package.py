"""Records of an evidence package: what it is going to hold, that it was made or broken off, that it was handed over."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from custodes.access.agency import presence
from custodes.access.models import EvidencePackage
from custodes.access.packages import making
from custodes.access.packages.handing import hand
from custodes.evidence.package import Package
from custodes.ledger.note import Signer
from custodes.people.papers.keeping import keep_paper
from tests.access.agency.asked import Asked
from tests.access.agency.conftest import asked
from tests.access.agency.test_packages import SPAN, Handing, deliver, handing, moment, without_the_middle
from tests.access.notary import FakeNotary
from tests.evidence.made import outage
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.test_agency import COPY, Walk
from tests.golden.tour import BEGINS, Clock
from tests.people.papers.samples import pdf, upload

__all__ = ["asked", "counted_keys", "handing"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)


def footage_alone(
    package: Package, signer: Signer, progress: Callable[[int, int], None], listed: Callable[[bytes], None]
) -> Iterator[bytes]:
    """Writes a package's footage and nothing else: what else is in the file is no matter of the records."""
    for part in package.parts:
        yield from part.open().pieces
    listed(b"its list")


def test_each_record_of_a_package(
    asked: Asked,
    notary: FakeNotary,
    handing: Handing,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "write", footage_alone)
    before = Walk(asked, Clock(BEGINS - DAY))
    row = before.granted(span_from=moment(SPAN[0]), span_to=moment(SPAN[1]), **COPY)
    officers = list(row.officers.all())
    presence.sit(row, asked.staff, officers, before.clock.later())
    signed = keep_paper(upload(pdf(), "清单.pdf", "application/pdf"), by=asked.staff, at=BEGINS)
    deliver(notary)
    with golden("package") as clock:

        def begun() -> tuple[EvidencePackage, Any]:
            package = making.begin(asked.staff, row, clock.later())
            clock.later()
            return package, making.stream(package, {})

        handing.refuses = 409
        with pytest.raises(making.MakingFailed):
            next(begun()[1])
        handing.refuses = 0

        _, pieces = begun()
        next(pieces)
        clock.later()
        pieces.close()  # the browser goes away

        _, stalled = begun()
        next(stalled)
        clock.later(minutes=3)
        whole, pieces = begun()  # breaks the one before off
        clock.later()
        with pytest.raises(making.MakingFailed):
            b"".join(stalled)
        clock.later()
        b"".join(pieces)

        without_the_middle(notary, handing, outage(6, 12, camera=asked.stage.gate.pk))
        b"".join(begun()[1])

        whole.refresh_from_db()
        hand(whole, asked.staff, officers, "光盘 2026-017", signed, clock.later())
