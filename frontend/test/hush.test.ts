// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { hush, hushed, whenHushed } from "../src/sound/hush";
import { Speaker } from "../src/sound/speaker";
import { encode } from "../src/speak/alaw";
import type { Binary } from "../src/view/protocol";

const [one, other] = [{}, {}];
let played = 0;
let stopped = 0;

class Context {
  currentTime = 10;
  destination = {};
  resume = () => Promise.resolve();
  close = () => Promise.resolve();
  createBuffer = (_channels: number, length: number, rate: number) => ({
    duration: length / rate,
    copyToChannel: () => undefined,
  });
}
class Source {
  connect = () => undefined;
  addEventListener = () => undefined;
  start = () => void played++;
  stop = () => void stopped++;
}

beforeEach(() => {
  [played, stopped] = [0, 0];
  vi.stubGlobal("AudioContext", Context);
  vi.stubGlobal("AudioBufferSourceNode", Source);
});
afterEach(() => {
  hush(one, false);
  hush(other, false);
  vi.unstubAllGlobals();
});

it("lasts until nobody speaks any more", () => {
  const told = vi.fn();
  const end = whenHushed(told);
  hush(one, true);
  hush(other, true);
  hush(one, false);
  expect(hushed()).toBe(true);
  hush(other, false);
  expect(hushed()).toBe(false);
  expect(told).toHaveBeenCalledTimes(2);
  end();
  hush(one, true);
  expect(told).toHaveBeenCalledTimes(2);
});

/** A tenth of a second of A-law at `wallUs`. */
function sound(wallUs: number): Binary {
  const octets = encode(new Float32Array(800));
  const bytes = new Uint8Array(13 + octets.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint32(2, 8000);
  view.setUint16(7, 1);
  view.setUint16(9, octets.length);
  view.setUint16(11, octets.length);
  bytes.set(octets, 13);
  return { sound: true, wallUs, bytes } as unknown as Binary;
}

it("silences every camera of the page while somebody speaks, and what comes meanwhile", () => {
  const speakers = [new Speaker(() => undefined), new Speaker(() => undefined)];
  const hear = (wallUs: number) =>
    speakers.forEach((speaker) => {
      speaker.picture(wallUs);
      speaker.take(sound(wallUs));
    });
  hear(1_000_000);
  expect([played, stopped]).toEqual([2, 0]);
  hush(one, true);
  expect(stopped).toBe(2);
  hear(2_000_000);
  expect(played).toBe(2);
  hush(one, false);
  hear(3_000_000);
  expect(played).toBe(4);
  for (const speaker of speakers) speaker.close();
  hush(one, true);
  expect(stopped).toBe(4);
});
