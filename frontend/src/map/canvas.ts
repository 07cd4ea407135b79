/** MapLibre on the page: the style, its data, what is pressed. Everything else of the page works without it. */
import type { GeoJSONSource, Map as LibreMap, MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { t } from "../i18n/translate";
import type { Answer, Box, Position } from "./answer";
import { gridFeatures, sourcesOf, type Collection } from "./features";
import { drawMark, MARKS, RATIO } from "./marks";
import type { Palette } from "./palette";
import { NEAREST, PRESSED, styleOf, type Underlay } from "./style";

export interface Hooks {
  /** The window has come to rest. */
  moved: (box: Box) => void;
  /** Rows were pressed, by their numbers in the answer. */
  pressed: (kind: "cameras" | "gaps", rows: readonly number[]) => void;
}

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

export class MapCanvas {
  readonly #map: LibreMap;
  readonly #underlay: Underlay;
  readonly #hooks: Hooks;
  #data: Record<string, Collection> = {};

  private constructor(map: LibreMap, underlay: Underlay, hooks: Hooks) {
    this.#map = map;
    this.#underlay = underlay;
    this.#hooks = hooks;
    map.on("moveend", () => hooks.moved(this.box));
    map.on("click", (event) => void this.#press(event));
    map.on("mousemove", (event) => {
      const over = this.#at(event).length > 0;
      map.getCanvas().style.cursor = over ? "pointer" : "";
    });
  }

  /** Loads MapLibre and begins; `start` is shown first, unless the address says where somebody looked last. */
  static async begin(
    container: HTMLElement,
    palette: Palette,
    underlay: Underlay,
    start: Box | null,
    hooks: Hooks,
  ): Promise<MapCanvas> {
    const { Map: Libre, ScaleControl, setWorkerUrl, setWorkerCount } = await import("maplibre-gl");
    setWorkerUrl(workerUrl);
    setWorkerCount(1);
    const map = new Libre({
      container,
      style: styleOf(palette, underlay, {}),
      // The window that somebody chose stays in the fragment, which no server is sent.
      hash: "map",
      ...(start
        ? { bounds: [...start] as [number, number, number, number] }
        : { center: [91.14, 29.65], zoom: 10 }),
      fitBoundsOptions: { padding: 30, maxZoom: 17 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
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
    const canvas = new MapCanvas(map, underlay, hooks);
    canvas.#drawMarks(palette);
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

  show(answer: Answer): void {
    this.#data = { ...sourcesOf(answer), grid: gridFeatures(this.box) };
    for (const [name, data] of Object.entries(this.#data))
      void this.#map.getSource<GeoJSONSource>(name)?.setData(data);
  }

  /** Light became dark, or the other way round. */
  repaint(palette: Palette): void {
    this.#map.setStyle(styleOf(palette, this.#underlay, this.#data));
    this.#drawMarks(palette);
  }

  goTo(at: Position): void {
    this.#map.easeTo({ center: [...at], zoom: Math.max(this.#map.getZoom(), 16) });
  }

  fit(box: Box): void {
    this.#map.fitBounds([...box] as [number, number, number, number], { padding: 30, maxZoom: 17 });
  }

  zoom(by: number): void {
    if (by > 0) this.#map.zoomIn();
    else this.#map.zoomOut();
  }

  #drawMarks(palette: Palette): void {
    for (const name of MARKS) {
      const canvas = drawMark(name, palette);
      const image = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
      if (!image) continue;
      if (this.#map.hasImage(name)) this.#map.updateImage(name, image);
      else this.#map.addImage(name, image, { pixelRatio: RATIO });
    }
  }

  #at(event: MapMouseEvent) {
    const layers = PRESSED.filter((layer) => this.#map.getLayer(layer));
    return this.#map.queryRenderedFeatures(event.point, { layers: [...layers] });
  }

  async #press(event: MapMouseEvent): Promise<void> {
    const found = this.#at(event);
    const first = found[0];
    if (!first || first.geometry.type !== "Point") return;
    const centre = first.geometry.coordinates as [number, number];
    const kind = first.layer.id;
    if (kind === "cameras" || kind === "gaps") {
      const same = found.filter((feature) => feature.layer.id === kind);
      this.#hooks.pressed(kind, [...new Set(same.map((feature) => Number(feature.properties["row"])))]);
      return;
    }
    if (kind === "clusters") return this.#open(Number(first.properties["cluster_id"]), centre);
    this.#map.easeTo({ center: centre, zoom: this.#map.getZoom() + 2 });
  }

  /** Goes nearer until the cameras part; those that stand on one spot are told together. */
  async #open(cluster: number, centre: [number, number]): Promise<void> {
    const source = this.#map.getSource<GeoJSONSource>("cameras");
    if (!source) return;
    const zoom = await source.getClusterExpansionZoom(cluster);
    if (zoom <= NEAREST) {
      this.#map.easeTo({ center: centre, zoom });
      return;
    }
    const leaves = await source.getClusterLeaves(cluster, 100, 0);
    this.#hooks.pressed(
      "cameras",
      leaves.map((leaf) => Number(leaf.properties?.["row"])),
    );
  }
}
