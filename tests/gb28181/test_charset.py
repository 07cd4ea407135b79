"""Which characters octets are, whatever their label says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.charset import Charset, charset_for, decoded, encoded, readable
from custodes.gb28181.edition import Edition
from custodes.gb28181.refused import Gb28181Refused


def test_octets_that_are_valid_in_both_are_what_the_declaration_says() -> None:
    two = "\u0430\u0431"  # two Cyrillic letters of UTF-8 are two Chinese of GB 2312
    assert decoded(two.encode())[0] != two
    assert decoded(b'<?xml version="1.0" encoding="UTF-8"?>' + two.encode())[0].endswith(two)


FIRST_LEVEL = [bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]


@given(st.lists(st.sampled_from(FIRST_LEVEL), min_size=1, max_size=12).map("".join))
def test_no_text_of_everyday_characters_is_taken_for_utf_8(text: str) -> None:
    declared = '<?xml version="1.0" encoding="GB2312"?>'
    assert decoded((declared + text).encode("gb2312")) == (declared + text, Charset.GB2312)
    assert decoded((declared + text).encode()) == (declared + text, Charset.UTF8)


def test_a_peer_is_written_to_as_it_writes_itself_else_as_its_edition_says() -> None:
    assert charset_for(Edition.E2016, Charset.UTF8) is Charset.UTF8
    assert (charset_for(Edition.E2016), charset_for(Edition.E2022)) == (Charset.GB2312, Charset.GB18030)
    assert encoded("东", Charset.GB2312) == "东".encode("gbk")


@given(st.binary(max_size=80))
def test_a_head_is_read_as_a_body_is_and_never_raises(data: bytes) -> None:
    text = readable(data)
    try:
        assert text == decoded(data)[0].rstrip("\0")
    except Gb28181Refused:
        assert data[:2] in (b"\xff\xfe", b"\xfe\xff")


def test_utf_16_that_breaks_off_is_refused_of_a_body_and_shown_of_a_head() -> None:
    data = "东门".encode("utf-16")[:-1]
    with pytest.raises(Gb28181Refused, match="breaks off"):
        decoded(data)
    assert readable(data).startswith("东")
