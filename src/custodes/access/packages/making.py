"""Making a package: leave first, then the row, then bytes; what goes wrong on the way is written into the row, and into the log with
how much was sent by then: an unfinished file is no evidence, and the footage in it can be read all the same."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access import leave
from custodes.access.agency.deciding import holds_of
from custodes.access.agency.looking import ask_for
from custodes.access.grants import NotaryDown, ViewClosed, ask_of, end
from custodes.access.models import AgencyRequest, EvidencePackage, Hold, PackageState
from custodes.access.packages.composing import (
    MOST_REASONS,
    MOST_SEGMENTS,
    TooManyReasons,
    TooManySegments,
    TooSlow,
    compose,
    find,
)
from custodes.access.packages.signing import CERTIFICATES, NotStamped, signer, stamp
from custodes.access.papers import span_us
from custodes.cases.models import CaseStep
from custodes.evidence.completeness import holes
from custodes.evidence.manifest import hole_row
from custodes.evidence.package import Package, PackageError
from custodes.evidence.writing import write
from custodes.keyfile import KeyFileError
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import Person, RecordOutbox
from custodes.people.records import record, record_language
from custodes.places.models import Camera
from custodes.places.node_client import NodeBusy, NodeRefuses, NodeUnreachable
from custodes.settings import get_settings

log = structlog.get_logger(__name__)

NOTE_SECONDS = 1.0
"""How often the row says how far it has come."""


class MakingFailed(Exception):
    """The package was not made; the row says why."""


class AlreadyMaking(Exception):
    """One is being made for the request, or was made at this very press; the text says so, and what to do.

    Attributes:
        package: that one: it is what whoever pressed again wants to see.
    """

    def __init__(self, words: str, package: EvidencePackage) -> None:
        super().__init__(words)
        self.package = package


def begin(person: Person, row: AgencyRequest, at: datetime, identity: UUID | None = None) -> EvidencePackage:
    """Leave to hand out, and the package's row. One that nobody was heard of for two minutes is broken off by this.

    Args:
        identity: of the package, as the page that is pressed named it beforehand: a second press makes no second one.

    Raises:
        AlreadyMaking: another package of the request is being made; no leave was given.
        LeaveRefused: the refusal is on record.
        NotaryDown: nothing was granted.
    """
    if identity is None or EvidencePackage.objects.filter(pk=identity).exclude(request=row).exists():
        identity = uuid4()  # a page of another request named it
    with transaction.atomic():
        _make_way(row, at, identity)
    decided = leave.decided(person, ask_for(row, at, handover=True), at)
    with transaction.atomic():
        _make_way(row, at, identity)  # somebody may have begun since
        grant = decided.keep()
        package = EvidencePackage.objects.create(
            id=identity, request=row, grant=grant, by=person, begun_at=at, seen_at=at
        )
    try:
        decided.open(grant)
    except NotaryDown:
        package.delete()  # nothing was begun: the same press may come again
        raise
    return package


def _make_way(row: AgencyRequest, at: datetime, identity: UUID) -> None:
    """In a transaction, under the request's lock."""
    AgencyRequest.objects.select_for_update().get(pk=row.pk)
    pressed = EvidencePackage.objects.filter(request=row, pk=identity).exclude(state=PackageState.MAKING).first()
    if pressed is not None:
        raise AlreadyMaking(_("这个证据包已经制作过，情况如下。需要再制作一个的，请回到查阅页面。"), pressed)
    for other in EvidencePackage.objects.filter(request=row, state=PackageState.MAKING).select_related("by"):
        if not other.stalled(at):
            raise AlreadyMaking(
                _("该申请正在制作证据包（%(name)s，%(at)s 开始）。请等它完成；已经中断的，两分钟后可以重新制作。")
                % {"name": other.by.name, "at": timezone.localtime(other.begun_at).strftime("%H:%M")},
                other,
            )
        _fail(other, _stopped, _Sent(other.done, other.parts))


Deletions = Callable[[list[UUID], tuple[int, int]], list[UUID]]
Why = Callable[[], str]
"""Why it was not made: asked twice, for the row in the language of whoever made it, and for the log in Chinese."""


@dataclass
class _Sent:
    """What has left so far: bytes of the file, and pieces of footage that were asked for."""

    bytes: int = 0
    parts: int = 0


