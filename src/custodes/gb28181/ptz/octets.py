"""Eight bytes as sixteen digits: `PTZCmd` (GB/T 28181 A.3.1). Byte numbers are the standard's, from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from custodes.gb28181.ptz.command import (
    Auxiliary,
    Command,
    Cruise,
    CruiseDo,
    Lens,
    Move,
    Preset,
    PresetDo,
    Scan,
    ScanDo,
    within,
)
from custodes.gb28181.refused import Gb28181Refused

FIRST = 0xA5
VERSION = 0x0
ADDRESS = 0x01
"""Byte 3 is not used, `DeviceID` says who is meant (A.3.1); 01 is what devices have seen most."""

_ZOOM_OUT, _ZOOM_IN, _UP, _DOWN, _LEFT, _RIGHT = 0x20, 0x10, 0x08, 0x04, 0x02, 0x01
_LENS = 0x40
_IRIS_CLOSE, _IRIS_OPEN, _FOCUS_NEAR, _FOCUS_FAR = 0x08, 0x04, 0x02, 0x01
_PRESETS = {PresetDo.SET: 0x81, PresetDo.CALL: 0x82, PresetDo.DELETE: 0x83}
_CRUISES = {
    CruiseDo.ADD: 0x84,
    CruiseDo.DELETE: 0x85,
    CruiseDo.SPEED: 0x86,
    CruiseDo.STAY: 0x87,
    CruiseDo.START: 0x88,
}
_SCANS = {ScanDo.START: 0x00, ScanDo.LEFT: 0x01, ScanDo.RIGHT: 0x02}
_SCAN, _SCAN_SPEED, _ON, _OFF = 0x89, 0x8A, 0x8C, 0x8D
_HEX = re.compile(r"[0-9A-Fa-f]{16}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What eight bytes ask for, and of which address (12 bits)."""

    command: Command
    address: int


def encode(command: Command, address: int = ADDRESS) -> str:
    """Sixteen upper-case digits.

    Raises:
        Refused: the address has more than twelve bits.
    """
    within("address", address, 0, 0xFFF)
    fourth, fifth, sixth, seventh = _middle(command)
    body = [FIRST, _second(FIRST, VERSION), address & 0xFF, fourth, fifth, sixth, seventh << 4 | address >> 8]
    return bytes([*body, sum(body) % 256]).hex().upper()


def decode(text: str) -> Decoded:
    """What sixteen digits ask for. A direction at speed 0 is taken as the slowest: the standard's speeds go from slow to fast.

    Raises:
        Refused: they are no PTZ command: which byte, and what it has to be.
    """
    if not _HEX.fullmatch(text):
        raise Gb28181Refused("PTZCmd", "is not 16 hexadecimal digits", "send eight bytes (A.3.1)")
    data = bytes.fromhex(text)
    if data[0] != FIRST:
        raise Gb28181Refused("byte 1", "is not A5", "begin with A5 (A.3.1)")
    if data[1] != _second(data[0], data[1] >> 4):
        raise Gb28181Refused(
            "byte 2", f"is not {_second(data[0], data[1] >> 4):02X}", "compute the check digit of A.3.1"
        )
    if sum(data[:7]) % 256 != data[7]:
        raise Gb28181Refused(
            "byte 8", f"is not {sum(data[:7]) % 256:02X}", "send the sum of bytes 1 to 7, modulo 256 (A.3.1)"
        )
    command = _command(data[3], data[4], data[5], data[6] >> 4)
    return Decoded(command, data[2] | (data[6] & 0xF) << 8)


def _second(first: int, version: int) -> int:
    return version << 4 | ((first >> 4) + (first & 0xF) + version) % 16


def _middle(command: Command) -> tuple[int, int, int, int]:
    """Bytes 4, 5, 6 and the high half of byte 7."""
    match command:
        case Move(pan, tilt, zoom):
            bits = _bit(pan, _RIGHT, _LEFT) | _bit(tilt, _UP, _DOWN) | _bit(zoom, _ZOOM_IN, _ZOOM_OUT)
            return bits, abs(pan), abs(tilt), abs(zoom)
        case Lens(focus, iris):
            bits = _bit(focus, _FOCUS_FAR, _FOCUS_NEAR) | _bit(iris, _IRIS_OPEN, _IRIS_CLOSE)
            return _LENS | bits, abs(focus), abs(iris), 0
        case Preset(do, number):
            return _PRESETS[do], 0, number, 0
        case Cruise(cruise_do, group, value):
            return _CRUISES[cruise_do], group, value & 0xFF, value >> 8
        case Scan(ScanDo.SPEED, group, speed):
            return _SCAN_SPEED, group, speed & 0xFF, speed >> 8
        case Scan(scan_do, group, _):
            return _SCAN, group, _SCANS[scan_do], 0
        case Auxiliary(on, number):
            return (_ON if on else _OFF), number, 0, 0


def _bit(value: int, positive: int, negative: int) -> int:
    return positive if value > 0 else negative if value < 0 else 0


def _command(fourth: int, fifth: int, sixth: int, seventh: int) -> Command:
    if fourth < _LENS:
        _refuse_both(fourth, (_ZOOM_OUT, _ZOOM_IN), (_UP, _DOWN), (_LEFT, _RIGHT))
        return Move(
            _signed(fourth, _RIGHT, _LEFT, fifth),
            _signed(fourth, _UP, _DOWN, sixth),
            _signed(fourth, _ZOOM_IN, _ZOOM_OUT, seventh),
        )
    if fourth < _LENS + 0x10:
        _refuse_both(fourth, (_IRIS_CLOSE, _IRIS_OPEN), (_FOCUS_NEAR, _FOCUS_FAR))
        return Lens(
            _signed(fourth, _FOCUS_FAR, _FOCUS_NEAR, fifth),
            _signed(fourth, _IRIS_OPEN, _IRIS_CLOSE, sixth),
        )
    for preset_do, code in _PRESETS.items():
        if fourth == code:
            return Preset(preset_do, sixth)
    for cruise_do, code in _CRUISES.items():
        if fourth == code:
            return Cruise(cruise_do, fifth, _cruise_value(cruise_do, sixth, seventh))
    if fourth == _SCAN_SPEED:
        return Scan(ScanDo.SPEED, fifth, sixth | seventh << 8)
    if fourth == _SCAN:
        for scan_do, code in _SCANS.items():
            if sixth == code:
                return Scan(scan_do, fifth)
        raise Gb28181Refused("byte 6", "is none of 00, 01, 02", "start a scan or set one of its borders (A.3.6)")
    if fourth in (_ON, _OFF):
        return Auxiliary(fourth == _ON, fifth)
    raise Gb28181Refused("byte 4", f"is {fourth:02X}, which is no command", "send one of A.3.2 to A.3.7")


def _cruise_value(do: CruiseDo, sixth: int, seventh: int) -> int:
    if do in (CruiseDo.SPEED, CruiseDo.STAY):
        return sixth | seventh << 8
    return sixth if do is not CruiseDo.START else 0


def _refuse_both(fourth: int, *pairs: tuple[int, int]) -> None:
    if any(fourth & one and fourth & other for one, other in pairs):
        raise Gb28181Refused("byte 4", "asks for two opposite directions", "ask for one of them (A.3.2)")


def _signed(fourth: int, positive: int, negative: int, speed: int) -> int:
    if fourth & positive:
        return max(1, speed)
    return -max(1, speed) if fourth & negative else 0
