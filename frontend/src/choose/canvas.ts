/** MapLibre for the choice: cameras, which of them are chosen, and a shape that is drawn with the pointer. */
import type { GeoJSONSource, Map as LibreMap, StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { t } from "./words";
import type { Box, Position } from "../map/answer";
import { collection, gridFeatures, type Collection } from "../map/features";
import { drawMark, RATIO } from "../map/marks";
import type { Palette } from "../map/palette";
import { NEAREST, styleOf, type Underlay } from "../map/style";
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

export class ChoosingCanvas {
  readonly #map: LibreMap;
  readonly #underlay: Underlay;
  readonly #hooks: Hooks;
  #data: Record<string, Collection> = {};
  #rows: readonly Row[] = [];
  #mode: Mode = "point";
  #corners: Position[] = [];
  #from: { readonly at: Position; readonly x: number; readonly y: number } | null = null;

  private constructor(map: LibreMap, underlay: Underlay, hooks: Hooks) {
    this.#map = map;
    this.#underlay = underlay;
    this.#hooks = hooks;
    map.on("moveend", () => hooks.moved(this.box));
    map.on("click", (event) => this.#mode === "point" && void this.#press([event.point.x, event.point.y]));
    this.#wireDrawing(map.getCanvasContainer());
  }

  static async begin(
    container: HTMLElement,
    palette: Palette,
    underlay: Underlay,
    start: Box | null,
    hooks: Hooks,
  ): Promise<ChoosingCanvas> {
    const { Map: Libre, ScaleControl, setWorkerUrl, setWorkerCount } = await import("maplibre-gl");
    setWorkerUrl(workerUrl);
    setWorkerCount(1);
    const map = new Libre({
      container,
      style: choosingStyle(palette, underlay, {}),
      ...(start
        ? { bounds: [...start] as [number, number, number, number] }
        : { center: [91.14, 29.65], zoom: 10 }),
      fitBoundsOptions: { padding: 30, maxZoom: 17 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      boxZoom: false,
      maxZoom: 20,
      minZoom: 3,
      renderWorldCopies: false,
      localIdeographFontFamily: false,
      locale: { "Map.Title": t("map.label") },
      fadeDuration: 0,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    const canvas = new ChoosingCanvas(map, underlay, hooks);
    canvas.#drawMark(palette);
    await new Promise<void>((resolve) => map.once("load", () => resolve()));
    return canvas;
  }

  get box(): Box {
    const bounds = this.#map.getBounds();
    const edge = (value: number, most: number) => Math.max(-most, Math.min(most, value));
    return [
      edge(bounds.getWest(), 180),
      edge(bounds.getSouth(), 90),
      edge(bounds.getEast(), 180),
      edge(bounds.getNorth(), 90),
    ];
  }

  get centre(): Position {
    const { lng, lat } = this.#map.getCenter();
    return [lng, lat];
  }

  set mode(mode: Mode) {
    this.#mode = mode;
    this.#corners = [];
    this.#from = null;
    const drags = mode === "point" || mode === "ring";
    this.#map.dragPan[drags ? "enable" : "disable"]();
    this.#map.doubleClickZoom[mode === "point" ? "enable" : "disable"]();
    this.#map.getCanvas().style.cursor = mode === "point" ? "" : "crosshair";
    this.outline(null);
  }

  show(answer: WindowAnswer, picked: ReadonlySet<string>): void {
    this.#rows = answer.cameras;
    this.#set("cameras", {
      ...collection(
        answer.cameras.map((row, at) => ({
          type: "Feature",
          geometry: { type: "Point", coordinates: [...row.at] },
          properties: { row: at, name: row.name, mark: "connected", late: 0 },
        })),
      ),
    });
    this.#set(
      "cells",
      collection(
        answer.cells.map(([x, y, count]) => ({
          type: "Feature",
          geometry: { type: "Point", coordinates: [x, y] },
          properties: { count, late: 0, word: String(count) },
        })),
      ),
    );
    this.#set("grid", gridFeatures(this.box));
    this.pick(picked);
  }

  pick(picked: ReadonlySet<string>): void {
    this.#set(
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
    this.#set("shape", shape ? polygonOf(ringOf(shape)) : collection());
  }

  /** Closes the ring that is being drawn. */
  close(): void {
    const shape = polygon(this.#corners);
    if (!shape) return;
    this.#corners = [];
    this.outline(shape);
    this.#hooks.drawn(shape);
  }

  fit(box: Box): void {
    this.#map.fitBounds([...box] as [number, number, number, number], { padding: 30, maxZoom: 17 });
  }

  zoom(by: number): void {
    if (by > 0) this.#map.zoomIn();
    else this.#map.zoomOut();
  }

  goTo(at: Position): void {
    this.#map.easeTo({ center: [...at], zoom: Math.max(this.#map.getZoom(), 16) });
  }

  repaint(palette: Palette): void {
    this.#map.setStyle(choosingStyle(palette, this.#underlay, this.#data));
    this.#drawMark(palette);
  }

  #set(name: string, data: Collection): void {
    this.#data[name] = data;
    void this.#map.getSource<GeoJSONSource>(name)?.setData(data);
  }

  #drawMark(palette: Palette): void {
    const canvas = drawMark("connected", palette);
    const image = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
    if (!image) return;
    if (this.#map.hasImage("connected")) this.#map.updateImage("connected", image);
    else this.#map.addImage("connected", image, { pixelRatio: RATIO });
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
    this.#map.on("click", (event) => {
      if (this.#mode !== "ring") return;
      this.#corners.push([event.lngLat.lng, event.lngLat.lat]);
      this.#outlineRing(null);
    });
    this.#map.on("dblclick", () => this.#mode === "ring" && this.close());
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
    this.#set("shape", shape ? polygonOf(ringOf(shape)) : lineOf(corners));
  }

  #at(event: PointerEvent): Position {
    const box = this.#map.getCanvas().getBoundingClientRect();
    const { lng, lat } = this.#map.unproject([event.clientX - box.left, event.clientY - box.top]);
    return [lng, lat];
  }

  async #press(point: [number, number]): Promise<void> {
    const layers = ["cameras", "clusters", "cells"].filter((layer) => this.#map.getLayer(layer));
    const found = this.#map.queryRenderedFeatures(point, { layers });
    const first = found[0];
    if (!first || first.geometry.type !== "Point") return;
    const center = first.geometry.coordinates as [number, number];
    if (first.layer.id === "cameras") {
      this.#hooks.pressed(this.#ids([first.properties["row"]]));
    } else if (first.layer.id === "clusters") {
      const source = this.#map.getSource<GeoJSONSource>("cameras");
      const cluster = Number(first.properties["cluster_id"]);
      const zoom = source ? await source.getClusterExpansionZoom(cluster) : 0;
      if (zoom <= NEAREST) this.#map.easeTo({ center, zoom });
      else if (source) {
        const leaves = await source.getClusterLeaves(cluster, 100, 0);
        this.#hooks.pressed(this.#ids(leaves.map((leaf) => leaf.properties?.["row"])));
      }
    } else {
      this.#map.easeTo({ center, zoom: this.#map.getZoom() + 2 });
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
