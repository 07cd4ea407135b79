import { describe, expect, it } from "vitest";
import { ninth, pictureIn, regionOf } from "../src/player/enlarge";

const box = { left: 100, top: 50, width: 400, height: 400 };

describe("enlarging", () => {
  it("knows where the picture lies between its bars", () => {
    expect(pictureIn(box, 640, 360)).toEqual({ left: 100, top: 137.5, width: 400, height: 225 });
  });

  it("takes a drag in any direction as parts of the picture, and a click as nothing", () => {
    const picture = { left: 0, top: 0, width: 200, height: 100 };
    expect(regionOf(picture, [150, 75], [50, 25])).toEqual({
      left: 0.25,
      top: 0.25,
      width: 0.5,
      height: 0.5,
    });
    expect(regionOf(picture, [50, 25], [53, 26])).toBeNull();
  });

  it("widens what is thinner than the worker cuts, and stays inside", () => {
    const picture = { left: 0, top: 0, width: 100, height: 100 };
    const region = regionOf(picture, [96, 10], [150, 60]);
    expect(region?.width).toBeCloseTo(0.1);
    expect((region?.left ?? 0) + (region?.width ?? 0)).toBeLessThanOrEqual(1.0001);
  });

  it("has nine halves that reach every edge", () => {
    expect(ninth(0)).toEqual({ left: 0, top: 0, width: 0.5, height: 0.5 });
    expect(ninth(8)).toEqual({ left: 0.5, top: 0.5, width: 0.5, height: 0.5 });
  });
});
