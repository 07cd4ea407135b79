import { describe, expect, it } from "vitest";
import { FrameBook } from "../src/player/frames";
import { Intake, type IntakeTarget } from "../src/player/intake";
import { fragmentTimes } from "../src/mp4/fragment";
import type { Init } from "../src/view/protocol";

const wall = (media: number) => 1_000_000_000 + Math.round(media * 1e6);

function book(...media: number[]): FrameBook {
  const made = new FrameBook();
  for (const each of media) made.add({ media: each, duration: 0.04, wallUs: wall(each), key: true });
  return made;
}

describe("the book of frames", () => {
  it("finds the frame on screen, the next and the one before", () => {
    const frames = book(0, 0.04, 0.08, 0.12);
    expect(frames.at(0.05)?.media).toBe(0.04);
    expect(frames.next(0.05)?.media).toBe(0.08);
    expect(frames.previous(0.05)?.media).toBe(0);
    expect(frames.previous(0.01)).toBeUndefined();
    expect(frames.next(0.12)).toBeUndefined();
  });
  it("is not misled by a media time that was rounded down", () => {
    expect(book(0, 0.04, 0.08).at(0.079999)?.media).toBe(0.08);
  });
  it("keeps pictures in order that came in decoding order", () => {
    const frames = book(0, 0.12, 0.04, 0.08);
    expect([0, 0.04, 0.08].map((media) => frames.next(media)?.media)).toEqual([0.04, 0.08, 0.12]);
    expect(frames.length).toBe(4);
  });
  it("knows whether a wall time has arrived", () => {
    const frames = book(1, 1.04, 1.08);
    expect(frames.atWall(wall(1.05))?.media).toBe(1.04);
    expect(frames.atWall(wall(0.5))?.media).toBe(1);
    expect(frames.atWall(wall(2))).toBeUndefined();
    expect(new FrameBook().atWall(0)).toBeUndefined();
  });
  it("tells wall time between frames and forgets what is no longer buffered", () => {
    const frames = book(0, 0.04, 0.08);
    expect(frames.wallAt(0.05)).toBe(wall(0.05));
    frames.trim(0.05);
    expect(frames.first?.media).toBe(0.04);
    frames.trim(9);
    expect(frames.length).toBe(0);
  });
});

/** Sample flags: of every picture, of the first alone, or as the track's default. */
type Flags = { each?: number[]; first?: number; usual?: number };
const DELTA = 0x0101_0000;

/** A moof with one traf: `durations` in ticks from decode time `at`, with composition offsets. */
function moof(at: number, samples: readonly [number, number][], flags?: Flags): Uint8Array {
  const box = (type: string, ...parts: number[][]) => {
    const body = parts.flat();
    return [...u32(body.length + 8), ...[...type].map((letter) => letter.charCodeAt(0)), ...body];
  };
  const u32 = (value: number) => [
    (value >>> 24) & 255,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255,
  ];
  const { each, first, usual } = flags ?? {};
  const trun = samples.flatMap(([duration, shift], i) => [
    ...u32(duration),
    ...(each ? u32(each[i] ?? 0) : []),
    ...u32(shift),
  ]);
  const has = 0x01000901 + (each ? 0x400 : 0) + (first === undefined ? 0 : 0x04);
  return new Uint8Array(
    box(
      "moof",
      box("mfhd", u32(0), u32(1)),
      box(
        "traf",
        usual === undefined
          ? box("tfhd", u32(0x020000), u32(1))
          : box("tfhd", u32(0x020038), u32(1), u32(40), u32(0), u32(usual)),
        box("tfdt", u32(0x01000000), u32(0), u32(at)),
        box("trun", u32(has), u32(samples.length), u32(0), first === undefined ? [] : u32(first), trun),
      ),
    ),
  );
}

