"""What the pages of these cases show alike: who looks now, who looked, where and when, and a step in words; and what is read aloud before
somebody looks (S29, N21): short sentences that can be said to who does not read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.access.models import IndividualRequest, MissingCase, OwnImageRequest
from custodes.cases.registry import registry
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import StepRefused
from custodes.people.viewer import Viewer
from custodes.places.lifecycle.said import reason, remedy


def sessions_of(viewer: Viewer, row: Any) -> dict[str, Any]:
    """The running one, whether it is the viewer's own, and all, the newest first."""
    sessions = list(row.sessions.select_related("officer__unit").order_by("-begun_at"))
    running = next((one for one in sessions if one.is_open), None)
    return {
        "running": running,
        "own_session": running is not None and running.officer_id == viewer.person.pk,
        "sessions": sessions,
    }


def moment(at: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """In the country's time; empty for none."""
    return f"{timezone.localtime(at):{form}}" if at is not None else ""


def joined(*parts: Any) -> str:
    """What there is of it, in one line."""
    return " · ".join(str(part) for part in parts if part)


def lines(*parts: Any) -> str:
    """What there is of it, each on a line."""
    return "\n".join(str(part) for part in parts if part)


def span_of(row: Any) -> str:
    """Of a request, to the second."""
    ends = [moment(one, "%Y-%m-%d %H:%M:%S") for one in (row.span_from, row.span_to) if one]
    return format_html_join(" — ", '<span class="unbroken">{}</span>', ((one,) for one in ends))


def cameras_of(row: Any) -> str:
    """Of a request, each on a line."""
    return lines(*(f"{one.number} {one.name}" for one in row.cameras.order_by("number")))


def said_of(refusal: StepRefused) -> str:
    """A refused step in one line, each condition with its clause and what to do."""
    parts = (str(_("%(reason)s（%(clause)s）：%(remedy)s。") % _said(one)) for one in refusal.unmet)
    return " ".join([str(refusal), *parts])


def _said(one: Unmet) -> dict[str, str]:
    return {"reason": reason(one), "clause": one.clause, "remedy": remedy(one).rstrip("。.")}


def step_words(event: str) -> Any:
    """What happened in one of these cases, in words: of a record in the log, which names the step alone."""
    for one in (MissingCase, IndividualRequest, OwnImageRequest):
        kind = registry.get(one._meta.label_lower)
        if kind is not None and (told := kind.story(event)) != event:
            return told
    return event


def lasted(length: timedelta | None) -> str:
    """Minutes and seconds in words; empty for none."""
    if length is None:
        return ""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if not minutes:
        return gettext("%(seconds)d 秒") % {"seconds": seconds}
    return gettext("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": seconds}


def waited(row: MissingCase, at: datetime) -> str:
    """How long who asks waits already, while no picture was there."""
    return lasted(at - row.opened_at)


def words_of(row: MissingCase) -> tuple[str, ...]:
    """Sentence by sentence, in the language of the page."""
    return (
        gettext("您查看录像，只为寻找%(name)s。") % {"name": row.lost_name or gettext("走失人员")},
        gettext("只能看，不能拍照、录像、抄录他人信息，不能把看到的告诉无关的人。"),
        gettext("画面里印有您的姓名和时间，全程由民警陪同，每次查看都有记录。"),
        gettext("看到要找的人，请马上告诉民警，由警察先去找，您不要自己前往。"),
        gettext("您可以随时停下。您听明白了吗，同意这样做吗？"),
    )


def words_for_individual(row: IndividualRequest) -> tuple[str, ...]:
    """The same at a managing unit."""
    return (
        gettext("您查阅录像，只为：%(purpose)s。") % {"purpose": row.purpose.rstrip("。")},
        gettext("只能看，不能拍照、录像、抄录他人信息，不得非法对外提供或者公开。"),
        gettext("画面里印有您的姓名和时间，全程有工作人员在场，每次查阅都有记录。"),
        gettext("您可以随时停下。您听明白了吗，同意这样做吗？"),
    )


def words_for_own_image(row: OwnImageRequest) -> tuple[str, ...]:
    """The same before somebody looks at their own image."""
    return (
        gettext("您查阅的是有%(name)s影像的录像。") % {"name": row.subject or row.name},
        gettext("画面中有其他人的，不拍照、不录像、不抄录，不得非法对外提供或者公开。"),
        gettext("画面里印有您的姓名和时间，全程有工作人员在场，每次查阅都有记录。"),
        gettext("您可以随时停下。您听明白了吗，同意这样做吗？"),
    )
