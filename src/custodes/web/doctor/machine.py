"""What this machine brings: its database, its clock, codecs, fonts for documents, and the networks in which cameras may be."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.codec import Codec
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from custodes.documents.fonts import FontsMissing
from custodes.documents.rendering import TemplateError
from custodes.documents.trying import families, try_all
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE
from custodes.video.recorder.host_clock import read_host_sync
from custodes.web.doctor.finding import DoctorFinding, Examined, attention, fault, ok

CLOCK = "clock"
LARGEST_OFFSET_US = 100_000


def check_clock(patient: Examined) -> Iterator[DoctorFinding]:
    """This machine's clock, and those of the nodes as they report them."""
    here = read_host_sync()
    if not here.synchronised:
        yield attention(CLOCK, _("本机时钟没有同步，录像时间可能不准。"), "timedatectl set-ntp true")
    elif abs(here.offset_us) > LARGEST_OFFSET_US:
        yield attention(CLOCK, _("本机时钟偏差 {ms} 毫秒。"), "timedatectl timesync-status", ms=here.offset_us // 1000)
    else:
        yield ok(CLOCK, _("本机时钟已同步，偏差 {us} 微秒。"), us=here.offset_us)
    for worker in WorkerStatus.objects.select_related("node"):
        name = f"{worker.node.name}/{worker.worker}"
        if patient.at - worker.at <= STALE and not worker.clock_synchronised:
            yield attention(CLOCK, _("媒体节点 {name} 的时钟没有同步。"), "timedatectl set-ntp true", name=name)


CAMERAS = "cameras"


def check_cameras(patient: Examined) -> Iterator[DoctorFinding]:
    """None named, or more than a network of cameras can be."""
    networks = patient.settings.camera_networks
    if not networks:
        yield attention(CAMERAS, _("没有指定摄像机网段，不会连接任何摄像机。"), "CUSTODES_CAMERA_NETWORKS=10.20.0.0/16")
        return
    own = [str(network) for network in networks if network.is_loopback]
    if own and not patient.settings.training:
        yield attention(
            CAMERAS,
            _("摄像机网段包含本机地址 {networks}，不起作用：只有训练装置才连接本机上的摄像机。"),
            "CUSTODES_CAMERA_NETWORKS=10.20.0.0/16",
            networks=", ".join(own),
        )
    public = [str(network) for network in networks if network.is_global or network.prefixlen == 0]
    if public:
        yield attention(
            CAMERAS,
            _("摄像机网段包含互联网地址：{networks}。"),
            "CUSTODES_CAMERA_NETWORKS=10.20.0.0/16",
            networks=", ".join(public),
        )
    else:
        yield ok(CAMERAS, _("摄像机网段：{networks}。"), networks=", ".join(map(str, networks)))


CODECS = "codecs"
NEEDED = (("h264", "r"), ("hevc", "r"), ("h264", "w"), ("mjpeg", "w"))


def check_codecs(patient: Examined) -> Iterator[DoctorFinding]:
    """Decoders for key frames, encoders for stills and simulated cameras."""
    missing = [name for name, mode in NEEDED if not _has(name, mode)]
    if missing:
        yield fault(
            CODECS, _("缺少编解码器：{names}。"), "uv sync --frozen --reinstall-package av", names=", ".join(missing)
        )
    else:
        yield ok(CODECS, _("H.264、H.265 可以解码（PyAV {version}）。"), version=av.__version__)


def _has(name: str, mode: str) -> bool:
    try:
        Codec(name, mode)  # type: ignore[arg-type]
    except av.codec.codec.UnknownCodecError:
        return False
    return True


DOCUMENTS = "documents"


def check_documents(patient: Examined) -> Iterator[DoctorFinding]:
    """The Chinese font, the Tibetan one, and each template once."""
    templates = patient.settings.templates
    try:
        song, hei, tibetan = families(templates)
        number = try_all(templates)
    except FontsMissing:
        yield fault(DOCUMENTS, _("没有中文字体，文书无法打印。"), "apt install fonts-noto-cjk")
        return
    except TemplateError as error:
        yield fault(DOCUMENTS, _("文书模板不能使用：{error}"), "CUSTODES_TEMPLATES", error=str(error))
        return
    yield ok(DOCUMENTS, _("{number} 种文书可以打印（{song}、{hei}）。"), number=number, song=song, hei=hei)
    if tibetan is None:
        yield attention(
            DOCUMENTS,
            _("没有藏文字体：文书中的藏文以编码代替。"),
            "apt install fonts-noto-core",
        )


DATABASE = "database"
SYNCHRONOUS_FULL = 2
"""``PRAGMA synchronous=FULL``."""


def check_database(patient: Examined) -> Iterator[DoctorFinding]:
    """Reach it, compare its migrations, look at how it syncs."""
    try:
        pending = _pending()
        yield ok(DATABASE, _("数据库可用（{vendor}）。"), vendor=connection.vendor)
    except DatabaseError:
        yield fault(DATABASE, _("数据库无法连接。"), "CUSTODES_DATABASE_URL=…")
        return
    if pending:
        yield fault(DATABASE, _("数据库有 {count} 项结构更新没有执行。"), "custodes up", count=pending)
    weak = _not_durable()
    if weak:
        yield fault(DATABASE, _("数据库设置会在断电时丢失已提交的数据：{setting}。"), weak, setting=weak)
    else:
        yield ok(DATABASE, _("数据库逐次落盘，断电不丢失已提交的数据。"))


def _pending() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _not_durable() -> str:
    """The setting that must not stay, as the statement that mends it; empty when all is well."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for pragma, right in (("journal_mode", "wal"), ("synchronous", SYNCHRONOUS_FULL)):
                cursor.execute(f"PRAGMA {pragma}")
                if cursor.fetchone()[0] != right:
                    return f"PRAGMA {pragma}={'FULL' if right == SYNCHRONOUS_FULL else right}"
            return ""
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                return f"ALTER SYSTEM SET {name} = on"
    return ""
