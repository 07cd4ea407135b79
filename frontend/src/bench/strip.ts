/**
 * Reads the machine-readable strip of simulated pictures (src/custodes/video/simcam/README.md, *The strip*): 32 equal
 * blocks along the top 1/18 of the picture.
 */
export const BLOCKS = 32;
export const ROWS = 18;
const MARKS: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 0],
  [30, 0],
  [31, 1],
];

/** White and black differ by at least this much where there is a strip. */
const LEAST_CONTRAST = 40;

export interface Strip {
  readonly camera: number;
  readonly frame: number;
}

/** Camera and frame number out of the 32 blocks' brightness; null when it is no strip or its check is wrong. */
export function decodeStrip(brightness: readonly number[]): Strip | null {
  if (brightness.length !== BLOCKS) return null;
  const threshold = MARKS.reduce((sum, [at]) => sum + (brightness[at] ?? 0), 0) / MARKS.length;
  const contrast =
    (brightness[0] ?? 0) + (brightness[31] ?? 0) - (brightness[1] ?? 0) - (brightness[30] ?? 0);
  if (contrast < 2 * LEAST_CONTRAST) return null;
  const bits = brightness.map((each) => (each > threshold ? 1 : 0));
  if (MARKS.some(([at, bit]) => bits[at] !== bit)) return null;
  const number = (from: number, count: number) =>
    bits.slice(from, from + count).reduce<number>((value, bit) => (value << 1) | bit, 0);
  let check = 0b1010;
  for (let at = 2; at < 26; at += 4) check ^= number(at, 4);
  return check === number(26, 4) ? { camera: number(2, 8), frame: number(10, 16) } : null;
}

const canvas = typeof document === "undefined" ? null : document.createElement("canvas");

/** The strip of the picture on screen; null when there is none. */
export function readStrip(video: HTMLVideoElement): Strip | null {
  const { videoWidth: width, videoHeight: height } = video;
  const height1 = Math.round(height / ROWS);
  const context = canvas?.getContext("2d", { willReadFrequently: true });
  if (!canvas || !context || width < BLOCKS || height1 < 1) return null;
  // One row of 32 pixels: the middle of each block, from the middle of the strip's height.
  canvas.width = BLOCKS;
  canvas.height = 1;
  context.imageSmoothingEnabled = false;
  context.drawImage(video, 0, Math.floor(height1 / 2), width, 1, 0, 0, BLOCKS, 1);
  const pixels = context.getImageData(0, 0, BLOCKS, 1).data;
  const brightness = Array.from({ length: BLOCKS }, (_, at) => {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(at * 4, at * 4 + 3);
    return (red + green + blue) / 3;
  });
  return decodeStrip(brightness);
}
