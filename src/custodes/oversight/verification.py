"""Runs the offline verifier on the log's folder, as `custodes verify ledger` does, in a thread beside the requests."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
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
