"""From rows of cells to lines of cameras: headings are matched, addresses are spelled from templates, and whatever is a
password leaves the text here, on its way to be sealed.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from custodes.places.bulk.columns import MAX_PASSWORD, SHEET
from custodes.places.doubts import zone_named
from custodes.places.makers import BadChannel, UnknownMaker, bracketed, maker_named
from custodes.places.tables import reading as tables
from custodes.places.tables.columns import MAX_CELL, ON_A_PAGE
from custodes.places.tables.reading import CLASSIFIED, lines_of_file, lines_of_text

_WITH_LOGIN = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<login>[^/?#]*|.*)@(?P<rest>[^@]*)$", re.DOTALL)


@dataclass
class WrittenCamera:
    """One camera as it was written.

    Attributes:
        line: in the table, from 1.
        texts: field to what stands in it; never the password.
        password: as written, until it is sealed.
        faults: field to the code of what can't be seen from the texts any more (`FAULTS`).
    """

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    password: str = field(default="", repr=False)
    faults: dict[str, str] = field(default_factory=dict)


#: What reading a row can find, by code.
FAULTS = tables.FAULTS | {
    "password_long": _("密码超过 128 个字符。请重新填写密码。"),
    "maker": _("没有这个名称的地址模板。请核对模板名称，或者直接填写主码流地址。"),
    "channel": _("通道应当是 1 至 512 的数字。请改正，或者直接填写主码流地址。"),
    "host": _("主机或者端口格式不正确。请改正，或者直接填写主码流地址。"),
    "zone": _("没有这个名称的禁止部位。请从列表中选择；不属于禁止部位的留空。"),
    "login": _("地址中夹带的登录名和密码无法识别，已去除。请在登录名、密码栏目里填写。"),
    "again": _("主机、端口或者登录名已更换，请重新填写密码；原密码不会发往新的地址。"),
}


def read_upload(data: bytes) -> list[WrittenCamera]:
    """Lines of an uploaded file. What it is follows from its content, not from its name.

    Raises:
        Unreadable: too large, none of the kinds that are read, or without the headings.
        ClassifiedRefused: a row says that it is classified, and this installation is on a network.
    """
    return [_camera(line) for line in lines_of_file(io.BytesIO(data), SHEET, ON_A_PAGE)]


def read_paste(text: str) -> list[WrittenCamera]:
    """Lines of a pasted table.

    Raises:
        Unreadable: as `read_upload`.
        ClassifiedRefused: as there.
    """
    return [_camera(line) for line in lines_of_text(text, SHEET, ON_A_PAGE)]


def _camera(read: tables.WrittenRow) -> WrittenCamera:
    line = WrittenCamera(read.line, read.texts, faults=read.faults)
    line.texts.pop(CLASSIFIED, None)
    line.password = line.texts.pop("password", "")
    if "password" in line.faults:
        line.faults["password"] = "password_long"  # noqa: S105 - the code of a fault
    part_login(line, "main_url")
    part_login(line, "sub_url")
    _spell_address(line)
    _name_zone(line)
    return line


def _take_password(line: WrittenCamera, value: str) -> None:
    if len(value) > MAX_PASSWORD:
        line.faults["password"] = "password_long"  # noqa: S105 - the code of a fault
    else:
        line.password = value


def part_login(line: WrittenCamera, key: str) -> None:
    """Take a login out of an address. An address with a login in it is common in lists: the login goes where it belongs, and never stays in an address."""
    url = line.texts.get(key, "")
    if "@" not in url:
        return
    found = _WITH_LOGIN.match(url)
    login = found["login"] if found else ""
    if found is None or any(mark in login for mark in "/?#@"):
        # A password with such a mark can't be told from the address: nothing of it is kept.
        line.texts[key] = ""
        line.faults[key] = "login"
        return
    line.texts[key] = found["scheme"] + found["rest"]
    username, _sep, password = login.partition(":")
    line.texts["username"] = line.texts.get("username", "") or unquote(username)[:MAX_CELL]
    if password and not line.password:
        _take_password(line, unquote(password))


def _spell_address(line: WrittenCamera) -> None:
    """Main and sub stream out of host, template and channel, where no address was given."""
    texts = line.texts
    maker, host = texts.pop("maker", ""), texts.pop("host", "")
    port, channel = texts.pop("port", ""), texts.pop("channel", "")
    if texts.get("main_url") or "main_url" in line.faults or not host:
        return
    if not _is_host(host, port):
        line.faults["main_url"] = "host"
        return
    try:
        address = maker_named(maker).spell(host, int(port or 554), int(channel or 1))
    except UnknownMaker:
        line.faults["main_url"] = "maker"
    except (BadChannel, ValueError):
        line.faults["main_url"] = "channel"
    else:
        texts["main_url"] = address.main
        texts["sub_url"] = texts.get("sub_url", "") or address.sub


def _is_host(host: str, port: str) -> bool:
    if any(mark in host for mark in "@/?#\\ ") or not (port == "" or (port.isascii() and port.isdigit())):
        return False
    try:
        parts = urlsplit(f"rtsp://{bracketed(host)}:{port or 554}/")
        return bool(parts.hostname) and parts.port is not None and parts.port > 0
    except ValueError:
        return False


def _name_zone(line: WrittenCamera) -> None:
    name = line.texts.get("zone", "")
    if not name or name in ("无", "否", "-", "—"):
        line.texts["zone"] = ""
        return
    zone = zone_named(name)
    line.texts["zone"] = zone
    if not zone:
        line.faults["zone"] = "zone"
