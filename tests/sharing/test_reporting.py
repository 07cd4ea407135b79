"""What an upper may be told beside pictures, alarms and positions: begun by two persons' word, stopped by one, and so on the page of the link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction

from custodes.cases.step import StepInput
from custodes.people.lawful import StepRefused
from custodes.sharing.models import Link
from tests.sharing import joining
from tests.sharing.stage import taken

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
WHY = "重点时段联动处置"

Step = Callable[[Link, StepInput], Link]


@dataclass(frozen=True)
class Switch:
    """One kind of what may be told: the field of the link, and as the page names it."""

    name: str
    what: str
    ask: Step
    tell: Step
    stop: Step


ALARMS = Switch("alarms", "报警上报", joining.ask_alarms, joining.tell_alarms, joining.stop_alarms)
POSITIONS = Switch("positions", "移动位置上报", joining.ask_positions, joining.tell_positions, joining.stop_positions)


@pytest.fixture(params=[ALARMS, POSITIONS], ids=lambda kind: kind.name)
def kind(request):
    return request.param


@pytest.fixture
def other_kind(kind):
    return POSITIONS if kind is ALARMS else ALARMS


def told(link, kind):
    """Whether it is told, as the register has it."""
    return getattr(Link.objects.get(pk=link.pk), kind.name)


@pytest.mark.clause("S33.1")
def test_it_is_told_by_two_persons_word_and_stopped_by_one(kind, other_kind, link, by, other):
    assert not told(link, kind), "off by default"
    with pytest.raises(StepRefused):
        kind.tell(link, taken(other))
    with pytest.raises(StepRefused, match="请写明"):
        kind.ask(link, taken(by))
    link = kind.ask(link, taken(by, WHY))
    assert not told(link, kind)
    with pytest.raises(StepRefused) as refused:
        kind.tell(link, taken(by))
    assert refused.value.clause == "S33.1"
    with pytest.raises(StepRefused):
        kind.ask(link, taken(other, WHY))
    link = kind.tell(link, taken(other))
    assert told(link, kind)
    assert not told(link, other_kind), "it has a switch of its own"
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.filter(pk=link.pk).update(**{f"{kind.name}_by": by})
    with pytest.raises(StepRefused):
        kind.stop(link, taken(by))
    link = kind.stop(link, taken(by, "任务结束"))
    assert [getattr(link, f"{kind.name}{rest}") for rest in ("", "_asked_by", "_by")] == [False, None, None]
    assert [one.event for one in link.steps.all()][-3:] == [f"{kind.name}_{step}" for step in ("ask", "on", "off")]
    link = joining.end(kind.ask(link, taken(by, WHY)), taken(by, "机构调整"))
    with pytest.raises(StepRefused):
        kind.tell(link, taken(other))


def test_the_page_says_it_and_the_second_person_says_yes(kind, client_of, link):
    page = client_of("inspector").get(link.get_absolute_url()).content.decode()
    assert kind.what in page
    assert "未开通" in page
    asked = client_of("inspector").post(
        f"{link.get_absolute_url()}do/{kind.name}_ask/", {"seen": link.revision, "words": WHY}
    )
    assert asked.status_code == 302
    page = client_of("inspector").get(link.get_absolute_url()).content.decode()
    assert "由提出人以外的另一人批准" in page
    on = f"do/{kind.name}_on/"
    assert f"/{on}" not in page
    link.refresh_from_db()
    refused = client_of("inspector").post(f"{link.get_absolute_url()}{on}", {"seen": link.revision})
    assert refused.status_code == 422


def test_the_page_of_a_link_that_is_over_does_not_say_that_it_is_told(kind, client_of, link, by, other):
    link = kind.tell(kind.ask(link, taken(by, WHY)), taken(other))
    assert "已开通" in client_of("inspector").get(link.get_absolute_url()).content.decode()
    joining.end(link, taken(by, "机构调整"))
    assert "已开通" not in client_of("inspector").get(link.get_absolute_url()).content.decode()
