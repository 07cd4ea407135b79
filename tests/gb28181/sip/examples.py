"""Messages that the tests send, written for this project."""

from __future__ import annotations

from custodes.gb28181.sip.peer import Peer

DEVICE = "34020000001320000001"
SERVER = "34020000002000000001"
REALM = "3402000000"
HOME = Peer("UDP", "192.0.2.10", 5060)


def keepalive_body(device: str = DEVICE, sn: int = 1) -> bytes:
    return (
        '<?xml version="1.0" encoding="GB2312"?>\r\n<Notify><CmdType>Keepalive</CmdType>'
        f"<SN>{sn}</SN><DeviceID>{device}</DeviceID><Status>OK</Status></Notify>\r\n"
    ).encode()


def request(
    method: str,
    *,
    device: str = DEVICE,
    cseq: int = 1,
    branch: str = "z9hG4bKa1",
    call_id: str = "r1@192.0.2.10",
    tag: str = "d1",
    carrier: str = "UDP",
    host: str = "192.0.2.10:5060;rport",
    body: bytes = b"",
    fields: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """A request of a device as octets."""
    lines = [
        f"{method} sip:{SERVER}@{REALM} SIP/2.0",
        f"Via: SIP/2.0/{carrier} {host};branch={branch}",
        f"From: <sip:{device}@{REALM}>;tag={tag}",
        f"To: <sip:{device if method == 'REGISTER' else SERVER}@{REALM}>",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {method}",
        "Max-Forwards: 70",
        *(f"{name}: {value}" for name, value in fields),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