describe("fragment times", () => {
  it("come from tfdt, durations and composition offsets, in presentation order", () => {
    const times = fragmentTimes(moof(9000, [[3600, 0], [3600, 7200], [3600, 0]])); // prettier-ignore
    expect(times?.pictures.map((picture) => picture.time)).toEqual([9000, 16200, 19800]);
    expect(times?.end).toBe(9000 + 3 * 3600);
  });
  it("say where a decoder can start, wherever the flags stand", () => {
    const keys = (flags?: Flags) =>
      fragmentTimes(moof(0, [[40, 0], [40, 0]], flags))?.pictures.map((picture) => picture.key); // prettier-ignore
    expect(keys({ each: [0x0200_0000, DELTA] })).toEqual([true, false]);
    expect(keys({ first: 0x0200_0000, usual: DELTA })).toEqual([true, false]);
    expect(keys({ usual: DELTA })).toEqual([false, false]);
    expect(keys()).toEqual([true, true]);
  });
  it("are null for anything cut short or broken, whatever the place", () => {
    const whole = moof(0, [[3600, 0]]);
    for (let length = 0; length < whole.length; length++)
      expect(() => fragmentTimes(whole.slice(0, length))).not.toThrow();
    expect(fragmentTimes(new Uint8Array(0))).toBeNull();
    for (let at = 0; at < whole.length; at++) {
      const broken = whole.slice();
      broken[at] = 0xff;
      expect(() => fragmentTimes(broken)).not.toThrow();
    }
  });
});

class Target implements IntakeTarget {
  log: string[] = [];
  setType(mime: string) {
    this.log.push(`type ${mime}`);
  }
  append(bytes: Uint8Array) {
    this.log.push(`append ${bytes.length}`);
  }
  clear() {
    this.log.push("clear");
  }
  removeBefore(media: number) {
    this.log.push(`before ${media}`);
  }
  anew() {
    this.log.push("anew");
  }
}

const init = (epoch: number, mime = "a"): Init => ({
  type: "init",
  channel: 0,
  epoch,
  mime,
  width: 1,
  height: 1,
  base_us: 0,
  live: false,
  sub: false,
  source: "archive",
});
const fragment = (epoch: number, at: number) => ({
  initialisation: false,
  sound: false,
  epoch,
  channel: 0,
  sequence: 1,
  wallUs: wall(at / 90_000),
  bytes: moof(at, [[3600, 0]]),
});

describe("intake", () => {
  it("drops what was underway before a seek, and starts anew with its init", () => {
    const target = new Target();
    const intake = new Intake(target);
    intake.begin(init(1));
    intake.take(fragment(1, 0));
    intake.expectFresh();
    expect(intake.take(fragment(1, 3600))).toBe(false);
    target.log = [];
    intake.begin(init(2));
    expect(target.log).toEqual(["clear", "anew", "type a"]);
    expect(intake.frames.length).toBe(0);
  });
  it("takes only fragments of the epoch in force, by its low byte", () => {
    const intake = new Intake(new Target());
    intake.begin(init(258));
    expect(intake.take(fragment(1, 0))).toBe(false);
    expect(intake.take(fragment(2, 0))).toBe(true);
  });
  it("changes the type without a break when media time goes on", () => {
    const target = new Target();
    const intake = new Intake(target);
    intake.begin(init(1));
    intake.take(fragment(1, 0));
    target.log = [];
    intake.begin(init(2, "b"));
    intake.take(fragment(2, 3600));
    expect(target.log[0]).toBe("type b");
    expect(target.log).not.toContain("clear");
    expect(intake.frames.length).toBe(2);
  });
  it("starts anew when media time is somewhere else", () => {
    const target = new Target();
    const intake = new Intake(target);
    intake.begin(init(1));
    intake.take(fragment(1, 0));
    intake.begin(init(2));
    intake.take(fragment(2, 900_000));
    expect(target.log).toContain("clear");
    expect(intake.frames.first?.media).toBe(10);
  });
  it("forgets whole groups of pictures only: a decoder needs the picture that a group begins with", () => {
    const target = new Target();
    const intake = new Intake(target);
    intake.begin(init(1));
    for (let second = 0; second < 90; second++)
      intake.take({
        ...fragment(1, second * 90_000),
        bytes: moof(second * 90_000, [[90_000, 0]], { each: [second % 40 ? DELTA : 0] }),
      });
    target.log = [];
    intake.trim(100, 69);
    expect(target.log).toEqual([]);
    expect(intake.freeable(39)).toBe(0);
    intake.trim(110, 75);
    expect(target.log).toEqual(["before 39.999"]);
    expect(intake.frames.first?.media).toBe(40);
  });
});
