"""Making an evidence package: a download that is composed while it is sent, with the printed forms of the request in it (S27, S28)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from custodes.access.agency import presence
from custodes.access.agency.looking import handing_unmet
from custodes.access.grants import NotaryDown
from custodes.access.models import AgencyRequest, EvidencePackage
from custodes.access.packages import making
from custodes.access.packages.leave import LeaveRefused
from custodes.access.provenance import provenance_of
from custodes.access.views.agency import common
from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.agency import CopyNote, ExtractionNote, Undertaking
from custodes.documents.forms.document import Document
from custodes.documents.overlay import TemplateError
from custodes.documents.rendering import render
from custodes.law.grounds import agency
from custodes.law.grounds.ground import Unmet
from custodes.people.exporting.serving import apart
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle import said
from custodes.settings import get_settings
from custodes.web.printing import requests


@require_POST
@needs(Permission.TAKE_REQUESTS)
def make(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The package as a file, for the member of staff beside whom both officers stand; whoever asks takes nothing away by themselves.

    What is refused is said on the request's page; what fails on the way breaks the download off.
    """
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not common.is_open(row) or row.base_data or part.asks or not part.takes:
        raise Http404
    if presence.sitting_of(row, viewer.person) is None:
        return _not_now(request, row, (agency.NOT_PRESENT,))
    if against := handing_unmet(row):
        return _not_now(request, row, against)
    try:
        documents = forms_of(row)
        package = making.begin(viewer.person, row, viewer.at)
    except LeaveRefused as refusal:
        return _not_now(request, row, refusal.refused.unmet)
    except making.AlreadyMaking as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    except (FontsMissing, TemplateError):
        messages.error(
            request, _("本机不能打印文书，证据包不完整，未制作。请系统管理员检查（custodes doctor --only documents）。")
        )
        return redirect(row)
    except NotaryDown:
        messages.error(request, _("存证服务不可用，未制作。请稍后重试。"))
        return redirect(row)
    return _download(request, package, making.stream(package, documents))


def _not_now(request: HttpRequest, row: AgencyRequest, unmet: Iterable[Unmet]) -> HttpResponseBase:
    messages.error(request, "；".join(f"{said.reason(one)}（{one.clause}）{said.remedy(one)}" for one in unmet))
    return redirect(row)


def _download(request: HttpRequest, package: EvidencePackage, pieces: Iterator[bytes]) -> HttpResponseBase:
    answer = StreamingHttpResponse(apart(request, pieces), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{package.name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def forms_of(row: AgencyRequest) -> Mapping[str, bytes]:
    """The printed forms that lie in a package, by file name.

    Raises:
        FontsMissing, TemplateError: this machine can't print.
    """
    provenance = provenance_of(row.steps.select_related("record").last())
    common_ = requests.common_of(row)
    agent = requests.agent_of(row)
    with override("zh-hans"):
        documents: dict[str, Document] = {
            "01-request.pdf": requests.form_of(row),
            "02-undertaking.pdf": Undertaking(**common_, return_by=row.return_by),
            "03-extraction.pdf": ExtractionNote(**common_, number=row.number, agent=agent),
            "04-copy.pdf": CopyNote(**common_, number=row.number, agent=agent, return_by=row.return_by),
        }
    templates = get_settings().templates
    return {name: render(one, templates=templates, provenance=provenance) for name, one in documents.items()}