def stream(
    package: EvidencePackage, documents: Mapping[str, bytes], deletions: Deletions = lambda cameras, span: []
) -> Iterator[bytes]:
    """The package's bytes from the first to the last; the row follows. Whoever stops reading ends it.

    Args:
        documents: printed forms by file name.
        deletions: finds the log's records of what was deleted of these cameras within a span, microseconds UTC.

    Raises:
        MakingFailed: the download has to be broken off.
    """
    digest, sent = hashlib.sha256(), _Sent()
    with ExitStack() as closing:
        try:
            for piece in _pieces(package, documents, deletions, closing, sent):
                digest.update(piece)
                # Counted before it goes: the record never says less than was sent.
                sent.bytes += len(piece)
                yield piece
        except GeneratorExit:
            _fail(package, _stopped, sent)
            raise
        except Exception as error:
            _fail(package, partial(words_of, error), sent)
            log.warning("evidence.failed", package=str(package.pk), why=str(error)[:300], kind=type(error).__name__)
            raise MakingFailed(str(error)) from error
        _finish(package, digest.hexdigest(), sent)


def _pieces(
    package: EvidencePackage, documents: Mapping[str, bytes], deletions: Deletions, closing: ExitStack, sent: _Sent
) -> Iterator[bytes]:
    grant = package.grant
    cameras = tuple(grant.cameras.select_related("node", "system__site").order_by("number"))
    ask = ask_of(grant, cameras)

    def token_for(camera: Camera) -> str:
        return leave.piece_token(grant, ask, camera, timezone.now())

    def token_for_piece(camera: Camera) -> str:
        token = token_for(camera)
        sent.parts += 1
        return token

    found, gaps = find(grant, cameras, token_for)
    gaps += deletions([camera.pk for camera in cameras], span_us(grant.span) or (0, 0))
    package.whole, package.parts = sum(sum(one.sizes) for one in found), len(found)
    _note(package)
    chain = chain_of(package.request)

    def listing(contents: str, parts: int, reasons: int) -> UUID:
        package.contents = contents
        _note(package)  # it may have waited long for the log, and is going to once more
        return _listed(package, parts, reasons).pk

    made = compose(
        *(package.pk, package.begun_at, grant, found, gaps, listing, chain, documents, token_for_piece, closing)
    )
    package.holes = [hole_row(one) for one in holes(made)]
    EvidencePackage.objects.filter(pk=package.pk).update(
        contents=package.contents, holes=package.holes, seen_at=timezone.now()
    )
    made = _stamped(package, made)
    noted = [0.0]

    def progress(done: int, _whole: int) -> None:
        package.done = done
        if time.monotonic() - noted[0] >= NOTE_SECONDS:
            noted[0] = time.monotonic()
            _note(package)

    def listed(data: bytes) -> None:
        package.listed = hashlib.sha256(data).hexdigest()
        _note(package)

    _note(package)
    yield from write(made, signer(), progress, listed)


def _stamped(package: EvidencePackage, made: Package) -> Package:
    """With a time stamp where a TSA is set; without one it is made all the same, and its page says why."""
    settings = get_settings()
    if settings.tsa_url is None:
        return made
    try:
        stamped, certificates = stamp(made, settings)
    except NotStamped as error:
        log.warning("evidence.not_stamped", package=str(package.pk), why=str(error)[:300])
        package.stamp_failure = str(error)[:300]
        package.save(update_fields=["stamp_failure"])
        return made
    package.stamped_at = stamped.at
    package.save(update_fields=["stamped_at"])
    return replace(made, tokens={stamped.name: stamped.token, CERTIFICATES: certificates})


def chain_of(row: AgencyRequest) -> list[UUID]:
    """Ids of the records of what was done up to here, oldest first: the request's steps, and those of the holds that rest on it."""
    steps = list(row.steps.values_list("at", "record").exclude(record=None))
    held = CaseStep.objects.filter(kind=Hold._meta.label_lower, case_id__in=holds_of(row).values("pk"))
    steps += held.order_by("at", "case_id", "seq").values_list("at", "record")
    return [pk for _at, pk in sorted(steps, key=lambda step: step[0])]


def _note(package: EvidencePackage) -> None:
    """How far it is.

    Raises:
        ViewClosed: it was given up for stalled meanwhile, and perhaps another one is being made.
    """
    package.seen_at = timezone.now()
    names = ("done", "whole", "parts", "listed", "seen_at")
    row = EvidencePackage.objects.filter(pk=package.pk, state=PackageState.MAKING)
    if not row.update(**{name: getattr(package, name) for name in names}):
        raise ViewClosed


def _finish(package: EvidencePackage, sha256: str, sent: _Sent) -> None:
    at = timezone.now()
    with transaction.atomic():
        if _locked_while_making(package):
            package.state, package.made_at, package.seen_at = PackageState.MADE, at, at
            package.sha256, package.bytes, package.done = sha256, sent.bytes, package.whole
            package.made_record = _made(package, at)
            package.save()
        else:  # given up for stalled between its list and its last byte; what was sent is on record as what it is
            _broken(package, _stopped, sent, at)
    end(package.grant, at)


