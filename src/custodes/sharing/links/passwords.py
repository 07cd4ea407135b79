"""The password of a link with a platform, sealed to the gateway's key: the web can write it and never read it back (gateway.md, 5)."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.keyfile import KeyFileError
from custodes.places.keys import public_text
from custodes.sharing.links.repointing import STANDING, unsettle
from custodes.sharing.links.steps import locked
from custodes.sharing.models import Link, PlatformRole
from custodes.sharing.models.link import OPEN
from custodes.sharing.stepping import StepRefused, Taken, keep
from custodes.video.wire.seal import seal, seal_key_from_base64

KEY_FILE = "gateway-seal.pub"
LENGTH = 24
"""Characters of a password that is made here; of 32, so 120 bits."""
MOST = 64
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""No letter that is taken for another when it is read aloud."""


def gateway_key() -> str | None:
    """The gateway's public sealing key, raw 32 bytes in base64; None while the installation has no gateway."""
    try:
        return public_text(KEY_FILE)
    except KeyFileError:
        return None


def why_not(key: str | None) -> str:
    """Why no password can be entered; empty where one can."""
    if key is None:
        return _("本装置还没有国标网关的密钥，密码无法加密保存，现在不能登记。安装网关后再登记。")
    try:
        seal_key_from_base64(key)
    except ValueError:
        return _("国标网关的公钥文件不完整，密码无法加密保存。请系统管理员重新生成网关密钥。")
    return ""


def set_password(row: Link, password: str, taken: Taken) -> str:
    """Seal a password for the link.

    An upper platform gives us ours. The one by which a lower platform registers here is made by the house: it is answered once, to be
    handed over, and can be read nowhere afterwards. What was tested was tested with the one before: a link in force is suspended, a test
    that passed counts no more.

    Args:
        password: that the upper gave; nothing of a lower's.

    Returns:
        The password that was made; empty where it was given.

    Raises:
        StepRefused: it is no open link with a platform, there is no key, or the password can't be one.
    """
    key = gateway_key()
    if wrong := why_not(key):
        raise StepRefused(wrong)
    assert key is not None
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.platform is None or held.state not in OPEN:
            raise StepRefused(_("只有正在办理或者已启用的平台联网登记密码。"))
        made = held.platform.role == PlatformRole.LOWER
        chosen = "".join(secrets.choice(_LETTERS) for _each in range(LENGTH)) if made else password
        if not 1 <= len(chosen) <= MOST or not chosen.isprintable():
            raise StepRefused(_("密码：应当是 1 至 64 个可见字符。请按上级平台的书面通知填写。"))
        held.sealed_password, held.sealed_to, held.sealed_at = seal(seal_key_from_base64(key), chosen), key, taken.at
        keep(held, "secret", Taken(taken.by, taken.at), held.clauses)
        if held.state in STANDING:
            unsettle(held, _("密码已更换，原测试不再有效"), taken)
    return chosen if made else ""


def outdated(row: Link, key: str | None) -> bool:
    """Whether a password is there that the gateway can't open any more."""
    return bool(row.sealed_password) and key is not None and row.sealed_to != key
