"""What is offered and refused on the page of a request for one's own image."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from custodes.access.models import OwnImageRequest
from custodes.places.models import Camera
from tests.access.notary import FakeNotary
from tests.access.ownimage.desk import ASKED, HOUR
from tests.access.release import node
from tests.golden.access import AT_THE_SCREEN, PICTURES, CopyWalk
from tests.golden.asked import Act, to
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_ownimage import walk
from tests.golden.tour import BEGINS
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _new(_unit: Any) -> str:
    return reverse("access:own_image_new")


def _said(answer: str, **said: Any) -> Any:
    """The form of an answer: of the request's own cameras and span, where it has some."""

    def data(row: Any) -> dict[str, Any]:
        own = isinstance(row, OwnImageRequest) and row.span is not None
        span = row.span if own else (BEGINS - 3 * HOUR, BEGINS - 2 * HOUR)
        cameras = row.cameras.all() if own else Camera.objects.filter(number="0101")
        told = {"cameras": [str(camera.pk) for camera in cameras], "exception": "none", "answer": answer}
        return told | {"span_from": span[0].isoformat(), "span_to": span[1].isoformat()} | said

    return data


def _piece(row: OwnImageRequest) -> dict[str, str]:
    begin = row.span_from or BEGINS - 3 * HOUR
    end = begin + timedelta(seconds=40)
    return {
        "camera": str(row.cameras.first().pk) if row.span else "",
        "piece_from": begin.isoformat(),
        "piece_to": end.isoformat(),
    }


SECRET = {"exception": "applies", "exception_law": "保守国家秘密法第三十条", "reason": "依法应当保密"}
ASK = {
    "ask": Act("caretaker", _new, lambda unit: ASKED | _said("later", exception="")(unit)),
    "ask and refuse": Act("caretaker", _new, lambda unit: ASKED | _said("refused", **SECRET)(unit)),
}
ANSWER, WHY = to("access:own_image_answer"), {"why": "下载时提示已没有复制件"}
ACTS = {
    "look_up": Act("caretaker", ANSWER, _said("later", exception="")),
    "answer": Act("caretaker", ANSWER, _said("look", found="yes")),
    "answer with a copy": Act("caretaker", ANSWER, _said("copy", found="yes")),
    "answer with no": Act("caretaker", ANSWER, _said("refused", found="no", reason="逐段核对，没有找到申请人")),
    "answer with an exception": Act("caretaker", ANSWER, _said("refused", **SECRET)),
    "check": Act("caretaker", to("access:own_image_check")),
    "copy": Act("caretaker", to("access:own_image_copy"), _piece),
    "session": Act("caretaker", to("access:own_image_session"), lambda _row: AT_THE_SCREEN),
    "close": Act("caretaker", to("access:own_image_close"), lambda _row: {"handed": "光盘一张，当面签收"}),
    "reopen": Act("caretaker", to("access:own_image_reopen"), lambda _row: WHY),
    "withdraw": Act("caretaker", to("access:own_image_withdraw")),
}


def test_what_is_offered_and_refused(
    stage: Stage, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch, asked: AskedOf
) -> None:
    monkeypatch.setattr(node, "TIMES", PICTURES)
    flow = CopyWalk(stage, node.install(monkeypatch))
    with asked("ownimage", stage.cast, ACTS) as one:

        def seen(row: OwnImageRequest, name: str) -> None:
            one.at(row, name)
            for event, lacks, said in LACKING.get(name, ()):
                one.guard(row, event, lacks, **said)

        one.at(stage.school.unit, "none", acts=ASK, page=_new)
        walk(flow, one.clock, seen)


LACKING: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "asked": (
        ("look_up", "found before anybody looked", {"found": "yes"}),
        ("answer with an exception", "no words", {"reason": ""}),
    ),
    "asked, checked": (
        ("answer", "another span than was checked", {"span_to": (BEGINS - timedelta(minutes=90)).isoformat()}),
        ("look_up", "corrected without words", {"span_to": (BEGINS - timedelta(minutes=90)).isoformat()}),
        ("answer with no", "a ground that is none", {"found": "yes"}),
        ("answer with no", "no words", {"reason": ""}),
        ("answer", "the exception was not looked at", {"exception": ""}),
    ),
    "asked for a copy, found": (("answer", "a look in place of a copy, without words", {"reason": ""}),),
    "answered, with a copy": (
        ("close", "not fetched", {}),
        ("reopen", "the node has it", {}),
        ("reopen", "no words", {"why": "——"}),
    ),
    "answered, the copy was fetched": (("close", "not said how it was handed over", {"handed": ""}),),
}
