/** The page's colours as the canvas and WebGL understand them: resolved by the browser, for light or dark as it is now. */
const NAMES = {
  ground: "--sunken",
  raised: "--raised",
  text: "--text",
  quiet: "--text-quiet",
  line: "--line",
  accent: "--accent",
  onAccent: "--on-accent",
  attention: "--attention",
  danger: "--danger",
} as const;

export type Palette = Readonly<Record<keyof typeof NAMES, string>>;

/** Reads them. Colours such as oklch() are drawn once and read back, since a shader knows only red, green and blue. */
export function readPalette(): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const found = Object.entries(NAMES).map(([name, property]) => {
    probe.style.color = `var(${property})`;
    return [name, resolved(context, getComputedStyle(probe).color)];
  });
  probe.remove();
  return Object.fromEntries(found) as Palette;
}

function resolved(context: CanvasRenderingContext2D | null, colour: string): string {
  if (!context) return colour;
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
