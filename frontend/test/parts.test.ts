// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { decodeStrip } from "../src/bench/strip";
import { Refused, readTimeline } from "../src/net/api";
import { nextTheme, themeInForce } from "../src/page/theme_button";
import { ServerClock, ageOf } from "../src/player/age";
import { BufferQueue, type BufferTarget } from "../src/player/buffer_queue";
import { actionFor, nextRate } from "../src/player/keys";
import { cameraState } from "../src/i18n/translate";
import { panelFor } from "../src/player/panel";
import { proposedSpan, reaches } from "../src/player/reach";
import { watermarkText } from "../src/player/watermark";
import { codecName, offeredCodecs } from "../src/view/codecs";
import { acrossFor, group, layoutFor, neighbour, pagesOf, readCameras } from "../src/wall/layout";

class FakeBuffer extends EventTarget implements BufferTarget {
  updating = false;
  log: string[] = [];
  full = false;
  appendBuffer(data: BufferSource) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.#busy(`append ${(data as Uint8Array).byteLength}`);
  }
  remove(start: number, end: number) {
    this.full = false;
    this.#busy(`remove ${start} ${end}`);
  }
  changeType(type: string) {
    this.log.push(`type ${type}`);
  }
  done() {
    this.updating = false;
    this.dispatchEvent(new Event("updateend"));
  }
  #busy(what: string) {
    this.log.push(what);
    this.updating = true;
  }
}

describe("the buffer's queue", () => {
  const make = (room = 0) => {
    const buffer = new FakeBuffer();
    const failures: unknown[] = [];
    const queue = new BufferQueue(buffer, {
      settled: () => undefined,
      full: () => room,
      failed: (e) => failures.push(e),
    });
    return { buffer, queue, failures };
  };
  it("does one thing at a time and joins fragments that waited", () => {
    const { buffer, queue } = make();
    for (const size of [1, 2, 3]) queue.append(new Uint8Array(size));
    buffer.done();
    expect(buffer.log).toEqual(["append 1", "append 5"]);
  });
  it("forgets waiting data when cleared, but not a change of type", () => {
    const { buffer, queue } = make();
    queue.append(new Uint8Array(1));
    queue.append(new Uint8Array(2));
    queue.changeType("b");
    queue.clear();
    buffer.done();
    expect(buffer.log).toEqual(["append 1", "type b", "remove 0 Infinity"]);
  });
  it("makes room once when it is full, then goes on", () => {
    const { buffer, queue, failures } = make(12);
    buffer.full = true;
    queue.append(new Uint8Array(4));
    expect(buffer.log).toEqual(["remove 0 12"]);
    buffer.done();
    expect(buffer.log.at(-1)).toBe("append 4");
    expect(failures).toEqual([]);
  });
  it("fails when there is no room to make", () => {
    const { buffer, queue, failures } = make(0);
    buffer.full = true;
    queue.append(new Uint8Array(4));
    expect(failures).toHaveLength(1);
  });
});

describe("keys", () => {
  const press = (key: string, more = {}) => ({
    key,
    shiftKey: false,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    ...more,
  });
  it("mean what the help says", () => {
    expect(actionFor(press(" "))).toBe("toggle");
    expect(actionFor(press("K"))).toBe("toggle");
    expect(actionFor(press("ArrowLeft"))).toBe("stepBack");
    expect(actionFor(press("ArrowLeft", { shiftKey: true }))).toBe("back10");
    expect(actionFor(press("["))).toBe("spanStart");
    expect(actionFor(press("x"))).toBeNull();
  });
  it("leave the browser's own and a button's space alone", () => {
    expect(actionFor(press("f", { ctrlKey: true }))).toBeNull();
    expect(actionFor(press(" "), true)).toBeNull();
  });
  it("step through the rates and stop at the ends", () => {
    expect([nextRate(1, 1), nextRate(16, 1), nextRate(0.25, -1), nextRate(3, 1)]).toEqual([2, 16, 0.25, 1]);
  });
});

