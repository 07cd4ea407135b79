"""The keys of the processes: all there, each for its owner alone, each fitting its public half."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.keyfile import KeyFileError, load_sealing_key, load_signing_key, public_line
from custodes.tls.files import Store
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "keys"

#: Key file → its public half, and how it is read. The log's own is checked by the notary when it starts.
_PAIRS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "notary/log.key": ("", load_signing_key),
    "notary/grant.key": ("grant.pub", load_signing_key),
    "web/control.key": ("web.pub", load_signing_key),
    "web/packages.key": ("packages.pub", load_signing_key),
    "node/control.key": ("node.pub", load_signing_key),
    "node/seal.key": ("node-seal.pub", load_sealing_key),
}
_GATEWAY_PAIRS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "gateway/control.key": ("gateway.pub", load_signing_key),
    "gateway/seal.key": ("gateway-seal.pub", load_sealing_key),
}
"""Where this machine has a gateway."""


def check(patient: Patient) -> Iterator[Finding]:
    """Private keys, on the machine itself; the web's own user can't see those of the others."""
    if not patient.on_server:
        return
    folder = patient.settings.keys_folder
    sound = True
    pairs = _PAIRS | (_GATEWAY_PAIRS if patient.settings.gateway_id else {})
    for name, (public, load) in pairs.items():
        for finding in _key(folder, name, public, load):
            sound = False
            yield finding
    secret = folder / "web" / "secret.key"
    if not _present(secret):
        sound = False
        yield fault(SUBJECT, _("缺少密钥文件 {path}。"), "custodes init", path=secret)
    elif secret.stat().st_mode & 0o077:
        sound = False
        yield fault(SUBJECT, _("密钥文件 {path} 其他用户可读。"), f"chmod 600 {secret}", path=secret)
    if sound:
        yield ok(SUBJECT, _("各进程的密钥齐全，只有所有者可读，与公开部分相符。"))
    yield from _authority(patient)


def _key(folder: Path, name: str, public: str, load: Callable[[Path], object]) -> Iterator[Finding]:
    path = folder / name
    if not _present(path):
        yield fault(SUBJECT, _("缺少密钥文件 {path}。"), "custodes init", path=path)
        return
    if path.stat().st_mode & 0o077:
        yield fault(SUBJECT, _("密钥文件 {path} 其他用户可读。"), f"chmod 600 {path}", path=path)
        return
    try:
        key = load(path)
    except KeyFileError:
        yield fault(SUBJECT, _("密钥文件 {path} 无法读取或者已损坏。"), "sudo custodes doctor", path=path)
        return
    half = folder / "public" / public
    if public and (not half.exists() or half.read_text().strip() != public_line(key)):  # type: ignore[arg-type]
        yield fault(SUBJECT, _("公开密钥 {path} 与私钥不符。"), "custodes init", path=half)


def _authority(patient: Patient) -> Iterator[Finding]:
    key = Store(patient.settings.keys_folder).authority_key
    if not _present(key):
        return
    if b"ENCRYPTED" not in key.read_bytes():
        yield fault(
            SUBJECT,
            _("根证书的私钥没有加密：{path}。"),
            "custodes tls make --new-authority --host …",
            path=key,
        )
    elif stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield fault(SUBJECT, _("密钥文件 {path} 其他用户可读。"), f"chmod 600 {key}", path=key)
    elif not patient.settings.training:
        yield attention(
            SUBJECT,
            _("根证书的私钥还在服务器上（已加密）：请移到离线介质，与口令分开保管。"),
            f"mv {key} /media/…",
        )


def _present(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        return False
