"""SIP messages, as the standard has them and as devices write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.sip.fields import Headers, split_list
from custodes.gb28181.sip.limits import SipLimits
from custodes.gb28181.sip.malformed import Malformed, MessageFault
from custodes.gb28181.sip.message import Request, Response, read_datagram
from custodes.gb28181.sip.uri import parse_address, parse_uri
from tests.gb28181.sip.examples import DEVICE, keepalive_body, request


def taken(data: bytes) -> Request:
    found = read_datagram(data)
    assert isinstance(found, Request)
    found.check()
    return found


def fault(data: bytes) -> MessageFault:
    with pytest.raises(Malformed) as caught:
        read_datagram(data).check()
    return caught.value.fault


def test_a_request_is_read_as_it_was_written() -> None:
    found = taken(request("REGISTER", fields=(("Expires", "3600"),)))
    assert (found.method, found.target) == ("REGISTER", "sip:34020000002000000001@3402000000")
    assert (found.uri.user, found.uri.host, found.uri.port) == ("34020000002000000001", "3402000000", None)
    assert (found.sender.uri.user, found.sender.tag, found.to.tag) == (DEVICE, "d1", "")
    assert (found.cseq.number, found.cseq.method, found.call_id) == (1, "REGISTER", "r1@192.0.2.10")
    assert (found.via.carrier, found.via.host, found.via.port, found.via.branch) == (
        "UDP",
        "192.0.2.10",
        5060,
        "z9hG4bKa1",
    )
    assert found.number("Expires") == 3600
    assert found.remarks == ()


def test_what_a_peer_names_each_time_is_read_once_and_what_is_long_each_time() -> None:
    short, long = f"sip:{DEVICE}@192.0.2.10:5060", f"sip:{DEVICE}@h" + "".join(f";{n:x}" for n in range(200))
    assert parse_uri(short) is parse_uri(short)
    assert parse_uri(long) == parse_uri(long)
    assert parse_uri(long) is not parse_uri(long), "kept, a stranger's would cost a hundred MB"


def test_what_is_written_is_read_back() -> None:
    made = Request(
        Headers([("Via", "SIP/2.0/UDP h;branch=z9hG4bK1"), ("Subject", "东门:0,西门:0")]),
        b"body",
        (),
        "MESSAGE",
        "sip:a@b",
    )
    found = read_datagram(made.encode())
    assert isinstance(found, Request)
    assert (found.method, found.target, found.body) == ("MESSAGE", "sip:a@b", b"body")
    assert found.headers.get("subject") == "东门:0,西门:0"
    assert found.headers.get("Content-Length") == "4"


@pytest.mark.parametrize(
    "text",
    [
        "MESSAGE sip:s@d SIP/2.0\nv: SIP/2.0/UDP h:5060;branch=z9hG4bK1\nf: <sip:a@d>;tag=1\nt: <sip:s@d>\ni: c1\nCSeq: 7 MESSAGE\nl: 2\n\nhi",
        "MESSAGE  sip:s@d  sip/2.0 \r\nVIA:SIP/2.0/udp h:5060 ; branch=z9hG4bK1\r\nFROM:sip:a@d;tag=1\r\nTO : sip:s@d\r\nCALL-ID: c1\r\ncseq:7  message\r\n\r\nhi",
        "\r\n\r\nMESSAGE sip:s@d SIP/2.0\r\nVia: SIP/2.0/UDP h:5060\r\n ;branch=z9hG4bK1\r\nFrom: \"a, b\" <sip:a@d>;tag=1\r\nTo: <sip:s@d\r\nCall-ID: c1\r\nCSeq: 7 MESSAGE\r\nno colon\r\n\r\nhi",
    ],
)  # fmt: skip
def test_careless_writing_is_understood(text: str) -> None:
    found = taken(text.encode())
    assert found.body == b"hi"
    assert (found.via.host, found.via.port, found.via.branch, found.via.carrier) == ("h", 5060, "z9hG4bK1", "UDP")
    assert (found.sender.uri.user, found.sender.tag, found.to.uri.user, found.cseq.number) == ("a", "1", "s", 7)
    assert found.remarks


def test_names_in_the_charsets_of_devices_are_read() -> None:
    for name in ("gb18030", "utf-8"):
        data = request("MESSAGE", fields=(("Subject", "东门"),)).decode().encode(name)
        assert taken(data).headers.get("Subject") == "东门"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("名称".encode("gb2312"), "名称"),
        ("名称".encode(), "名称"),
        ("㐀镕".encode("gb18030"), "㐀镕"),
        (b"\xef\xbb\xbf" + "名称".encode(), "名称"),
        ("\ufeff名称".encode("utf-16-le"), "名称"),
        (b"plain\0\0", "plain"),
        (b"\xff\xff", "��"),
    ],
)
def test_a_body_is_text_by_its_octets_and_not_by_its_label(body: bytes, text: str) -> None:
    assert taken(request("MESSAGE", body=body)).text == text


@pytest.mark.parametrize(
    ("length", "body", "read", "remark"),
    [
        ("Content-Length: 2", b"four", b"four", True),
        ("Content-Length: 9", b"four", b"four", True),
        ("Content-Length: 4", b"four", b"four", False),
        ("Content-Length: 0", b"\r\n", b"", True),
        ("X: y", b"four", b"four", True),
    ],
)
def test_the_end_of_a_datagram_is_the_end_of_its_body(length: str, body: bytes, read: bytes, remark: bool) -> None:
    head = request("MESSAGE").replace(b"Content-Length: 0", length.encode())
    found = taken(head + body)
    assert found.body == read
    assert bool(found.remarks) is remark


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", MessageFault.CUT_SHORT),
        (b"\r\n\r\n", MessageFault.CUT_SHORT),
        (request("MESSAGE")[:-2], MessageFault.CUT_SHORT),
        (b"HELLO\r\n\r\n", MessageFault.NO_START_LINE),
        (request("MESSAGE").replace(b"SIP/2.0\r", b"SIP/3.0\r", 1), MessageFault.VERSION),
        (request("MESSAGE").replace(b"SIP/2.0\r", b"HTTP/1.1\r", 1), MessageFault.NO_START_LINE),
        (request("MESSAGE").replace(b"Call-ID: r1", b"Call-ID: \0"), MessageFault.CONTROL),
        (request("MESSAGE").replace(b"Call-ID: r1", b"Call-ID: \x01"), MessageFault.CONTROL),
        (request("MESSAGE").replace(b"Call-ID: r1", b"Call-ID: \rX: y"), MessageFault.CONTROL),
        (request("MESSAGE").replace(b"Content-Length: 0", b"Content-Length: -1"), MessageFault.CONTENT_LENGTH),
        (request("MESSAGE").replace(b"Content-Length: 0", b"Content-Length: 1\r\nl: 2"), MessageFault.CONTENT_LENGTH),
        (request("MESSAGE").replace(b"Content-Length: 0", b"Content-Length: 999999999"), MessageFault.BODY_TOO_LONG),
        (request("MESSAGE").replace(b"Call-ID", b"X"), MessageFault.MISSING_FIELD),
        (request("MESSAGE").replace(b"Via", b"X"), MessageFault.MISSING_FIELD),
        (request("MESSAGE").replace(b"From", b"X"), MessageFault.MISSING_FIELD),
        (request("MESSAGE").replace(b"1 MESSAGE", b"one MESSAGE"), MessageFault.BAD_FIELD),
        (request("MESSAGE").replace(b"1 MESSAGE", b"1 BYE"), MessageFault.BAD_FIELD),
        (request("MESSAGE").replace(b"1 MESSAGE", b"4294967296 MESSAGE"), MessageFault.BAD_FIELD),
        (request("MESSAGE").replace(b"SIP/2.0/UDP", b"UDP"), MessageFault.BAD_FIELD),
        (request("MESSAGE").replace(b"From: <sip:", b"From: <"), MessageFault.BAD_URI),
        (request("MESSAGE", fields=(("X", "y"),) * 200), MessageFault.TOO_MANY_FIELDS),
        (request("MESSAGE", fields=(("X", "y" * 20_000),)), MessageFault.HEAD_TOO_LONG),
    ],
)  # fmt: skip
def test_what_is_no_message_says_which_rule_it_breaks(data: bytes, expected: MessageFault) -> None:
    assert fault(data) is expected


def test_a_body_larger_than_is_taken_is_refused() -> None:
    with pytest.raises(Malformed, match="longer than 10"):
        read_datagram(request("MESSAGE").replace(b"Content-Length: 0", b"X: y") + b"12345678901", SipLimits(body=10))


def test_a_broken_request_can_still_be_answered() -> None:
    with pytest.raises(Malformed) as caught:
        taken(request("MESSAGE").replace(b"Call-ID", b"X"))
    assert isinstance(caught.value.message, Request)
    assert caught.value.message.via.branch == "z9hG4bKa1"


def test_a_line_break_cannot_be_smuggled_into_a_field() -> None:
    for value in ("1\r\nX: y", "1\nX: y", "1\rX", "1\0"):
        with pytest.raises(Malformed):
            Request(Headers([("CSeq", value)]), b"", (), "BYE", "sip:a@b").encode()


def test_other_line_separators_of_unicode_end_no_line() -> None:
    found = taken(request("MESSAGE", fields=(("Subject", "a\u2028X-Evil: b\x85X-Evil: d"),)))
    assert "X-Evil" not in found.headers


def test_lists_are_cut_at_commas_outside_of_quotes_and_brackets() -> None:
    assert split_list('"a, b" <sip:a@d;x=1,2>;q=1, <sip:b@d>') == ['"a, b" <sip:a@d;x=1,2>;q=1', "<sip:b@d>"]
    assert split_list(" , ") == []
    found = taken(request("MESSAGE").replace(b"branch=z9hG4bKa1", b"branch=z9hG4bKa1, SIP/2.0/UDP second"))
    assert [one.partition(" ")[2] for one in found.vias] == ["192.0.2.10:5060;rport;branch=z9hG4bKa1", "second"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sip:34020000002000000001@3402000000", ("sip", "34020000002000000001", "3402000000", None)),
        ("sip:34020000002000000001@3402000000.spvmn.cn", ("sip", "34020000002000000001", "3402000000.spvmn.cn", None)),
        ("SIP:u:secret@192.0.2.1:5061;transport=tcp?X=y", ("sip", "u", "192.0.2.1", 5061)),
        ("sips:u@[2001:db8::1]:5061", ("sips", "u", "2001:db8::1", 5061)),
        ("sip:3402000000", ("sip", "", "3402000000", None)),
        ("sip:u@h:99999", ("sip", "u", "h", None)),
        ("sip:u;x=1@h;y=2", ("sip", "u;x=1", "h", None)),
    ],
)
def test_uris_of_this_standard_are_read(text: str, parts: tuple[str, str, str, int | None]) -> None:
    found = parse_uri(text)
    assert (found.scheme, found.user, found.host, found.port) == parts
    assert parse_uri(str(found)) == found


def test_parameters_belong_to_the_field_where_there_are_no_brackets() -> None:
    assert parse_address("sip:a@d;tag=1").tag == "1"
    assert parse_address("<sip:a@d;tag=1>").tag == ""
    assert parse_address('"x \\" <y>" <sip:a@d>;tag=1').name == 'x " <y>'
    made = parse_address('"x \\" y" <sip:a@d;lr>;tag=1')
    assert parse_address(str(made)) == made


@given(st.binary(max_size=400))
def test_random_octets_never_raise_anything_else(data: bytes) -> None:
    whole = request("MESSAGE", body=keepalive_body())
    for text in (data, whole[:40] + data, data + b"\r\n\r\n", whole + data, b"SIP/2.0 200 OK\r\n" + data + b"\r\n\r\n"):
        try:
            found = read_datagram(text)
            found.check()
        except Malformed:
            continue
        assert isinstance(found, Request | Response)


@given(st.data())
def test_a_message_with_any_octet_changed_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(
        request("INVITE", body=b"v=0\r\n", fields=(("Contact", '"x" <sip:a@b;c=d>;e="f"'), ("Route", "<sip:r;lr>")))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_datagram(bytes(whole))
        found.check()
        _ = found.contact, found.number("Expires"), found.headers.items("Route")
    except Malformed:
        return
    again = read_datagram(found.encode())
    assert again.headers.get("Call-ID") == found.headers.get("Call-ID")


@given(st.text(max_size=80))
def test_any_text_is_a_uri_or_is_refused(text: str) -> None:
    for parse in (parse_uri, parse_address):
        try:
            str(parse(text))
        except Malformed:
            continue
