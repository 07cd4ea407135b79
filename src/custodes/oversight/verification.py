"""Runs the offline verifier on the log's folder, as `custodes verify ledger` does, in a thread beside the requests; and says what it found in
the reader's language: one sentence for each code (`custodes.ledger.report.LedgerFinding`).

The command says the same in English. What a library said of damaged octets (`why`) stays as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from custodes.keyfile import KeyFileError
from custodes.ledger.note import KeyTextError, parse_vkey
from custodes.ledger.verify import verify_ledger
from custodes.oversight.models import Verification
from custodes.people.models import Person
from custodes.places.keys import public_text
from custodes.settings import get_settings

GIVEN_UP = timedelta(minutes=30)
"""A run that has not said anything for this long died with its process."""

NO_KEY = gettext_noop("没有日志公钥，不能核验")
NO_FOLDER = gettext_noop("网页进程无法读取日志文件夹。请在存证服务所在的主机上用命令核验。")


def running() -> Verification | None:
    """The check that is running, if any."""
    return Verification.objects.filter(ended_at__isnull=True, begun_at__gt=timezone.now() - GIVEN_UP).first()


def begin(person: Person) -> Verification:
    """Begin a check, or give the one that is running."""
    present = running()
    if present is not None:
        return present
    run = Verification.objects.create(by=person, begun_at=timezone.now())
    thread = threading.Thread(target=_in_thread, args=(run.pk,), name="verify-ledger", daemon=True)
    transaction.on_commit(thread.start)
    return run


def _in_thread(pk: int) -> None:
    try:
        check(pk)
    finally:
        connection.close()


def check(pk: int) -> None:
    """Run the check and keep what it found."""
    settings = get_settings()
    try:
        key = parse_vkey(public_text("log.vkey"))
    except (KeyFileError, KeyTextError):
        return _end(pk, error=NO_KEY)
    seen = 0

    def progress(done: int, total: int) -> None:
        nonlocal seen
        if done - seen >= 10_000 or done == total:
            seen = done
            Verification.objects.filter(pk=pk).update(done=done, total=total)

    try:
        report = verify_ledger(settings.ledger_folder, key, timezone.now(), (), progress)
    except OSError:
        return _end(pk, error=NO_FOLDER)
    return _end(pk, ok=report.ok, report=report.as_json())


def _end(pk: int, *, ok: bool | None = None, report: dict[str, object] | None = None, error: str = "") -> None:
    Verification.objects.filter(pk=pk).update(ended_at=timezone.now(), ok=ok, report=report or {}, error=error)


WORDS: Mapping[str, Any] = {
    "book_differs": _("记录簿中的本条与日志不一致。"),
    "book_lacks": _("记录簿缺少第 %(first)s 至 %(last)s 条。"),
    "book_no_entry": _("记录簿中的本条不是日志条目（%(why)s）。"),
    "book_short": _("记录簿只到 %(size)s 条，检查点涵盖 %(signed)s 条。"),
    "book_unreadable": _("记录簿无法读取（%(why)s）。"),
    "record_gone": _("本条（%(at)s）的记录保存不满三年即已缺失。"),
    "record_lost": _("本条的记录缺少内容或者随机值。"),
    "record_changed": _("本条的记录被改动过，与承诺值不符。"),
    "record_unreadable": _("本条的记录与承诺值相符，但无法读取（%(why)s）。"),
    "record_apart": _("本条的记录与条目的类型或者时间不同。"),
    "tile_changed": _("证明文件 %(path)s 与签署的内容不符。"),
    "tile_unreadable": _("证明文件 %(path)s 缺失或者无法读取。"),
    "tile_missing": _("证明文件 %(path)s 缺失，或者与签署的内容不符。"),
    "tile_old": _("较早检查点的证明文件 %(path)s 与签署的内容不符。"),
    "entry_malformed": _("本条不是日志条目的格式（%(why)s）。"),
    "entry_changed": _("本条不是签署时的条目。"),
    "entries_unreadable": _("第 %(first)s 至 %(last)s 条无法读取：文件 %(path)s 缺失、不完整，或者条数不符。"),
    "log_differs": _("日志不是签署时的日志：条目文件、证明文件和记录簿从第 %(first)s 至 %(last)s 条起互不一致。"),
    "log_rewritten": _(
        "日志不是签署时的日志：前后一致而与签名不符，是整体改写过的。用以前留存的检查点可以查明从何处起。"
    ),
    "log_shorter": _("曾经见到涵盖 %(seen)s 条的检查点，本日志只签署了 %(signed)s 条：有条目被撤回。"),
    "log_forked": _("曾经见到涵盖 %(seen)s 条的另一个检查点：前 %(seen)s 条中，本日志是另一份历史。"),
    "checkpoint_unreadable": _("检查点无法读取。"),
    "checkpoint_refused": _("检查点不予认可（%(why)s）。"),
    "checkpoint_other_key": _("签署检查点的不是第 %(rotated)s 条所说接替的密钥（%(key)s）。"),
    "seen_refused": _("提供的第 %(number)s 份检查点不是本日志的（%(why)s）。"),
    "carried_wrong": _("本条称此前有 %(origin)s 的 %(carried)s 条，与所在位置不符。"),
    "continued_otherwise": _("本条称自 %(origin)s 的 %(size)s 条起接续，而这些条目与该检查点不符：是另一份历史。"),
    "quote_unsigned": _("本条引用的 %(origin)s 的检查点，不是其密钥签署的。"),
    "before_otherwise": _("曾经见到 %(origin)s 涵盖 %(size)s 条的检查点，与这些条目不符。"),
}


def sentence(finding: Mapping[str, Any]) -> str:
    """Of a finding as a report keeps it; empty where it has no code, as those of older checks, or lacks a fact."""
    words = WORDS.get(finding.get("code", ""))
    try:
        return "" if words is None else str(words) % finding.get("facts", {})
    except KeyError:
        return ""
