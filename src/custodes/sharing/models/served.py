"""What an upper platform asked for and what it got, and what its officers stated before: indexes of the log's leaves, no accounts of their own
(S22, S28.1(3), N16.2(3), S33.1). Nobody's name is in `Served`: who asked, where that was stated, is in `Stated`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.sharing.models.grant import Verb

SILENT = timedelta(seconds=60)
"""After so long without being named by the gateway a call is over."""


class ServedEnd(models.TextChoices):
    """Why it is over."""

    DONE = "done", pgettext_lazy("上级调用", "已答复，不发送画面")
    OVER = "over", pgettext_lazy("上级调用", "调用已结束")
    TERM = "term", pgettext_lazy("上级调用", "期限已到")
    CLOSED = "closed", pgettext_lazy("上级调用", "不再符合条件，已停止")


class Served(models.Model):
    """One wish of an upper, or several of one minute that were refused alike.

    Attributes:
        id: of what was given it is the grant's id in the log.
        call: the gateway's id of it, of the first where several are counted.
        channel: the id that was asked for, of the first where `folded`.
        status: 0 where it was given, else that of SIP with which it was refused.
        unmet: of a refusal ``[clause, Chinese, English]`` of each condition.
        folded: refusals of many channels in one row, when there are more in a minute than a log should bear.
        times, last_at: how many are counted in it, and when the last of them was.
        grant: the link grant that it rests on.
        unknown: it was given though nobody said who asks and why.
        sound: the camera's sound goes with its pictures.
        stated: what the upper's officer stated about it; of a refusal too, where there was something.
        media: pictures are sent; address: to where, a network address of the platform's; empty where none are.
        until: when it is over at the latest; term: when the grant's window and the house's hours are. Of a hand on the helm `until` comes
            earlier, with what was stated (`Stated.until`), and goes on as it is stated anew.
        record, index: its leaf in the log; without an index none is there yet, and nothing was given.
        kept_at: when the gateway named it last.
        closed: as `unmet`, why it had to end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey("sharing.Link", models.PROTECT, related_name="served")
    call = models.UUIDField(unique=True)
    channel = models.CharField(max_length=32)
    camera = models.ForeignKey("places.Camera", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=12, choices=Verb)
    span_from = models.DateTimeField(null=True)
    span_to = models.DateTimeField(null=True)
    media = models.BooleanField(default=True)
    address = models.CharField(max_length=45, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    unmet = models.JSONField(default=list)
    folded = models.BooleanField(default=False)
    times = models.PositiveIntegerField(default=1)
    grant = models.ForeignKey("sharing.LinkGrant", models.PROTECT, null=True, related_name="served")
    unknown = models.BooleanField(default=False)
    sound = models.BooleanField(default=False)
    stated = models.ForeignKey("sharing.Stated", models.PROTECT, null=True, related_name="served")
    asked_at = models.DateTimeField()
    last_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    term = models.DateTimeField(null=True)
    record = models.UUIDField(default=uuid.uuid4, editable=False)
    index = models.PositiveBigIntegerField(null=True)
    kept_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=8, choices=ServedEnd, blank=True)
    closed = models.JSONField(default=list)

    class Meta:
        ordering = ["-asked_at", "pk"]
        verbose_name = _("上级平台请求")
        indexes = [
            models.Index(fields=["link", "-asked_at"], name="sharing_served_by_link"),
            models.Index(fields=["link", "verb", "channel", "-asked_at"], name="sharing_served_alike"),
            models.Index(
                fields=["kept_at"],
                condition=models.Q(ended_at__isnull=True, status=0),
                name="sharing_served_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.verb}"

    @property
    def given(self) -> bool:
        """Whether it was decided that it may be had, and that is on record."""
        return self.status == 0 and self.index is not None

    @property
    def goes_on(self) -> bool:
        """Whether it lasts beyond its answer: pictures are sent, or a camera is moved; a list of recordings is said once."""
        return self.media or self.verb == Verb.STEER

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Of footage."""
        return None if self.span_from is None or self.span_to is None else (self.span_from, self.span_to)

    def stands(self, at: datetime) -> bool:
        """Whether it is still had, as far as is known."""
        return self.given and self.ended_at is None and at - self.kept_at <= SILENT

    @property
    def why(self) -> list[tuple[str, str]]:
        """What was unmet, in the reader's language, each with its clause."""
        return _in_words(self.unmet)

    @property
    def why_closed(self) -> list[tuple[str, str]]:
        """Why it had to end, the same way."""
        return _in_words(self.closed)


def _in_words(rows: list[Any]) -> list[tuple[str, str]]:
    chinese = (get_language() or "zh").startswith("zh")
    return [(clause, zh if chinese else en) for clause, zh, en in rows]


class Stated(models.Model):
    """One statement as it came over the side channel: an index of its leaf in the log, which says the same.

    Attributes:
        statement: its id, as the platform above gave it; digest: SHA-256 of all that it said, by which the same one is known again.
        call_id: of the INVITE that it is of; empty where it covers queries of recordings, or steering.
        theirs: place of the decision in the upper's own log.
        said_at, until: as the platform above said; `until` no later than ten minutes behind `came_at`.
        record, index: its leaf; without an index none is there yet, and it counts for nothing.
        call: the one call for which it was used (`Served.call`); null where it was not yet, and always of one without a Call-ID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey("sharing.Link", models.PROTECT, related_name="stated")
    statement = models.UUIDField()
    digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    verb = models.CharField(max_length=12, choices=Verb)
    call_id = models.CharField(max_length=256, blank=True)
    span_from = models.DateTimeField(null=True)
    span_to = models.DateTimeField(null=True)
    unit = models.CharField(max_length=120)
    person = models.CharField(max_length=60)
    number = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500)
    document = models.CharField(max_length=120, blank=True)
    ground = models.CharField(max_length=40)
    clauses = models.JSONField(default=list)
    theirs = models.PositiveBigIntegerField()
    said_at = models.DateTimeField()
    until = models.DateTimeField()
    came_at = models.DateTimeField()
    record = models.UUIDField(default=uuid.uuid4, editable=False)
    index = models.PositiveBigIntegerField(null=True)
    call = models.UUIDField(null=True)

    class Meta:
        ordering = ["-came_at", "pk"]
        verbose_name = _("上级调用说明")
        constraints = [models.UniqueConstraint(fields=["link", "statement"], name="sharing_stated_once")]
        indexes = [
            models.Index(fields=["link", "channel", "verb", "-until"], name="sharing_stated_of_channel"),
            models.Index(fields=["link", "-until"], name="sharing_stated_open"),
            models.Index(fields=["link", "-came_at"], name="sharing_stated_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.verb}"

    @property
    def officer(self) -> tuple[str, str, str]:
        """Whose word it is: unit, name, number."""
        return self.unit, self.person, self.number

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Of footage."""
        return None if self.span_from is None or self.span_to is None else (self.span_from, self.span_to)
