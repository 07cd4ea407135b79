/** The wall's arithmetic: layouts, groups of cameras, and where an arrow key goes. */
export const LAYOUTS: readonly number[] = [1, 4, 9, 16];

/** The smallest layout that holds `count` cameras, or the largest there is. */
export function layoutFor(count: number): number {
  return LAYOUTS.find((layout) => layout >= count) ?? 16;
}

export function pagesOf(count: number, layout: number): number {
  return Math.max(1, Math.ceil(count / layout));
}

/** What group `page` shows. */
export function group<T>(items: readonly T[], layout: number, page: number): readonly T[] {
  return items.slice(page * layout, (page + 1) * layout);
}

/** What a picture is taken to be before it is there: wide as 16 is to 9. */
const SHAPE = 16 / 9;
/** Narrower tiles are not looked at; a phone shows one under the other. In pixels, as `room`. */
const NARROWEST = 200;

/** How many tiles side by side make `count` pictures largest in a room of `width` by `height`, with `gap` between them. */
export function acrossFor(count: number, width: number, height: number, gap = 4): number {
  let best = { across: 1, wide: 0 };
  const most = Math.max(1, Math.min(count, Math.floor((width + gap) / (NARROWEST + gap))));
  for (let across = 1; across <= most; across++) {
    const down = Math.ceil(count / across);
    const wide = Math.min(
      (width - gap * (across - 1)) / across,
      ((height - gap * (down - 1)) / down) * SHAPE,
    );
    // A hair's breadth decides nothing: fewer columns leave fewer empty places.
    if (wide > best.wide * 1.01) best = { across, wide };
  }
  return best.across;
}

/** The tile that `key` leads to from tile `at`, with `across` tiles in a row; the same tile at the edge. */
export function neighbour(key: string, at: number, count: number, across: number): number {
  const to = {
    ArrowLeft: at % across === 0 ? at : at - 1,
    ArrowRight: (at + 1) % across === 0 ? at : at + 1,
    ArrowUp: at - across,
    ArrowDown: at + across,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined || to < 0 || to >= count ? at : to;
}

export interface WallCamera {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** The camera's own page. */
  readonly href: string;
}

/** Cameras as a page hands them over in JSON; whatever has no id is left out. */
export function readCameras(value: unknown): WallCamera[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => {
    if (typeof each !== "object" || each === null) return [];
    const { id, name, state, href } = each as Record<string, unknown>;
    if (typeof id !== "string") return [];
    return [{ id, name: String(name ?? ""), state: String(state ?? ""), href: safeHref(href) }];
  });
}

/** Only addresses of this site: a path. */
function safeHref(value: unknown): string {
  return typeof value === "string" && /^\/(?!\/)/.test(value) ? value : "";
}
