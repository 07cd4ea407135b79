"""Making an evidence package: a download that is composed while it is sent, with the printed forms of the request in it (S27, S28)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from custodes.access.agency import documents, presence
from custodes.access.agency.looking import handing_unmet
from custodes.access.grants import NotaryDown
from custodes.access.leave import LeaveRefused
from custodes.access.models import AgencyRequest, EvidencePackage
from custodes.access.packages import making
from custodes.access.views.agency import common
from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.document import PrintedDocument
from custodes.documents.rendering import TemplateError, render
from custodes.law.grounds import agency
from custodes.law.grounds.ground import Unmet
from custodes.oversight import mirror
from custodes.oversight.models import EntryRow
from custodes.people.delivery import provenance_of
from custodes.people.exporting import apart
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle import said
from custodes.settings import get_settings


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
        package = making.begin(viewer.person, row, viewer.at, _named(request))
    except LeaveRefused as refusal:
        return _not_now(request, row, refusal.refused.unmet)
    except making.AlreadyMaking as refusal:
        messages.info(request, str(refusal))
        return redirect(refusal.package)
    except (FontsMissing, TemplateError):
        messages.error(
            request, _("本机不能打印文书，证据包不完整，未制作。请系统管理员检查（custodes doctor --only documents）。")
        )
        return redirect(row)
    except NotaryDown:
        messages.error(request, _("存证服务不可用，未制作。请稍后重试。"))
        return redirect(row)
    return _download(request, package, making.stream(package, documents, _deletions))


def _named(request: HttpRequest) -> UUID | None:
    """The package's number, which the page named when it was drawn."""
    try:
        return UUID(request.POST.get("package", ""))
    except ValueError:
        return None


def _not_now(request: HttpRequest, row: AgencyRequest, unmet: Iterable[Unmet]) -> HttpResponseBase:
    messages.error(request, "；".join(f"{said.reason(one)}（{one.clause}）{said.remedy(one)}" for one in unmet))
    return redirect(row)


def _download(request: HttpRequest, package: EvidencePackage, pieces: Iterator[bytes]) -> HttpResponseBase:
    answer = StreamingHttpResponse(apart(request, pieces), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{package.name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _deletions(cameras: list[UUID], span: tuple[int, int]) -> list[UUID]:
    """The log's records of what was deleted of these cameras within a span: footage whose time was over before it was asked for.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    begun = datetime.fromtimestamp(span[0] / 1_000_000, UTC)
    mirror.catch_up()
    rows = EntryRow.objects.filter(type="purge", camera__in=cameras, at__gte=begun).order_by("index")
    found: list[UUID] = []
    numbers = list(rows.values_list("index", flat=True))
    for at in range(0, len(numbers), DELETIONS_AT_ONCE):
        entries = mirror.fetch(numbers[at : at + DELETIONS_AT_ONCE])
        told = [entry.record for entry in entries.values() if entry.record is not None]
        found += [UUID(str(one["id"])) for one in told if one["from_us"] < span[1] and one["to_us"] > span[0]]
    return found


DELETIONS_AT_ONCE = 5000
"""Records of deletions that are asked for and held at a time: a pass a day and volume, for years."""


def forms_of(row: AgencyRequest) -> Mapping[str, bytes]:
    """The printed forms that lie in a package, by file name.

    Raises:
        FontsMissing, TemplateError: this machine can't print.
    """
    provenance = provenance_of(row.steps.select_related("record").last())
    printed: dict[str, PrintedDocument] = {
        "01-request.pdf": documents.form_of(row),
        "02-undertaking.pdf": documents.undertaking_of(row),
        "03-extraction.pdf": documents.extraction_of(row),
        "04-copy.pdf": documents.copy_of(row),
    }
    templates = get_settings().templates
    return {name: render(one, templates=templates, provenance=provenance) for name, one in printed.items()}
