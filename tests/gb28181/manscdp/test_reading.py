"""Bodies of strangers: charsets that are not what they say, XML that is not what it should be, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.frame import Root, Unknown, read_frame, write_error, write_message
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.manscdp.messages import KNOWN, read_body
from custodes.gb28181.manscdp.xml import XmlLimits, read_xml
from custodes.gb28181.refused import Gb28181Refused

DEVICE = "34020000001180000001"
NAMES = "布达拉宫东门 ཁྲོམ། 䶮"


def body(inner: str, root: str = "Response", cmd: str = "Catalog", declared: str = "GB2312") -> str:
    return f'<?xml version="1.0" encoding="{declared}"?>\r\n<{root}>\r\n<CmdType>{cmd}</CmdType>\r\n<SN>17</SN>\r\n<DeviceID>{DEVICE}</DeviceID>\r\n{inner}</{root}>\r\n'


def named(name: str, declared: str = "GB2312") -> str:
    item = f"<Item><DeviceID>34020000001320000001</DeviceID><Name>{name}</Name></Item>"
    return body(f"<SumNum>1</SumNum><DeviceList Num='1'>{item}</DeviceList>", declared=declared)


def name_of(data: bytes) -> str:
    part = read_body(data)
    assert isinstance(part, CatalogPart)
    return part.items[0].name


@pytest.mark.parametrize(
    "declared", ["GB2312", "gb2312", "GBK", "GB18030", "UTF-8", "utf-8", "UTF-16", "latin-1", "nonsense"]
)
@pytest.mark.parametrize("octets", ["gb18030", "utf-8", "utf-8-sig"])
def test_what_a_body_declares_and_what_it_holds_may_differ(declared: str, octets: str) -> None:
    assert name_of(named("布达拉宫东门", declared).encode(octets)) == "布达拉宫东门"


def test_a_body_without_a_declaration_is_read() -> None:
    text = named("东门").partition("\r\n")[2]
    for octets in ("gbk", "utf-8"):
        assert name_of(text.encode(octets)) == "东门"
    assert name_of(text.encode("utf-16")) == "东门"


def test_a_character_that_gb2312_has_not_is_lost_neither_way() -> None:
    part = CatalogPart(sn=1, device_id=DEVICE, sum_num=1, items=(CatalogItem(device_id=DEVICE, name=NAMES),))
    for edition, charset in ((Edition.E2016, None), (Edition.E2022, None), (Edition.E2016, Charset.UTF8)):
        data = write_message(part, edition, charset)
        assert name_of(data) == NAMES
    strict = write_message(part, Edition.E2016)
    strict.decode("gb2312")
    assert b'encoding="GB2312"' in strict
    assert b'encoding="GB18030"' in write_message(part, Edition.E2022)


def test_an_answer_is_written_as_the_peer_writes() -> None:
    assert read_body(named("东门").encode("utf-8")).charset is Charset.UTF8
    assert read_body(named("东门").encode("gbk")).charset is Charset.GB2312
    assert read_body(named("Gate", "GB18030").encode()).charset is Charset.GB18030


def test_octets_that_are_no_characters_cost_the_characters_alone() -> None:
    part = read_body(named("东门XX").encode("gbk").replace(b"XX", b"\xff\xff"))
    assert isinstance(part, CatalogPart)
    assert part.items[0].name.startswith("东门")
    assert len(part.items) == 1


@pytest.mark.parametrize(
    "mangled",
    [
        named("A & B"),
        named("A & B").replace("</Response>", "</Response>\x00\x00"),
        named("A & B").replace("\r\n", "\n"),
        "\ufeff" + named("A & B"),
        named("A \x01\x02& B"),
        named("A & B").replace("<Response>", "\x00\r\n <Response>"),
        named("A & B")
        .replace("DeviceID", "deviceid")
        .replace("CmdType", "CMDTYPE")
        .replace("Item", "item")
        .replace("Name", "name"),
        named("A & B").replace("<Response>", '<gb:Response xmlns:gb="urn:x">').replace("</Response>", "</gb:Response>"),
        named("A & B").replace("<Response>", "<!-- hello --><?pi x?><Response>"),
        named("A & B").replace("Response>", "response>"),
    ],
)
def test_what_can_be_mended_is_read(mangled: str) -> None:
    assert name_of(mangled.encode()) == "A & B"


def test_attributes_stand_for_elements() -> None:
    items = f'<Item DeviceID="{DEVICE}" Name="东门" Status="ON"/>'
    part = read_body(body(f'<SumNum>1</SumNum><DeviceList Num="1">{items}</DeviceList>').encode())
    assert isinstance(part, CatalogPart)
    assert (part.items[0].device_id, part.items[0].name) == (DEVICE, "东门")


@pytest.mark.parametrize(
    ("data", "field", "word"),
    [
        (b"", "body", "no element"),
        (b"hello", "body", "no element"),
        (b"\x00\xff\xfe<", "body", ""),
        (b"<Query><CmdType>Catalog</CmdType><SN>1</SN>", "body", "breaks off"),
        (named("东门").encode()[:-20], "body", "breaks off"),
        (b"<Query><CmdType>Catalog</SN></Query>", "body", "no XML"),
        (b"<a>" * 13 + b"</a>" * 13, "body", "deeper"),
        (b"<Query>" + b"<a/>" * 60_001 + b"</Query>", "body", "more than"),
        (b"<Query>" + b" " * (1 << 20) + b"</Query>", "body", "larger"),
        (b"<Hello/>", "root", "none of"),
        (b"<Query><SN>1</SN></Query>", "CmdType", "missing"),
        (b"<Query><CmdType>\xe4\xb8\x9c</CmdType></Query>", "CmdType", "no name"),
        (b"<Query><CmdType>Catalog</CmdType><SN>1</SN></Query>", "DeviceID", "no ID"),
        (b"<Query><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>../etc</DeviceID></Query>", "DeviceID", "no ID"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><Query><CmdType>&x;</CmdType></Query>', "body", "document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><Query/>', "body", "document type"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(data: bytes, field: str, word: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        read_body(data)
    assert refused.value.field == field
    assert word in refused.value.rule
    assert refused.value.remedy


def test_a_thousand_laughs_are_no_laugh() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    with pytest.raises(Gb28181Refused, match="document type"):
        read_body(f'<!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><Query>&l8;</Query>'.encode())
    assert read_xml(b"<a>&l8;</a>").root.text == "&l8;"


def test_a_refusal_repeats_nothing_that_a_peer_sent() -> None:
    with pytest.raises(Gb28181Refused) as refused:
        read_body(b"<Query><CmdType>Catalog</CmdType><DeviceID>a secret</DeviceID></Query>")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("sn", ["", "0", "-1", "abc", "9" * 40, "1.5", "٣"])
def test_a_number_that_makes_no_sense_is_none_and_told_of(sn: str) -> None:
    found = read_body(
        f"<Notify><CmdType>Keepalive</CmdType><SN>{sn}</SN><DeviceID>{DEVICE}</DeviceID></Notify>".encode()
    )
    assert (found.sn, found.faults[0].field) == (0, "SN")


def test_a_keepalive_without_a_device_is_read_and_told_of() -> None:
    found = read_body(b"<Notify><CmdType>Keepalive</CmdType><SN>3</SN><Status>OK</Status></Notify>")
    assert isinstance(found, Keepalive)
    assert (found.device_id, found.fault_count) == ("", 1)


def test_a_command_that_nobody_knows_is_kept_and_can_be_answered() -> None:
    found = read_body(body("<Deep><Deeper>x</Deeper></Deep>", "Query", "TimeSync").encode())
    assert isinstance(found, Unknown)
    assert (found.cmd, found.root, found.sn) == ("TimeSync", Root.QUERY, 17)
    assert found.extra[0].parts[0].text == "x"
    answer = read_frame(write_error(found.root, found.cmd, found.sn, found.device_id))
    assert (answer.root, answer.cmd, answer.sn) == (Root.RESPONSE, "TimeSync", 17)
    with pytest.raises(Gb28181Refused):
        write_error(Root.NOTIFY, "TimeSync", 17, DEVICE)
    with pytest.raises(Gb28181Refused, match="not known"):
        write_message(found)


def test_unknown_elements_are_passed_on_and_bounded() -> None:
    inner = "".join(f"<X{n}>v</X{n}>" for n in range(200))
    query = read_body(body(inner, "Query").encode())
    assert isinstance(query, CatalogQuery)
    assert len(query.extra) == 64
    again = read_body(write_message(query))
    assert again == query


def test_a_message_is_not_written_without_its_number_or_to_a_peer_that_does_not_know_it() -> None:
    with pytest.raises(Gb28181Refused, match="SN"):
        write_message(CatalogQuery(sn=0, device_id=DEVICE))
    with pytest.raises(Gb28181Refused, match="DeviceID"):
        write_message(CatalogQuery(sn=1, device_id="a b"))
    for cls in KNOWN:
        if cls.SINCE is Edition.E2022 and not any(
            f.name in ("number", "session") for f in cls.__dataclass_fields__.values()
        ):
            with pytest.raises(Gb28181Refused, match=r"3\.0"):
                write_message(cls(sn=1, device_id=DEVICE), Edition.E2016)


def test_the_number_and_the_device_stand_first() -> None:
    text = write_message(CatalogQuery(sn=17, device_id=DEVICE)).decode("ascii")
    assert text == (
        '<?xml version="1.0" encoding="GB2312"?>\r\n<Query>\r\n<CmdType>Catalog</CmdType>\r\n<SN>17</SN>\r\n'
        f"<DeviceID>{DEVICE}</DeviceID>\r\n</Query>\r\n"
    )


TAGS = [
    "Query",
    "Notify",
    "Response",
    "Control",
    "CmdType",
    "SN",
    "DeviceID",
    "Item",
    "DeviceList",
    "Info",
    "SumNum",
    "x",
]
PIECES = st.one_of(
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(TAGS).map("<{} Num=\"1\" a='b'/>".format),
    st.sampled_from([cls.CMD for cls in KNOWN]),
    st.sampled_from(
        [
            "&",
            "&#0;",
            "&#xD800;",
            "&lt;",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<!DOCTYPE",
            "<?xml?>",
            "\x00",
            DEVICE,
            "1",
            "OK",
        ]
    ),
    st.text(max_size=8),
)


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_no_text_of_a_stranger_raises_but_a_refusal(text: str, octets: str) -> None:
    _read_or_refuse(text.encode(octets, "replace"))


@given(st.binary(max_size=600))
def test_no_octets_raise_but_a_refusal(data: bytes) -> None:
    _read_or_refuse(data)


VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["1", "-1", "OK", "ON", "2026-11-24T21:45:07", "9" * 400, "nan", "1e999", "a/b", DEVICE, "A50F0100000000B5"]
    ),
)


@given(st.sampled_from(KNOWN), st.data())
def test_every_known_body_with_any_values_is_read_or_refused(cls: type, data: st.DataObject) -> None:
    from custodes.gb28181.manscdp.structure import escaped, plan

    def inside(structure: type, depth: int) -> str:
        parts = []
        for _name, element, _default in plan(structure):
            if not data.draw(st.booleans()):
                continue
            if element.item:
                inner = "".join(
                    f"<{element.item}>{inside(element.inner, depth + 1)}</{element.item}>" for _ in range(2)
                )
            elif element.inner is not None:
                inner = inside(element.inner, depth + 1)
            else:
                inner = escaped(data.draw(VALUES))
            parts.append(f"<{element.name}>{inner}</{element.name}>")
        return "".join(parts)

    found = _read_or_refuse(body(inside(cls, 0), cls.ROOT.value, cls.CMD).encode())
    assert found is None or isinstance(found, cls)


def _read_or_refuse(data: bytes) -> object:
    try:
        found = read_body(data)
    except Gb28181Refused:
        return None
    assert found.fault_count >= len(found.faults)
    return found


def test_limits_are_arguments() -> None:
    with pytest.raises(Gb28181Refused):
        read_body(named("东门").encode(), XmlLimits(octets=100))
    with pytest.raises(Gb28181Refused):
        read_body(named("东门").encode(), XmlLimits(elements=5))
