import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);

/** The inner markup of one Lucide icon (24 × 24, drawn with `currentColor`). */
export function innerMarkup(name: string): string {
  const file = require.resolve(`lucide-static/icons/${name}.svg`);
  const match = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(file, "utf8"));
  if (!match) throw new Error(`not an icon: ${name}`);
  return (match[1] ?? "")
    .replace(/\s+/g, " ")
    .replace(/ ?\/> ?/g, "/>")
    .trim();
}

/**
 * Writes `icons.json` (name → inner markup of the icons that `list` names) into the build, for the `{% icon %}` tag,
 * and serves the same table to TypeScript as `virtual:icons`.
 */
export function iconTable(list: string): Plugin {
  const table = () =>
    Object.fromEntries(
      readFileSync(list, "utf8")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line && !line.startsWith("#"))
        .map((name) => [name, innerMarkup(name)]),
    );
  return {
    name: "custodes-icons",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(table()) });
    },
  };
}
