/** Lines of longitude and latitude for a window, and their words. */
import type { Box, Position } from "./answer";

const STEPS = [5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

export interface GridLine {
  readonly line: readonly [Position, Position];
  readonly word: string;
}

/** The step that gives four to ten lines across. */
export function stepOf(width: number): number {
  return STEPS.find((step) => width / step >= 4) ?? 0.001;
}

/** The lines that cross `box`, each with its word, such as 91.10°E. */
export function gridLines(box: Box): GridLine[] {
  const [west, south, east, north] = box;
  const step = stepOf(east - west);
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const lines: GridLine[] = [];
  const word = (value: number, plus: string, minus: string) =>
    `${Math.abs(value).toFixed(digits)}°${value < 0 ? minus : plus}`;
  for (let at = Math.ceil(west / step); at * step <= east; at++) {
    const x = at * step;
    lines.push({
      line: [
        [x, south],
        [x, north],
      ],
      word: word(x, "E", "W"),
    });
  }
  for (let at = Math.ceil(south / step); at * step <= north; at++) {
    const y = at * step;
    lines.push({
      line: [
        [west, y],
        [east, y],
      ],
      word: word(y, "N", "S"),
    });
  }
  return lines;
}
