/**
 * The map's own style: no tile, glyph or sprite server. Letters are drawn by the browser from its own fonts (a style without
 * `glyphs`), marks come from `marks.ts`, what lies underneath is a graticule with the seats of the counties.
 */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { collection, type Collection } from "./features";
import type { Palette } from "./palette";

export interface Underlay {
  /** Address of picture tiles; empty for none. */
  readonly tiles: string;
  readonly attribution: string;
  readonly seats: readonly { readonly name: string; readonly at: readonly [number, number] }[];
}

export type Data = Readonly<Record<string, Collection>>;

const FONT = ["Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
/** Beyond this zoom cameras stand alone, also those on one spot; pressing there tells of all of them. */
export const NEAREST = 17;
const DATA = ["grid", "cells", "cameras", "fields", "gaps", "gap-cells"] as const;

/** Layers that can be pressed, the uppermost first. */
export const PRESSED = ["cameras", "gaps", "clusters", "cells", "gap-cells"] as const;

export function styleOf(palette: Palette, underlay: Underlay, data: Data): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    seats: { type: "geojson", data: seatsOf(underlay) },
  };
  for (const name of DATA) sources[name] = { type: "geojson", data: data[name] ?? collection() };
  sources["cameras"] = {
    type: "geojson",
    data: data["cameras"] ?? collection(),
    cluster: true,
    clusterRadius: 22,
    clusterMaxZoom: NEAREST,
    clusterProperties: { late: ["+", ["get", "late"]] },
  };
  const tiles: LayerSpecification[] = [];
  if (underlay.tiles) {
    sources["tiles"] = { type: "raster", tiles: [underlay.tiles], tileSize: 256, maxzoom: 18 };
    tiles.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  return {
    version: 8,
    sources,
    layers: [
      { id: "ground", type: "background", paint: { "background-color": palette.ground } },
      ...tiles,
      ...layersOf(palette),
    ],
  };
}

function seatsOf(underlay: Underlay): Collection {
  return collection(
    underlay.seats.map(({ name, at }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [...at] },
      properties: { name },
    })),
  );
}

function layersOf(palette: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": palette.raised, "text-halo-width": 1.5 };
  return [
    { id: "grid", type: "line", source: "grid", paint: { "line-color": palette.line, "line-width": 1 } },
    {
      id: "grid-words",
      type: "symbol",
      source: "grid",
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 500,
        "text-field": ["get", "word"],
        "text-font": FONT,
        "text-size": 11,
      },
      paint: { "text-color": palette.quiet, "text-halo-color": palette.ground, "text-halo-width": 2 },
    },
    {
      id: "seats",
      type: "symbol",
      source: "seats",
      maxzoom: 14,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 14,
        "text-offset": [0, -2.4],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": palette.quiet, "text-halo-color": palette.ground, "text-halo-width": 2 },
    },
    {
      id: "fields",
      type: "fill",
      source: "fields",
      minzoom: 13,
      paint: { "fill-color": lateOr(palette.attention, palette.accent), "fill-opacity": 0.22 },
    },
    {
      id: "field-edges",
      type: "line",
      source: "fields",
      minzoom: 13,
      paint: { "line-color": lateOr(palette.attention, palette.accent), "line-width": 1 },
    },
    counted("cells", "cells", "count", palette),
    numbers("cell-numbers", "cells", ["get", "word"], palette.onAccent),
    { ...counted("clusters", "cameras", "point_count", palette), filter: ["has", "point_count"] },
    {
      ...numbers("cluster-numbers", "cameras", ["to-string", ["get", "point_count"]], palette.onAccent),
      filter: ["has", "point_count"],
    },
    {
      id: "gap-cells",
      type: "symbol",
      source: "gap-cells",
      layout: {
        "icon-image": "gap",
        "icon-size": 1.7,
        "icon-allow-overlap": true,
        "text-field": ["get", "word"],
        "text-font": FONT,
        "text-size": 11,
        "text-allow-overlap": true,
      },
      // Beside the cameras' number of the same cell, not under it.
      paint: { "text-color": palette.text, "icon-translate": [26, 22], "text-translate": [26, 22] },
    },
    {
      id: "gaps",
      type: "symbol",
      source: "gaps",
      layout: {
        "icon-image": "gap",
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 14, ["get", "name"]],
        "text-font": FONT,
        "text-size": 12,
        "text-offset": [0, 1.2],
        "text-anchor": "top",
        "text-optional": true,
      },
      paint: { "text-color": palette.text, ...halo },
    },
    {
      id: "cameras",
      type: "symbol",
      source: "cameras",
      filter: ["!", ["has", "point_count"]],
      layout: {
        "icon-image": ["get", "mark"],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 15.5, ["get", "name"]],
        "text-font": FONT,
        "text-size": 12,
        "text-offset": [0, 1.1],
        "text-anchor": "top",
        "text-optional": true,
      },
      paint: { "text-color": palette.text, ...halo },
    },
  ];
}

type Expression = ["get", string] | ["to-string", ["get", string]];

function lateOr(late: string, other: string): ["case", [">", ["get", "late"], 0], string, string] {
  return ["case", [">", ["get", "late"], 0], late, other];
}

/** A round mark that grows with its number; an edge in the colour of attention where something in it is late. */
function counted(
  id: string,
  source: string,
  number: string,
  palette: Palette,
): LayerSpecification & { type: "circle" } {
  return {
    id,
    type: "circle",
    source,
    paint: {
      "circle-color": palette.accent,
      "circle-radius": ["step", ["get", number], 13, 100, 17, 1000, 22, 10000, 27],
      "circle-stroke-color": lateOr(palette.attention, palette.raised),
      "circle-stroke-width": ["case", [">", ["get", "late"], 0], 4, 2],
    },
  };
}

function numbers(
  id: string,
  source: string,
  word: Expression,
  colour: string,
): LayerSpecification & { type: "symbol" } {
  return {
    id,
    type: "symbol",
    source,
    layout: { "text-field": word, "text-font": FONT, "text-size": 12, "text-allow-overlap": true },
    paint: { "text-color": colour },
  };
}
