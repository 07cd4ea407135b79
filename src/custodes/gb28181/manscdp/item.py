"""One entry of a catalog: a channel, a device, a region, a group or a system (GB/T 28181 Annex A.2.1, Annex O)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.structure import Structure, nested, one, structure
from custodes.gb28181.manscdp.values import (
    CODE,
    LATITUDE,
    LONGITUDE,
    TIME,
    Decimal,
    Flag,
    Integer,
    Joined,
    Text,
    WordChoice,
)


class EntryStatus(StrEnum):
    """Whether an entry can be reached."""

    ON = "ON"
    OFF = "OFF"


class EntryEvent(StrEnum):
    """What happened to an entry; in notices alone (§9.11.4)."""

    ON = "ON"
    OFF = "OFF"
    VLOST = "VLOST"
    DEFECT = "DEFECT"
    ADD = "ADD"
    DEL = "DEL"
    UPDATE = "UPDATE"


STATUS = WordChoice(
    EntryStatus,
    {"online": EntryStatus.ON, "1": EntryStatus.ON, "ok": EntryStatus.ON, "true": EntryStatus.ON}
    | {
        "offline": EntryStatus.OFF,
        "offile": EntryStatus.OFF,
        "0": EntryStatus.OFF,
        "error": EntryStatus.OFF,
        "false": EntryStatus.OFF,
    },
)
_SHORT, _LIST = Text(128), Joined(32, 64)


@structure
class Info(Structure):
    """What a camera is and where it looks. Numbers are those of Annex A; lists are joined by a stroke."""

    ptz_type: int | None = one("PTZType", Integer(0, 99))
    photoelectric_imaging_type: tuple[str, ...] = one(
        "PhotoelectricImagingType", _LIST, default=(), since=Edition.E2022
    )
    capture_position_type: str = one("CapturePositionType", _SHORT, default="", since=Edition.E2022)
    position_type: int | None = one("PositionType", Integer(0, 99), until=Edition.E2016)
    room_type: int | None = one("RoomType", Integer(0, 9))
    use_type: int | None = one("UseType", Integer(0, 9), until=Edition.E2016)
    supply_light_type: int | None = one("SupplyLightType", Integer(0, 9))
    direction_type: int | None = one("DirectionType", Integer(0, 9))
    resolution: tuple[str, ...] = one("Resolution", _LIST, default=())
    stream_number_list: tuple[str, ...] = one("StreamNumberList", _LIST, default=(), since=Edition.E2022)
    download_speed: tuple[str, ...] = one("DownloadSpeed", _LIST, default=())
    svc_space_support_mode: int | None = one("SVCSpaceSupportMode", Integer(0, 9))
    svc_time_support_mode: int | None = one("SVCTimeSupportMode", Integer(0, 9))
    ssvc_ratio_support_list: tuple[str, ...] = one("SSVCRatioSupportList", _LIST, default=(), since=Edition.E2022)
    mobile_device_type: int | None = one("MobileDeviceType", Integer(0, 99), since=Edition.E2022)
    horizontal_field_angle: float | None = one("HorizontalFieldAngle", Decimal(0, 360), since=Edition.E2022)
    vertical_field_angle: float | None = one("VerticalFieldAngle", Decimal(0, 360), since=Edition.E2022)
    max_view_distance: float | None = one("MaxViewDistance", Decimal(0, 1_000_000), since=Edition.E2022)
    grassroots_code: str = one("GrassrootsCode", _SHORT, default="", since=Edition.E2022)
    point_type: int | None = one("PointType", Integer(0, 99), since=Edition.E2022)
    point_common_name: str = one("PointCommonName", _SHORT, default="", since=Edition.E2022)
    mac: str = one("MAC", _SHORT, default="", since=Edition.E2022)
    function_type: tuple[str, ...] = one("FunctionType", _LIST, default=(), since=Edition.E2022)
    encode_type: str = one("EncodeType", _SHORT, default="", since=Edition.E2022)
    install_time: datetime | None = one("InstallTime", TIME, since=Edition.E2022)
    management_unit: str = one("ManagementUnit", _SHORT, default="", since=Edition.E2022)
    contact_info: str = one("ContactInfo", _SHORT, default="", since=Edition.E2022)
    record_save_days: int | None = one("RecordSaveDays", Integer(0, 100_000), since=Edition.E2022)
    industrial_classification: str = one("IndustrialClassification", _SHORT, default="", since=Edition.E2022)
    business_group_id: str = one("BusinessGroupID", CODE, default="", until=Edition.E2016)


@structure
class CatalogItem(Structure):
    """One entry. Its `Password` is not read: we have no use for it, and who is shown a channel is not let into the device.

    Attributes:
        parents: codes of `ParentID`, several where it hangs in several places (Annex O).
        event: in a notice, what happened to it.
    """

    device_id: str = one("DeviceID", CODE, required=True)
    event: EntryEvent | None = one("Event", WordChoice(EntryEvent))
    name: str = one("Name", Text(256), default="")
    manufacturer: str = one("Manufacturer", _SHORT, default="")
    model: str = one("Model", _SHORT, default="")
    owner: str = one("Owner", _SHORT, default="", until=Edition.E2016)
    civil_code: str = one("CivilCode", _SHORT, default="")
    block: str = one("Block", _SHORT, default="")
    address: str = one("Address", Text(256), default="")
    parental: bool | None = one("Parental", Flag())
    parents: tuple[str, ...] = one("ParentID", Joined(16, 64), default=())
    safety_way: int | None = one("SafetyWay", Integer(0, 9), until=Edition.E2016)
    register_way: int | None = one("RegisterWay", Integer(0, 9))
    cert_num: str = one("CertNum", _SHORT, default="", until=Edition.E2016)
    certifiable: bool | None = one("Certifiable", Flag(), until=Edition.E2016)
    err_code: int | None = one("ErrCode", Integer(0, 2**31 - 1), until=Edition.E2016)
    end_time: datetime | None = one("EndTime", TIME, until=Edition.E2016)
    security_level: str = one("SecurityLevelCode", _SHORT, default="", since=Edition.E2022)
    secrecy: bool | None = one("Secrecy", Flag())
    ip_address: str = one("IPAddress", _SHORT, default="")
    port: int | None = one("Port", Integer(0, 65535))
    status: EntryStatus | None = one("Status", STATUS)
    longitude: float | None = one("Longitude", LONGITUDE)
    latitude: float | None = one("Latitude", LATITUDE)
    business_group_id: str = one("BusinessGroupID", CODE, default="")
    info: Info | None = nested("Info", Info)

    @property
    def group(self) -> str:
        """Code of its business group, wherever it stands: in `Info` by the schema of 2016, in the item by its example and in 2022."""
        return self.business_group_id or (self.info.business_group_id if self.info is not None else "")


UNKNOWN = "Unknown"


def completed(item: CatalogItem, civil_code: str = "") -> CatalogItem:
    """The item as an upper platform takes it: what the standard demands of a device is never empty, for some uppers drop the item then (§6.4).

    Args:
        civil_code: region of an item that names none.
    """
    return replace(
        item,
        name=item.name or item.device_id,
        manufacturer=item.manufacturer or UNKNOWN,
        model=item.model or UNKNOWN,
        owner=item.owner or UNKNOWN,
        civil_code=item.civil_code or civil_code,
        address=item.address or UNKNOWN,
        parental=item.parental if item.parental is not None else False,
        safety_way=item.safety_way if item.safety_way is not None else 0,
        register_way=item.register_way if item.register_way is not None else 1,
        secrecy=item.secrecy if item.secrecy is not None else False,
    )
