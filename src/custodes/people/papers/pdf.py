"""Active content in a PDF (ISO 32000-1 §12.6, §7.11): scripts, programs to launch, files inside. Such a PDF is refused.

Names are looked for outside of streams, with their ``#xx`` escapes undone, and inside of object streams, which are unpacked
within a limit. What an author hides better than that is not found: no PDF is ever opened on the server or shown inline.
"""

from __future__ import annotations

import re
import zlib
from typing import IO

from django.utils.translation import gettext as _

from custodes.people.papers.refusal import PaperRefused

_TAIL = 2048
_MOST_UNPACKED = 16 << 20
"""Bytes of all object streams together; a paper has far less."""
_STREAM = re.compile(rb">>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|RichMedia|EmbeddedFiles?|ImportData|SubmitForm|XFA)(?![A-Za-z0-9_.-])",
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9_.-])")
_DICTIONARY = 1024
"""Bytes before a stream in which its dictionary is looked at."""


def check_pdf(file: IO[bytes]) -> None:
    """Whether a PDF may be kept.

    Raises:
        PaperRefused: cut short, locked with a password, or with active content.
    """
    file.seek(0)
    data: bytes = file.read()
    if b"%%EOF" not in data[-_TAIL:]:
        raise PaperRefused(_("PDF 不完整，可能没有传完。"), _("请重新导出或者重新扫描后上传。"))
    plain = _outside_streams(data)
    if _LOCKED.search(plain):
        raise PaperRefused(_("PDF 有密码或者限制，他人打不开。"), _("请去掉密码后重新导出。"))
    if _ACTIVE.search(plain) or any(_ACTIVE.search(_unescape(part)) for part in _object_streams(data)):
        raise PaperRefused(
            _("PDF 含有脚本、可执行的动作或者夹带的文件。"), _("请用“打印为 PDF”重新生成，再上传打印出的文件。")
        )


def _outside_streams(data: bytes) -> bytes:
    return _unescape(_STREAM.sub(b">> ", data))


def _unescape(data: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), data)


def _object_streams(data: bytes) -> list[bytes]:
    """Contents of the object streams (ISO 32000-1 §7.5.7), in which later versions hide dictionaries."""
    parts, left = [], _MOST_UNPACKED
    for found in _STREAM.finditer(data):
        before = _unescape(data[max(0, found.start() - _DICTIONARY) : found.start()])
        dictionary = before[before.rfind(b"obj") + 3 :]
        if b"/ObjStm" not in dictionary:
            continue
        unpacker = zlib.decompressobj()
        try:
            part = unpacker.decompress(found.group(1), left + 1) if b"/FlateDecode" in dictionary else found.group(1)
        except zlib.error as error:
            raise PaperRefused(_("PDF 内部损坏，无法检查。"), _("请重新导出或者重新扫描后上传。")) from error
        left -= len(part)
        if left < 0:
            raise PaperRefused(_("PDF 内部展开后过大，无法检查。"), _("请用“打印为 PDF”重新生成后上传。"))
        parts.append(part)
    return parts
