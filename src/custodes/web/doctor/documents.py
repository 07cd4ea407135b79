"""Whether printed documents (文书) can be made here: fonts, and templates of the installation's own."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.documents.fonts import FontsMissing
from custodes.documents.overlay import TemplateError
from custodes.documents.trying import families, try_all
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "documents"


def check(patient: Patient) -> Iterator[Finding]:
    """The Chinese font, the Tibetan one, and each template once."""
    templates = patient.settings.templates
    try:
        song, hei, tibetan = families(templates)
        number = try_all(templates)
    except FontsMissing:
        yield fault(SUBJECT, _("没有中文字体，文书无法打印。"), "apt install fonts-noto-cjk")
        return
    except TemplateError as error:
        yield fault(SUBJECT, _("文书模板不能使用：{error}"), "CUSTODES_TEMPLATES", error=str(error))
        return
    yield ok(SUBJECT, _("{number} 种文书可以打印（{song}、{hei}）。"), number=number, song=song, hei=hei)
    if tibetan is None:
        yield attention(
            SUBJECT,
            _("没有藏文字体：文书中的藏文以编码代替。"),
            "apt install fonts-noto-core",
        )
