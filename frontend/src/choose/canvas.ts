/** MapLibre for the choice: cameras, which of them are chosen, and a shape that is drawn with the pointer. */
import type { Map as LibreMap, StyleSpecification } from "maplibre-gl";
import { t } from "./words";
import type { Box, Position } from "../map/answer";
import { collection, gridFeatures, type Collection } from "../map/features";
import { beginLibre, LibreCanvas } from "../map/libre";
import type { Palette } from "../map/palette";
import { styleOf, type Underlay } from "../map/style";
import type { Row, WindowAnswer } from "./answer";
import { circle, fitMetres, metresBetween, polygon, rectangle, ringOf, type Shape } from "./shape";

export type Mode = "point" | "circle" | "box" | "ring";
/** A press that moves less, in pixels, is a click. */
const STILL = 5;

export interface Hooks {
  moved: (box: Box) => void;
  /** Cameras were pressed, by id. */
  pressed: (ids: readonly string[]) => void;
  drawn: (shape: Shape) => void;
  /** Metres of a circle whose middle is clicked. */
  metres: () => number;
}

export class ChoosingCanvas extends LibreCanvas {
  readonly #hooks: Hooks;
  protected readonly marks = ["connected"] as const;
  #rows: readonly Row[] = [];
  #mode: Mode = "point";
  #corners: Position[] = [];
  #from: { readonly at: Position; readonly x: number; readonly y: number } | null = null;

