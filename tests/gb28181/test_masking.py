"""Passwords of devices come into no log, no page and no answer of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.masking import is_secret, masked, masked_address
from custodes.gb28181.sip.message import read_datagram
from custodes.gb28181.sip.shown import shown_body, shown_fields, shown_start
from tests.gb28181.sip.examples import request

SECRET = "s3cret"


@pytest.mark.parametrize(
    "text",
    [
        "<Item><Password>s3cret</Password><Name>n</Name></Item>",
        "<Item><gb:PassWord a='>'>s3cret</gb:PassWord><Name>n</Name></Item>",
        "<Item><SIPServerPassword><![CDATA[s3cret]]></SIPServerPassword><Name>n</Name></Item>",
        "<Item><Pwd><b>s3cret</b>s3cret</Pwd ><Name>n</Name></Item>",
        "<Item Password=\"s3cret\" userpwd = 's3cret'><Name>n</Name></Item>",
        "<Item><Name>n</Name><Passwd>s3cret",
        "<Item><Password/><Name>n</Name><FileURL>ftp://admin:s3cret@192.0.2.9/a</FileURL></Item>",
    ],
)
def test_no_password_of_a_body_is_shown_and_all_else_is(text: str) -> None:
    message = read_datagram(request("MESSAGE", body=text.encode()))
    shown = shown_body(message)
    assert SECRET not in shown
    assert "<Name>n</Name>" in shown
    assert SECRET not in repr(message)


def test_what_holds_no_password_is_shown_as_it_is() -> None:
    text = "<?xml version='1.0'?>\r\n<Query a='1'><CmdType>Catalog</CmdType><!-- a < b --><URL>http://192.0.2.9/@</URL></Query>"
    assert masked(text) == text


def test_an_answer_to_a_challenge_is_shown_by_its_name() -> None:
    message = read_datagram(request("REGISTER", fields=(("Authorization", f'Digest response="{SECRET}"'),)))
    assert ("Authorization", "…") in shown_fields(message)
    assert SECRET not in repr(message)


def test_a_password_in_an_address_is_not_shown() -> None:
    message = read_datagram(
        request("OPTIONS", fields=(("Contact", f'"a" <sip:u:{SECRET}@192.0.2.10:5060>;expires=5'),)).replace(
            b"sip:34020000002000000001@", f"sip:34020000002000000001:{SECRET}@".encode()
        )
    )
    assert shown_start(message) == "OPTIONS sip:34020000002000000001:…@3402000000 SIP/2.0"
    assert SECRET not in str(shown_fields(message))
    assert ("Contact", '"a" <sip:u:…@192.0.2.10:5060>;expires=5') in shown_fields(message)
    assert masked_address(f"sip:u:{SECRET}@h") == "sip:u:…@h"
    assert (
        masked_address("<sip:34020000001320000001@192.0.2.10:5060>;tag=a")
        == "<sip:34020000001320000001@192.0.2.10:5060>;tag=a"
    )


@given(st.text(max_size=20).filter(lambda text: "<" not in text), st.text(max_size=30), st.text(max_size=30))
def test_whatever_stands_around_it(secret: str, before: str, behind: str) -> None:
    marked = f"§{secret}§"
    assert marked not in masked(f"{before}<Password>{marked}</Password>{behind}").removeprefix(before)


def test_settings_with_a_password_of_any_name_are_not_kept() -> None:
    found = read_body(
        b"<Control><CmdType>DeviceConfig</CmdType><SN>1</SN><DeviceID>34020000001180000001</DeviceID><BasicParam>"
        b"<Name>n</Name><SIPServerPassword>s3cret</SIPServerPassword><Login><UserPwd>s3cret</UserPwd></Login>"
        b"</BasicParam></Control>"
    )
    assert SECRET not in repr(found)
    assert is_secret("SIPServerPassword")
    assert not is_secret("DeviceID")
