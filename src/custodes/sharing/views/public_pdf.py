"""A published directory as PDF for everybody: set once and kept, by one at a time, whoever asks and how often."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from custodes.access.provenance import provenance_of
from custodes.documents.forms.sharing import DirectoryList
from custodes.people.printed import as_file, printed
from custodes.sharing.directory import printing
from custodes.sharing.models import Directory
from custodes.sharing.views.directory import publication_index

KEPT_SECONDS = 24 * 3600
"""A day: by then fonts or templates of the installation may be others, and the log has gone on."""
UNENTERED_SECONDS = 60
"""As long as the log does not stand in it: soon it will."""
SETTING_SECONDS = 120
"""How long whoever sets it keeps others waiting at most, should it die over it."""
RETRY_SECONDS = 5
_SETTING = "custodes.directory.setting"


def set_once(request: HttpRequest, row: Directory) -> HttpResponse:
    """The version as PDF, as it was set before or set now; 503 while another is being set. Whoever asks has asked `withheld` before."""
    index = publication_index(row)
    key = f"custodes.directory.{row.pk}.{row.document_sha256}.{index}"
    kept = cache.get(key)
    if kept is not None:
        return as_file(kept, DirectoryList)
    if not cache.add(_SETTING, True, SETTING_SECONDS):
        answer = HttpResponse(_("正在排版，请稍后再试。"), status=503, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    try:
        step = row.steps.filter(event="publish").select_related("record").first()
        provenance = provenance_of(step)
        with override("zh-hans"):
            document = printing.published(row)
        made = printed(request, document, reverse("sharing:public_version", args=[row.pk]), provenance)
        if made.status_code == 200:
            entered = index is not None and provenance.checkpoint is not None
            cache.set(key, made.content, KEPT_SECONDS if entered else UNENTERED_SECONDS)
        return made
    finally:
        cache.delete(_SETTING)
