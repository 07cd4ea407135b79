"""The checkpoint: how far the log is signed, how to check it elsewhere, and a check that runs here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight import verification
from custodes.oversight.log_phrases import LedgerNames
from custodes.oversight.mirror import catch_up, fetch
from custodes.oversight.models import Verification
from custodes.oversight.readers import readable_entries
from custodes.oversight.reconciling import DAYS, last_days
from custodes.oversight.verification import sentence
from custodes.people import delivery as line
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.settings import get_settings

RUNS_SHOWN = 5
FOUND_SHOWN = 5


@needs(Permission.VIEW_LEDGER)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint, and the checks of it."""
    context: dict[str, Any] = {"crumbs": [(_("存证日志"), reverse("oversight:ledger")), (_("检查点"), "")]}
    try:
        status = line.notary().status()
        context |= {"status": status, "unproven": status.size - status.checkpoint_size, "note": _note()}
    except (NotaryUnavailable, NotaryRefused):
        context["down"] = True
    settings = get_settings()
    key = settings.keys_folder / "public" / "log.vkey"
    context |= {
        "command": f'custodes verify ledger {settings.ledger_folder} --key "$(cat {key})"',
        **_runs(),
    }
    return render(request, "oversight/checkpoint.html", context)


def _note() -> str:
    try:
        return line.notary().checkpoint()
    except NotaryRefused:
        return ""


def _runs() -> dict[str, Any]:
    runs = list(Verification.objects.select_related("by__unit")[:RUNS_SHOWN])
    for run in runs:
        run.found = [(one, sentence(one)) for one in run.report.get("findings", ())[:FOUND_SHOWN]]  # type: ignore[attr-defined]
    return {
        "runs": runs,
        "running": verification.running(),
    }


@needs(Permission.VIEW_LEDGER)
def note(request: HttpRequest) -> HttpResponse:
    """The checkpoint's note, to keep for ``--seen``."""
    try:
        text = _note()
    except NotaryUnavailable:
        text = ""
    if not text:
        messages.error(request, _("暂时无法取得检查点，请稍后再下载。"))
        return redirect("oversight:checkpoint")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="checkpoint"'
    return response


@require_POST
@needs(Permission.VIEW_LEDGER)
def verify(request: HttpRequest) -> HttpResponse:
    """Begin a check of the whole log."""
    verification.begin(Viewer.of(request).person)
    return redirect(reverse("oversight:checkpoint") + "#checks")


@needs(Permission.VIEW_LEDGER)
def checks(request: HttpRequest) -> HttpResponse:
    """The checks alone, for the page that waits for one."""
    return render(request, "oversight/checks.html", _runs())


@needs(Permission.VIEW_LEDGER)
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Do grants and viewings, leaves to steer and commands, leaves to speak and speeches tell the same story?"""
    viewer = Viewer.of(request)
    context: dict[str, Any] = {
        "days": DAYS,
        "crumbs": [(_("存证日志"), reverse("oversight:ledger")), (_("查看核对"), "")],
    }
    try:
        context["complete"] = catch_up()
        compared = last_days(readable_entries(viewer.person, viewer.at), viewer.at)
        entries = fetch(index for index, _grant in compared.looks.never_used[:200])
        records = [(index, entry.record) for index, entry in entries.items() if entry.record]
        names = LedgerNames.of(record for _index, record in records)
        context |= {
            "compared": compared,
            "account": compared.looks,
            "steering": compared.steering,
            "speaking": compared.speaking,
            "more": compared.more,
            "unused": [
                (index, names.person(record), names.some_cameras(record), record["at"]) for index, record in records
            ],
        }
    except (NotaryUnavailable, NotaryRefused):
        context["down"] = True
    return render(request, "oversight/reconciliation.html", context)
