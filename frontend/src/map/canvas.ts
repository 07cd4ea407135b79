/** MapLibre on the register's page: its data, what is pressed. Everything else of the page works without it. */
import type { Map as LibreMap, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import { t } from "../i18n/translate";
import type { Answer, Box } from "./answer";
import { gridFeatures, sourcesOf } from "./features";
import { beginLibre, LibreCanvas } from "./libre";
import { MARKS } from "./marks";
import type { Palette } from "./palette";
import { PRESSED, styleOf, type Underlay } from "./style";

export interface Hooks {
  /** The window has come to rest. */
  moved: (box: Box) => void;
  /** Rows were pressed, by their numbers in the answer. */
  pressed: (kind: "cameras" | "gaps", rows: readonly number[]) => void;
}

export class MapCanvas extends LibreCanvas {
  readonly #hooks: Hooks;
  protected readonly marks = MARKS;

  private constructor(map: LibreMap, underlay: Underlay, hooks: Hooks) {
    super(map, underlay, hooks.moved);
    this.#hooks = hooks;
    map.on("click", (event) => void this.#press(event));
    map.on("mousemove", (event) => {
      const over = this.under(event.point, PRESSED).length > 0;
      map.getCanvas().style.cursor = over ? "pointer" : "";
    });
  }

  /** Begins; `start` is shown first, unless the address says where somebody looked last. */
  static async begin(
    container: HTMLElement,
    palette: Palette,
    underlay: Underlay,
    start: Box | null,
    hooks: Hooks,
  ): Promise<MapCanvas> {
    // The window that somebody chose stays in the fragment, which no server is sent.
    const own = { hash: "map" };
    const map = await beginLibre(container, styleOf(palette, underlay, {}), start, t("map.label"), own);
    const canvas = new MapCanvas(map, underlay, hooks);
    await canvas.ready(palette);
    return canvas;
  }

  show(answer: Answer): void {
    for (const [name, data] of Object.entries(sourcesOf(answer))) this.set(name, data);
    this.set("grid", gridFeatures(this.box));
  }

  protected style(palette: Palette): StyleSpecification {
    return styleOf(palette, this.underlay, this.data);
  }

  async #press({ point }: MapMouseEvent): Promise<void> {
    const found = this.under(point, PRESSED);
    const first = found[0];
    if (!first || first.geometry.type !== "Point") return;
    const center = first.geometry.coordinates as [number, number];
    const kind = first.layer.id;
    if (kind === "cameras" || kind === "gaps") {
      const same = found.filter((feature) => feature.layer.id === kind);
      this.#hooks.pressed(kind, [...new Set(same.map((feature) => Number(feature.properties["row"])))]);
    } else if (kind === "clusters") {
      const rows = await this.openCluster(Number(first.properties["cluster_id"]), center);
      if (rows.length) this.#hooks.pressed("cameras", rows);
    } else {
      this.map.easeTo({ center, zoom: this.map.getZoom() + 2 });
    }
  }
}
