"""Testing a link before it is in force: the day, asking the gateway to try it (to be heard by a platform above, or to hear and ask one below),
which of its trials still speaks of the link as it is, and the results that a person enters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper
from custodes.places.devices.gateways import own_gateway
from custodes.sharing.links.joined import device_of
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, LinkState, LinkTest, LinkTrial, Outcome, TestPart
from custodes.video.wire.upper_platforms import LOWER_SECONDS

WAITS = timedelta(minutes=3)
"""A gateway that told nothing within it tells nothing any more; of a platform below, whose keepalives are waited for, `LOWER_WAITS`."""

LOWER_WAITS = timedelta(seconds=LOWER_SECONDS)
TRIED_BELOW = (LinkState.EXAMINED, LinkState.TESTED)
"""States in which a link with a platform below is tried: while it is suspended that may not register (`links.joined`)."""

SPEAKS = timedelta(days=1)
"""So long a trial stands beside the test of its link."""

TURNING = ("secret", "repoint", "void_test")
"""Steps behind which the link is another one than was tried."""


def waits(one: LinkTrial, at: datetime) -> bool:
    """Whether the gateway may still tell what came of it."""
    return one.told_at is None and at - one.at < (WAITS if one.link.upper else LOWER_WAITS)


def lasts_of(links: Iterable[Link]) -> dict[UUID, LinkTrial]:
    """The last trial of each of them that was tried, told or not."""
    newest = LinkTrial.objects.filter(link=OuterRef("link")).order_by("-at").values("pk")[:1]
    rows = LinkTrial.objects.filter(link__in=list(links), pk=Subquery(newest)).select_related("link__platform")
    return {one.link_id: one for one in rows}


def last_of(link: Link) -> LinkTrial | None:
    """Its last trial, told or not."""
    return link.trials.select_related("by__unit", "link__platform").order_by("-at").first()


def speaks(one: LinkTrial, at: datetime) -> bool:
    """Whether it is of the link as it is now, and of today."""
    turned = one.link.steps.filter(event__in=TURNING, seq__gt=one.revision).exists()
    return one.told_at is not None and at - one.told_at < SPEAKS and not turned


def beside(held: Link, at: datetime) -> LinkTrial | None:
    """The trial that a test which is entered now stands beside; None for none. The decision stays a person's."""
    found = held.trials.filter(told_at__isnull=False).order_by("-at").first()
    return found if found is not None and speaks(found, at) else None


def measured(one: LinkTrial) -> dict[str, Any]:
    """What of it goes into the step's record."""
    parts = [{name: value for name, value in part.items() if name != "fault"} for part in one.parts]
    return {"trial": one.pk, "parts": parts}


AN_HOUR = 6
"""Trials of one link: a platform locks out who knocks too often."""


def why_not_tried(row: Link) -> str:
    """Why the gateway can't try it; empty where it can. Whether it is the time for it is another question."""
    gateway = own_gateway()
    if row.platform is None:
        return gettext("国标网关只能试联上级、下级平台。")
    if gateway is None:
        return gettext("本装置还没有国标网关，不能试联。")
    if not row.upper:
        return _why_not_below(row)
    if own_of(row.office) is None or not row.platform.host:
        return gettext("请先登记本级平台和上级平台的信令地址。")
    if not row.sealed_password or row.sealed_to != gateway.seal_key:
        return gettext("请先登记上级平台给本级的密码。")
    return ""


def _why_not_below(row: Link) -> str:
    if row.state not in TRIED_BELOW:
        return gettext("联网暂停期间不准予下级平台注册，国标网关不能试联。")
    device = device_of(row)
    if device is None:
        return gettext("下级平台还没有作为国标设备登记，不能试联。请先登记设备，并将密码交给下级平台。")
    if not device.system.unit.division.path.startswith(row.office.division.path):
        return gettext("该编码的国标设备属于本辖区以外单位的系统，不能试联。请核对平台编码。")
    return ""


def may_call(row: Link) -> bool:
    """Whether a channel can be called in a trial: a platform that runs this program serves nothing before the link is in force there."""
    return row.platform is not None and not row.upper and not row.platform.custodes


def ask_trial(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """Have it tried; who asked for it took part in the test.

    Raises:
        StepRefused: the gateway can't, or was asked just now or too often.
    """
    if why := why_not_tried(row):
        raise StepRefused(why)
    recent = list(row.trials.filter(at__gt=step.at - timedelta(hours=1)))
    if any(waits(one, step.at) for one in recent):
        raise StepRefused(gettext("正在试联，请等待结果。"))
    if len(recent) >= AN_HOUR:
        raise StepRefused(
            gettext("一小时内最多试联 %(count)d 次，以免被对方锁定。请先按结果处理，稍后再试。") % {"count": AN_HOUR}
        )


def _calls(row: Link, step: StepInput) -> bool:
    return bool(step.data.get("call")) and may_call(row)


def trial_in_words(row: Link, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """Whether one channel is called as well: who wants that is on record, no media is taken."""
    return gettext("同时试呼一个点位，不接收画面") if _calls(row, step) else step.words, step.papers


def keep_trial(row: Link, step: StepInput, kept: CaseStep) -> None:
    """For the gateway, which asks what it is to try."""
    LinkTrial.objects.create(link=row, by=step.person, at=step.at, revision=row.revision, call=_calls(row, step))


def set_day(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """On which it is tested, if one is set."""
    row.test_on = step.data["test_on"]


def day_in_words(row: Link, step: StepInput, terms: LegalTerms) -> tuple[str, tuple[Paper, ...]]:
    """The day."""
    return step.data["test_on"].isoformat(), step.papers


def ask_test(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """Each of the five parts, on a day that was; what did not pass is told."""
    parts = step.data["parts"]
    if set(parts) != set(TestPart.values) or not set(parts.values()) <= set(Outcome.values):
        raise StepRefused(gettext("测试结果：五项内容都要填写。没有测试的，选择“未测试”。"))
    if step.data["on"] > step.on:
        raise StepRefused(gettext("测试日期：不能晚于今天。测试完成后再登记结果。"))
    if not all_passed(step) and not says_something(step.words):
        raise StepRefused(gettext("说明：有未通过或者未测试的，请写明情况。"))


def all_passed(step: StepInput) -> bool:
    """Whether each of its five parts passed."""
    return set(step.data["parts"].values()) == {Outcome.PASSED.value}


def enter(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """A test with its results, as a person saw them."""
    told, passed = step.data, all_passed(step)
    LinkTest.objects.create(
        link=row, on=told["on"], parts=dict(told["parts"]), passed=passed, latency_ms=told["latency_ms"],
        words=step.words, by=step.person, at=step.at, trial=told["trial"],
    )  # fmt: skip
    row.tested_by, row.test_on = step.by, None if passed else row.test_on
