"""The password of a link with a platform, sealed to the gateway's key: the web can write it and never read it back (gateway.md, 5).

When that key is replaced, all passwords of the register are sealed again, of devices too: they seal to the same key, and all go in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from custodes.cases.step import StepInput
from custodes.keyfile import KeyFileError
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.places.devices.assignment import bump_gateways
from custodes.places.keys import public_text
from custodes.places.models import Gateway, GbDevice
from custodes.sharing.models import Link, PlatformRole
from custodes.video.wire.seal import seal, seal_key_from_base64

KEY_FILE = "gateway-seal.pub"
MOST = 64


def gateway_key() -> str | None:
    """The gateway's public sealing key, raw 32 bytes in base64; None while the installation has no gateway."""
    try:
        return public_text(KEY_FILE)
    except KeyFileError:
        return None


def why_not(key: str | None) -> str:
    """Why no password can be entered; empty where one can."""
    if key is None:
        return gettext("本装置还没有国标网关的密钥，密码无法加密保存，现在不能登记。安装网关后再登记。")
    try:
        seal_key_from_base64(key)
    except ValueError:
        return gettext("国标网关的公钥文件不完整，密码无法加密保存。请系统管理员重新生成网关密钥。")
    return ""


def sealed(password: str, key: str) -> str:
    """To the gateway's key.

    Raises:
        ValueError: the key is none.
    """
    return seal(seal_key_from_base64(key), password)


def outdated(row: Link, key: str | None) -> bool:
    """Whether a password is there that the gateway can't open any more."""
    return bool(row.sealed_password) and key is not None and row.sealed_to != key


def ask_secret(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """An upper platform gives us ours; a platform below has that of its device (`below.device_of`)."""
    if wrong := why_not(gateway_key()):
        raise StepRefused(wrong)
    if row.platform is None or row.platform.role == PlatformRole.LOWER:
        raise StepRefused(gettext("只有正在办理或者已启用的上级平台联网登记密码。"))
    password = step.data["password"]
    if not 1 <= len(password) <= MOST or not password.isprintable():
        raise StepRefused(gettext("密码：应当是 1 至 64 个可见字符。请按上级平台的书面通知填写。"))


def keep_secret(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """Sealed; the web can't read it back."""
    key = gateway_key() or ""
    row.sealed_password, row.sealed_to, row.sealed_at = sealed(step.data["password"], key), key, step.at


def reseal(seal_key: str, again: Callable[[str], str | None]) -> list[UUID]:
    """Seal the passwords of devices and of links with platforms again, and let the register know the gateway's new key.

    Args:
        seal_key: the gateway's new public half, raw 32 bytes in base64.
        again: a sealed password, sealed to the new key; None when it does not open.

    Returns:
        Devices and links whose password did not open. It is left as it is, and their pages ask for another.
    """
    key = seal_key.strip()
    left: list[UUID] = []
    with transaction.atomic():
        for model in (GbDevice, Link):
            for row in model._default_manager.select_for_update().exclude(sealed_password=""):
                sealed = again(row.sealed_password)
                if sealed is None:
                    left.append(row.pk)
                else:
                    model._default_manager.filter(pk=row.pk).update(sealed_password=sealed, sealed_to=key)
        Gateway.objects.update(seal_key=key)
        bump_gateways()
    return left