describe("what stands in place of the picture", () => {
  it("names clause, reason and remedy of a refusal", () => {
    const refused = new Refused(403, [{ clause: "S34(1)", reason: "原因", remedy: "办法" }], 1);
    const panel = panelFor({ kind: "lost", loss: { kind: "refused", refused } }, "main");
    expect(panel?.lines).toEqual([{ text: "原因", clause: "S34(1)", remedy: "办法" }]);
    expect(panel?.actions).toEqual(["again"]);
  });
  it("says something for every reason to stop, known or not", () => {
    for (const reason of ["revoked", "expired", "replaced", "unheard of"]) {
      const loss = { kind: "stopped", reason, clause: "", detail: "" } as const;
      expect(panelFor({ kind: "lost", loss }, "main")?.lines[0]?.text).toBeTruthy();
    }
  });
  it("names the codec, and offers the sub-stream only where that is another one", () => {
    const state = {
      kind: "codec",
      mime: 'video/mp4; codecs="hvc1.1.6.L93.B0"',
      live: true,
      sub: true,
    } as const;
    expect(panelFor(state, "main")?.lines[0]?.text).toContain("H.265 (hvc1.1.6.L93.B0)");
    expect(panelFor(state, "main")?.actions).toEqual(["sub"]);
    expect(panelFor(state, "sub")?.actions).toEqual([]);
    for (const live of [true, false]) {
      const alone = panelFor({ ...state, live, sub: false }, "main");
      expect(alone?.actions).toEqual([]);
      expect(alone?.lines[0]?.remedy).toContain("没有子码流");
    }
  });
  it("offers the sub-stream live when a recording can't be played, for only the main stream is recorded", () => {
    const state = {
      kind: "codec",
      mime: 'video/mp4; codecs="hvc1.1.6.L93.B0"',
      live: false,
      sub: true,
    } as const;
    expect(panelFor(state, "main")?.actions).toEqual(["subLive"]);
    expect(panelFor(state, "sub")?.actions).toEqual(["subLive"]);
  });
  it("says at which step a channel gives no picture, in the words that the page brings", () => {
    const words = {
      "gb:no-ps": { reason: "发来的数据不是标准的节目流（PS）", remedy: "请改为 PS。" },
      "gb:refused": { reason: "设备拒绝点播", remedy: "请关闭其他取流。" },
      "gb:refused:486": { reason: "取流路数已满（486）", remedy: "请增加路数。" },
    };
    const table = document.createElement("script");
    table.type = "application/json";
    table.id = "step-words";
    table.textContent = JSON.stringify(words);
    document.body.append(table);
    const said = (reason: string) =>
      panelFor({ kind: "waiting" }, "main", {
        type: "state",
        channel: 0,
        state: "refused",
        since_us: 0,
        reason,
      });
    expect(said("gb:no-ps")?.title).toBe("发来的数据不是标准的节目流（PS）");
    expect(said("gb:no-ps")?.lines[0]?.remedy).toBe("请改为 PS。");
    expect(said("gb:refused:486")?.title).toBe("取流路数已满（486）");
    expect(said("gb:refused:499")?.title).toBe("设备拒绝点播");
    expect(said("gb:strange")?.title).toBe("点位拒绝连接");
    expect(said("refused")?.title).toBe("点位拒绝连接");
    table.remove();
  });
  it("says how the camera stands while there is no picture", () => {
    const stands = (state: string, reason: string) =>
      ({ type: "state", channel: 0, state, since_us: 1_748_736_000e6, reason }) as const;
    const panel = panelFor({ kind: "waiting" }, "main", stands("refused", "refused"));
    expect(panel?.title).toBe("点位拒绝连接");
    expect(panel?.lines[0]?.text).toContain("2025-06-01");
    expect(panelFor({ kind: "waiting" }, "main", stands("refused", "codec"))?.title).toBe("编码不支持");
    expect(panelFor({ kind: "waiting" }, "main", stands("network", "gb:not_registered"))?.title).toBe(
      "网络中断",
    );
    expect(panelFor({ kind: "waiting" }, "main", stands("connecting", ""))?.title).toBe("正在连接点位");
    expect(panelFor({ kind: "waiting" }, "main", stands("recording", ""))?.title).toBe("等待画面");
    expect(panelFor({ kind: "playing" }, "main", stands("silent", "silent"))).toBeNull();
    const elsewhere = panelFor({ kind: "waiting" }, "main", stands("off", "unrecorded"));
    expect(elsewhere?.title).toBe("等待画面");
    expect(elsewhere?.lines[0]?.text).toContain("不在本平台录像");
    expect(panelFor({ kind: "waiting" }, "main", stands("off", "planned"))?.title).toBe("计划中断");
  });
  it("says why nothing of a camera is kept, and nothing else of one that is not recorded here", () => {
    expect(cameraState("off", "unrecorded")).toBe("不在本平台录像");
    expect(cameraState("off", "disk")).toBe("存储不足，没有录像");
    expect(cameraState("off")).toBe("未启用");
    expect(cameraState("silent", "silent")).toBe("无数据");
  });
  it("tells a restart of the node from a lost connection", () => {
    const state = { kind: "reconnecting", attempt: 1, seconds: 1 } as const;
    expect(panelFor({ ...state, restarting: true }, "main")?.title).toContain("重新启动");
    expect(panelFor({ ...state, restarting: false }, "main")?.title).toContain("连接已中断");
  });
  it("is nothing while there is a picture", () => {
    expect(panelFor({ kind: "playing" }, "main")).toBeNull();
    expect(panelFor({ kind: "stalled" }, "main")).toBeNull();
  });
});

