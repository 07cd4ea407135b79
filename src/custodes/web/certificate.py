"""安装根证书: what the authority's certificate is, the number to compare it by, and how each system takes it in.

Whoever opens the page for the first time can't know yet whether it is genuine: the number has to be compared with one that
came another way, printed by the system administrator. The page says so.
"""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from custodes.settings import get_settings
from custodes.tls.files import TlsFolder
from custodes.tls.reading import der, describe, load

FILE_NAME = "custodes-ca"
PAIRS_A_LINE = 8


def authority_certificate() -> Path:
    """Where the authority's certificate is, if there is one."""
    return TlsFolder(get_settings().keys_folder).authority_certificate


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Fingerprint, names, files, and the steps for each system; 404 where the installation has no authority of its own."""
    certificate = _authority()
    facts = describe(certificate)
    pairs = facts.fingerprint.split(":")
    lines = [" ".join(pairs[at : at + PAIRS_A_LINE]) for at in range(0, len(pairs), PAIRS_A_LINE)]
    context = {
        "facts": [
            (_("名称"), facts.subject),
            (_("有效期"), f"{facts.begins:%Y-%m-%d} – {facts.ends:%Y-%m-%d}"),
            (_("只能证明"), _("、").join(_permitted(certificate)) or _("不限")),
        ],
        "fingerprint": lines,
        "file": FILE_NAME,
        "address": get_settings().web_origin,
    }
    return render(request, "certificate/page.html", context)


@login_not_required
@require_safe
def as_der(request: HttpRequest) -> HttpResponse:
    """The certificate as Windows, telephones and tablets take it."""
    _authority()
    return _file(der(authority_certificate()), "application/x-x509-ca-cert", f"{FILE_NAME}.crt")


@login_not_required
@require_safe
def as_pem(request: HttpRequest) -> HttpResponse:
    """The certificate as Linux takes it (RFC 7468, RFC 8555 §9.1)."""
    _authority()
    return _file(authority_certificate().read_bytes(), "application/pem-certificate-chain", f"{FILE_NAME}.pem")


def _authority() -> x509.Certificate:
    try:
        return load(authority_certificate())
    except (OSError, ValueError) as error:
        raise Http404 from error


def _permitted(certificate: x509.Certificate) -> list[str]:
    try:
        trees = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return []
    return [str(tree.value).removesuffix("/32").removesuffix("/128") for tree in trees if str(tree.value) not in _OWN]


_OWN = {"localhost", "127.0.0.1/32", "::1/128"}


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"},
    )


app_name = "certificate"
urlpatterns = [
    path("", page, name="page"),
    path("ca.crt", as_der, name="der"),
    path("ca.pem", as_pem, name="pem"),
]
