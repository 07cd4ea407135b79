"""Settings of joining devices, systems and platforms: the GB/T 28181 gateway and where it listens, and the terms of links and cooperation requests."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode

from custodes.settings.setting import setting

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class GatewaySettings(BaseSettings):
    """The part of `custodes.settings.Settings` that the gateway reads, and the web where it tells a gateway of itself."""

    gateway_id: str = setting(
        "",
        "20 digits",
        "Own ID of the gateway in GB/T 28181 (Annex D, type 200); its first ten digits are the SIP domain. Set, `custodes up` starts a gateway; empty: this machine has none.",
    )
    gateway_name: str = setting(
        "gateway-1", "text", "Name of this gateway, with which it signs what it says to the web."
    )
    gateway_host: str = setting(
        "127.0.0.1",
        "address",
        "Address on which web and nodes reach the gateway over HTTP; anything but loopback needs TLS.",
    )
    gateway_port: int = setting(8090, "port", "Port of the gateway for web and nodes.", ge=1, le=65535)
    gateway_sip_host: str = setting(
        "127.0.0.1",
        "address",
        "Address on which devices reach the gateway over SIP; `0.0.0.0` for all of this machine.",
    )
    gateway_sip_port: int = setting(
        5060, "port", "Port of the gateway for devices, UDP and TCP (GB/T 28181-2016 §4.3.2).", ge=1, le=65535
    )
    gateway_networks: Annotated[tuple[Network, ...], NoDecode] = setting(
        (),
        "networks",
        "Networks from which GB/T 28181 devices may register (comma-separated CIDR), a bound besides `CUSTODES_CAMERA_NETWORKS`: a device has to be in that one and, where this is set, in this too. Empty: no bound besides. A registration from elsewhere is refused before anything of it is looked at.",
    )
    gateway_upper_ports: Annotated[tuple[int, int], NoDecode] = setting(
        (5070, 5099),
        "ports",
        "First and last SIP port, UDP and TCP, at which upper platforms reach the gateway (`5070-5099`): one for each link, which keeps it. An upper has to be told its link's port, and a firewall to let it through.",
    )
    gateway_upper_calls: int = setting(
        200,
        "calls",
        "Pictures that all upper platforms together may be sent at once; a further call is answered 486.",
        ge=1,
        le=1000,
    )
    gateway_upper_calls_each: int = setting(
        100,
        "calls",
        "Pictures that one upper platform may be sent at once; a further call is answered 486.",
        ge=1,
        le=1000,
    )
    gateway_statements_host: str = setting(
        "127.0.0.1",
        "address",
        "Address on which gateways of upper platforms that run this program say who asks and why, over HTTPS; `0.0.0.0` for all of this machine.",
    )
    gateway_statements_port: int = setting(
        0,
        "port",
        "Port for that. 0: none; uppers then have only what a link gives without it. Platforms below are told who asks whatever is set here.",
        ge=0,
        le=65535,
    )
    gateway_metrics_port: int = setting(
        0, "port", "Port of the gateway's `/metrics` (Prometheus), on loopback alone. 0: none.", ge=0, le=65535
    )
    gateway_uid: int | None = setting(
        None,
        "user id or name",
        "OS user of the gateway, another than those of notary, web and node; needed beside those three where they are set and there is a gateway.",
        ge=1,
    )

    @field_validator("gateway_id")
    @classmethod
    def _twenty_digits(cls, value: str) -> str:
        if value and not (len(value) == 20 and value.isascii() and value.isdigit()):
            raise ValueError(
                "CUSTODES_GATEWAY_ID is an ID of 20 digits (GB/T 28181-2016 Annex D), for example 54010000002000000001"
            )
        return value

    @field_validator("gateway_name")
    @classmethod
    def _own_name(cls, value: str) -> str:
        if not value or value == "web":
            raise ValueError("CUSTODES_GATEWAY_NAME is a name of its own, and not web")
        return value

    @field_validator("gateway_host", "gateway_sip_host", "gateway_statements_host")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            ipaddress.ip_address(value)
        except ValueError as error:
            raise ValueError(
                "CUSTODES_GATEWAY_HOST, CUSTODES_GATEWAY_SIP_HOST and CUSTODES_GATEWAY_STATEMENTS_HOST are IP addresses, for example 192.0.2.10"
            ) from error
        return value

    @field_validator("gateway_upper_ports", mode="before")
    @classmethod
    def _split_upper_ports(cls, value: object) -> object:
        if isinstance(value, str):
            first, dash, last = value.partition("-")
            if not dash:
                raise ValueError("CUSTODES_GATEWAY_UPPER_PORTS is a first and a last port, for example 5070-5099")
            return int(first), int(last)
        return value

    @field_validator("gateway_upper_ports")
    @classmethod
    def _upper_port_range(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 1024 <= value[0] <= value[1] <= 65535:
            raise ValueError("CUSTODES_GATEWAY_UPPER_PORTS must lie between 1024 and 65535, the lower one first")
        return value

    @field_validator("gateway_networks", mode="before")
    @classmethod
    def _split_device_networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value


class SharingSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that links and cooperation requests read; no clause names any of these numbers."""

    link_grant_days: int = setting(
        366,
        "days",
        "The longest for which an upper platform may be granted anything at once; our number.",
        ge=1,
        le=1096,
    )
    upper_call_hours: int = setting(
        12,
        "hours",
        "The longest that an upper platform is sent a camera on one decision; it may ask again. Our number.",
        ge=1,
        le=72,
    )
    cooperation_days: int = setting(
        15,
        "days",
        "By when a unit that is asked to cooperate (S24) is to answer, where the office says no other day; our number.",
        ge=1,
        le=180,
    )
    connect_days: int = setting(
        90,
        "days",
        "A system that the directory has listed for so long without a link counts as late; the clause gives no term, this is ours.",
        ge=1,
        le=1096,
    )
