import { describe, expect, it } from "vitest";
import { decodeG711 } from "../src/sound/g711";
import { parseSound } from "../src/sound/message";
import { Schedule } from "../src/sound/schedule";

function payload(codec: number, frames: readonly Uint8Array[], config = new Uint8Array()): Uint8Array {
  const size = frames.reduce((sum, frame) => sum + frame.length, 0);
  const bytes = new Uint8Array(9 + config.length + 4 * frames.length + size);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, codec);
  view.setUint8(1, 1);
  view.setUint32(2, 8000);
  view.setUint8(6, config.length);
  view.setUint16(7, frames.length);
  bytes.set(config, 9);
  let at = 9 + config.length;
  for (const frame of frames) {
    view.setUint16(at, frame.length);
    view.setUint16(at + 2, frame.length);
    at += 4;
  }
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

describe("a sound message", () => {
  it("says how its frames are coded", () => {
    const found = parseSound(payload(1, [new Uint8Array(160), new Uint8Array(80)]));
    expect(found?.codec).toBe("alaw");
    expect(found?.rate).toBe(8000);
    expect(found?.frames.map((frame) => frame.data.length)).toEqual([160, 80]);
  });

  it("is left alone when it is cut off, too long or of another kind", () => {
    const whole = payload(0, [new Uint8Array(9)], new Uint8Array([0x11, 0x88]));
    expect(parseSound(whole)?.config.length).toBe(2);
    for (let size = 0; size < whole.length; size++) expect(parseSound(whole.slice(0, size))).toBeNull();
    expect(parseSound(new Uint8Array([...whole, 0]))).toBeNull();
    expect(parseSound(payload(3, []))).toBeNull();
  });
});

describe("G.711", () => {
  it("gives the values of the recommendation", () => {
    const a = decodeG711("alaw", new Uint8Array([0xd5, 0x55, 0xaa, 0x2a]));
    expect([...a].map((value) => Math.round(value * 32768))).toEqual([8, -8, 32256, -32256]);
    const u = decodeG711("ulaw", new Uint8Array([0xff, 0x7f, 0x80, 0x00]));
    expect([...u].map((value) => Math.round(value * 32768))).toEqual([0, 0, 32124, -32124]);
  });
});

describe("the schedule", () => {
  it("puts sound beside the picture of its time, one piece behind the other", () => {
    const schedule = new Schedule();
    expect(schedule.judge(0, 1, 10).kind).toBe("wait");
    schedule.picture(5_000_000, 10);
    expect(schedule.judge(5_100_000, 0.04, 10)).toEqual({ kind: "play", at: 10.1 });
    // The next piece is 20 ms off by its time, which nobody hears: it follows.
    const next = schedule.judge(5_160_000, 0.04, 10);
    expect(next.kind === "play" && next.at).toBeCloseTo(10.14, 6);
  });

  it("keeps what is far ahead and leaves out what is late", () => {
    const schedule = new Schedule();
    schedule.picture(5_000_000, 10);
    expect(schedule.judge(9_000_000, 1, 10).kind).toBe("wait");
    expect(schedule.judge(4_900_000, 0.04, 10).kind).toBe("late");
    schedule.clear();
    expect(schedule.judge(5_000_000, 1, 10).kind).toBe("wait");
  });
});