  private constructor(map: LibreMap, underlay: Underlay, hooks: Hooks) {
    super(map, underlay, hooks.moved);
    this.#hooks = hooks;
    map.on("click", (event) => this.#mode === "point" && void this.#press(event.point));
    this.#wireDrawing(map.getCanvasContainer());
  }

  static async begin(
    container: HTMLElement,
    palette: Palette,
    underlay: Underlay,
    start: Box | null,
    hooks: Hooks,
  ): Promise<ChoosingCanvas> {
    const style = choosingStyle(palette, underlay, {});
    const map = await beginLibre(container, style, start, t("map.label"), { boxZoom: false });
    const canvas = new ChoosingCanvas(map, underlay, hooks);
    await canvas.ready(palette);
    return canvas;
  }

  get centre(): Position {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  set mode(mode: Mode) {
    this.#mode = mode;
    this.#corners = [];
    this.#from = null;
    const drags = mode === "point" || mode === "ring";
    this.map.dragPan[drags ? "enable" : "disable"]();
    this.map.doubleClickZoom[mode === "point" ? "enable" : "disable"]();
    this.map.getCanvas().style.cursor = mode === "point" ? "" : "crosshair";
    this.outline(null);
  }

  show(answer: WindowAnswer, picked: ReadonlySet<string>): void {
    this.#rows = answer.cameras;
    this.set("cameras", {
      ...collection(
        answer.cameras.map((row, at) => ({
          type: "Feature",
          geometry: { type: "Point", coordinates: [...row.at] },
          properties: { row: at, name: row.name, mark: "connected", late: 0 },
        })),
      ),
    });
    this.set(
      "cells",
      collection(
        answer.cells.map(([x, y, count]) => ({
          type: "Feature",
          geometry: { type: "Point", coordinates: [x, y] },
          properties: { count, late: 0, word: String(count) },
        })),
      ),
    );
    this.set("grid", gridFeatures(this.box));
    this.pick(picked);
  }

  pick(picked: ReadonlySet<string>): void {
    this.set(
      "picked",
      collection(
        this.#rows
          .filter((row) => picked.has(row.id))
          .map((row) => ({
            type: "Feature",
            geometry: { type: "Point", coordinates: [...row.at] },
            properties: {},
          })),
      ),
    );
  }

  /** Draws a shape, or takes it away. */
  outline(shape: Shape | null): void {
    this.set("shape", shape ? polygonOf(ringOf(shape)) : collection());
  }

  /** Closes the ring that is being drawn. */
  close(): void {
    const shape = polygon(this.#corners);
    if (!shape) return;
    this.#corners = [];
    this.outline(shape);
    this.#hooks.drawn(shape);
  }

  protected style(palette: Palette): StyleSpecification {
    return choosingStyle(palette, this.underlay, this.data);
  }

  #wireDrawing(container: HTMLElement): void {
    container.addEventListener("pointerdown", (event) => {
      if (this.#mode !== "circle" && this.#mode !== "box") return;
      container.setPointerCapture(event.pointerId);
      this.#from = { at: this.#at(event), x: event.clientX, y: event.clientY };
    });
    container.addEventListener("pointermove", (event) => {
      if (this.#from) this.outline(this.#shapeTo(event));
      else if (this.#mode === "ring" && this.#corners.length) this.#outlineRing(this.#at(event));
    });
    container.addEventListener("pointerup", (event) => {
      const shape = this.#from && this.#shapeTo(event);
      this.#from = null;
      this.outline(shape);
      if (shape) this.#hooks.drawn(shape);
    });
    container.addEventListener("pointercancel", () => (this.#from = null));
    this.map.on("click", (event) => {
      if (this.#mode !== "ring") return;
      this.#corners.push([event.lngLat.lng, event.lngLat.lat]);
      this.#outlineRing(null);
    });
    this.map.on("dblclick", () => this.#mode === "ring" && this.close());
  }

  #shapeTo(event: PointerEvent): Shape | null {
    const from = this.#from;
    if (!from) return null;
    const still = Math.hypot(event.clientX - from.x, event.clientY - from.y) < STILL;
    if (this.#mode === "box") return still ? null : rectangle(from.at, this.#at(event));
    return circle(from.at, still ? this.#hooks.metres() : fitMetres(metresBetween(from.at, this.#at(event))));
  }

  #outlineRing(next: Position | null): void {
    const corners = next ? [...this.#corners, next] : this.#corners;
    const shape = polygon(corners);
    this.set("shape", shape ? polygonOf(ringOf(shape)) : lineOf(corners));
  }

  #at(event: PointerEvent): Position {
    const box = this.map.getCanvas().getBoundingClientRect();
    const { lng, lat } = this.map.unproject([event.clientX - box.left, event.clientY - box.top]);
    return [lng, lat];
  }

  async #press(point: { x: number; y: number }): Promise<void> {
    const first = this.under(point, ["cameras", "clusters", "cells"])[0];
    if (!first || first.geometry.type !== "Point") return;
    const center = first.geometry.coordinates as [number, number];
    if (first.layer.id === "cameras") {
      this.#hooks.pressed(this.#ids([first.properties["row"]]));
    } else if (first.layer.id === "clusters") {
      const rows = await this.openCluster(Number(first.properties["cluster_id"]), center);
      if (rows.length) this.#hooks.pressed(this.#ids(rows));
    } else {
      this.map.easeTo({ center, zoom: this.map.getZoom() + 2 });
    }
  }

  #ids(rows: readonly unknown[]): string[] {
    return rows.flatMap((at) => this.#rows[Number(at)]?.id ?? []);
  }
}

function polygonOf(ring: readonly Position[]): Collection {
  return collection([
    {
      type: "Feature",
      geometry: { type: "Polygon", coordinates: [ring.map((corner) => [...corner])] },
      properties: {},
    },
  ]);
}

function lineOf(corners: readonly Position[]): Collection {
  const coordinates = corners.map((corner) => [...corner]);
  if (coordinates.length < 2) coordinates.push(...coordinates);
  if (!coordinates.length) return collection();
  return collection([{ type: "Feature", geometry: { type: "LineString", coordinates }, properties: {} }]);
}

/** The register map's style with a ring around what is chosen, and the shape. */
export function choosingStyle(
  palette: Palette,
  underlay: Underlay,
  data: Readonly<Record<string, Collection>>,
): StyleSpecification {
  const style = styleOf(palette, underlay, data);
  style.sources["picked"] = { type: "geojson", data: data["picked"] ?? collection() };
  style.sources["shape"] = { type: "geojson", data: data["shape"] ?? collection() };
  const cameras = style.layers.findIndex((layer) => layer.id === "fields");
  style.layers.splice(
    cameras,
    0,
    {
      id: "shape",
      type: "fill",
      source: "shape",
      paint: { "fill-color": palette.attention, "fill-opacity": 0.18 },
    },
    {
      id: "shape-edge",
      type: "line",
      source: "shape",
      paint: { "line-color": palette.attention, "line-width": 2 },
    },
  );
  style.layers.push({
    id: "picked",
    type: "circle",
    source: "picked",
    paint: {
      "circle-radius": 17,
      "circle-color": palette.attention,
      "circle-opacity": 0,
      "circle-stroke-color": palette.attention,
      "circle-stroke-width": 4,
    },
  });
  return style;
}