def _locked_while_making(package: EvidencePackage) -> bool:
    row = EvidencePackage.objects.select_for_update().filter(pk=package.pk, state=PackageState.MAKING)
    return row.values_list("pk", flat=True).first() is not None


def _listed(package: EvidencePackage, parts: int, reasons: int) -> RecordOutbox:
    """What is going to be in it, in the log before its first byte: `parts` pieces, and `reasons` why something is missing."""
    span = span_us(package.grant.span)
    with transaction.atomic():
        return record(
            "evidence.listed",
            at=timezone.now(),
            package=package.pk,
            request=package.request_id,
            number=package.request.number,
            grant=package.grant_id,
            by=package.by.uuid,
            span=span,
            cameras=list(package.grant.cameras.order_by("number").values_list("pk", flat=True)),
            parts=parts,
            gaps=reasons,
            contents=package.contents,
        )


def _made(package: EvidencePackage, at: datetime) -> RecordOutbox:
    return record(
        "evidence.made",
        at=at,
        package=package.pk,
        request=package.request_id,
        number=package.request.number,
        grant=package.grant_id,
        by=package.by.uuid,
        bytes=package.bytes,
        sha256=package.sha256,
        listed=package.listed,
        parts=package.parts,
        contents=package.contents,
    )


def _fail(package: EvidencePackage, why: Why, sent: _Sent) -> None:
    """It is given up: row, leave and record say so together."""
    at = timezone.now()
    with transaction.atomic():
        if _locked_while_making(package):
            package.state, package.failure, package.seen_at = PackageState.FAILED, why()[:300], at
            package.bytes = sent.bytes
            package.save(update_fields=["state", "failure", "seen_at", "done", "bytes"])
        else:  # it was given up for stalled before: what went meanwhile is told by a record of its own
            EvidencePackage.objects.filter(pk=package.pk).update(bytes=sent.bytes)
        _broken(package, why, sent, at)
    end(package.grant, at)


def _broken(package: EvidencePackage, why: Why, sent: _Sent, at: datetime) -> None:
    with record_language():
        reason = why()[:300]
    record(
        "evidence.broken",
        at=at,
        package=package.pk,
        request=package.request_id,
        number=package.request.number,
        grant=package.grant_id,
        by=package.by.uuid,
        bytes=sent.bytes,
        parts=sent.parts,
        reason=reason,
    )


def _stopped() -> str:
    return _("下载中断。请重新制作。")


def words_of(error: Exception) -> str:
    """Why it was not made, for the person who made it: what is so, and what to do."""
    if isinstance(error, leave.LeaveRefused):
        first = error.refused.unmet[0]
        return f"{first.reason_zh}（{first.clause}）"
    if isinstance(error, ViewClosed):
        return _("准予已被收回，制作停止。")
    if isinstance(error, NotaryDown | NotaryUnavailable | NotaryRefused):
        return _("存证服务不可用，未制作。请稍后重试；仍不可用的，请联系系统管理员。")
    if isinstance(error, NodeRefuses):
        return _("有录像与封存时的校验值不一致，或者已经损坏，未制作。请联系系统管理员核查该点位的录像。")
    if isinstance(error, NodeUnreachable | NodeBusy):
        return _("媒体节点没有应答，未制作。请稍后重试。")
    if isinstance(error, KeyFileError):
        return _("缺少证据包签名密钥，未制作。请系统管理员运行 custodes init 补齐。")
    if isinstance(error, TooManySegments):
        return _(
            "所准予的录像过多（一个证据包最多 %(most)d 段），未制作。请缩短时段或者减少点位，分开申请、分开制作。"
        ) % {"most": MOST_SEGMENTS}
    if isinstance(error, TooManyReasons):
        return _(
            "所准予的时段内缺失过多（一个证据包最多列明 %(most)d 项缺失的原因），未制作。请缩短时段或者减少点位，分开申请、分开制作。"
        ) % {"most": MOST_REASONS}
    if isinstance(error, TooSlow):
        return _("下载过慢或者停顿，一段录像未能在一分钟内取完，制作停止。请换用较快的网络后重新制作。")
    if isinstance(error, PackageError):
        return _("未制作：%(why)s") % {"why": _plain(error)}
    return _("程序出错，未制作。请联系系统管理员查看日志。")


def _plain(error: PackageError) -> str:
    text = str(error)
    if "under a checkpoint" in text:
        return _("有记录尚未列入存证日志的检查点，请一分钟后重试。")
    if "without footage" in text:
        return _("所准予的点位和时段没有已封存的录像。请核对时段；刚录下的录像一分钟内封存。")
    return _("录像在读取时被删除或者损坏。请重新制作。")
