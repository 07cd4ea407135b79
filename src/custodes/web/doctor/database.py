"""The web's database: there, up to date, and set so that a power cut takes nothing that was committed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, fault, ok

SUBJECT = "database"
FULL = 2
"""``PRAGMA synchronous=FULL``."""


def check(patient: Patient) -> Iterator[Finding]:
    """Reach it, compare its migrations, look at how it syncs."""
    try:
        pending = _pending()
        yield ok(SUBJECT, _("数据库可用（{vendor}）。"), vendor=connection.vendor)
    except DatabaseError:
        yield fault(SUBJECT, _("数据库无法连接。"), "CUSTODES_DATABASE_URL=…")
        return
    if pending:
        yield fault(SUBJECT, _("数据库有 {count} 项结构更新没有执行。"), "custodes up", count=pending)
    weak = _not_durable()
    if weak:
        yield fault(SUBJECT, _("数据库设置会在断电时丢失已提交的数据：{setting}。"), weak, setting=weak)
    else:
        yield ok(SUBJECT, _("数据库逐次落盘，断电不丢失已提交的数据。"))


def _pending() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _not_durable() -> str:
    """The setting that must not stay, as the statement that mends it; empty when all is well."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for pragma, right in (("journal_mode", "wal"), ("synchronous", FULL)):
                cursor.execute(f"PRAGMA {pragma}")
                if cursor.fetchone()[0] != right:
                    return f"PRAGMA {pragma}={'FULL' if right == FULL else right}"
            return ""
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                return f"ALTER SYSTEM SET {name} = on"
    return ""
