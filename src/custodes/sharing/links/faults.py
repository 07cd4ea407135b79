"""What the gateway says of a link's last fault, in the words of the page: it reports plain English sentences (`gateway.uppers`, `gb28181.cascade`)."""

from __future__ import annotations

import re

from django.utils.translation import gettext, pgettext_lazy

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
}


def words_of(fault: str) -> str:
    """In the reader's language, with the status of SIP where one was said; empty for a fault that is not known here."""
    status = _STATUS.search(fault)
    known = _WORDS.get(fault[: status.start()] if status else fault)
    if known is None:
        return ""
    return gettext("%(words)s（SIP %(status)s）") % {"words": known, "status": status[1]} if status else str(known)
