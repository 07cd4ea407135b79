"""What the gateway measured of a link, in words: faults, which it reports in plain English sentences (`gateway.upper_platforms`, `gb28181.cascade`), and
times and figures of the parts of a trial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

SECONDS = 10_000
"""From so many milliseconds on a time is told in seconds."""


def time_of(ms: int | None) -> str:
    """How long a part took; empty where it did not come about."""
    if ms is None:
        return ""
    if ms >= SECONDS:
        return _("%(seconds)s 秒") % {"seconds": f"{ms / 1000:.1f}"}
    return _("%(ms)d 毫秒") % {"ms": ms}


def figure_of(part: Mapping[str, Any]) -> str:
    """Of a part as it is kept; empty where it has none."""
    told: list[str] = []
    if (ago := part.get("ago_s")) is not None:
        told.append(ngettext("最近消息在 %(count)d 秒前", "最近消息在 %(count)d 秒前", ago) % {"count": ago})
    if (off := part.get("off_ms")) is not None:
        words = _("时钟快 %(ms)d 毫秒") if off >= 0 else _("时钟慢 %(ms)d 毫秒")
        told.append(words % {"ms": abs(off)})
    if (got := part.get("got")) is not None and (said := part.get("said")) is not None:
        told.append(_("收到 %(got)d 条，声明 %(said)d 条") % {"got": got, "said": said})
    return _("，").join(told)


_STATUS = re.compile(r" \((\d{3})\)$")
_WORDS = {
    "its password does not open with this gateway's key; enter it anew": pgettext_lazy(
        "联网故障", "登记密码不能用国标网关现有的密钥打开，请重新录入"
    ),
    "no port of the gateway is left for it; CUSTODES_GATEWAY_UPPER_PORTS gives more": pgettext_lazy(
        "联网故障", "国标网关没有空余的信令端口，请在 CUSTODES_GATEWAY_UPPER_PORTS 中增加"
    ),
    "its port is taken by another program on the gateway's machine": pgettext_lazy(
        "联网故障", "信令端口被国标网关所在服务器的其他程序占用"
    ),
    "its ID or the one that we have with it can't be written in SIP": pgettext_lazy(
        "联网故障", "对方或者本级的平台编码不符合 SIP 的格式"
    ),
    "its name leads to no address": pgettext_lazy("联网故障", "对方的域名不能解析为地址"),
    "its name leads to another address, which is in none of its networks": pgettext_lazy(
        "联网故障", "对方的域名改为解析到媒体接收网段以外的地址，没有改向注册。请与对方核实，属实的在平台页面登记该网段"
    ),
    "one of the further addresses that it may be heard from is a name that leads to no address": pgettext_lazy(
        "联网故障", "对方的其他信令地址中，有域名不能解析为地址"
    ),
    "it closes the connection at once": pgettext_lazy("联网故障", "对方随即断开连接"),
    "no connection to it can be made": pgettext_lazy("联网故障", "不能与对方建立连接"),
    "it sends us to another address; whether we go there is for a person to decide": pgettext_lazy(
        "联网故障", "对方要求改向另一地址注册，是否改向由人员决定"
    ),
    "it did not ask for our catalogue; whoever is there may ask it to": pgettext_lazy(
        "联网故障", "对方没有查询本级目录，可以请对方值班人员查询"
    ),
    "it could not be tried to the end": pgettext_lazy("联网故障", "试联没有完成"),
    "the link is in force: how it stands is measured all the time": pgettext_lazy(
        "联网故障", "联网已启用，状态一直在实测"
    ),
    "it can't read our registration": pgettext_lazy("联网故障", "对方不能识别注册请求"),
    "it refuses our ID or our password": pgettext_lazy("联网故障", "对方不接受本级的平台编码或者密码"),
    "it does not know our ID": pgettext_lazy("联网故障", "对方没有登记本级的平台编码"),
    "it wants a longer registration than we may ask for": pgettext_lazy("联网故障", "对方要求的注册有效期过长"),
    "it has a fault of its own": pgettext_lazy("联网故障", "对方平台发生故障"),
    "it is overloaded or not in service": pgettext_lazy("联网故障", "对方平台过载或者停止服务"),
    "it refuses our registration": pgettext_lazy("联网故障", "对方拒绝注册"),
    "it does not answer": pgettext_lazy("联网故障", "对方没有应答"),
    "it answers keepalives no longer": pgettext_lazy("联网故障", "对方不再应答心跳"),
    "the connection to it broke": pgettext_lazy("联网故障", "与对方的连接断开"),
    "it does not know us any more": pgettext_lazy("联网故障", "对方不再承认本级的注册"),
    "no device of its ID may register here now": pgettext_lazy(
        "联网故障", "本级没有登记该编码的国标设备，或者不准予其注册。请核对平台编码和设备登记"
    ),
    "it registers with another ID or another password": pgettext_lazy(
        "联网故障", "下级平台注册时的编码或者密码不符。请在设备页面重新生成密码，当面或者以密件交给下级平台"
    ),
    "it registers from an address outside the networks that devices may come from": pgettext_lazy(
        "联网故障", "下级平台从允许的设备网段以外注册。请核对其出口地址和 CUSTODES_CAMERA_NETWORKS"
    ),
    "it did not register during the trial": pgettext_lazy(
        "联网故障", "试联期间下级平台没有注册。请下级平台核对本级的信令地址、端口和传输方式，以及网络是否可达"
    ),
    "it is not registered, so it could not be asked": pgettext_lazy("联网故障", "下级平台没有注册，不能测试这一项"),
    "no keepalive of it came within its own interval": pgettext_lazy(
        "联网故障", "没有在心跳间隔内收到心跳。请下级平台将心跳间隔设为与本级设备登记一致"
    ),
    "its keepalives are further apart than a trial waits": pgettext_lazy(
        "联网故障", "心跳间隔过长，试联不等待。请在设备页面查看状态"
    ),
    "it does not tell its time": pgettext_lazy("联网故障", "下级平台不报告时间，请由人员核对校时"),
    "its clock is off by more than a second": pgettext_lazy(
        "联网故障", "时钟误差超过 1 秒。请下级平台向标准时间源校时"
    ),
    "it did not say what it is": pgettext_lazy("联网故障", "没有答复设备信息查询。请下级平台核对是否支持 DeviceInfo"),
    "it did not answer when it was asked for its catalogue": pgettext_lazy(
        "联网故障", "没有答复目录查询。请下级平台核对是否向本级共享目录"
    ),
    "it sent less of its catalogue than it announced": pgettext_lazy(
        "联网故障", "收到的目录少于声明的数目。请下级平台核对目录，改用 TCP 传输后再试"
    ),
    "its catalogue has more entries than can be taken": pgettext_lazy("联网故障", "目录条目过多。请下级平台分部分共享"),
    "its catalogue was not whole when the trial was over": pgettext_lazy(
        "联网故障", "试联结束时目录还没有收齐。目录较大的，在设备页面查看结果"
    ),
    "a call was not asked for": pgettext_lazy("联网故障", "没有要求试呼"),
    "its catalogue is not whole, so nothing of it was called": pgettext_lazy("联网故障", "目录没有收齐，没有试呼"),
    "it shows no camera that could be called": pgettext_lazy(
        "联网故障", "目录中没有可以试呼的点位。本级已登记的点位不试呼，在点位页面查看"
    ),
    "it did not answer the call": pgettext_lazy("联网故障", "没有应答呼叫。请下级平台核对该点位是否在线"),
    "its answer to the call brings no video": pgettext_lazy(
        "联网故障", "呼叫的应答中没有可用的视频。请下级平台核对点位的码流设置"
    ),
    "it takes no call over a connection that we would open": pgettext_lazy(
        "联网故障", "下级平台不支持试呼所用的传输方式（TCP 主动）。请由人员核对画面"
    ),
    "it refused the call": pgettext_lazy("联网故障", "下级平台拒绝呼叫。请核对该点位是否在线、是否向本级授权"),
    "its side channel was not handed over": pgettext_lazy(
        "联网故障", "没有登记说明通道。对方使用本系统的，请在平台页面登记地址和证书"
    ),
    "our own certificate of the side channel can't be used": pgettext_lazy(
        "联网故障", "本级的说明通道证书不能使用。请运行 custodes doctor 检查"
    ),
    "its side channel shows another certificate than was handed over": pgettext_lazy(
        "联网故障", "说明通道出示的证书与登记的不符。请与下级平台核对指纹，不得径行更换"
    ),
    "no connection to its side channel can be made": pgettext_lazy(
        "联网故障", "不能连接说明通道。请核对地址、端口和防火墙"
    ),
    "something else answers at the address of its side channel": pgettext_lazy(
        "联网故障", "说明通道地址上是其他服务。请核对地址和端口"
    ),
    "its side channel could not be reached, so it could not be asked": pgettext_lazy(
        "联网故障", "说明通道没有连上，没有测试这一项"
    ),
    "it takes our certificate only once the link is in force there": pgettext_lazy(
        "联网故障", "下级平台启用联网后才接受本级的证书。请确认已将本级证书交给对方"
    ),
    "the trial was over before its turn came": pgettext_lazy("联网故障", "试联时间已到，没有测试这一项"),
    "its log is not witnessed here": pgettext_lazy("联网故障", "本级没有见证其存证日志"),
    "what the witness keeps of its log can't be read": pgettext_lazy("联网故障", "见证记录不能读取。请查看“见证”页面"),
    "no checkpoint of its log has come yet": pgettext_lazy(
        "联网故障", "还没有收到其存证日志的检查点。请下级平台核对见证设置"
    ),
    "its log has not grown for more than a quarter of an hour": pgettext_lazy(
        "联网故障", "其存证日志超过一刻钟没有增长。请查看“见证”页面"
    ),
}


def words_of(fault: str) -> str:
    """In the reader's language, with the status of SIP where one was said; empty for a fault that is not known here."""
    status = _STATUS.search(fault)
    known = _WORDS.get(fault[: status.start()] if status else fault)
    if known is None:
        return ""
    return gettext("%(words)s（SIP %(status)s）") % {"words": known, "status": status[1]} if status else str(known)
