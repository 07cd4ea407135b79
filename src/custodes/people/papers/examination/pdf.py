"""Active content in a PDF (ISO 32000-2 §12.6, §7.11, §13): what runs, sends, fetches or plays, and files inside.

qpdf reads it, as the file's own cross-references say, and rebuilds these where they are damaged. Each object that the file has
is looked at, whether a page leads to it or not. A link that a person follows with a click is no active content, nor is a place
in the file at which it opens: programs that write PDF add both. What another reader than qpdf would see in a file that is
made to be read in two ways is not found: no PDF is ever opened on the server or shown inline.
"""

from __future__ import annotations

import itertools
import re
from typing import IO, Any, BinaryIO, cast

import pikepdf

from custodes.people.papers.examination.order import Unfit, UnfitReason

MOST_OBJECTS = 100_000
"""A scanned dossier has some thousands."""
_TAIL = 2048
_NAMES = {
    UnfitReason.SCRIPT: ("/JavaScript", "/JS", "/Rendition"),
    UnfitReason.LAUNCH: ("/Launch",),
    UnfitReason.ATTACHED: ("/EmbeddedFile", "/EmbeddedFiles", "/EF", "/AF", "/Collection", "/GoToE"),
    UnfitReason.SENDING: ("/SubmitForm", "/ImportData"),
    UnfitReason.FETCHING: ("/GoToR", "/Ref", "/URI"),
    UnfitReason.MEDIA: ("/RichMedia", "/RichMediaExecute", "/Movie", "/Sound", "/Screen", "/3D", "/GoTo3DView"),
    UnfitReason.FORM: ("/XFA",),
    UnfitReason.OPENING: ("/OpenAction", "/AA"),
}
"""What an object may not have, as a key or as its type, subtype or action."""
_WHY = {name: why for why, names in _NAMES.items() for name in names}
_SUSPECT = re.compile(b"/(?:" + b"|".join(re.escape(name[1:].encode()) for name in _WHY) + rb")(?![^\s/<>()\[\]{}%])")
_TELLING = ("/S", "/Type", "/Subtype")
_KEYS_ALONE = frozenset(["/Ref", "/URI", "/EF", "/AF", "/AA", "/Collection", "/OpenAction", "/XFA", "/JS"])
"""These count as keys only, the others as keys and as what a dictionary says that it is."""
_LOCAL = re.compile(rb"\s{0,99}(?:file:|smb:|javascript:|\\\\)", re.IGNORECASE)
"""Links that lead into the reader's own machine or network."""
_RESOURCES = frozenset(
    ["/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/Dests", "/CharProcs"]
)
"""Dictionaries whose keys are names that the author chose."""
_REFERENCE = re.compile(rb"(?<!\d)\d{1,10}\s{1,9}\d{1,5}\s{1,9}R(?![^\s/<>()\[\]{}%])")
_DEEPEST = 100


def check_pdf(file: IO[bytes]) -> None:
    """Whether a PDF may be kept.

    Raises:
        Unfit: cut short, damaged, locked with a password, or with active content.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        raise Unfit(UnfitReason.CUT)
    file.seek(0)
    try:
        with pikepdf.open(cast(BinaryIO, file), access_mode=pikepdf.AccessMode.stream) as pdf:
            if pdf.is_encrypted:
                raise Unfit(UnfitReason.LOCKED)
            _look_through(pdf)
    except pikepdf.PasswordError as error:
        raise Unfit(UnfitReason.LOCKED) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise Unfit(UnfitReason.DAMAGED) from error


def _look_through(pdf: pikepdf.Pdf) -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise Unfit(UnfitReason.TRAP)
    for each in pdf.objects:
        held: Any = each
        if isinstance(each, pikepdf.Name):  # an action may have its kind elsewhere
            _judge_name(each)
        if isinstance(each, pikepdf.Stream):
            held = each.stream_dict
            if "/F" in held:  # its octets are in another file
                raise Unfit(UnfitReason.FETCHING)
            if held.get("/Type") == "/ObjStm":
                _look_into(pdf, held, each.read_bytes())
        if isinstance(held, pikepdf.Dictionary | pikepdf.Array) and _SUSPECT.search(held.unparse(resolved=True)):
            _judge(held, _DEEPEST)
    _judge(pdf.trailer, _DEEPEST)


def _look_into(pdf: pikepdf.Pdf, said: Any, data: bytes) -> None:
    """What an object stream (§7.5.7) holds that no cross-reference leads to: readers that repair a file find it."""
    first, count = int(said["/First"]), int(said["/N"])
    head = [int(number) for number in data[:first].split()[: 2 * count]]
    places = dict(zip(head[1::2], head[::2], strict=True))
    for begins, ends in itertools.pairwise([*sorted(places), len(data)]):
        piece = data[first + begins : first + ends]
        if pdf.get_object(places[begins], 0) is None and (b"#" in piece or _SUSPECT.search(piece)):
            # What it refers to can't be followed from here: an action that stands elsewhere counts as one.
            held = pikepdf.Object.parse(_REFERENCE.sub(b"<<>>", piece))
            if isinstance(held, pikepdf.Dictionary | pikepdf.Array):
                _judge(held, _DEEPEST)
            elif isinstance(held, pikepdf.Name):
                _judge_name(held)


def _judge(held: Any, deep: int, named: bool = False) -> None:
    """Look at a dictionary or an array and at what stands in it; what it refers to has its own turn.

    Args:
        deep: how many levels more.
        named: its keys are names that the author chose.
    """
    if deep < 0:
        raise Unfit(UnfitReason.TRAP)
    if isinstance(held, pikepdf.Array):
        for one in held:
            if _is_direct(one):
                _judge(one, deep - 1)
        return
    for key, value in held.items():
        if not named:
            _judge_key(key, value)
        if _is_direct(value):
            _judge(value, deep - 1, key in _RESOURCES)


def _judge_key(key: str, value: Any) -> None:
    why = _WHY.get(key)
    if key == "/OpenAction":
        active = not _is_place(value)
    elif key == "/AA":
        active = isinstance(value, pikepdf.Dictionary) and len(value) > 0
    elif key == "/Ref":  # of a form XObject; in the structure of a tagged file it is something else
        active = isinstance(value, pikepdf.Dictionary) and "/F" in value
    elif key == "/URI":
        active = isinstance(value, pikepdf.String) and _LOCAL.match(bytes(value)) is not None
    else:
        active = why is not None
    if active and why is not None:
        raise Unfit(why)
    if key in _TELLING and isinstance(value, pikepdf.Name):
        _judge_name(value)


def _judge_name(name: pikepdf.Name) -> None:
    told = str(name)
    if told in _WHY and told not in _KEYS_ALONE:
        raise Unfit(_WHY[told])


def _is_place(value: Any) -> bool:
    """Whether a file that opens here only shows one of its own pages (§12.3.2, §12.6.4.2)."""
    if isinstance(value, pikepdf.Dictionary):
        return value.get("/S") == "/GoTo" and "/Next" not in value
    return isinstance(value, pikepdf.Array | pikepdf.Name | pikepdf.String)


def _is_direct(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