describe("reach", () => {
  const grant = { backSeconds: 1800, span: [1000e6, 2000e6] as const };
  it("is the last minutes and the span, nothing between", () => {
    const now = 10_000e6;
    expect(reaches(grant, now - 1799e6, now)).toBe(true);
    expect(reaches(grant, now - 1801e6, now)).toBe(false);
    expect(reaches(grant, 1500e6, now)).toBe(true);
    expect(reaches(grant, 2000e6, now)).toBe(false);
    expect(proposedSpan(now - 60e6, now)[1]).toBe(now);
  });
});

describe("age", () => {
  it("asks for attention beyond one second and is never negative", () => {
    expect(ageOf(1_240_000, 1_000_000)).toEqual({ seconds: "0.2", late: false });
    expect(ageOf(3_000_000, 1_000_000)).toEqual({ seconds: "2.0", late: true });
    expect(ageOf(0, 1_000_000).seconds).toBe("0.0");
  });
  it("trusts the quickest word from the server's clock", () => {
    const clock = new ServerClock();
    clock.note(5_000_000, 1_000_000);
    clock.note(6_000_000, 2_100_000);
    expect(clock.now(2_000_000)).toBe(6_000_000);
  });
  it("stands in the watermark with person and index", () => {
    expect(watermarkText("德吉 · 视频中心", Date.UTC(2024, 5, 3, 0, 5, 9) * 1000, 7)).toBe(
      "德吉 · 视频中心 · 2024-06-03 08:05:09 · #7",
    );
  });
});

describe("the wall", () => {
  it("goes with the arrow keys and stops at the edges", () => {
    expect(neighbour("ArrowRight", 0, 4, 2)).toBe(1);
    expect(neighbour("ArrowRight", 1, 4, 2)).toBe(1);
    expect(neighbour("ArrowDown", 1, 4, 2)).toBe(3);
    expect(neighbour("ArrowDown", 1, 3, 2)).toBe(1);
  });
  it("groups its cameras", () => {
    expect([layoutFor(1), layoutFor(5), layoutFor(99), pagesOf(17, 16)]).toEqual([1, 9, 16, 2]);
    expect(group([1, 2, 3], 2, 1)).toEqual([3]);
  });
  it("puts as many tiles side by side as make them largest", () => {
    const desk = Array.from({ length: 16 }, (_, n) => acrossFor(n + 1, 1248, 676));
    expect(desk).toEqual([1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]);
    expect([acrossFor(2, 700, 1000), acrossFor(6, 700, 1000), acrossFor(6, 2560, 300)]).toEqual([1, 2, 6]);
    expect([acrossFor(6, 358, 600), acrossFor(16, 358, 600), acrossFor(0, 0, 0)]).toEqual([1, 1, 1]);
  });
  it("takes no address of another site", () => {
    const read = readCameras([
      { id: "a", href: "//evil" },
      { id: "b", href: "javascript:x" },
      { id: "c", href: "/c" },
      {},
    ]);
    expect(read.map((camera) => camera.href)).toEqual(["", "", "/c"]);
  });
});

describe("small things", () => {
  it("the theme follows the system until it is pinned; the control room is dark", () => {
    expect(themeInForce(undefined, "office")).toBe("system");
    expect(themeInForce(undefined, "control")).toBe("dark");
    expect(themeInForce("light", "control")).toBe("light");
    expect(nextTheme("dark")).toBe("system");
  });
  it("a timeline keeps only what is a span", () => {
    const read = readTimeline({ runs: [[1, 2], [3, 3], "x"], gaps: [[1, 2]], held: null, now_us: 5 });
    expect(read).toEqual({ runs: [[1, 2]], gaps: [[1, 2, ""]], held: [], filled: [], nowUs: 5 });
  });
  it("codecs are offered as the browser says", () => {
    expect(offeredCodecs((mime) => mime.includes("hvc1"))).toEqual(['video/mp4; codecs="hvc1.1.6.L93.B0"']);
    expect(codecName('video/mp4; codecs="avc1.640028"')).toBe("H.264 (avc1.640028)");
  });
  it("the strip is read with its check", () => {
    const data = (3 << 16) | 217;
    let check = 0b1010;
    for (let shift = 0; shift < 24; shift += 4) check ^= (data >> shift) & 15;
    const bit = (value: number, count: number) =>
      Array.from({ length: count }, (_, n) => ((value >> (count - 1 - n)) & 1 ? 230 : 20));
    const strip = [230, 20, ...bit(data, 24), ...bit(check, 4), 20, 230];
    expect(decodeStrip(strip)).toEqual({ camera: 3, frame: 217 });
    strip[20] = strip[20] === 20 ? 230 : 20;
    expect(decodeStrip(strip)).toBeNull();
    expect(decodeStrip(Array.from({ length: 32 }, () => 90))).toBeNull();
  });
});
