"""Making a package: leave first, then the row, then bytes; what goes wrong on the way is written into the row and the file opens nowhere."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
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
from custodes.access.packages.composing import compose, find
from custodes.access.packages.keys import signer
from custodes.evidence.package import PackageError
from custodes.evidence.writing import write
from custodes.keyfile import KeyFileError
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import Person, RecordOutbox
from custodes.people.records import record
from custodes.places.models import Camera
from custodes.places.node_client import NodeBusy, NodeRefuses, NodeUnreachable

log = structlog.get_logger(__name__)

NOTE_SECONDS = 1.0
"""How often the row says how far it has come."""


class MakingFailed(Exception):
    """The package was not made; the row says why. What was sent of it opens nowhere."""


def begin(person: Person, row: AgencyRequest, at: datetime) -> EvidencePackage:
    """Leave to hand out, and the package's row.

    Raises:
        LeaveRefused, NotaryDown: as `leave.open_leave`.
    """
    grant = leave.open_leave(person, row, at)
    return EvidencePackage.objects.create(id=uuid4(), request=row, grant=grant, by=person, begun_at=at, seen_at=at)


def stream(package: EvidencePackage, documents: Mapping[str, bytes]) -> Iterator[bytes]:
    """The package's bytes from the first to the last; the row follows. Whoever stops reading ends it.

    Args:
        documents: printed forms by file name.

    Raises:
        MakingFailed: the download has to be broken off.
    """
    digest, size = hashlib.sha256(), 0
    with ExitStack() as closing:
        try:
            for piece in _pieces(package, documents, closing):
                digest.update(piece)
                size += len(piece)
                yield piece
        except GeneratorExit:
            _fail(package, _("下载中断。请重新制作。"))
            raise
        except Exception as error:
            _fail(package, words_of(error))
            log.warning("evidence.failed", package=str(package.pk), why=str(error)[:300], kind=type(error).__name__)
            raise MakingFailed(str(error)) from error
        _finish(package, digest.hexdigest(), size)


def _pieces(package: EvidencePackage, documents: Mapping[str, bytes], closing: ExitStack) -> Iterator[bytes]:
    grant = package.grant
    cameras = tuple(grant.cameras.select_related("node", "system__site").order_by("number"))

    def token_for(camera: Camera) -> str:
        return leave.piece_token(grant, camera, timezone.now())

    found = find(grant, cameras, token_for)
    made = compose(package.pk, package.begun_at, grant, found, chain_of(package.request), documents, token_for, closing)
    package.whole, package.parts = sum(sum(one.sizes) for one in found), len(found)
    noted = [0.0]

    def progress(done: int, _whole: int) -> None:
        package.done = done
        if time.monotonic() - noted[0] >= NOTE_SECONDS:
            noted[0] = time.monotonic()
            _note(package)

    def listed(data: bytes) -> None:
        package.listed = hashlib.sha256(data).hexdigest()

    _note(package)
    yield from write(made, signer(), progress, listed)


def chain_of(row: AgencyRequest) -> list[UUID]:
    """Ids of the records of what was done up to here, oldest first: the request's steps, and those of the holds that rest on it."""
    steps = list(row.steps.values_list("at", "record").exclude(record=None))
    steps += HoldStep.objects.filter(hold__in=holds_of(row)).values_list("at", "record")
    return [pk for _at, pk in sorted(steps, key=lambda step: step[0])]


def _note(package: EvidencePackage) -> None:
    package.seen_at = timezone.now()
    package.save(update_fields=["done", "whole", "parts", "listed", "seen_at"])


def _finish(package: EvidencePackage, sha256: str, size: int) -> None:
    at = timezone.now()
    with transaction.atomic():
        package.state, package.made_at, package.seen_at = PackageState.MADE, at, at
        package.sha256, package.bytes, package.done = sha256, size, package.whole
        package.made_record = _made(package, at)
        package.save()
    end(package.grant, at)


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


def _fail(package: EvidencePackage, words: str) -> None:
    package.state, package.failure, package.seen_at = PackageState.FAILED, words[:300], timezone.now()
    package.save(update_fields=["state", "failure", "seen_at", "done"])
    end(package.grant, package.seen_at)


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
