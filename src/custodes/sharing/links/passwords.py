"""The password of a link with a platform, sealed to the gateway's key: the web can write it and never read it back (gateway.md, 5)."""

from __future__ import annotations

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
        return _("本装置还没有国标网关的密钥，密码无法加密保存，现在不能登记。安装网关后再登记。")
    try:
        seal_key_from_base64(key)
    except ValueError:
        return _("国标网关的公钥文件不完整，密码无法加密保存。请系统管理员重新生成网关密钥。")
    return ""


def set_password(row: Link, password: str, taken: Taken) -> None:
    """Seal a password for the link.

    An upper platform gives us ours; a platform below has that of its device (`below.device_of`). What was tested was tested with the one
    before: a link in force is suspended, a test that passed counts no more.

    Args:
        password: that the upper gave.

    Raises:
        StepRefused: it is no open link with a platform above, there is no key, or the password can't be one.
    """
    key = gateway_key()
    if wrong := why_not(key):
        raise StepRefused(wrong)
    assert key is not None
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.platform is None or held.platform.role == PlatformRole.LOWER or held.state not in OPEN:
            raise StepRefused(_("只有正在办理或者已启用的上级平台联网登记密码。"))
        if not 1 <= len(password) <= MOST or not password.isprintable():
            raise StepRefused(_("密码：应当是 1 至 64 个可见字符。请按上级平台的书面通知填写。"))
        held.sealed_password, held.sealed_to, held.sealed_at = seal(seal_key_from_base64(key), password), key, taken.at
        keep(held, "secret", Taken(taken.by, taken.at), held.clauses)
        if held.state in STANDING:
            unsettle(held, _("密码已更换，原测试不再有效"), taken)


def outdated(row: Link, key: str | None) -> bool:
    """Whether a password is there that the gateway can't open any more."""
    return bool(row.sealed_password) and key is not None and row.sealed_to != key
