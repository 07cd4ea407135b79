"""A GStreamer RTSP server for our client to read. Run by Debian's own python3, which has GStreamer's bindings:

    /usr/bin/python3 gst_rtsp_server.py CODEC FILE [USER PASSWORD] [--udp] [--tls PEM]

serves FILE (MP4) as `/cam` on a free port of loopback and prints the port. With `--udp` it sends as UDP and in no other
way; with `--tls` it speaks TLS with the certificate and key in PEM; with `--sound` it sends the film's sound as well,
and with `--deaf N` without sound from the N-th second on.
"""

import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("codec")
parser.add_argument("path")
parser.add_argument("login", nargs="*")
parser.add_argument("--udp", action="store_true")
parser.add_argument("--tls", default="")
parser.add_argument("--sound", default="", choices=["", "AAC", "PCMA", "PCMU"])
parser.add_argument("--deaf", type=int, default=0)
options = parser.parse_args()
codec, path, login = options.codec, options.path, options.login
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
factory = GstRtspServer.RTSPMediaFactory()
ends = f"! identity eos-after={options.deaf * (47 if options.sound == 'AAC' else 8)}" if options.deaf else ""
sounds = {
    "": "",
    "AAC": f"d. {ends} ! queue ! aacparse ! rtpmp4gpay name=pay1 pt=97",
    "PCMA": f"d. {ends} ! queue ! rtppcmapay name=pay1 pt=8",
    "PCMU": f"d. {ends} ! queue ! rtppcmupay name=pay1 pt=0",
}
factory.set_launch(
    f"( filesrc location={path} ! qtdemux name=d"
    f" d. ! queue ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=1 {sounds[options.sound]} )"
)
if options.udp:
    factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
auth = GstRtspServer.RTSPAuth()
if options.tls:
    auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(options.tls))
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role("anonymous")
    for name in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("anonymous", name, True)
    factory.set_permissions(permissions)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "anonymous")
    auth.set_default_token(token)
if login:
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(login[0], login[1], token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role("viewer")
    for name in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", name, True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory("/cam", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
