"""What hostile peers send: commands, pieces of bodies, descriptions, steps of playing back."""

from __future__ import annotations

from hypothesis import strategies as st

CMDS = (
    "Catalog",
    "DeviceInfo",
    "DeviceStatus",
    "PresetQuery",
    "RecordInfo",
    "DeviceControl",
    "DeviceConfig",
    "ConfigDownload",
    "Broadcast",
    "Alarm",
    "MobilePosition",
    "PTZPosition",
    "HomePositionQuery",
    "Nothing",
)
PIECES = (
    "<StartTime>2026-11-24T00:00:00</StartTime><EndTime>2026-11-25T00:00:00</EndTime>",
    "<PTZCmd>A50F0101200000D6</PTZCmd>",
    "<PTZCmd>A50F018200FF0037</PTZCmd>",
    "<IFameCmd>Send</IFameCmd>",
    "<TeleBoot>Boot</TeleBoot>",
    "<GuardCmd>SetGuard</GuardCmd>",
    "<HomePosition><Enabled>1</Enabled></HomePosition>",
    "<SourceID>34020000002000000001</SourceID><TargetID>34020000001180000001</TargetID>",
    "<SourceID>x</SourceID><TargetID>34020000001320000001</TargetID>",
    "<Result>OK</Result>",
    "<Interval>5</Interval>",
    "<ConfigType>BasicParam/VideoParamOpt/PictureMask</ConfigType>",
    "<BasicParam><HeartBeatInterval>0</HeartBeatInterval><HeartBeatCount>0</HeartBeatCount></BasicParam>",
    "<BasicParam><HeartBeatInterval>86400</HeartBeatInterval><Expiration>0</Expiration></BasicParam>",
    "<PictureMask><On>1</On><RegionList Num='1'><Item><Seq>1</Seq><Point>x</Point></Item></RegionList></PictureMask>",
)
LINES = (
    "v=0",
    "o=34020000002000000001 0 0 IN IP4 192.0.2.1",
    "s=Play",
    "s=Playback",
    "s=Download",
    "s=Talk",
    "c=IN IP4 192.0.2.1",
    "t=0 0",
    "t=1795456800 1795460400",
    "t=1795456800 1795456800",
    "m=video 30000 RTP/AVP 96",
    "m=video 0 TCP/RTP/AVP 96 98",
    "m=audio 30000 RTP/AVP 8",
    "a=setup:passive",
    "a=setup:active",
    "a=downloadspeed:999999",
    "y=0200000001",
    "y=4294967295",
    "y=x",
    "u=34020000001320000001:3",
)
descriptions = st.lists(st.sampled_from(LINES), max_size=12).map(lambda lines: "\r\n".join(lines).encode())
infos = st.sampled_from(
    (
        b"PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: 64\r\n\r\n",
        b"PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: 0.001\r\nRange: npt=3-\r\n\r\n",
        b"PAUSE RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"TEARDOWN RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"PLAY",
    )
)
