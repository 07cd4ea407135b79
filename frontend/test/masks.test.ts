import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  begunAt,
  boxBetween,
  dragged,
  endedAt,
  handlesOf,
  newTrack,
  placed,
  redrawn,
  resized,
  withoutFrame,
} from "../src/masks/edits";
import { actionOf } from "../src/masks/keys";
import { laneAt, layLanes } from "../src/masks/lanes_layout";
import { nextOf, nextOpen, type Situation } from "../src/masks/next";
import { readDocument } from "../src/masks/server";
import { holds, type Box, type Shape } from "../src/masks/shapes";
import { PictureTimes, TICKS, told } from "../src/masks/times";
import { maskAt, readTrack, seenAt, shapeOf, type Frame, type Track } from "../src/masks/tracks";
import { en } from "../src/masks/words_en";
import { zh } from "../src/masks/words_zh";
import { kept, shownPart, showing, WHOLE, zoomedAt } from "../src/masks/zoom";

interface Vector {
  readonly track: unknown;
  readonly at: readonly (readonly [number, Shape | null, Shape | null])[];
  readonly redrawn: { readonly time: number; readonly shape: Shape; readonly track: Track };
}

/** What the library itself says, asked now. */
function vectors(): Vector[] {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const own = `${root}.venv/bin/python`;
  const python = existsSync(own) ? own : "python3";
  const said = execFileSync(python, ["-m", "tests.frontend.mask_vectors"], {
    cwd: root,
    maxBuffer: 64 << 20,
  });
  return JSON.parse(said.toString()) as Vector[];
}

const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });
const frame = (time: number, left: number, sighting: Frame[1] = "drawn"): Frame => [
  time,
  sighting,
  left * 16,
  0,
  (left + 10) * 16,
  160,
];
const track = (frames: readonly Frame[], more: Partial<Track> = {}): Track => ({
  ...newTrack(1, "face", box(0, 0, 10, 10), 0, 0),
  origin: "model",
  frames,
  ...more,
});

describe("what the library says", () => {
  const all = vectors();
  it("is said here too, to the last bit: where a track is seen, and what is filled", () => {
    let compared = 0;
    for (const { track: written, at } of all) {
      const read = readTrack(written);
      for (const [time, seen, mask] of at) {
        expect(seenAt(read, time), `track ${read.number} at ${time}`).toEqual(seen);
        expect(maskAt(read, time), `mask of ${read.number} at ${time}`).toEqual(mask);
        compared += seen ? 1 : 0;
      }
    }
    expect(all.length).toBeGreaterThan(100);
    expect(compared).toBeGreaterThan(500);
  });
  it("is done here too when a place is drawn anew", () => {
    for (const { track: written, redrawn: made } of all)
      expect(redrawn(readTrack(written), made.time, made.shape)).toEqual(readTrack(made.track));
  });
});

describe("key frames", () => {
  const dense = track([0, 10, 20, 30].map((time) => frame(time, time, "found")));
  it("end a track in its middle, and beyond its end", () => {
    expect(endedAt(dense, 15)?.frames.map((one) => one[0])).toEqual([0, 10, 15]);
    expect(shapeOf(endedAt(dense, 15)?.frames.at(-1) as Frame)).toEqual(box(15, 0, 25, 10));
    expect(shapeOf(endedAt(dense, 90)?.frames.at(-1) as Frame)).toEqual(box(30, 0, 40, 10));
    expect(endedAt(track([frame(10, 0)]), 5)).toBeNull();
  });
  it("begin a track in its middle, and before its beginning", () => {
    expect(begunAt(dense, 15)?.frames.map((one) => one[0])).toEqual([15, 20, 30]);
    expect(begunAt(track([frame(10, 7)]), 5)?.frames.map((one) => one[0])).toEqual([5, 10]);
    expect(begunAt(dense, 31)).toBeNull();
  });
  it("go, but never the only one", () => {
    expect(withoutFrame(dense, 10)?.frames.length).toBe(3);
    expect(withoutFrame(dense, 11)).toBeNull();
    expect(withoutFrame(track([frame(10, 0)]), 10)).toBeNull();
  });
  it("hold a new track at its last place until somebody says where it ends", () => {
    const fresh = newTrack(-1, "plate", box(0, 0, 10, 10), 100, 900);
    const later = placed(fresh, 300, box(50, 0, 60, 10));
    expect(later.frames.map((one) => one[0])).toEqual([100, 300, 900]);
    expect(seenAt(later, 800)).toEqual(box(50, 0, 60, 10));
    const ended = placed(endedAt(later, 500) as Track, 400, box(70, 0, 80, 10));
    expect(seenAt(ended, 500)).toEqual(box(50, 0, 60, 10));
  });
  it("of a found track leave its neighbours where they were found", () => {
    expect(seenAt(placed(dense, 10, box(0, 0, 9, 9)), 20)).toEqual(box(20, 0, 30, 10));
  });
});

