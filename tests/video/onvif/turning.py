"""A device that turns, made for the tests: says what it can, keeps what it was told, and can be told to misbehave."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"'
    ' xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"><s:Body>{}</s:Body></s:Envelope>'
)
FAULT = "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code></s:Fault>"
_SERVICE = "<Service><Namespace>{}</Namespace><XAddr>http://10.0.0.9{}</XAddr></Service>"
SPACES = (
    "<tt:ContinuousPanTiltVelocitySpace/><tt:ContinuousZoomVelocitySpace/>"
    "<tt:RelativePanTiltTranslationSpace/><tt:AbsolutePanTiltPositionSpace/>"
)


@dataclass
class Turning:
    """A virtual PTZ device.

    Attributes:
        said: every command, in order, as ``(name, body)``.
        refuses: names of commands that it answers with a fault.
        lacks: services that it does not have (``ptz``, ``imaging``).
        presets: what it remembers.
        timeout: whether it takes a time-out with ContinuousMove.
    """

    said: list[tuple[str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    lacks: set[str] = field(default_factory=set)
    presets: dict[str, str] = field(default_factory=lambda: {"1": "大门"})
    spaces: str = SPACES
    home: str = "true"
    fixed: str = "false"
    room: str = "<tt:MaximumNumberOfPresets>8</tt:MaximumNumberOfPresets>"
    timeout: bool = True
    iris: float = 4.0

    def names(self, *of: str) -> list[str]:
        """The commands that were given, those `of` these names alone where some are given."""
        return [name for name, _ in self.said if not of or name in of]

    def answer(self, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        """As `device_that` wants it."""
        match = re.search(r"<s:Body><(\w+)", body)
        name = match[1] if match else ""
        self.said.append((name, body))
        refused = name in self.refuses or (name == "ContinuousMove" and "Timeout" in body and not self.timeout)
        inner = FAULT if refused else self._inner(name, body)
        return (500 if inner == FAULT else 200), {}, _ENVELOPE.format(inner).encode()

    def _inner(self, name: str, body: str) -> str:
        given = re.search(r"<PresetToken>([^<]*)<", body)
        token = given[1] if given else ""
        match name:
            case "GetSystemDateAndTime":
                return "<GetSystemDateAndTimeResponse/>"
            case "GetServices":
                return f"<GetServicesResponse>{''.join(self._services())}</GetServicesResponse>"
            case "GetProfiles":
                return _PROFILES
            case "GetNodes":
                return f"<GetNodesResponse>{self._node()}</GetNodesResponse>"
            case "GetPresets":
                rows = "".join(
                    f'<tptz:Preset token="{key}"><tt:Name>{value}</tt:Name></tptz:Preset>'
                    for key, value in self.presets.items()
                )
                return f"<GetPresetsResponse>{rows}</GetPresetsResponse>"
            case "SetPreset":
                named = re.search(r"<PresetName>([^<]*)<", body)
                token = token or str(len(self.presets) + 1)
                self.presets[token] = named[1] if named else ""
                return f"<SetPresetResponse><PresetToken>{token}</PresetToken></SetPresetResponse>"
            case "GotoPreset":
                return f"<{name}Response/>" if token in self.presets else FAULT
            case "RemovePreset":
                return f"<{name}Response/>" if self.presets.pop(token, None) is not None else FAULT
            case "GetStatus":
                return (
                    "<GetStatusResponse><PTZStatus><tt:Position><tt:PanTilt x='0.5' y='-0.25'/><tt:Zoom x='nan'/>"
                    "</tt:Position><tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt></tt:MoveStatus></PTZStatus></GetStatusResponse>"
                )
            case "GetMoveOptions":
                speed = "<tt:Speed><tt:Min>-7</tt:Min><tt:Max>7</tt:Max></tt:Speed>"
                return f"<R><tt:Continuous>{speed}</tt:Continuous></R>"
            case "GetOptions":
                return "<R><tt:Exposure><tt:Iris><tt:Min>0</tt:Min><tt:Max>10</tt:Max></tt:Iris></tt:Exposure></R>"
            case "GetImagingSettings":
                return f"<R><tt:Exposure><tt:Iris>{self.iris}</tt:Iris></tt:Exposure></R>"
            case "SetImagingSettings":
                wanted = re.search(r"<Iris>([^<]*)<", body)
                self.iris = float(wanted[1]) if wanted else self.iris
                return "<R/>"
            case "GetConfigurationOptions":
                return "<R><tt:PTZTimeout><tt:Min>PT1S</tt:Min><tt:Max>PT1M</tt:Max></tt:PTZTimeout></R>"
        known = (
            "ContinuousMove", "Stop", "RelativeMove", "AbsoluteMove", "GotoHomePosition", "SetHomePosition", "Move",
            "SetSynchronizationPoint",
        )  # fmt: skip
        return f"<{name}Response/>" if name in known else FAULT

    def _services(self) -> list[str]:
        return [
            _SERVICE.format(namespace, f"/onvif/{name}")
            for name, namespace in (
                ("media", "http://www.onvif.org/ver10/media/wsdl"),
                ("ptz", "http://www.onvif.org/ver20/ptz/wsdl"),
                ("imaging", "http://www.onvif.org/ver20/imaging/wsdl"),
            )
            if name not in self.lacks
        ]

    def _node(self) -> str:
        return (
            f'<PTZNode token="n1" FixedHomePosition="{self.fixed}"><tt:SupportedPTZSpaces>{self.spaces}</tt:SupportedPTZSpaces>'
            f"{self.room}<tt:HomeSupported>{self.home}</tt:HomeSupported></PTZNode>"
        )


_PROFILES = (
    "<GetProfilesResponse>"
    '<Profiles token="p0"><tt:VideoSourceConfiguration><tt:SourceToken>v0</tt:SourceToken></tt:VideoSourceConfiguration></Profiles>'
    '<Profiles token="p1"><tt:VideoSourceConfiguration><tt:SourceToken>v1</tt:SourceToken></tt:VideoSourceConfiguration>'
    '<tt:PTZConfiguration token="c1"><tt:NodeToken>n1</tt:NodeToken></tt:PTZConfiguration></Profiles>'
    "</GetProfilesResponse>"
)
