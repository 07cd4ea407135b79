#!/bin/sh
# What the tests need besides the product itself: a browser, PostgreSQL, and programs of other makers to speak with.
set -eu

missing=""
need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need chromium chromium
need ffprobe ffmpeg
need gst-launch-1.0 gstreamer1.0-tools
need openssl openssl
need certutil libnss3-tools
need systemd-analyze systemd
need git git
need fusermount3 fuse3
need sipp sip-tester
need tshark tshark
need mkfs.ext4 e2fsprogs
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
# A chromium without Chinese glyphs would pass the tests and draw boxes.
fc-list :lang=zh-cn 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
gst-inspect-1.0 rtph264depay >/dev/null 2>&1 || missing="$missing gstreamer1.0-plugins-good"
gst-inspect-1.0 h264parse >/dev/null 2>&1 || missing="$missing gstreamer1.0-plugins-bad"
gst-inspect-1.0 avdec_h264 >/dev/null 2>&1 || missing="$missing gstreamer1.0-libav"
gst-inspect-1.0 x264enc >/dev/null 2>&1 || missing="$missing gstreamer1.0-plugins-ugly"
/usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' >/dev/null 2>&1 ||
    missing="$missing python3-gst-1.0 gir1.2-gst-rtsp-server-1.0"
# GStreamer's own server speaks TLS through this.
ls /usr/lib/*/gio/modules/libgiognutls.so >/dev/null 2>&1 || missing="$missing glib-networking"

[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086 # the list is meant to be split
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fontconfig $missing >/dev/null
    exit 0
fi
echo "The tests need Debian packages that are not here:$missing" >&2
echo "Install them (apt-get install$missing) or run make test as root." >&2
exit 1