describe("hands", () => {
  it("stop a side before it passes the other one", () => {
    expect(dragged(box(0, 0, 10, 10), 2, -50, 50)).toEqual(box(0, 6, 4, 10));
  });
  it("move a corner of a polygon alone", () => {
    const shape = { corners: [[0, 0], [10, 0], [0, 10]] as const }; // prettier-ignore
    expect(dragged(shape, 1, 5, 5)).toEqual({ corners: [[0, 0], [15, 5], [0, 10]] }); // prettier-ignore
    expect(handlesOf(shape).length).toBe(3);
  });
  it("make a shape larger and smaller around its middle, and never nothing", () => {
    expect(resized(box(0, 0, 10, 10), 1, 0)).toEqual(box(-1, 0, 11, 10));
    expect(resized(box(0, 0, 5, 5), -1, 0)).toEqual(box(0, 0, 5, 5));
  });
  it("draw a box in any direction, and none by a click", () => {
    expect(boxBetween([10, 10], [0, 0])).toEqual(box(0, 0, 10, 10));
    expect(boxBetween([10, 10], [11, 11])).toBeNull();
  });
  it("find what holds a point", () => {
    const shape = { corners: [[0, 0], [10, 0], [0, 10]] as const }; // prettier-ignore
    expect([holds(shape, 2, 2), holds(shape, 8, 8)]).toEqual([true, false]);
  });
});

describe("times", () => {
  const times = new PictureTimes([0, 3003, 6006, 12_012]);
  it("name the nearest picture of a frame, however it is rounded", () => {
    for (const [index, ticks] of times.ticks.entries())
      for (const off of [-1e-4, 0, 1e-4]) expect(times.ofFrame(ticks / TICKS + off)).toBe(index);
  });
  it("seek well inside a picture", () => {
    for (const index of times.ticks.keys()) {
      expect(times.ofMoment(times.inside(index))).toBe(index);
      expect(Math.abs(times.inside(index) - times.of(index) / TICKS)).toBeGreaterThan(0.01);
    }
  });
  it("begin where the browser's clock stands at the first picture", () => {
    const late = new PictureTimes([0, 3600, 7200]);
    late.offset = 0.08;
    expect(late.ofFrame(0.12)).toBe(1);
    expect(late.ofMoment(late.inside(2))).toBe(2);
  });
  it("are refused where they don't rise", () => {
    expect(() => new PictureTimes([0, 10, 10])).toThrow(TypeError);
    expect(() => new PictureTimes([5])).toThrow(TypeError);
  });
  it("are told in minutes", () => expect(told(90_000 * 61 + 900)).toBe("1:01.01"));
});

describe("the bar", () => {
  it("shares rows among tracks that are not there at one time, and finds them again", () => {
    const tracks = [
      track([frame(0, 0), frame(100, 0)], { number: 1 }),
      track([frame(50, 0), frame(150, 0)], { number: 2 }),
      track([frame(120, 0), frame(200, 0)], { number: 3 }),
    ];
    const lanes = layLanes(tracks, 10);
    expect(lanes.rows).toBe(2);
    expect(lanes.lanes.map((one) => one.row)).toEqual([0, 1, 0]);
    expect(laneAt(lanes, 0, 130, 5)?.number).toBe(3);
    expect(laneAt(lanes, 1, 300, 5)).toBeNull();
  });
});

describe("the picture's part", () => {
  it("keeps what is under the pointer there, inside of the picture", () => {
    const zoom = zoomedAt(WHOLE, 2, [100, 50], [200, 100]);
    expect(zoom).toEqual({ factor: 2, left: 50, top: 25 });
    expect(kept({ factor: 2, left: 500, top: -5 }, 200, 100)).toEqual({ factor: 2, left: 100, top: 0 });
  });
  it("moves as little as shows a box", () => {
    const zoom = showing({ factor: 2, left: 0, top: 0 }, box(150, 10, 160, 20), 200, 100);
    expect(shownPart(zoom, 200, 100).right).toBe(160);
  });
});

