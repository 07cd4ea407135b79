"""Files that are made to cost whoever opens them much more than they cost to send: for the tests, and for `bench/papers.py`."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache

from tests.people.papers.samples import docx, package, pdf, picture, xlsx

MB = 1 << 20


@cache
def _blank() -> bytes:
    return zlib.compress(b" " * (200 * MB), 9)


def hostile(size: int = 5 * MB) -> Iterator[tuple[str, str, bytes]]:
    """Kind, what it tries, and the file, of up to about `size` octets."""
    for kind, what, maker in makers():
        yield kind, what, maker(size)


def makers() -> Iterator[tuple[str, str, Callable[[int], bytes]]]:
    """Kind, what it tries, and what makes the file, so large as it is told."""
    for kind, those in _MAKERS.items():
        for maker in those:
            assert maker.__doc__
            yield kind, maker.__doc__, maker


def unended_streams(size: int) -> bytes:
    """streams that never end"""
    return pdf(b">>\nstream\n" * (size // 10))


def many_objects(size: int) -> bytes:
    """as many objects as it holds"""
    return pdf(b"".join(b"%d 0 obj<</A/B>>endobj\n" % (number + 20) for number in range(size // 30)))


def nested_arrays(size: int) -> bytes:
    """arrays in arrays"""
    return pdf(b"3 0 obj\n" + b"[" * (size // 2) + b"]" * (size // 2) + b"\nendobj")


def nested_dictionaries(size: int) -> bytes:
    """dictionaries in dictionaries"""
    return pdf(b"3 0 obj\n" + b"<</A" * (size // 7) + b">>" * (size // 7) + b"\nendobj")


def open_strings(size: int) -> bytes:
    """strings in strings that never end"""
    return pdf(b"3 0 obj\n" + b"(" * size)


def wide_dictionary(size: int) -> bytes:
    """a dictionary with as many suspicious words as it holds"""
    return pdf(b"3 0 obj\n<<" + b"".join(b"/K%d(/JS)" % number for number in range(size // 14)) + b">>\nendobj")


def object_stream_traps(size: int) -> bytes:
    """object streams that unpack to a thousand times as much"""
    one = (
        b"%d 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    )
    return pdf(
        b"".join(one % (number + 20, len(_blank()), _blank()) for number in range(max(1, size // len(_blank()))))
    )


def filters_in_a_row(size: int) -> bytes:
    """a stream that is packed, and packed, and packed"""
    data = zlib.compress(_blank(), 9)
    filters = b"[/FlateDecode /FlateDecode]"
    return pdf(
        b"20 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter %s /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (filters, len(data), data)
    )


def reference_stream_trap(size: int) -> bytes:
    """a cross-reference stream that says it has two thousand million rows and unpacks to much"""
    begin = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    row = (
        b"3 0 obj\n<</Type/XRef/Size 2000000000/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n%s\n"
        b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    )
    return begin + row % (len(_blank()), _blank(), len(begin))


def turning_references(size: int) -> bytes:
    """cross-references that lead to themselves"""
    begin = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n"
    return (
        begin
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % ((len(begin),) * 2)
    )


def turning_pages(size: int) -> bytes:
    """a tree of pages that holds itself many times over"""
    rows = [
        b"%d 0 obj<</Type/Pages/Count 9/Kids[%s]>>endobj\n" % (number, b"%d 0 R " % (number + 1) * 10)
        for number in range(20, 60)
    ]
    return pdf(b"".join(rows) + b"60 0 obj<</Type/Pages/Count 1/Kids[20 0 R]>>endobj\n")


def many_starts(size: int) -> bytes:
    """words that begin something, over and over"""
    return pdf(b"1 0 obj xref trailer startxref stream endobj " * (size // 45))


def many_relations(size: int) -> bytes:
    """lists of relations with as many rows as they can be packed with"""
    rows = "<R>" + "<a/>" * 500_000 + "</R>"
    return _packed({f"word/_rels/{number}.rels": rows for number in range(20)})


def allowed_relations(size: int) -> bytes:
    """as many relations as are read, in a file that is large enough for them"""
    return _packed({"word/_rels/a.rels": "<R>" + "<a/>" * 500_000 + "</R>"}, _noise(size // 8))


def attributes(size: int) -> bytes:
    """one element with as many attributes as it can be packed with"""
    row = "<R " + " ".join(f'a{number}=""' for number in range(150_000)) + "/>"
    return _packed({"word/_rels/a.rels": row}, _noise(size // 8))


def many_types(size: int) -> bytes:
    """a list of types that is as long as it may be"""
    types = "<Types>" + '<a ContentType="x"/>' * 100_000 + "</Types>"
    return package({"[Content_Types].xml": types}, deflate=True)


def entities(size: int) -> bytes:
    """entities of entities of entities"""
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return package({"OFD.xml": f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><ofd:OFD xmlns:ofd="x">&a9;</ofd:OFD>'})


def many_parts(size: int) -> bytes:
    """as many parts as it holds"""
    return package({f"{number}.xml": "" for number in range(min(60_000, size // 100))} | {"OFD.xml": "<OFD/>"})


def unsaid_parts(size: int) -> bytes:
    """a list of parts that is longer than it says"""
    made = bytearray(many_parts(size))
    end = made.rindex(b"PK\x05\x06")
    made[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    return bytes(made)


def blank_parts(size: int) -> bytes:
    """parts of blanks that unpack to a thousand times as much"""
    return package({f"word/{number}.xml": b" " * (20 * MB) for number in range(10)} | {"OFD.xml": "<OFD/>"}, True)


def largest_package(size: int) -> bytes:
    """all that it may unpack to, at the ratio that it may have"""
    return _packed({f"word/media/{number}.xml": " " * (6 * MB) for number in range(10)}, _noise(size // 8))


def lying_part(size: int) -> bytes:
    """a part that is larger than it says"""
    made = bytearray(package({"OFD.xml": '<ofd:OFD xmlns:ofd="x"/>', "a.xml": b" " * (20 * MB)}, deflate=True))
    entry = made.rindex(b"PK\x01\x02")
    made[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    return bytes(made)


def large_workbook(size: int) -> bytes:
    """a workbook with a sheet of blanks"""
    made = io.BytesIO(xlsx())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as added:
        added.writestr("xl/worksheets/sheet2.xml", b" " * (60 * MB))
    return made.getvalue()


def many_chunks(size: int) -> bytes:
    """a PNG of as many chunks as it holds"""
    chunk = b"\0\0\0\0tEXt" + struct.pack(">I", zlib.crc32(b"tEXt"))
    made = picture("PNG")
    return made[:33] + chunk * (size // 12) + made[33:]


def packed_words(size: int) -> bytes:
    """a PNG whose words unpack to a thousand times as much"""
    body = b"zTXtk\0\0" + _blank()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    made = picture("PNG")
    return made[:33] + chunk * max(1, size // len(chunk)) + made[33:]


def packed_profile(size: int) -> bytes:
    """a PNG whose colour profile unpacks to a thousand times as much"""
    body = b"iCCPk\0\0" + _blank()
    made = picture("PNG")
    return made[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + made[33:]


def vast_picture(size: int) -> bytes:
    """a PNG that says it is 2 thousand million wide"""
    head = struct.pack(">II", 0x7FFFFFFF, 0x7FFFFFFF) + b"\x08\x02\0\0\0"
    made = picture("PNG")
    return made[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + made[33:]


def many_segments(size: int) -> bytes:
    """a JPEG of as many segments as it holds"""
    made = picture("JPEG")
    return made[:2] + b"\xff\xfe\0\x02" * (size // 4) + made[2:]


def many_application_segments(size: int) -> bytes:
    """a JPEG of as many application segments as it holds"""
    made = picture("JPEG")
    return made[:2] + b"\xff\xe1\0\x08Exif\0\0" * (size // 10) + made[2:]


def padding(size: int) -> bytes:
    """a JPEG that is padding between its segments"""
    made = picture("JPEG")
    return made[:2] + b"\xff" * size + made[2:]


def many_tags(size: int) -> bytes:
    """a TIFF of as many tags as a folder of it holds"""
    tag = struct.pack("<HHII", 270, 2, 4, 0)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 65535) + tag * 65535 + b"\0\0\0\0"


def turning_folders(size: int) -> bytes:
    """a TIFF whose folders lead to each other"""
    tags = [
        (256, 4, 1, 9),
        (257, 4, 1, 9),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 81),
    ]
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0\x08\0\0\0" + body + struct.pack("<I", 8)


def long_tag(size: int) -> bytes:
    """a TIFF with tags that each say they are as long as the file"""
    tag = struct.pack("<HHII", 270, 1, size - 1000, 8)
    tags = b"".join(struct.pack("<H", 1000 + n) + tag[2:] for n in range(2000))
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", 2000) + tags + b"\0\0\0\0").ljust(size, b"\0")


def words(size: int) -> bytes:
    """a text in GB 18030 whose last octet is none"""
    return ("点位位置" * (size // 8)).encode("gb18030") + b"\xff"


def _packed(parts: dict[str, str], noise: bytes = b"") -> bytes:
    """A DOCX with these parts, packed, and a picture that can't be."""
    made = io.BytesIO(docx())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as added:
        for name, content in parts.items():
            added.writestr(name, content)
        added.writestr(zipfile.ZipInfo("word/media/noise.png"), noise)
    return made.getvalue()


def _noise(size: int) -> bytes:
    return random.Random(16).randbytes(size)


_MAKERS: dict[str, tuple[Callable[[int], bytes], ...]] = {
    "pdf": (
        *(
            unended_streams,
            many_objects,
            nested_arrays,
            nested_dictionaries,
            open_strings,
            wide_dictionary,
            many_starts,
        ),
        *(object_stream_traps, filters_in_a_row, reference_stream_trap, turning_references, turning_pages),
    ),
    "docx": (many_relations, allowed_relations, attributes, many_types, largest_package),
    "xlsx": (large_workbook,),
    "ofd": (entities, many_parts, unsaid_parts, blank_parts, lying_part),
    "png": (many_chunks, packed_words, packed_profile, vast_picture),
    "jpg": (many_segments, many_application_segments, padding),
    "tif": (many_tags, turning_folders, long_tag),
    "txt": (words,),
}
