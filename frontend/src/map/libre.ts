/** What our maps have in common: MapLibre, fetched when a map begins; the window, the marks, and what lies under a cluster. */
import type {
  GeoJSONSource,
  Map as LibreMap,
  MapGeoJSONFeature,
  MapOptions,
  StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Box, Position } from "./answer";
import type { Collection } from "./features";
import { drawMark, RATIO } from "./marks";
import type { Palette } from "./palette";
import { NEAREST, type Underlay } from "./style";

/** Whether this browser can draw a map at all. */
export function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

/** Loads MapLibre and begins a map; `start` is shown first, `own` is what this map has otherwise than the others. */
export async function beginLibre(
  container: HTMLElement,
  style: StyleSpecification,
  start: Box | null,
  label: string,
  own: Partial<MapOptions> = {},
): Promise<LibreMap> {
  const { Map: Libre, ScaleControl, setWorkerUrl, setWorkerCount } = await import("maplibre-gl");
  setWorkerUrl(workerUrl);
  setWorkerCount(1);
  const map = new Libre({
    container,
    style,
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
    locale: { "Map.Title": label },
    fadeDuration: 0,
    ...own,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  return map;
}

/** A map under way; what it draws and what a press does is its own. */
export abstract class LibreCanvas {
  protected readonly map: LibreMap;
  protected readonly underlay: Underlay;
  protected data: Record<string, Collection> = {};

  protected constructor(map: LibreMap, underlay: Underlay, moved: (box: Box) => void) {
    this.map = map;
    this.underlay = underlay;
    map.on("moveend", () => moved(this.box));
  }

  /** Its style in these colours, with what is shown on it. */
  protected abstract style(palette: Palette): StyleSpecification;
  /** The marks that its style names. */
  protected abstract readonly marks: readonly string[];

  get box(): Box {
    const bounds = this.map.getBounds();
    const edge = (value: number, most: number) => Math.max(-most, Math.min(most, value));
    return [
      edge(bounds.getWest(), 180),
      edge(bounds.getSouth(), 90),
      edge(bounds.getEast(), 180),
      edge(bounds.getNorth(), 90),
    ];
  }

  /** Light became dark, or the other way round. */
  repaint(palette: Palette): void {
    this.map.setStyle(this.style(palette));
    this.drawMarks(palette);
  }

  goTo(at: Position): void {
    this.map.easeTo({ center: [...at], zoom: Math.max(this.map.getZoom(), 16) });
  }

  fit(box: Box): void {
    this.map.fitBounds([...box] as [number, number, number, number], { padding: 30, maxZoom: 17 });
  }

  zoom(by: number): void {
    if (by > 0) this.map.zoomIn();
    else this.map.zoomOut();
  }

  /** Draws the marks, and waits until the map is there. */
  protected async ready(palette: Palette): Promise<void> {
    this.drawMarks(palette);
    await new Promise<void>((resolve) => this.map.once("load", () => resolve()));
  }

  /** Waits until all that was given is on the screen. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => this.map.once("idle", () => resolve()));
  }

  protected set(name: string, data: Collection): void {
    this.data[name] = data;
    void this.map.getSource<GeoJSONSource>(name)?.setData(data);
  }

  protected drawMarks(palette: Palette): void {
    for (const name of this.marks) {
      const canvas = drawMark(name, palette);
      const image = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
      if (!image) continue;
      if (this.map.hasImage(name)) this.map.updateImage(name, image);
      else this.map.addImage(name, image, { pixelRatio: RATIO });
    }
  }

  /** What of `layers` lies at a point of the window, the uppermost first. */
  protected under(point: { x: number; y: number }, layers: readonly string[]): MapGeoJSONFeature[] {
    const there = layers.filter((layer) => this.map.getLayer(layer));
    return this.map.queryRenderedFeatures([point.x, point.y], { layers: there });
  }

  /** Goes nearer until the cameras of a cluster part; those that stand on one spot are given, by their rows. */
  protected async openCluster(cluster: number, center: [number, number]): Promise<number[]> {
    const source = this.map.getSource<GeoJSONSource>("cameras");
    if (!source) return [];
    const zoom = await source.getClusterExpansionZoom(cluster);
    if (zoom <= NEAREST) {
      this.map.easeTo({ center, zoom });
      return [];
    }
    const leaves = await source.getClusterLeaves(cluster, 100, 0);
    return leaves.map((leaf) => Number(leaf.properties?.["row"]));
  }
}
