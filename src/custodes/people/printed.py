"""A document as a file to keep, or a word about what this machine lacks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.document import PrintedDocument
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import TemplateError, render
from custodes.settings import get_settings


def printed(request: HttpRequest, document: PrintedDocument, back: str, provenance: Provenance) -> HttpResponse:
    """The document as PDF.

    Args:
        back: the page that says it when this machine can't print.
        provenance: which record stands behind it, `no_record` for a form that is none of ours.
    """
    try:
        pdf = render(document, templates=get_settings().templates, provenance=provenance)
    except FontsMissing:
        messages.error(
            request, _("本机没有中文字体，无法打印。请由系统管理员安装（custodes doctor --only documents）。")
        )
        return redirect(back)
    except TemplateError:
        messages.error(request, _("文书模板有误，无法打印。请由系统管理员检查（custodes doctor --only documents）。"))
        return redirect(back)
    return as_file(pdf, document)


def as_file(pdf: bytes, document: PrintedDocument | type[PrintedDocument]) -> HttpResponse:
    """A rendered document as a file to keep."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    name = f"{document.TITLE}.pdf"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def no_record() -> Provenance:
    """Of a form that a unit fills in and seals: it is no record of ours."""
    return Provenance(get_settings().installation_name, "", None, None)
