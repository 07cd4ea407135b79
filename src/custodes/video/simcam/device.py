"""The ONVIF services of a simulated camera that turns, on loopback: as much of device, media and PTZ as steering asks for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from custodes.video.onvif.degrees import GENERIC, SPHERICAL
from custodes.video.onvif.ptz import duration
from custodes.video.onvif.xml import BadXml, first, local, parse, text
from custodes.video.simcam.dome import ASIDE_DEGREES, HOME, Dome, Place

PROFILE = "main"
MAX_REQUEST = 64 << 10
MOVE_SECONDS = 10.0
"""How long it moves when it is not told."""

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl">'
    "<s:Body>{}</s:Body></s:Envelope>"
)
_SERVICES = {
    "device_service": "http://www.onvif.org/ver10/device/wsdl",
    "media": "http://www.onvif.org/ver10/media/wsdl",
    "ptz": "http://www.onvif.org/ver20/ptz/wsdl",
}
_MOVES = "<tt:ContinuousPanTiltVelocitySpace/><tt:ContinuousZoomVelocitySpace/>"
_PLAIN, _DEGREES = (
    f"<tt:AbsolutePanTiltPositionSpace><tt:URI>{uri}</tt:URI><tt:XRange><tt:Min>-{pan:g}</tt:Min><tt:Max>{pan:g}</tt:Max></tt:XRange>"
    f"<tt:YRange><tt:Min>-{tilt:g}</tt:Min><tt:Max>{tilt:g}</tt:Max></tt:YRange></tt:AbsolutePanTiltPositionSpace>"
    for uri, pan, tilt in ((GENERIC, 1.0, 1.0), (SPHERICAL, *ASIDE_DEGREES))
)
_OPEN = frozenset({"GetSystemDateAndTime", "GetServices", "GetCapabilities"})
"""What is answered without a login (ONVIF Core §5.9.4)."""


class DeviceServer:
    """Answers at ``http://127.0.0.1:port/onvif/…``.

    Args:
        dome: what is steered.
        stream: address of its main stream.
        login: user name and password; empty names ask for none.
        names_degrees: it says what its positions are in degrees, as not every device does.
    """

    def __init__(self, dome: Dome, stream: str, login: tuple[str, str], port: int, names_degrees: bool = True) -> None:
        self.names_degrees = names_degrees
        self._dome, self._stream, self._login = dome, stream, login
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length") or 0), MAX_REQUEST)
                status, data = answer(self.rfile.read(size))
                self.send_response(status)
                self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="onvif-device", daemon=True)

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: bytes) -> tuple[int, bytes]:
        """Status and envelope for a request."""
        try:
            root = parse(request)
        except BadXml:
            return 400, _fault("Sender", "not XML")
        body = first(root, "Body")
        asked = next(iter(body), None) if body is not None else None
        if asked is None:
            return 400, _fault("Sender", "nothing was asked")
        if local(asked) not in _OPEN and not self._may(root):
            return 400, _fault("Sender", "not authorized")
        try:
            return 200, _ENVELOPE.format(self._answered(local(asked), asked)).encode()
        except LookupError:
            return 500, _fault("Receiver", "not supported")

    def _may(self, root: Element) -> bool:
        user, password = self._login
        if not user:
            return True
        token = first(root, "UsernameToken")
        try:
            nonce = base64.b64decode(text(token, "Nonce"), validate=True)
        except ValueError:
            return False
        said = hashlib.sha1(nonce + (text(token, "Created") + password).encode(), usedforsecurity=False).digest()
        given = text(token, "Password")
        return text(token, "Username") == user and hmac.compare_digest(base64.b64encode(said).decode(), given)

    def _answered(self, name: str, asked: Element) -> str:
        """The body of an answer.

        Raises:
            LookupError: it does not know the command, or the preset.
        """
        said = self._described(name) or self._turned(name, asked)
        return f"<{name}Response>{said}</{name}Response>"

    def _described(self, name: str) -> str:
        match name:
            case "GetSystemDateAndTime":
                return _time(datetime.now(UTC))
            case "GetServices":
                return "".join(
                    f"<Service><Namespace>{namespace}</Namespace><XAddr>http://127.0.0.1:{self.port}/onvif/{path}</XAddr></Service>"
                    for path, namespace in _SERVICES.items()
                )
            case "GetCapabilities":
                parts = (("Device", "device_service"), ("Media", "media"), ("PTZ", "ptz"))
                found = "".join(
                    f"<tt:{part}><tt:XAddr>http://127.0.0.1:{self.port}/onvif/{path}</tt:XAddr></tt:{part}>"
                    for part, path in parts
                )
                return f"<Capabilities>{found}</Capabilities>"
            case "GetDeviceInformation":
                return "<Manufacturer>Custodes</Manufacturer><Model>simulated dome</Model><FirmwareVersion>1</FirmwareVersion>"
            case "GetProfiles":
                return (
                    f'<Profiles token="{PROFILE}"><tt:Name>main</tt:Name><tt:VideoSourceConfiguration token="v">'
                    "<tt:SourceToken>v</tt:SourceToken></tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration>"
                    "<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height>"
                    '</tt:Resolution></tt:VideoEncoderConfiguration><tt:PTZConfiguration token="c"><tt:NodeToken>n</tt:NodeToken>'
                    "</tt:PTZConfiguration></Profiles>"
                )
            case "GetStreamUri":
                return f"<MediaUri><tt:Uri>{escape(self._stream)}</tt:Uri></MediaUri>"
            case "GetNodes":
                spaces = _MOVES + _PLAIN + (_DEGREES if self.names_degrees else "")
                return (
                    f'<PTZNode token="n" FixedHomePosition="true"><tt:SupportedPTZSpaces>{spaces}</tt:SupportedPTZSpaces>'
                    "<tt:MaximumNumberOfPresets>16</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported></PTZNode>"
                )
            case "GetConfigurationOptions":
                return "<o><tt:PTZTimeout><tt:Min>PT1S</tt:Min><tt:Max>PT1M</tt:Max></tt:PTZTimeout></o>"
            case "GetPresets":
                return "".join(
                    f"<tptz:Preset token={quoteattr(token)}><tt:Name>{escape(name)}</tt:Name></tptz:Preset>"
                    for token, (name, _place) in self._dome.presets.items()
                )
        return ""

    def _turned(self, name: str, asked: Element) -> str:
        token = text(asked, "PresetToken")
        match name:
            case "GetPresets" | "SetSynchronizationPoint":  # no preset is no failure; each second is a key frame anyway
                return ""
            case "GetStatus":
                return _status(self._dome)
            case "ContinuousMove":
                self._dome.move(_velocity(asked), duration(text(asked, "Timeout")) or MOVE_SECONDS)
            case "AbsoluteMove":
                self._dome.go(_position(asked, self._dome.place))
            case "Stop":
                self._dome.stop()
            case "GotoPreset":
                self._dome.go(self._dome.presets[token][1])
            case "GotoHomePosition":
                self._dome.go(HOME)
            case "SetPreset":
                kept = self._dome.keep(token, text(asked, "PresetName"))
                return f"<tptz:PresetToken>{escape(kept)}</tptz:PresetToken>"
            case "RemovePreset":
                del self._dome.presets[token]
            case _:
                raise LookupError(name)
        return ""


def _velocity(asked: Element) -> Place:
    turn, zoom = first(asked, "Velocity", "PanTilt"), first(asked, "Velocity", "Zoom")
    return (_share(turn, "x"), _share(turn, "y"), _share(zoom, "x"))


def _position(asked: Element, now: Place) -> Place:
    """Where it is sent to, in the generic space or in degrees; what is not named stays."""
    turn, zoom = first(asked, "Position", "PanTilt"), first(asked, "Position", "Zoom")
    pan, tilt, near = now
    if turn is not None:
        scale = ASIDE_DEGREES if turn.get("space") == SPHERICAL else (1.0, 1.0)
        pan, tilt = (_parts(turn, name, most) for name, most in zip("xy", scale, strict=True))
    return pan, tilt, near if zoom is None else _share(zoom, "x")


def _parts(element: Element, name: str, most: float) -> float:
    """Parts of the range from -1 to 1.

    Raises:
        LookupError: no number, or none that it turns to.
    """
    try:
        value = float(element.get(name, "")) / most
    except ValueError as error:
        raise LookupError(name) from error
    if not -1 <= value <= 1:
        raise LookupError(name)
    return value


def _share(element: Element | None, name: str) -> float:
    try:
        value = float(element.get(name, "0")) if element is not None else 0.0
    except ValueError:
        return 0.0
    return value if -1 <= value <= 1 else 0.0


def _status(dome: Dome) -> str:
    pan, tilt, zoom = dome.place
    return (
        f'<PTZStatus><tt:Position><tt:PanTilt x="{pan:g}" y="{tilt:g}"/><tt:Zoom x="{zoom:g}"/></tt:Position>'
        f"<tt:MoveStatus><tt:PanTilt>{'MOVING' if dome.moving else 'IDLE'}</tt:PanTilt></tt:MoveStatus></PTZStatus>"
    )


def _time(now: datetime) -> str:
    return (
        "<SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime>"
        f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second></tt:Time>"
        f"<tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
        "</tt:UTCDateTime></SystemDateAndTime>"
    )


def _fault(whose: str, why: str) -> bytes:
    return _ENVELOPE.format(
        f"<s:Fault><s:Code><s:Value>s:{whose}</s:Value></s:Code><s:Reason><s:Text>{why}</s:Text></s:Reason></s:Fault>"
    ).encode()
