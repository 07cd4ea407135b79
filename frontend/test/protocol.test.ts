import { describe, expect, it } from "vitest";
import { HEAD_BYTES, closeReason, parseBinary, parseText } from "../src/view/protocol";

function binary(
  kind: number,
  epoch: number,
  channel: number,
  sequence: number,
  wallUs: bigint,
  payload: number[],
) {
  const message = new ArrayBuffer(HEAD_BYTES + payload.length);
  const view = new DataView(message);
  view.setUint8(0, kind);
  view.setUint8(1, epoch);
  view.setUint16(2, channel);
  view.setUint32(4, sequence);
  view.setBigInt64(8, wallUs);
  new Uint8Array(message, HEAD_BYTES).set(payload);
  return message;
}

describe("binary messages", () => {
  it("are read as wire.md §5 lays them out, big-endian", () => {
    const read = parseBinary(binary(1, 7, 0x0102, 0x01020304, 1_717_000_000_123_456n, [9, 8]));
    expect(read).toMatchObject({
      initialisation: false,
      sound: false,
      epoch: 7,
      channel: 258,
      sequence: 0x01020304,
      wallUs: 1_717_000_000_123_456,
    });
    expect([...(read?.bytes ?? [])]).toEqual([9, 8]);
  });
  it("are refused when shorter than their head or of an unknown kind", () => {
    expect(parseBinary(new ArrayBuffer(HEAD_BYTES - 1))).toBeNull();
    expect(parseBinary(binary(3, 0, 0, 0, 0n, []))).toBeNull();
    expect(parseBinary(binary(2, 0, 0, 0, 0n, []))?.sound).toBe(true);
  });
});

describe("text messages", () => {
  it("keep an init's fields", () => {
    const init = {
      type: "init",
      channel: 1,
      epoch: 2,
      mime: "video/mp4",
      width: 3,
      height: 4,
      base_us: 5,
      live: true,
    };
    expect(parseText(JSON.stringify(init))).toEqual({ ...init, source: "archive", sub: false });
    const device = { ...init, live: false, source: "device", sub: true };
    expect(parseText(JSON.stringify(device))).toEqual(device);
  });
  it("tell what a device has recorded, and leave out what is no span", () => {
    const told = { type: "recordings", channel: 1, from: 0, to: 9, whole: true, failure: "" };
    const spans = [[1, 2], [3], [5, 4], "x", [6, null], [7, 8]];
    expect(parseText(JSON.stringify({ ...told, spans }))).toEqual({ ...told, spans: [[1, 2], [7, 8]] }); // prettier-ignore
    expect(parseText(JSON.stringify({ type: "recordings", channel: 1, from: 0 }))).toBeNull();
  });
  it("tell at which speed a device goes on", () => {
    const said = { type: "rate", channel: 1, rate: 1, failure: "refused:551" };
    expect(parseText(JSON.stringify(said))).toEqual(said);
    expect(parseText(JSON.stringify({ ...said, rate: 0 }))).toBeNull();
  });
  it("give null instead of throwing for what is not the protocol's", () => {
    const bad = ["", "[]", "null", "{", '{"type":"init","channel":1}', '{"type":"gap","channel":0,"from":1}'];
    for (const text of [...bad, '{"type":"granted"}', '{"type":"other","channel":1}', '"x"'])
      expect(parseText(text), text).toBeNull();
  });
  it("say why a socket stopped", () => {
    expect(parseText('{"type":"stopped","reason":"revoked","clause":"S34(1)","detail":"x"}')).toEqual({
      type: "stopped",
      reason: "revoked",
      clause: "S34(1)",
      detail: "x",
    });
    expect(closeReason(4410)).toBe("revoked");
    expect(closeReason(1006)).toBe("lost");
  });
});
