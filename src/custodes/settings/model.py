"""Every setting of Custodes, in one typed model: what is of the whole installation or of several processes, and the parts beside this file.

Each field has a type, a unit, a default and one sentence. ``docs/settings.md`` is generated from them (`custodes.settings.page`), and a
test fails when the page is stale. A value comes from the environment
(``CUSTODES_WEB_PORT=8000``), from the file that ``CUSTODES_ENV_FILE`` names, or from the default here. A secret may also stand
in a file of its own: ``CUSTODES_DATABASE_URL_FILE=/run/secrets/database-url``.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from custodes.addedvolumes import BadNote, read_added
from custodes.settings.law import LawSettings
from custodes.settings.log import NotarySettings, WitnessSettings
from custodes.settings.people import AccessSettings, PeopleSettings
from custodes.settings.setting import SecretFiles, setting
from custodes.settings.sharing import GatewaySettings, SharingSettings
from custodes.settings.video import VideoSettings
from custodes.settings.watching import WatchingSettings, is_loopback
from custodes.settings.web import WebSettings
from custodes.tls.files import TlsFiles, TlsFolder
from custodes.tls.names import called, url_host
from custodes.tls.reading import read

_LOOPBACK_NAME = {"http": "127.0.0.1", "https": "localhost"}
"""How this machine calls itself: a certificate is for a name, and without one no name has to be resolved."""


class Settings(
    WebSettings,
    VideoSettings,
    GatewaySettings,
    PeopleSettings,
    AccessSettings,
    LawSettings,
    SharingSettings,
    WitnessSettings,
    NotarySettings,
    WatchingSettings,
):
    """The installation's settings. Values are arguments to the pure libraries; only processes and apps read this."""

    model_config = SettingsConfigDict(env_prefix="CUSTODES_", env_ignore_empty=True, extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, secrets' files, the environment, the file of settings."""
        variables = {**getattr(dotenv_settings, "env_vars", {}), **getattr(env_settings, "env_vars", {})}
        return init_settings, SecretFiles(settings_cls, variables), env_settings, dotenv_settings

    # The installation
    data: Path = setting(
        Path("var/custodes"),
        "path",
        "Folder that holds databases, keys, the ledger and, unless volumes say otherwise, footage.",
    )
    training: bool = setting(
        False,
        "yes/no",
        "A training installation: simulated sources only, marked on every page, may keep footage for less than 30 days.",
    )
    installation_name: str = setting(
        "公共安全视频图像信息系统", "text", "Name of this installation, shown at the head of every page."
    )
    installation_name_en: str = setting(
        "",
        "text",
        "The same in English, for who reads the pages in English. Empty: translated where it is the default.",
    )
    network: Literal["isolated", "police", "public"] = setting(
        "public",
        "isolated, police or public",
        "What this installation itself is connected to; a classified system (S20) can be entered on an isolated one alone.",
    )
    language: str = setting("zh-hans", "zh-hans or en", "Language of the interface before a person has chosen one.")
    time_zone: str = setting(
        "Asia/Shanghai", "IANA name", "Time zone in which times are shown and local days are counted."
    )

    templates: Path | None = setting(
        None,
        "path",
        "Folder whose Typst files replace the templates of printed documents of the same name, and whose fonts are used (`src/custodes/documents/README.md`). Empty: the built-in ones.",
    )

    tls_cert: Path | None = setting(
        None,
        "path",
        "TLS certificate chain of web and node in PEM, where another authority vouches for them; its certificate, if no system knows it, goes into `keys/public/ca.pem`. Empty: what `custodes tls make` made, if it was called.",
    )
    tls_key: Path | None = setting(None, "path", "TLS private key that belongs to it, in PEM.")

    # Duty and looking
    duty_hours: int = setting(12, "hours", "A duty session ends by itself after this time (S34(1)).", ge=1, le=24)
    duty_window_minutes: int = setting(
        30, "minutes", "How far back duty monitoring may look without stating 事由 and 内容 (N16.2(3)).", ge=0, le=120
    )
    duty_span_hours: int = setting(
        24, "hours", "Longest span that a stated reason of a duty officer may open at once.", ge=1, le=72
    )
    views_per_minute: int = setting(
        60, "count/minute", "Wishes to look that one person may make in a minute; each leaves a record.", ge=10
    )
    grant_seconds: int = setting(60, "seconds", "Life of a grant token; it is renewed on the socket.", ge=10, le=60)

    # Node
    node_name: str = setting("node-1", "text", "Name of this media node in the web's register of nodes.")
    node_host: str = setting(
        "127.0.0.1", "address", "Address the node's workers listen on; anything but loopback needs TLS."
    )
    node_port: int = setting(8100, "port", "Port base of the node: worker i listens on this port + i.", ge=1, le=65000)
    node_origin: str = setting(
        "",
        "URL without port",
        "Scheme and host under which browsers, and with TLS the web process, reach the node's workers. Empty: localhost.",
    )
    node_workers: int = setting(0, "count", "Worker processes of the node; 0 means one per core.", ge=0, le=256)
    web_internal_url: str = setting(
        "",
        "URL",
        "Where the node fetches its assignment from the web process. Empty: this machine, with the web port.",
    )

    @field_validator("data", "tls_cert", "tls_key", "notary_socket", "checkpoint_copy", "witnesses")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @model_validator(mode="before")
    @classmethod
    def _own_addresses(cls, values: Any) -> Any:
        """Addresses that were not given follow from the ports and from whether there is a certificate."""
        if not isinstance(values, dict):
            return values
        name = None if values.get("tls_cert") else _own_name(values.get("data") or cls.model_fields["data"].default)
        scheme = "https" if values.get("tls_cert") or name else "http"
        port = values.get("web_port") or cls.model_fields["web_port"].default
        addresses = {
            "web_origin": f"{scheme}://{name or 'localhost'}{_port_in_origin(scheme, port)}",
            "web_internal_url": f"{scheme}://{_LOOPBACK_NAME[scheme]}:{port}",
            "node_origin": f"{scheme}://{name or 'localhost'}",
        }
        return {**values, **{name: address for name, address in addresses.items() if not values.get(name)}}

    @model_validator(mode="after")
    def _lawful(self) -> Settings:
        if self.retention_days < 30 and not self.training:
            raise ValueError(
                "CUSTODES_RETENTION_DAYS must be 30 or more (S32, N17); only a training installation may keep less"
            )
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("CUSTODES_TLS_CERT and CUSTODES_TLS_KEY belong together: set both or neither")
        if self.mail_host and self.mail_security == "none" and not is_loopback(self.mail_host):
            raise ValueError("CUSTODES_MAIL_SECURITY=none is for a server on this machine alone: use starttls or tls")
        for name, server, host in (
            ("CUSTODES_WEB_HOST", "web", self.web_host),
            ("CUSTODES_NODE_HOST", "web", self.node_host),
            ("CUSTODES_GATEWAY_HOST", "gateway", self.gateway_host),
        ):
            if self.tls_of(server) is None and not is_loopback(host):
                raise ValueError(
                    f"{name}={host} is not loopback and needs TLS: call `custodes init --host NAME` or `custodes tls make --host NAME`, or set CUSTODES_TLS_CERT and CUSTODES_TLS_KEY"
                )
        return self

    @property
    def has_tls(self) -> bool:
        """Whether web and node speak TLS."""
        return self.tls_of("web") is not None

    def tls_of(self, server: str) -> TlsFiles | None:
        """Certificate and key of ``web``, ``node`` or ``gateway``: those that are set, else the installation's own, else None."""
        if self.tls_cert is not None and self.tls_key is not None:
            return TlsFiles(self.tls_cert, self.tls_key)
        return TlsFolder(self.keys_folder).own(server)

    @property
    def keys_folder(self) -> Path:
        """Where each process keeps its own keys: ``keys/notary``, ``keys/web``, ``keys/node``, ``keys/gateway``, ``keys/public``."""
        return self.data / "keys"

    @property
    def ledger_folder(self) -> Path:
        """The notary's log: records, tiles and checkpoints."""
        return self.data / "ledger"

    @property
    def papers_folder(self) -> Path:
        """The files that people handed in, each under its SHA-256; the web's own."""
        return self.data / "papers"

    @property
    def node_folder(self) -> Path:
        """The node's own state: last assignment, one index and outbox per worker."""
        return self.data / "node"

    @property
    def gateway_folder(self) -> Path:
        """The gateway's own state: last assignment, open calls."""
        return self.data / "gateway"

    @property
    def gateway_url(self) -> str:
        """Where web and nodes reach this machine's gateway: with TLS by a name that its certificate is for."""
        if self.tls_of("gateway") is None:
            return f"http://{url_host(self.gateway_host)}:{self.gateway_port}"
        name = "localhost" if is_loopback(self.gateway_host) else urlsplit(self.node_origin).hostname or "localhost"
        return f"https://{url_host(name)}:{self.gateway_port}"

    @property
    def notary_socket_path(self) -> Path:
        """The notary's Unix socket."""
        return self.notary_socket or self.data / "notary" / "notary.sock"

    @property
    def witness_folder(self) -> Path:
        """The witness's logs (a person's), states and evidence (its own)."""
        return self.data / "witness"

    @property
    def witnesses_folder(self) -> Path:
        """Who cosigns this installation's own log."""
        return self.witnesses or self.data / "witnesses"

    @property
    def volume_paths(self) -> tuple[Path, ...]:
        """Folders that hold footage: those that the settings name, and those that were added on the volumes page."""
        named = self.volumes or (self.data / "footage",)
        return (*named, *(path for path in map(Path, self.added_volumes) if path not in named))

    @property
    def added_volumes(self) -> dict[str, str]:
        """Folder and id of each volume that was added on the volumes page; none where the note can't be read: recording
        goes on with what the settings name, and the worker says so.
        """
        try:
            return {one.path: one.identity for one in read_added(self.node_folder)}
        except (OSError, BadNote):
            return {}

    @property
    def worker_count(self) -> int:
        """Worker processes of the node."""
        return self.node_workers or os.cpu_count() or 1

    @property
    def database(self) -> str:
        """Database URL of the web process."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data / 'web.sqlite3'}"


def _own_name(data: Any) -> str | None:
    """The name that the installation's own certificate calls it by; None without one."""
    own = TlsFolder(Path(data).expanduser().absolute() / "keys").own("web")
    if own is None:
        return None
    try:
        return url_host(called(read(own.cert).names))
    except (OSError, ValueError):  # said by whoever serves with it, in words
        return "localhost"


def _port_in_origin(scheme: str, port: Any) -> str:
    """Browsers leave a scheme's own port out of the origin (RFC 6454 §4)."""
    return "" if (scheme, str(port)) in (("https", "443"), ("http", "80")) else f":{port}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once."""
    env_file = os.environ.get("CUSTODES_ENV_FILE")
    return Settings(_env_file=env_file)
