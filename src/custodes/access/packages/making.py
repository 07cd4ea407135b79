"""Making a package: leave first, then the row, then bytes; what goes wrong on the way is written into the row, and into the log with
how much was sent by then: an unfinished file is no evidence, and the footage in it can be read all the same."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.agency.keeping import holds_of
from custodes.access.grants import NotaryDown, ViewClosed, end
from custodes.access.models import AgencyRequest, EvidencePackage, HoldStep, PackageState
from custodes.access.packages import leave
from custodes.access.packages.composing import MOST_SEGMENTS, TooManySegments, TooSlow, compose, find
from custodes.access.packages.keys import signer
from custodes.access.packages.stamping import CERTIFICATES, NotStamped, stamp
from custodes.evidence.package import Package, PackageError
from custodes.evidence.writing import write
from custodes.keyfile import KeyFileError
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import Person, RecordOutbox
from custodes.people.records import record
from custodes.places.models import Camera
from custodes.places.node_client import NodeBusy, NodeRefuses, NodeUnreachable
from custodes.settings import get_settings

log = structlog.get_logger(__name__)

NOTE_SECONDS = 1.0
"""How often the row says how far it has come."""


class MakingFailed(Exception):
    """The package was not made; the row says why."""


class AlreadyMaking(Exception):
    """One is being made for the request; the text says so, and what to do."""


def begin(person: Person, row: AgencyRequest, at: datetime) -> EvidencePackage:
    """Leave to hand out, and the package's row. One that nobody was heard of for two minutes is broken off by this.

    Raises:
        AlreadyMaking: another package of the request is being made; no leave was given.
        LeaveRefused, NotaryDown: as `leave.open_leave`.
    """
    with transaction.atomic():
        _make_way(row, at)
    grant = leave.open_leave(person, row, at)
    try:
        with transaction.atomic():
            _make_way(row, at)  # the notary was asked in between
            return EvidencePackage.objects.create(
                id=uuid4(), request=row, grant=grant, by=person, begun_at=at, seen_at=at
            )
    except AlreadyMaking:
        end(grant, at)
        raise


def _make_way(row: AgencyRequest, at: datetime) -> None:
    """In a transaction, under the request's lock."""
    AgencyRequest.objects.select_for_update().get(pk=row.pk)
    for other in EvidencePackage.objects.filter(request=row, state=PackageState.MAKING).select_related("by"):
        if not other.stalled(at):
            raise AlreadyMaking(
                _("该申请正在制作证据包（%(name)s，%(at)s 开始）。请等它完成；已经中断的，两分钟后可以重新制作。")
                % {"name": other.by.name, "at": timezone.localtime(other.begun_at).strftime("%H:%M")}
            )
        _fail(other, _("下载中断。请重新制作。"), _Sent(other.done, other.parts))


@dataclass
class _Sent:
    """What has left so far: bytes of the file, and pieces of footage that were asked for."""

    bytes: int = 0
    parts: int = 0


def stream(package: EvidencePackage, documents: Mapping[str, bytes]) -> Iterator[bytes]:
    """The package's bytes from the first to the last; the row follows. Whoever stops reading ends it.

    Args:
        documents: printed forms by file name.

    Raises:
        MakingFailed: the download has to be broken off.
    """
    digest, sent = hashlib.sha256(), _Sent()
    with ExitStack() as closing:
        try:
            for piece in _pieces(package, documents, closing, sent):
                digest.update(piece)
                # Counted before it goes: the record never says less than was sent.
                sent.bytes += len(piece)
                yield piece
        except GeneratorExit:
            _fail(package, _("下载中断。请重新制作。"), sent)
            raise
        except Exception as error:
            _fail(package, words_of(error), sent)
            log.warning("evidence.failed", package=str(package.pk), why=str(error)[:300], kind=type(error).__name__)
            raise MakingFailed(str(error)) from error
        _finish(package, digest.hexdigest(), sent)


def _pieces(
    package: EvidencePackage, documents: Mapping[str, bytes], closing: ExitStack, sent: _Sent
) -> Iterator[bytes]:
    grant = package.grant
    cameras = tuple(grant.cameras.select_related("node", "system__site").order_by("number"))

    def token_for(camera: Camera) -> str:
        return leave.piece_token(grant, camera, timezone.now())

    def token_for_piece(camera: Camera) -> str:
        token = token_for(camera)
        sent.parts += 1
        return token

    found = find(grant, cameras, token_for)
    package.whole, package.parts = sum(sum(one.sizes) for one in found), len(found)
    _note(package)
    chain = chain_of(package.request)
    made = compose(package.pk, package.begun_at, grant, found, chain, documents, token_for_piece, closing)
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
    steps += HoldStep.objects.filter(hold__in=holds_of(row)).values_list("at", "record")
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
            _broken(package, _("下载中断。请重新制作。"), sent, at)
    end(package.grant, at)


def _locked_while_making(package: EvidencePackage) -> bool:
    row = EvidencePackage.objects.select_for_update().filter(pk=package.pk, state=PackageState.MAKING)
    return row.values_list("pk", flat=True).first() is not None


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
    )


def _fail(package: EvidencePackage, words: str, sent: _Sent) -> None:
    """It is given up: row, leave and record say so together."""
    at = timezone.now()
    with transaction.atomic():
        if _locked_while_making(package):
            package.state, package.failure, package.seen_at = PackageState.FAILED, words[:300], at
            package.bytes = sent.bytes
            package.save(update_fields=["state", "failure", "seen_at", "done", "bytes"])
        else:  # it was given up for stalled before: what went meanwhile is told by a record of its own
            EvidencePackage.objects.filter(pk=package.pk).update(bytes=sent.bytes)
        _broken(package, words, sent, at)
    end(package.grant, at)


def _broken(package: EvidencePackage, words: str, sent: _Sent, at: datetime) -> None:
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
        reason=words[:300],
    )


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
