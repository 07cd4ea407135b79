import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "vite";

/**
 * Writes `NAME.br` beside each script and style whose name begins with one of `names`; the web serves it to browsers that take it.
 * The map's library is the only one large enough for it to matter.
 */
export function brotliSiblings(names: readonly string[]): Plugin {
  return {
    name: "custodes-brotli",
    apply: "build",
    writeBundle({ dir }) {
      if (!dir) return;
      for (const file of readdirSync(dir))
        if (/\.(js|css)$/.test(file) && names.some((name) => file.startsWith(name)))
          writeFileSync(join(dir, `${file}.br`), brotliCompressSync(readFileSync(join(dir, file))));
    },
  };
}
