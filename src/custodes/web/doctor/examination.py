"""All checks, in the order in which a person reads them. A new one: a file of this package, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _

from custodes.web.doctor import (
    accounts,
    backup,
    cameras,
    checkpoints,
    clock,
    codecs,
    database,
    disks,
    documents,
    forecast,
    gateway,
    keys,
    notary,
    papers,
    ports,
    powercut,
    retention,
    separation,
    tls,
    witness,
)
from custodes.web.doctor.finding import Check, Finding, Patient, State, fault

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Subject:
    """One check.

    Attributes:
        title: what it is about.
        check: the function that looks.
        as_web: whether it reaches for the web's own things, the database or its line to the notary; root looks at those
            as the web's user.
    """

    title: Any
    check: Check
    as_web: bool = False


SUBJECTS: Mapping[str, Subject] = {
    "ports": Subject(_("进程和端口"), ports.check),
    "database": Subject(_("数据库"), database.check, as_web=True),
    "notary": Subject(_("存证服务"), notary.check, as_web=True),
    "checkpoints": Subject(_("检查点"), checkpoints.check),
    "witness": Subject(_("见证"), witness.check, as_web=True),
    "disks": Subject(_("磁盘"), disks.check),
    "powercut": Subject(_("断电"), powercut.check),
    "forecast": Subject(_("存储预测"), forecast.check, as_web=True),
    "retention": Subject(_("留存期限"), retention.check),
    "backup": Subject(_("备份"), backup.check),
    "papers": Subject(_("材料"), papers.check, as_web=True),
    "clock": Subject(_("时钟"), clock.check, as_web=True),
    "cameras": Subject(_("摄像机网段"), cameras.check),
    "codecs": Subject(_("编解码器"), codecs.check),
    "documents": Subject(_("文书"), documents.check),
    "tls": Subject(_("加密连接"), tls.check),
    "keys": Subject(_("密钥"), keys.check),
    "separation": Subject(_("系统用户分离"), separation.check),
    "gateway": Subject(_("国标网关"), gateway.check, as_web=True),
    "accounts": Subject(_("管理员"), accounts.check, as_web=True),
}


def examine(
    patient: Patient,
    only: Collection[str] = (),
    acting_as_web: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[Finding]:
    """What each check found. A check that fails itself is a finding, and the others go on.

    Args:
        only: subjects to look at; all when empty.
        acting_as_web: a context in which this process is the web's OS user.
    """
    findings: list[Finding] = []
    for name, subject in SUBJECTS.items():
        if only and name not in only:
            continue
        try:
            with acting_as_web() if subject.as_web else nullcontext():
                findings += subject.check(patient)
        except Exception as error:  # whatever is wrong with the machine, the rest must be said
            log.warning("doctor.check_failed", subject=name, why=f"{type(error).__name__}: {error}"[:300])
            remedy = f"custodes doctor --only {name}"
            findings.append(fault(name, _("这一项没有查成（{error}）。"), remedy, error=type(error).__name__))
    return findings


def worst(findings: list[Finding]) -> State:
    """The worst state among them."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.FAULT, State.ATTENTION) if state in states), State.OK)
