/** An answer as GeoJSON, for the sources of the style. A feature bears the number of its row, and the row's words stay outside the map. */
import type { Feature, FeatureCollection, Point, Polygon } from "geojson";
import type { Answer, Box, CameraRow, Cell, GapRow, Position } from "./answer";
import { gridLines } from "./graticule";
import { markOf, shapeOf } from "./marks";

export type Collection = FeatureCollection;

export const collection = (features: Feature[] = []): Collection => ({ type: "FeatureCollection", features });

function point(at: Position, properties: Record<string, string | number>): Feature<Point> {
  return { type: "Feature", geometry: { type: "Point", coordinates: [...at] }, properties };
}

export function cameraFeatures(rows: readonly CameraRow[]): Collection {
  return collection(
    rows.map((row, at) =>
      point(row.at, {
        row: at,
        name: row.name,
        mark: markOf(shapeOf(row), row.filing),
        late: row.filing === "late" ? 1 : 0,
      }),
    ),
  );
}

export function gapFeatures(rows: readonly GapRow[]): Collection {
  return collection(rows.map((row, at) => point(row.at, { row: at, name: row.name })));
}

/** Fields of view: rings of the server, turned as GeoJSON wants outer rings. */
export function fieldFeatures(rows: readonly CameraRow[]): Collection {
  const features: Feature<Polygon>[] = [];
  for (const row of rows)
    if (row.field)
      features.push({
        type: "Feature",
        geometry: { type: "Polygon", coordinates: [row.field.map((corner) => [...corner]).reverse()] },
        properties: { late: row.filing === "late" ? 1 : 0 },
      });
  return collection(features);
}

export function cellFeatures(cells: readonly Cell[]): Collection {
  return collection(
    cells.map(([x, y, count, late]) =>
      point([x, y], { count, late, word: count.toLocaleString("en").replaceAll(",", " ") }),
    ),
  );
}

export function gridFeatures(box: Box): Collection {
  return collection(
    gridLines(box).map(({ line, word }) => ({
      type: "Feature",
      geometry: { type: "LineString", coordinates: line.map((end) => [...end]) },
      properties: { word },
    })),
  );
}

/** The sources that an answer fills, by their names in the style. */
export function sourcesOf(answer: Answer): Record<string, Collection> {
  return {
    cells: cellFeatures(answer.cells),
    cameras: cameraFeatures(answer.cameras),
    fields: fieldFeatures(answer.cameras),
    gaps: gapFeatures(answer.gaps),
    "gap-cells": cellFeatures(answer.gapCells),
  };
}
