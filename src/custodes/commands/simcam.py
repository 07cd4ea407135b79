"""`custodes simcam`: simulated cameras."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from custodes.video.rtsp.server import RtspServer
    from custodes.video.simcam.dome import Place
    from custodes.video.simcam.film import FilmOrder
    from custodes.video.simcam.mjpeg import MjpegServer
    from custodes.video.simcam.scene import Harm
    from custodes.video.simcam.station import Turning


class Carrier(Enum):
    """How a device of GB/T 28181 signals."""

    UDP = "udp"
    TCP = "tcp"


class Year(Enum):
    """Editions of GB/T 28181."""

    Y2011 = "2011"
    Y2014 = "2014"
    Y2016 = "2016"
    Y2022 = "2022"


class BodyCharset(Enum):
    """Charsets of bodies."""

    AUTO = "auto"
    GB2312 = "gb2312"
    GB18030 = "gb18030"
    UTF8 = "utf-8"


def simcam(
    context: typer.Context,
    cameras: Annotated[int, typer.Option(min=1, max=255, help="How many cameras.")] = 8,
    port: Annotated[int, typer.Option(help="RTSP port on loopback; 0 takes a free one.")] = 8554,
    http_port: Annotated[int, typer.Option(help="Port of the page that tells when each frame was sent.")] = 8555,
    tls_port: Annotated[
        int | None,
        typer.Option(help="RTSPS port: the same cameras over TLS, with a certificate of their own. Off by default."),
    ] = None,
    mjpeg_port: Annotated[
        int | None,
        typer.Option(help="HTTP port: the sub-streams' pictures as Motion JPEG, `/cam-01.mjpg`. Off by default."),
    ] = None,
    bitrate: Annotated[str, typer.Option(help="Of a main stream, bit/s; `k` and `M` are understood.")] = "500k",
    sub_bitrate: Annotated[str, typer.Option(help="Of a sub-stream, bit/s.")] = "150k",
    h265: Annotated[int, typer.Option(min=0, help="How many cameras (the last ones) send H.265.")] = 1,
    gop: Annotated[int, typer.Option(min=1, max=10, help="Seconds from key picture to key picture.")] = 1,
    paced: Annotated[
        bool, typer.Option("--paced/--whole-frame", help="Space packets as a camera's link does, or send whole frames.")
    ] = True,
    ill: Annotated[
        list[str] | None,
        typer.Option(
            help="What goes wrong with a camera after a while, `3:aside`; aside, covered, dark, glare, blurred, cast or noise; repeatable."
        ),
    ] = None,
    ill_after: Annotated[int, typer.Option(min=1, help="After how many seconds of its stream.")] = 180,
    dome: Annotated[
        int, typer.Option(min=0, help="Number of the camera that turns, by ONVIF on `--onvif-port`; 0: none.")
    ] = 0,
    onvif_port: Annotated[int, typer.Option(help="HTTP port of the ONVIF services of the camera that turns.")] = 0,
    preset: Annotated[
        list[str] | None,
        typer.Option(
            help="A view that the camera that turns remembers, or each channel of `--gb28181`: name and pan from -1 to 1, `大门:0.6`; repeatable, the first is `1`."
        ),
    ] = None,
    degrees: Annotated[
        bool,
        typer.Option(
            "--degrees/--no-degrees",
            help="Whether the camera that turns says what its positions are in degrees: 120 sideways, 60 up and down.",
        ),
    ] = True,
    spoken: Annotated[
        bool, typer.Option("--spoken", help="Make a film with sound as well, in the films' folder, for `file:///`.")
    ] = False,
    user: Annotated[str, typer.Option(help="User name that clients must log in with; empty asks for none.")] = "",
    password: Annotated[str, typer.Option(envvar="CUSTODES_SIMCAM_PASSWORD", help="Its password, digest login.")] = "",
    gb28181: Annotated[
        str,
        typer.Option(
            "--gb28181",
            metavar="SERVER_ID@HOST:PORT",
            help="Be devices of GB/T 28181 that register there, in place of RTSP cameras; the options below belong to it.",
        ),
    ] = "",
    device_id: Annotated[
        list[str] | None, typer.Option(help="ID of the first device of a row, 20 digits; repeatable, each is a row.")
    ] = None,
    devices: Annotated[int, typer.Option(min=1, max=10_000, help="Devices of a row; serials count up.")] = 1,
    channels: Annotated[int, typer.Option(min=1, max=1_000, help="Channels of a device.")] = 1,
    password_file: Annotated[
        Path | None,
        typer.Option(
            help="File with the devices' password, or with a line `ID PASSWORD` for each. Without it CUSTODES_SIMCAM_PASSWORD."
        ),
    ] = None,
    transport: Annotated[Carrier, typer.Option(help="Of signalling; media go as the platform asks.")] = Carrier.UDP,
    edition: Annotated[Year, typer.Option(help="Edition of the standard that the devices know.")] = Year.Y2022,
    charset: Annotated[
        BodyCharset, typer.Option(help="What bodies are written in; auto follows the platform.")
    ] = BodyCharset.AUTO,
    quirk: Annotated[
        list[str] | None, typer.Option(help="A fault by its name, `no-map`; repeatable. `list` prints the names.")
    ] = None,
    keepalive: Annotated[bool, typer.Option("--keepalive/--no-keepalive", help="Send keepalives, or none.")] = True,
    keepalive_seconds: Annotated[float, typer.Option(min=1, max=3600, help="From one keepalive to the next.")] = 60,
    expires: Annotated[int, typer.Option(min=60, max=864_000, help="Seconds that a registration is to last.")] = 86_400,
    streams: Annotated[int, typer.Option(min=1, max=1_000, help="That a device sends at once; then 486.")] = 4,
    recorded_hours: Annotated[int, typer.Option(min=0, max=720, help="How far back its recordings go.")] = 24,
    substream: Annotated[bool, typer.Option("--substream", help="Channels show 640×360 in place of 1080p.")] = False,
    sound: Annotated[
        bool, typer.Option("--sound", help="Channels have tones in G.711 A-law beside the picture.")
    ] = False,
    alarm_each: Annotated[
        int,
        typer.Option(
            min=0, help="Seconds from one alarm of each device to its next: somebody enters (intrusion); 0: none."
        ),
    ] = 0,
    channel_name: Annotated[
        list[str] | None, typer.Option(help="What channels are called, in turn; repeatable. Without it as their films.")
    ] = None,
    moves: Annotated[
        list[str] | None,
        typer.Option(
            help="A channel of each device that moves, by its number, `2`, or `2:1800` where it tells so many seconds late; repeatable."
        ),
    ] = None,
    heard: Annotated[
        Path | None,
        typer.Option(
            envvar="CUSTODES_SIMCAM_HEARD",
            help="Folder for what is spoken through the devices, a file of A-law for each speech; without it nothing of it is kept.",
        ),
    ] = None,
    sip_port: Annotated[int, typer.Option(min=0, max=65_535, help="Of the first device; 0 takes free ones.")] = 0,
    media_ports: Annotated[str, typer.Option(help="Ports that streams come from, first and last.")] = "20000-29999",
    cache: Annotated[
        Path | None, typer.Option(help="Folder that keeps the films; `simcam` in the data folder by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready.")] = False,
) -> None:
    """Serve simulated cameras until Ctrl-C: over RTSP on loopback, or as devices of GB/T 28181.

    Films are drawn and encoded at the first start and kept. Each camera has `cam-01/main` (1080p25) and `cam-01/sub`
    (640×360). A strip along the top of the picture holds the frame's number; `GET /sent?camera=cam-01&n=17` on the HTTP
    port tells when that number was last sent. Packets are spaced as on a camera's link unless `--whole-frame` is given.
    With `--gb28181` the same films are shown by devices that register with a platform, stream PS over RTP as they are asked,
    answer for their catalogue, recordings and presets, and turn; `--dome` names the film that shows it.
    Exit code 0: stopped as asked. 2: the call was wrong. 3: a port is taken.
    """
    import json
    import signal
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.progress import Progress

    from custodes.settings import get_settings
    from custodes.video.clock import SystemClock
    from custodes.video.simcam import station
    from custodes.video.simcam.certificate import certificate_in, context_of, fingerprint_of
    from custodes.video.simcam.device import DeviceServer
    from custodes.video.simcam.dome import Dome
    from custodes.video.simcam.film import film_all, make_spoken
    from custodes.video.simcam.mjpeg import MjpegServer
    from custodes.video.simcam.station import SentPage, SentTimes

    console = Console(stderr=True, soft_wrap=True)
    if gb28181 or quirk:
        from custodes.commands.gb28181 import devices as simulated

        source = context.get_parameter_source("password")
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter("--password would be seen in the list of processes; use --password-file")
        wanted = simulated.DeviceOptions(
            gb28181, tuple(device_id or ()), devices, channels, password, password_file, transport.value, edition.value,
            charset.value, tuple(quirk or ()), keepalive, keepalive_seconds, expires, streams, recorded_hours, sip_port, media_ports,
            tuple((name, place[0]) for name, place in _presets(preset or []).values()), alarm_each,
            tuple(moves or ()), tuple(channel_name or ()), heard,
        )  # fmt: skip
        shown = simulated.FilmOptions(cameras, h265, _bits(bitrate), _bits(sub_bitrate), gop, substream, sound, dome)
        simulated.serve(wanted, shown, cache or get_settings().data / "simcam", console, as_json)
        return
    if bool(user) != bool(password):
        console.print("[red]--user and --password belong together[/red]")
        raise typer.Exit(2)
    folder = cache or get_settings().data / "simcam"
    films = station.orders(cameras, min(h265, cameras), _bits(bitrate), _bits(sub_bitrate), gop)
    wrong = station.ill_orders(films, _harms(ill or []))
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Filming the simulated cameras", total=len(films) + len(wrong))
        film_all([*films, *wrong.values()], folder, lambda _order: progress.advance(task))
    if spoken:
        make_spoken(folder)
    turning = station.Turning(dome, Dome(_presets(preset or []))) if dome else None
    times = SentTimes()
    clock, users = SystemClock(), {user: password} if user else {}
    more: list[RtspServer | MjpegServer | DeviceServer] = []
    about: dict[str, object] = {}
    opening = f"--port {port}"
    try:
        server = station.serve(
            station.mounts(films, folder, times, paced, wrong, ill_after, turning), users, clock, port
        )
        listing = station.listing(films, server.port)
        opening = f"--http-port {http_port}"
        page = SentPage(times, listing, http_port)
        if tls_port is not None:
            opening = f"--tls-port {tls_port}"
            path = certificate_in(folder, datetime.now(UTC))
            mounts = station.mounts(films, folder, None, paced)
            secure = station.serve(mounts, users, clock, tls_port, context_of(path))
            more.append(secure)
            about |= {"tls_port": secure.port, "certificate": fingerprint_of(path)}
        if mjpeg_port is not None:
            opening = f"--mjpeg-port {mjpeg_port}"
            subs = {order.camera.path: order.files(folder)[1] for order in films}
            jpegs = MjpegServer(subs, station.guard_of(users, clock), mjpeg_port)
            more.append(jpegs)
            about |= {"mjpeg_port": jpegs.port}
        if turning is not None:
            opening = f"--onvif-port {onvif_port}"
            stream = next(str(one["main"]) for one in listing if one["number"] == dome)
            device = DeviceServer(turning.dome, stream, (user, password), onvif_port, degrees)
            more.append(device)
            about |= {"onvif_port": device.port}
    except OSError as error:
        console.print(
            f"[red]{opening}: can't be opened: {error}. Another simcam may be running; choose another port, 0 takes a free one.[/red]"
        )
        raise typer.Exit(3) from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: server.ask_to_stop())
    for one in (page, *more):
        one.start()
    if as_json:
        facts = {"port": server.port, "http_port": page.port, **about, "cameras": listing}
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for camera in listing:
            typer.echo(f"{camera['main']}  {camera['name']}  {camera['codec']}")
    if turning is not None:
        # Nobody waits for the other views: until they are filmed the camera looks straight ahead.
        Thread(target=_film_views, args=(turning, films, folder), name="views", daemon=True).start()
    server.run()
    for one in (page, *more):
        one.stop()


def _film_views(turning: Turning, films: list[FilmOrder], folder: Path) -> None:
    from custodes.video.simcam.film import film_apart

    for order in turning.orders(films):
        if film_apart(order, folder):
            turning.fill(order, folder)


def _presets(texts: list[str]) -> dict[str, tuple[str, Place]]:
    """By token what the camera that turns remembers, of texts such as ``大门:0.6``."""
    found = {}
    for number, text in enumerate(texts, start=1):
        name, _, pan = text.rpartition(":")
        try:
            found[str(number)] = (name, (float(pan), 0.0, 0.0))
        except ValueError as error:
            raise typer.BadParameter(f"{text} is no view; write 大门:0.6") from error
    return found


def _harms(texts: list[str]) -> dict[int, Harm]:
    """By camera's number what goes wrong, of texts such as ``3:aside``."""
    from custodes.video.simcam.scene import HARMS

    found: dict[int, Harm] = {}
    for text in texts:
        number, _, name = text.partition(":")
        harm = next((one for one in HARMS if one == name), None)
        if harm is None or not (number.isascii() and number.isdigit()):
            raise typer.BadParameter(
                f"{text} is nothing that can go wrong; write 3:{HARMS[0]}, or {', '.join(HARMS[1:])}"
            )
        found[int(number)] = harm
    return found


def _bits(text: str) -> int:
    """Bit/s of a text such as ``500k`` or ``4M``."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    digits = text[:-1] if factor > 1 else text
    try:
        value = round(float(digits) * factor)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no bitrate; write 500k or 4M") from error
    if not 20_000 <= value <= 100_000_000:
        raise typer.BadParameter(f"{text} is outside 20k to 100M")
    return value
