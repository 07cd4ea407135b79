import { describe, expect, it } from "vitest";
import type { Answer, CameraRow } from "../src/map/answer";
import { cameraFeatures, cellFeatures, fieldFeatures } from "../src/map/features";
import { gridLines, stepOf } from "../src/map/graticule";
import { markOfRow } from "../src/map/list";
import { MARKS, markOf } from "../src/map/marks";
import { styleOf } from "../src/map/style";

const GATE: CameraRow = {
  at: [91.1, 29.6],
  name: "校门",
  number: "0101",
  state: "connected",
  stateWord: "已接入",
  system: "校园视频系统",
  systemHref: "/systems/1/",
  life: "投入使用",
  site: "小学",
  category: "教育医疗",
  division: "城关区",
  unit: "小学",
  filing: "late",
  href: "/cameras/1/",
  field: [
    [91.1, 29.6],
    [91.1, 29.7],
    [91.2, 29.6],
    [91.1, 29.6],
  ],
};

describe("graticule", () => {
  it("has four to ten lines across a window of any width", () => {
    for (const width of [0.005, 0.03, 0.2, 1.6, 7]) {
      const lines = gridLines([91, 29, 91 + width, 29]).filter(({ word }) => word.endsWith("E"));
      expect(lines.length).toBeGreaterThanOrEqual(4);
      expect(lines.length).toBeLessThanOrEqual(11);
    }
  });

  it("names its lines with as many digits as the step has, and the side of the globe", () => {
    expect(stepOf(0.5)).toBe(0.1);
    const words = gridLines([-0.15, -0.05, 0.15, 0.05]).map(({ word }) => word);
    expect(words).toContain("0.10°W");
    expect(words).toContain("0.00°E");
  });
});

describe("features", () => {
  it("bear a mark for state and filing, and no words beyond the name", () => {
    const [feature] = cameraFeatures([GATE]).features;
    expect(feature?.properties).toEqual({ row: 0, name: "校门", mark: "connected-late", late: 1 });
    expect(MARKS).toContain(markOf("forbidden", "due"));
  });

  it("tell what moves from what stands, and an old place from a fresh one, each in a mark and in words", () => {
    const moves = { late: false, age: "2 分钟前的位置", kind: "车载视频记录设备" };
    const rows = [
      { ...GATE, moves },
      { ...GATE, filing: "" as const, moves: { ...moves, late: true } },
    ];
    expect(cameraFeatures(rows).features.map(({ properties }) => properties?.["mark"])).toEqual([
      "moving-late",
      "stale",
    ]);
    for (const row of rows) expect(MARKS).toContain(markOfRow(row));
  });

  it("turn fields of view the way GeoJSON wants outer rings, and leave out what has none", () => {
    const { features } = fieldFeatures([GATE, { ...GATE, field: null }]);
    expect(features).toHaveLength(1);
    const geometry = features[0]?.geometry;
    expect(geometry?.type === "Polygon" && geometry.coordinates[0]?.[1]).toEqual([91.2, 29.6]);
  });

  it("count in figures that can be read", () => {
    expect(cellFeatures([[91, 29, 12345, 3]]).features[0]?.properties).toEqual({
      count: 12345,
      late: 3,
      word: "12 345",
    });
  });
});

describe("style", () => {
  const palette = {
    ground: "#000",
    raised: "#111",
    text: "#fff",
    quiet: "#ccc",
    line: "#333",
    accent: "#44f",
    onAccent: "#fff",
    attention: "#fa0",
    danger: "#f00",
  };
  const plain = { tiles: "", attribution: "", seats: [] };

  it("asks no other server for anything", () => {
    const style = styleOf(palette, plain, {});
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
    expect(Object.values(style.sources).every((source) => source.type === "geojson")).toBe(true);
    expect(JSON.stringify(style)).not.toContain("http");
  });

  it("has tiles under everything where a server of them is set", () => {
    const style = styleOf(palette, { ...plain, tiles: "https://tiles.example/{z}/{x}/{y}.png" }, {});
    expect(style.layers[1]).toEqual({ id: "tiles", type: "raster", source: "tiles" });
  });

  it("keeps what was shown when the colours change", () => {
    const answer = { cameras: [GATE] } as unknown as Answer;
    const data = { cameras: cameraFeatures(answer.cameras) };
    const source = styleOf(palette, plain, data).sources["cameras"];
    expect(source?.type === "geojson" && source.data).toEqual(data.cameras);
  });
});
