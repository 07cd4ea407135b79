// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { CameraRow } from "../src/map/answer";
import { wordsOf } from "../src/map/list";

it("says in words that a camera moves and how old its place is", () => {
  document.documentElement.lang = "zh-Hans";
  const row = { system: "巡逻", stateWord: "已接入", filing: "" } as unknown as CameraRow;
  expect(wordsOf(row)).toBe("已接入");
  const moves = { late: true, age: "3 小时前的位置", kind: "车载视频记录设备" };
  expect(wordsOf({ ...row, moves })).toBe("已接入 · 移动，最后位置 · 3 小时前的位置");
});
