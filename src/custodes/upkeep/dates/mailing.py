"""Mails of what is due: how many of what by when, and a link. Of nobody's system, place or person is the name in one (R9).

They go where a person has their alarms sent, outside the same quiet hours, by the same server and with the same pauses; a unit's
own mailbox (`Unit.mail`) is told too. Without a mail server each is a line of the log instead (decision 0208).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custodes.people.models import Post
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.channels import NotSent, mail_is_set_up, send_mail
from custodes.upkeep.alarms.delivery.message import Mail
from custodes.upkeep.alarms.delivery.queue import MOST_ATTEMPTS, pause, quiet_until
from custodes.upkeep.alarms.delivery.sending import language_of
from custodes.upkeep.dates.dated import DateStage
from custodes.upkeep.dates.recipients import Recipient
from custodes.upkeep.dates.sorts import sort_of
from custodes.upkeep.models import AlarmSubscription, Channel, DateMail

log = structlog.get_logger("custodes.upkeep.dates.mailing")

BATCH = 200
LEASE = timedelta(minutes=5)
KEEP = timedelta(days=90)
ORDER = (DateStage.LATE, DateStage.DAY, DateStage.AHEAD)


@dataclass(frozen=True, slots=True)
class MailCount:
    """One thing that a mail counts. `division` decides whether a mailbox that is for one division alone is told."""

    what: str
    stage: DateStage
    day: date
    division: str


@dataclass(frozen=True)
class _Mailbox:
    key: str
    address: str
    language: str
    due_at: datetime
    division: str = ""


def write_down(told: Iterable[tuple[Recipient, Sequence[MailCount]]], at: datetime) -> int:
    """Put one mail for each mailbox into the queue; how many. A mailbox gets one a day, whatever runs twice."""
    rows = []
    for recipient, lines in told:
        for box in _mailboxes(recipient, at):
            wanted = [line for line in lines if line.division.startswith(box.division) or not line.division]
            if wanted:
                mail = mail_of(wanted, box.language)
                rows.append(
                    DateMail(
                        key=f"{at.astimezone(_zone()).date()}|{box.key}",
                        person=recipient.person,
                        unit=recipient.unit,
                        address=box.address,
                        subject=mail.subject,
                        text=mail.text,
                        created_at=at,
                        due_at=box.due_at,
                    )
                )
    DateMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _mailboxes(recipient: Recipient, at: datetime) -> Iterator[_Mailbox]:
    if recipient.person is None:
        assert recipient.unit is not None
        yield _Mailbox(recipient.key, recipient.unit.mail, get_settings().language, at)
        return
    rows = AlarmSubscription.objects.valid(at).filter(post__person=recipient.person, channel=Channel.MAIL)
    for row in rows.select_related("post__person__account", "division"):
        due_at = quiet_until(row.quiet_from, row.quiet_to, at, _zone()) or at
        division = row.division.path if row.division is not None else ""
        yield _Mailbox(f"s{row.pk}", row.address, language_of(row), due_at, division)


def mail_of(lines: Sequence[MailCount], language: str) -> Mail:
    """What one mailbox is told: for each kind and stage how many, and the nearest day."""
    settings = get_settings()
    groups: dict[tuple[DateStage, str], list[date]] = defaultdict(list)
    for line in lines:
        groups[line.stage, line.what].append(line.day)
    with translation.override(language or settings.language):
        counts = [(stage, sum(line.stage is stage for line in lines)) for stage in ORDER]
        parts = [_stage_words(stage, count) for stage, count in counts if count]
        subject = f"[{settings.installation_name}] " + _("期限提醒：%(what)s") % {"what": _("，").join(parts)}
        body = [_line(*group, groups[group]) for group in sorted(groups, key=lambda one: (ORDER.index(one[0]), one[1]))]
        text = "\n".join(
            (*body, "", _("请登录后在“期限和待办”中查看是哪些事项："), f"{settings.web_origin}/dates/", "")
        )
    return Mail(subject[:200].replace("\n", " "), text)


def _stage_words(stage: DateStage, count: int) -> str:
    words = {
        DateStage.LATE: ngettext("%(count)d 项已逾期", "%(count)d 项已逾期", count),
        DateStage.DAY: ngettext("%(count)d 项今天到期", "%(count)d 项今天到期", count),
        DateStage.AHEAD: ngettext("%(count)d 项将到期", "%(count)d 项将到期", count),
    }
    return words[stage] % {"count": count}


def _line(stage: DateStage, what: str, days: list[date]) -> str:
    words = _("%(name)s：%(count)s，最早 %(day)s")
    return words % {"name": sort_of(what).name, "count": _stage_words(stage, len(days)), "day": min(days)}


def send_due(at: datetime) -> int:
    """Send what is due; how many arrived. Called outside any transaction: it waits for another machine."""
    waiting = DateMail.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True, due_at__lte=at)
    return sum(_send(row, at) for row in waiting.select_related("person", "unit").order_by("created_at", "pk")[:BATCH])


def _send(row: DateMail, at: datetime) -> bool:
    if not _claim(row, at):
        return False
    rows = DateMail.objects.filter(pk=row.pk)
    if not _still_there(row, at):
        rows.update(given_up_at=at, last_error="the recipient is not there any more")
        return False
    try:
        if mail_is_set_up(get_settings()):
            send_mail(row.address, Mail(row.subject, row.text))
        else:
            log.info("reminder.mail", subject=row.subject, text=row.text)
    except NotSent as failure:
        attempts = row.attempts + 1
        given_up = at if attempts >= MOST_ATTEMPTS else None
        rows.update(attempts=attempts, last_error=str(failure)[:300], due_at=at + pause(attempts), given_up_at=given_up)
        log.warning("reminder.not_mailed", mail=str(row.pk), why=str(failure))
        return False
    rows.update(attempts=row.attempts + 1, delivered_at=at, last_error="")
    return True


def _claim(row: DateMail, at: datetime) -> bool:
    """Take it, unless another thread has: compare and set. After a crash it is due again when the lease is over."""
    free = DateMail.objects.filter(
        pk=row.pk, due_at=row.due_at, attempts=row.attempts, delivered_at__isnull=True, given_up_at__isnull=True
    )
    return free.update(due_at=at + LEASE) == 1


def _still_there(row: DateMail, at: datetime) -> bool:
    """What waits for quiet hours must not follow somebody who has left, nor go to a mailbox that was taken off."""
    if row.person is not None:
        return Post.objects.valid(at).filter(person=row.person).exists()
    return row.unit is not None and row.unit.mail == row.address


def prune(at: datetime) -> int:
    """Delete mails that were sent, or given up, long ago."""
    settled = DateMail.objects.filter(created_at__lt=at - KEEP)
    return settled.exclude(delivered_at__isnull=True, given_up_at__isnull=True).delete()[0]


def _zone() -> ZoneInfo:
    return ZoneInfo(get_settings().time_zone)