describe("the next step", () => {
  const open = track([frame(10, 0), frame(20, 0)], { number: 1 });
  const decided = track([frame(0, 0)], { number: 2, state: "accepted" });
  const situation: Situation = {
    readonly: false,
    tracks: [decided, open],
    samples: [5, 15],
    looked: new Set([5]),
    now: 15,
    shows: (sample) => sample === 15,
    selected: null,
    unsettled: null,
    stuck: 0,
    drawing: false,
  };
  it("is what could be lost, then the question, the decision, the next track, the next sample", () => {
    expect(nextOf({ ...situation, stuck: 1, unsettled: decided }).kind).toBe("settle");
    expect(nextOf({ ...situation, stuck: 1 }).kind).toBe("stuck");
    expect(nextOf({ ...situation, selected: open }).kind).toBe("answer");
    const answered = { ...open, review: { ...open.review, acquaintance: "no" as const } };
    expect(nextOf({ ...situation, selected: answered }).kind).toBe("decide");
    expect(nextOf({ ...situation, selected: { ...open, kind: "plate" } }).kind).toBe("answer");
    expect(nextOf(situation)).toEqual({ kind: "open", track: open });
    expect(nextOf({ ...situation, tracks: [decided] })).toEqual({ kind: "tick", sample: 15, at: 1 });
    expect(nextOf({ ...situation, tracks: [decided], shows: () => false }).kind).toBe("look");
    expect(nextOf({ ...situation, tracks: [], looked: new Set([5, 15]) }).kind).toBe("done");
    expect(nextOf({ ...situation, readonly: true }).kind).toBe("readonly");
  });
  it("goes on from here, and comes round", () => {
    const late = track([frame(90, 0)], { number: 3 });
    expect(nextOpen([open, late], 50)?.number).toBe(3);
    expect(nextOpen([open, late], 95)?.number).toBe(1);
    expect(nextOpen([open], 0, 1)).toBeNull();
  });
});

describe("keys", () => {
  const press = (key: string, more = {}) =>
    actionOf({ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more });
  it("move, resize and pan by arrows, and leave the browser's own alone", () => {
    expect(press("ArrowUp")).toEqual({ kind: "arrow", x: 0, y: -1, how: "plain" });
    expect(press("ArrowUp", { shiftKey: true })).toMatchObject({ how: "resize" });
    expect(press("ArrowUp", { altKey: true })).toMatchObject({ how: "pan" });
    expect(press("s", { ctrlKey: true })).toBeNull();
    expect(press("q")).toBeNull();
  });
});

describe("what the server sends", () => {
  const good = {
    version: 1,
    width: 10,
    height: 10,
    times: [0],
    by_hand: ["plate"],
    readonly: false,
    samples: [],
    looked: [[0, "left", "是塑像", ["faces"]]],
  };
  const sent = { ...track([frame(0, 0)]), number: 1 };
  it("is read, and refused where it is none", () => {
    const read = readDocument({ ...good, tracks: [sent] });
    expect(read.tracks.length).toBe(1);
    expect(read.looked.get(0)).toEqual({ answer: "left", remark: "是塑像", kinds: ["faces"] });
    for (const looked of [
      [0],
      [[0, "seen", ""]],
      [[0, "masked", ""]],
      [[0, "left", "是塑像", ["minors"]]],
      3,
    ])
      expect(() => readDocument({ ...good, looked, tracks: [] }), JSON.stringify(looked)).toThrow(TypeError);
    for (const wrong of [
      { state: "seen" },
      { number: 0 },
      { frames: [] },
      { frames: [[5, "drawn", 1, 2, 3]] },
      { frames: [frame(5, 0), frame(5, 0)] },
      { growth: 900 },
      { left: "no" },
    ])
      expect(() => readDocument({ ...good, tracks: [{ ...sent, ...wrong }] }), JSON.stringify(wrong)).toThrow(
        TypeError,
      );
    expect(() => readDocument({ ...good, tracks: [], times: "0" })).toThrow(TypeError);
    expect(() => readDocument(null)).toThrow(TypeError);
  });
});

describe("words", () => {
  it("are there in both languages with the same places, and no Chinese one has English in it", () => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort();
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [word, text] of Object.entries(zh)) {
      expect(places(en[word as keyof typeof zh]), word).toEqual(places(text));
      expect(en[word as keyof typeof zh], word).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
