"""A device of Profile T, made for the tests after the WSDL of Media 2: prefixes that nobody expects, and Media 1 beside it or not.

It goes by the namespace of a request, as devices do, and leaves the configurations out that were not asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from custodes.video.onvif.xml import first, local, parse, text

MEDIA1, MEDIA2 = "http://www.onvif.org/ver10/media/wsdl", "http://www.onvif.org/ver20/media/wsdl"
_ENVELOPE = (
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:ns17="http://www.onvif.org/ver20/media/wsdl"'
    ' xmlns:q1="http://www.onvif.org/ver10/schema" xmlns:_d="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:P-T.Z="http://www.onvif.org/ver20/ptz/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl">'
    "<SOAP-ENV:Body>{}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
)
FAULT = (
    "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Receiver</SOAP-ENV:Value><SOAP-ENV:Subcode>"
    '<SOAP-ENV:Value xmlns:ter="http://www.onvif.org/ver10/error">ter:ActionNotSupported</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code></SOAP-ENV:Fault>'
)
_SERVICES = {
    "device": "http://www.onvif.org/ver10/device/wsdl",
    "media": MEDIA1,
    "media2": MEDIA2,
    "ptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "events": "http://www.onvif.org/ver10/events/wsdl",
}
ENCODER = (
    '<{0} token="VE{1}" GovLength="50" Profile="Main"><q1:Name>e</q1:Name><q1:UseCount>1</q1:UseCount><q1:Encoding>{2}</q1:Encoding>'
    "<q1:Resolution><q1:Width>{3}</q1:Width><q1:Height>{4}</q1:Height></q1:Resolution>"
    '<q1:RateControl ConstantBitRate="false"><q1:FrameRateLimit>12.5</q1:FrameRateLimit><q1:BitrateLimit>2048</q1:BitrateLimit></q1:RateControl>'
    "<q1:Quality>3</q1:Quality></{0}>"
)
_WITHOUT_ENCODER = (
    '<ns17:Profiles token="T0"><ns17:Name>0</ns17:Name><ns17:Configurations><ns17:VideoSource token="VS"><q1:SourceToken>V</q1:SourceToken>'
    "</ns17:VideoSource></ns17:Configurations></ns17:Profiles>"
)
"""It has no stream: asking for one is a fault (IncompleteConfiguration)."""
STREAMS = ((1, "H265", 2560, 1440), (2, "H264", 640, 360))


@dataclass
class ProfileT:
    """The device.

    Attributes:
        has: its services.
        refuses: commands that it answers with a fault, as ``service command``.
        bare: its profiles name their encoders by token alone.
        ways: what it takes as ``Protocol``.
        encoding: how it writes an encoding.
        asked: what was asked of it, as ``service command``.
    """

    has: set[str] = field(default_factory=lambda: {"media2", "ptz", "events"})
    refuses: set[str] = field(default_factory=set)
    bare: bool = False
    ways: tuple[str, ...] = ("RtspUnicast", "RTSP")
    encoding: str = "{}"
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        """As `device_that` wants it."""
        envelope = first(parse(body.encode()), "Body")
        assert envelope is not None
        request = envelope[0]
        service = "device" if path == "/onvif/device_service" else path.rpartition("/")[2]
        command = f"{service} {local(request)}"
        self.asked.append(command)
        known = request.tag.startswith(f"{{{_SERVICES.get(service)}}}") and command not in self.refuses
        inner = self._inner(command, request) if known and (service == "device" or service in self.has) else ""
        return (200 if inner else 500), {}, _ENVELOPE.format(inner or FAULT).encode()

    def _inner(self, command: str, request: Element) -> str:
        token = text(request, "ProfileToken")
        match command:
            case "device GetSystemDateAndTime":
                return "<_d:GetSystemDateAndTimeResponse/>"
            case "device GetDeviceInformation":
                return "<_d:GetDeviceInformationResponse><_d:Manufacturer>天T</_d:Manufacturer></_d:GetDeviceInformationResponse>"
            case "device GetServices":
                rows = (
                    f"<_d:Service><_d:Namespace>{namespace}</_d:Namespace><_d:XAddr>http://10.0.0.9/onvif/{name}</_d:XAddr></_d:Service>"
                    for name, namespace in _SERVICES.items()
                    if name in self.has
                )
                return f"<_d:GetServicesResponse>{''.join(rows)}</_d:GetServicesResponse>"
            case "media2 GetProfiles":
                rows = (self._profile(*one, whole=text(request, "Type") == "All") for one in STREAMS)
                return f"<ns17:GetProfilesResponse>{_WITHOUT_ENCODER}{''.join(rows)}</ns17:GetProfilesResponse>"
            case "media2 GetVideoEncoderConfigurations":
                rows = (self._encoder("ns17:Configurations", *one) for one in STREAMS)
                return f"<ns17:R>{''.join(rows)}</ns17:R>"
            case "media2 GetVideoEncoderConfigurationOptions":
                rows = (
                    f'<ns17:Options GovLengthRange="1 250"><q1:Encoding>{self.encoding.format(codec)}</q1:Encoding></ns17:Options>'
                    for codec in ("H264", "H265", "H264")
                )
                return f"<ns17:R>{''.join(rows)}</ns17:R>"
            case "media2 GetStreamUri":
                if text(request, "Protocol") not in self.ways or token == "T0":
                    return ""
                return f"<ns17:GetStreamUriResponse><ns17:Uri>rtsp://127.0.0.1:8554/{token}</ns17:Uri></ns17:GetStreamUriResponse>"
            case "media GetProfiles":
                # Media 1 has no word for H.265: whoever sends it says something else here.
                return (
                    '<trt:R><trt:Profiles token="T1"><q1:VideoSourceConfiguration><q1:SourceToken>V</q1:SourceToken></q1:VideoSourceConfiguration>'
                    "<q1:VideoEncoderConfiguration><q1:Encoding>H264</q1:Encoding><q1:Resolution><q1:Width>352</q1:Width><q1:Height>288</q1:Height></q1:Resolution>"
                    '</q1:VideoEncoderConfiguration><q1:PTZConfiguration token="C"><q1:NodeToken>N</q1:NodeToken></q1:PTZConfiguration></trt:Profiles></trt:R>'
                )
            case "media GetStreamUri":
                return f"<trt:R><trt:MediaUri><q1:Uri>rtsp://127.0.0.1:8554/old/{token}</q1:Uri></trt:MediaUri></trt:R>"
            case "media SetSynchronizationPoint" | "media2 SetSynchronizationPoint":
                return "<R/>"
            case "ptz GetNodes":
                return '<P-T.Z:R><P-T.Z:PTZNode token="N"><q1:HomeSupported>true</q1:HomeSupported></P-T.Z:PTZNode></P-T.Z:R>'
            case "ptz GetPresets" | "ptz ContinuousMove":
                return "<P-T.Z:R/>" if token in ("T1", "T2") else ""
        return ""

    def _profile(self, number: int, codec: str, width: int, height: int, *, whole: bool) -> str:
        encoder = (
            f'<ns17:VideoEncoder token="VE{number}"/>'
            if self.bare
            else self._encoder("ns17:VideoEncoder", number, codec, width, height)
        )
        configurations = (
            '<ns17:Configurations><ns17:VideoSource token="VS"><q1:SourceToken>V</q1:SourceToken></ns17:VideoSource>'
            f'{encoder}<ns17:PTZ token="C"><q1:NodeToken>N</q1:NodeToken></ns17:PTZ>'
            '<ns17:Metadata token="M"><q1:PTZStatus><q1:Status>true</q1:Status></q1:PTZStatus></ns17:Metadata></ns17:Configurations>'
        )
        return f'<ns17:Profiles token="T{number}" fixed="true"><ns17:Name>流{number}</ns17:Name>{configurations if whole else ""}</ns17:Profiles>'

    def _encoder(self, name: str, number: int, codec: str, width: int, height: int) -> str:
        return ENCODER.format(name, number, self.encoding.format(codec), width, height)
