"""All checks, in the order in which a person reads them, and the page 体检 that shows them. A new one: a function in the file of its subject, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.settings import get_settings
from custodes.web.doctor import evidence_log, machine, processes, storage, trust
from custodes.web.doctor.finding import Check, DoctorFinding, Examined, FindingState, fault

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DoctorCheck:
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


SUBJECTS: Mapping[str, DoctorCheck] = {
    "ports": DoctorCheck(_("进程和端口"), processes.check_ports),
    "database": DoctorCheck(_("数据库"), machine.check_database, as_web=True),
    "notary": DoctorCheck(_("存证服务"), evidence_log.check_notary, as_web=True),
    "checkpoints": DoctorCheck(_("检查点"), evidence_log.check_checkpoints),
    "witness": DoctorCheck(_("见证"), evidence_log.check_witness, as_web=True),
    "disks": DoctorCheck(_("磁盘"), storage.check_disks),
    "powercut": DoctorCheck(_("断电"), storage.check_powercut),
    "forecast": DoctorCheck(_("存储预测"), storage.check_forecast, as_web=True),
    "retention": DoctorCheck(_("留存期限"), storage.check_retention),
    "backup": DoctorCheck(_("备份"), storage.check_backup),
    "papers": DoctorCheck(_("材料"), storage.check_papers, as_web=True),
    "clock": DoctorCheck(_("时钟"), machine.check_clock, as_web=True),
    "cameras": DoctorCheck(_("摄像机网段"), machine.check_cameras),
    "codecs": DoctorCheck(_("编解码器"), machine.check_codecs),
    "documents": DoctorCheck(_("文书"), machine.check_documents),
    "tls": DoctorCheck(_("加密连接"), trust.check_tls),
    "keys": DoctorCheck(_("密钥"), trust.check_keys),
    "separation": DoctorCheck(_("系统用户分离"), trust.check_separation),
    "gateway": DoctorCheck(_("国标网关"), processes.check_gateway, as_web=True),
    "accounts": DoctorCheck(_("管理员"), trust.check_accounts, as_web=True),
}


def examine(
    patient: Examined,
    only: Collection[str] = (),
    acting_as_web: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[DoctorFinding]:
    """What each check found. A check that fails itself is a finding, and the others go on.

    Args:
        only: subjects to look at; all when empty.
        acting_as_web: a context in which this process is the web's OS user.
    """
    findings: list[DoctorFinding] = []
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


def worst(findings: list[DoctorFinding]) -> FindingState:
    """The worst state among them."""
    states = {finding.state for finding in findings}
    return next((state for state in (FindingState.FAULT, FindingState.ATTENTION) if state in states), FindingState.OK)


#: How a state is drawn (parts/badge.html).
BADGES = {FindingState.OK: "fine", FindingState.ATTENTION: "attention", FindingState.FAULT: "danger"}


@require_safe
@needs(Permission.VIEW_CHECKUP)
def page(request: HttpRequest) -> HttpResponse:
    """Every finding, by subject. What only root may look at is left to the command."""
    viewer = Viewer.of(request)
    findings = examine(Examined(get_settings(), viewer.at, on_server=False))
    groups = [
        (subject.title, [(finding, BADGES[finding.state]) for finding in findings if finding.subject == name])
        for name, subject in SUBJECTS.items()
    ]
    context = {
        "groups": [(title, found) for title, found in groups if found],
        "state": worst(findings).value,
        "faults": sum(finding.state is FindingState.FAULT for finding in findings),
        "attentions": sum(finding.state is FindingState.ATTENTION for finding in findings),
        "at": viewer.at,
    }
    return render(request, "checkup.html", context)
