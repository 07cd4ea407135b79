// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { wireHere } from "../src/player/here";

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date("2026-11-26T08:00:00Z"));
});
afterEach(() => {
  vi.useRealTimers();
});

test("a page tells that somebody is there when a key or the pointer is touched, once a minute", () => {
  const tell = vi.fn();
  wireHere(tell);
  vi.advanceTimersByTime(3_600_000);
  expect(tell).not.toHaveBeenCalled();
  dispatchEvent(new Event("keydown"));
  dispatchEvent(new Event("pointerdown"));
  expect(tell).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(59_999);
  dispatchEvent(new Event("wheel"));
  expect(tell).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  dispatchEvent(new Event("pointerdown"));
  expect(tell).toHaveBeenCalledTimes(2);
});
