"""The first file of a package: what it is, what it proves and what it does not, for who opens it without us."""

from __future__ import annotations

from custodes.evidence.package import Package
from custodes.ledger.records import at_text

_TEXT = """\
视频图像证据包
==============

编号　　{id}
制作时间　{at}（协调世界时）
交付单位　{holder}
视频片段　{count} 个

怎样核验
--------
1. 装有 Python 3.8 以上版本的计算机，不联网即可：
       python3 verify.py 本文件.zip --trust 密钥文件.txt
2. 没有 Python 的，用浏览器打开 verify.html，选择本文件，断网也能用。
密钥文件应当从交付单位或者其上级机关另行取得，不要用包里的；包里 trust/ 中的密钥只说明包内各部分相互一致，不能说明是谁签的。

核验通过，证明：
· 包里的每一段视频就是录制时封存的原始字节，没有改动、增减或者调换，包括只取其中一部分的；
· 每一段视频在封存时已经记入存证日志，准予查阅、复制的决定在交付之前已经记入；
· 给出的每一段都在准予的摄像机和时段之内；
· 本包自签名以后没有变动。

核验通过，不能证明：
· 摄像机到录像设备之间的线路上没有人动过手脚；
· 录制时的时钟是准的（清单写明了封存时时钟的同步状态和偏差）；
· 镜头前的场景本身是真的。

目录
----
media/　视频，原始字节　　manifest.json　清单　　proofs/　存证证明　　chain.jsonl　保管过程
docs/　文书　　trust/　密钥和时间戳　　manifest.note　对清单的签名

Evidence package of video footage
=================================

Package {id}, made at {at} UTC by {holder}, with {count} pieces of footage.

How to check it: `python3 verify.py THIS.zip --trust KEYS.txt` (Python 3.8 or newer, no network), or open verify.html in a browser,
with no network either. Get the keys from the unit that handed this over or from the authority above it: those in trust/ show only
that the parts of the package agree with each other, not who signed them.

What a passed check proves: each piece of footage has the bytes that were sealed when it was recorded, unchanged, none added, left out
or exchanged, also where a part was cut out; each was in the log when it was sealed, and the leave to hand it over before it was handed
over; each lies within the cameras and times of that leave; nothing changed since the package was signed.

What it does not prove: that nobody interfered between camera and recorder; that the clock was right (the list says how it was
synchronised); that the scene before the camera was real.
"""


def readme(package: Package) -> bytes:
    """``README.txt``, with line ends that every editor of an office shows."""
    text = _TEXT.format(
        id=package.id, at=at_text(package.made_us)[:19], holder=package.holder, count=len(package.parts)
    )
    return ("\ufeff" + text).replace("\n", "\r\n").encode()
