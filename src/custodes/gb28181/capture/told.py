"""What a message says, in a line and whole, without what lets somebody in and without anything that steers a terminal."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.capture.messages import CapturedMessage
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import Message as Body
from custodes.gb28181.manscdp.frame import Unknown
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.mansrtsp import read_request
from custodes.gb28181.ptz.octets import decode
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import read_sdp
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message, Request
from custodes.gb28181.sip.shown import shown_body, shown_fields, shown_start

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 120
"""Characters of a peer's own words in a line."""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message, ready to be shown.

    Attributes:
        at: Beijing's time.
        sender: ID in From: of the request, and so of the one that is answered.
        start: its first line; empty where it is no message, and then `wrong` says by which rule.
        method: of the request, or of the one that is answered; status: 0 for a request.
        about: what the body is, one line; ptz: the command of its eight bytes.
        ids: IDs that it names, of From, To, target and body.
    """

    at: datetime
    source: str
    target: str
    carrier: str
    start: str = ""
    method: str = ""
    status: int = 0
    sender: str = ""
    call_id: str = ""
    cseq: int = 0
    about: str = ""
    ptz: dict[str, Any] | None = None
    ids: frozenset[str] = frozenset()
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: str = field(default="", repr=False)
    wrong: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """One line."""
        of = " ".join(filter(None, (self.method if self.status else "from", self.sender)))
        says = f"{self.start} ({of})" if self.start else f"no SIP message ({self.wrong})"
        more = f" | {self.about}" if self.about else ""
        bad = f" | broken: {self.wrong}" if self.start and self.wrong else ""
        moment = f"{self.at:%H:%M:%S}.{self.at.microsecond // 1000:03}"
        return f"{moment} {self.carrier} {self.source} > {self.target} {says}{more}{bad}"

    @property
    def whole(self) -> str:
        """The line, all fields, the body."""
        fields = "".join(f"    {name}: {value}\n" for name, value in self.fields)
        body = "".join(f"    {line}\n" for line in self.body.splitlines())
        return f"{self.line}\n{fields}" + (f"\n{body}" if body else "")

    @property
    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        made = asdict(self)
        made |= {"at": self.at.isoformat(), "ids": sorted(self.ids), "fields": [list(pair) for pair in self.fields]}
        return made


def tell(heard: CapturedMessage) -> ShownMessage:
    """What was heard. Never raises."""
    at = (_EPOCH + timedelta(microseconds=min(max(heard.wall_us, 0), 1 << 52))).astimezone(BEIJING)
    ends = heard.ends
    base = ShownMessage(at, _end(ends.source, ends.source_port), _end(ends.target, ends.target_port), heard.carrier)
    message = heard.message
    if isinstance(message, Malformed):
        return _changed(base, wrong=message.fault.value)
    wrong = ""
    try:
        message.check()
    except Malformed as error:
        wrong = error.fault.value
    about, names, ptz = _about(message)
    number, method = _cseq(message)
    return _changed(
        base,
        start=plain(shown_start(message)),
        method=message.method if isinstance(message, Request) else method,
        status=0 if isinstance(message, Request) else message.status,
        sender=plain(_user(message, "sender")),
        call_id=plain(message.headers.get("Call-ID").strip()),
        cseq=number,
        about=plain(about),
        ptz=ptz,
        ids=frozenset(map(plain, names | _ids(message))),
        fields=tuple((plain(name), plain(value)) for name, value in shown_fields(message)),
        body=plain(shown_body(message), keep="\n\t"),
        wrong=wrong,
        remarks=tuple(map(plain, message.remarks)),
    )


def plain(text: str, keep: str = "") -> str:
    """Text without characters that steer a terminal or turn its line around; each stands as `�`."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    return "".join(letter if letter.isprintable() or letter in keep else "\ufffd" for letter in text)


def _changed(base: ShownMessage, **more: Any) -> ShownMessage:
    return ShownMessage(base.at, base.source, base.target, base.carrier, **more)


