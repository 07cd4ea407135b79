import { describe, expect, it } from "vitest";
import { EDGE, LiveEdge } from "../src/player/live_edge";
import { Placing } from "../src/player/placing";

describe("the live edge", () => {
  it("plays at rate 1 when it is where it should be", () => {
    expect(new LiveEdge().step(0, 10, 10 + EDGE.least)).toEqual({ rate: 1, jumpTo: null });
  });
  it("never leaves 1.0 to 1.1 while it catches up", () => {
    const edge = new LiveEdge();
    for (let ahead = 0; ahead <= EDGE.jumpBehind; ahead += 0.05) {
      const { rate, jumpTo } = edge.step(0, 0, ahead);
      expect(rate).toBeGreaterThanOrEqual(1);
      expect(rate).toBeLessThanOrEqual(EDGE.highestRate);
      expect(jumpTo).toBeNull();
    }
  });
  it("jumps once it is more than three seconds behind", () => {
    expect(new LiveEdge().step(0, 10, 13.5).jumpTo).toBeCloseTo(13.5 - EDGE.least);
  });
  it("comes back when it stands behind what is buffered", () => {
    expect(new LiveEdge().step(0, 10, 4).jumpTo).toBeCloseTo(4 - EDGE.least);
  });
  it("catches up in simulation without ever jumping", () => {
    const edge = new LiveEdge();
    let media = 0;
    for (let now = 0; now < 60; now += 0.1) {
      const { rate, jumpTo } = edge.step(now, media, now + 2);
      expect(jumpTo).toBeNull();
      media += 0.1 * rate;
    }
    expect(60 + 2 - media).toBeLessThan(0.4);
  });
  it("keeps more ahead after stalls, up to a bound, and less again when it is calm", () => {
    const edge = new LiveEdge();
    for (let i = 0; i < 100; i++) edge.stalled(i);
    expect(edge.target).toBe(EDGE.most);
    for (let now = 100; now < 2000; now += 1) edge.step(now, 0, 0.5);
    expect(edge.target).toBe(EDGE.least);
  });
});

describe("placing a live picture", () => {
  it("shows the first picture at once and goes to the edge when the burst has caught up", () => {
    const placing = new Placing();
    placing.begin(0);
    expect(placing.live(0.01, 2, 0.04, 0)).toBe(0);
    expect(placing.live(0.02, 1.2, 0.8, 0.7)).toBeNull();
    expect(placing.live(0.03, 0.1, 1.9, 1.8)).toBe(1.8);
    expect(placing.active).toBe(false);
  });
  it("gives up on a burst that never catches up", () => {
    const placing = new Placing();
    placing.begin(0);
    placing.live(0, 9, 0, 0);
    placing.live(2, 9, 0.1, 0);
    expect(placing.active).toBe(false);
  });
});
