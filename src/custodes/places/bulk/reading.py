"""From rows of cells to lines of cameras: headings are matched, addresses are spelled from templates, and whatever is a
password leaves the text here, on its way to be sealed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from custodes.places.bulk.columns import BY_KEY, COLUMNS, key_of
from custodes.places.bulk.delimited import Row, decode, rows_of_text
from custodes.places.bulk.unreadable import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Unreadable
from custodes.places.bulk.workbook import FORMULA, MAGIC, rows_of_workbook
from custodes.places.inventory.columns import NO
from custodes.places.makers import BadChannel, UnknownMaker, bracketed, maker_named
from custodes.places.network import refuse_classified
from custodes.places.screening import zone_named

MAX_PASSWORD = 128
NEEDED = ("name", "place")

_WITH_LOGIN = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<login>[^/?#]*|.*)@(?P<rest>[^@]*)$", re.DOTALL)


@dataclass
class Line:
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
FAULTS = {
    "formula": _("单元格是公式。请改为数值或者文字。"),
    "too_long": _("内容过长。请缩短后重新填写。"),
    "password_long": _("密码超过 128 个字符。请重新填写密码。"),
    "maker": _("没有这个名称的地址模板。请核对模板名称，或者直接填写主码流地址。"),
    "channel": _("通道应当是 1 至 512 的数字。请改正，或者直接填写主码流地址。"),
    "host": _("主机或者端口格式不正确。请改正，或者直接填写主码流地址。"),
    "zone": _("没有这个名称的禁止部位。请从列表中选择；不属于禁止部位的留空。"),
    "login": _("地址中夹带的登录名和密码无法识别，已去除。请在登录名、密码栏目里填写。"),
    "again": _("主机、端口或者登录名已更换，请重新填写密码；原密码不会发往新的地址。"),
    "extra": _("该行的单元格比表头多。请检查是否有多余的分隔符。"),
}


def read_upload(data: bytes) -> list[Line]:
    """Lines of an uploaded file. What it is follows from its content, not from its name.

    Raises:
        Unreadable: too large, none of the kinds that are read, or without the headings.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(_("文件超过 900 KB。请只保留点位表格一张，不超过一千行。"))
    if not data.strip():
        raise Unreadable(_("文件是空的。请填写后重新上传。"))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧版 Excel 文件（.xls）或者加密的文件。请另存为 .xlsx 或者 CSV 后重新上传。"))
    return lines_of(rows_of_workbook(data) if data.startswith(MAGIC) else rows_of_text(decode(data)))


def read_paste(text: str) -> list[Line]:
    """Lines of a pasted table.

    Raises:
        Unreadable: as `read_upload`.
    """
    if not text.strip():
        raise Unreadable(_("没有粘贴任何内容。请从表格中连同表头一起复制。"))
    return lines_of(rows_of_text(text.replace("\x00", "\ufffd")))


def lines_of(rows: Iterable[Row]) -> list[Line]:
    """Lines of a table whose first row is the headings.

    Raises:
        Unreadable: headings missing or twice, too many rows or columns, or no row.
        ClassifiedRefused: a row says that it is classified, and this installation is on a network.
    """
    table = iter(rows)
    keys = _headings(next(table, (0, []))[1])
    lines: list[Line] = []
    for number, cells in table:
        if len(lines) >= MAX_ROWS:
            raise Unreadable(_("表格超过一千行。请分成几次提交。"))
        lines.append(_line(number, keys, cells))
    if not lines:
        raise Unreadable(_("表格只有表头，没有点位。请在表头下面逐行填写。"))
    # Whatever is not plainly a no counts as a yes: better a table too many refused than a secret kept (R2).
    refuse_classified(any(line.texts.pop("classified", "").casefold() not in NO for line in lines))
    return lines


def _headings(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(_("表格的列过多。请使用下载的模板。"))
    keys = [key_of(cell) for cell in cells]
    missing = [BY_KEY[key].heading for key in NEEDED if key not in keys]
    if missing or not {"main_url", "host"} & set(keys):
        raise Unreadable(
            _("第一行应当是表头，缺少：%(missing)s。可以使用的表头：%(known)s。")
            % {
                "missing": "、".join(missing) or BY_KEY["main_url"].heading,
                "known": "、".join(column.heading for column in COLUMNS),
            }
        )
    twice = [BY_KEY[key].heading for key in dict.fromkeys(keys) if key and keys.count(key) > 1]
    if twice:
        raise Unreadable(_("表头重复：%(twice)s。请只保留一列。") % {"twice": "、".join(twice)})
    return keys


def _line(number: int, keys: list[str], cells: list[str]) -> Line:
    line = Line(number)
    if any(cell.strip() for cell in cells[len(keys) :]):
        line.faults["name"] = "extra"
    for key, cell in zip(keys, cells, strict=False):
        if not key:
            continue
        value = cell if key == "password" else cell.strip()
        if value == FORMULA or (key != "password" and value.startswith("=")):
            line.faults[key] = "formula"
        elif key == "password":
            _take_password(line, value)
        elif len(value) > MAX_CELL:
            line.faults[key] = "too_long"
        else:
            line.texts[key] = value
    part_login(line, "main_url")
    part_login(line, "sub_url")
    _spell_address(line)
    _name_zone(line)
    return line


def _take_password(line: Line, value: str) -> None:
    if len(value) > MAX_PASSWORD:
        line.faults["password"] = "password_long"  # noqa: S105 - the code of a fault
    else:
        line.password = value


def part_login(line: Line, key: str) -> None:
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


def _spell_address(line: Line) -> None:
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


def _name_zone(line: Line) -> None:
    name = line.texts.get("zone", "")
    if not name or name in ("无", "否", "-", "—"):
        line.texts["zone"] = ""
        return
    zone = zone_named(name)
    line.texts["zone"] = zone
    if not zone:
        line.faults["zone"] = "zone"