def _end(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _cseq(message: Message) -> tuple[int, str]:
    try:
        return message.cseq.number, message.cseq.method
    except Malformed:
        return 0, ""


def _ids(message: Message) -> set[str]:
    return {_user(message, name) for name in ("sender", "to", "uri")} - {""}


def _user(message: Message, name: str) -> str:
    """The user of an address of the message; empty where it has none that can be read."""
    try:
        value = getattr(message, name, None)
    except Malformed:
        return ""
    return str(getattr(getattr(value, "uri", value), "user", ""))


def _about(message: Message) -> tuple[str, set[str], dict[str, Any] | None]:
    """What the body is, the IDs in it, the PTZ command in it."""
    if not message.body:
        return "", set(), None
    kind = message.content_type
    if kind == "application/sdp" or message.body.startswith(b"v=0"):
        return _sdp(message.body), set(), None
    if kind == "application/mansrtsp":
        return _rtsp(message.body), set(), None
    if "xml" not in kind and b"<" not in message.body[:200]:
        return f"{len(message.body)} octets of {kind or 'no stated type'}", set(), None
    try:
        body = read_body(message.body)
    except Gb28181Refused as error:
        return f"body refused: {error.field} {error.rule}"[:_LONGEST], set(), None
    about, ptz = _manscdp(body)
    return about, {body.device_id} - {""}, ptz


def _manscdp(body: Body) -> tuple[str, dict[str, Any] | None]:
    root, cmd = (body.root, body.cmd) if isinstance(body, Unknown) else (body.ROOT, body.CMD)
    words = [root.value, cmd[:64] or "?", f"sn={body.sn}", body.device_id]
    total = getattr(body, "sum_num", None)
    if total is not None:
        entries = next((value for name in _LISTS if (value := getattr(body, name, None)) is not None), ())
        words.append(f"{len(entries)} of {total}")
    result = getattr(body, "result", None)
    if result is not None:
        words.append(str(getattr(result, "value", result)))
    if isinstance(body, Unknown):
        words.append("(not known)")
    if body.fault_count:
        words.append(f"({body.fault_count} elements passed over)")
    if not isinstance(body, DeviceControl):
        return " ".join(filter(None, words)), None
    if body.ptz is None:
        return " ".join(filter(None, (*words, body.command))), None
    try:
        command = decode(body.ptz).command
    except Gb28181Refused as error:
        return " ".join((*words, f"PTZ {body.ptz}: {error.rule}")), None
    ptz = {"what": type(command).__name__.lower(), **asdict(command)}
    said = " ".join(f"{name}={value}" for name, value in ptz.items() if name != "what")
    return " ".join((*words, f"PTZ {ptz['what']} {said}")), ptz


_LISTS = ("items", "records", "presets", "cards", "tracks")


def _sdp(octets: bytes) -> str:
    try:
        found = read_sdp(octets)
    except Gb28181Refused as error:
        return f"SDP refused: {error.field} {error.rule}"[:_LONGEST]
    said = [f"SDP {found.session.value if found.session is not None else found.name[:32]}"]
    for media in found.media:
        setup = f" {media.setup.value}" if media.setup is not None else ""
        way = f" {media.way.value}" if media.way is not None else ""
        said.append(f"{media.kind} {'TCP' if media.tcp else 'UDP'} {_end(found.address, media.port)}{setup}{way}")
    if found.y:
        said.append(f"y={found.y[:16]}")
    if found.end:
        said.append(f"t={found.start}-{found.end}")
    return " ".join(said)


def _rtsp(octets: bytes) -> str:
    try:
        found = read_request(octets)
    except Gb28181Refused:
        return "MANSRTSP answer or unreadable"
    words = [f"MANSRTSP {found.method.value}"]
    if found.scale is not None:
        words.append(f"scale={found.scale}")
    if found.seek is not None:
        words.append(f"from={found.seek} s")
    return " ".join(words)
