import { defineConfig } from "vitest/config";
import { brotliSiblings } from "./plugins/brotli";
import { iconTable } from "./plugins/icons";

// Output goes where Django's static files are looked for; `django-vite` reads manifest.json there.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [iconTable("icons.txt"), brotliSiblings(["map", "maplibre", "choose", "panel"])],
  build: {
    outDir: "../src/custodes/web/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: false,
    sourcemap: false,
    // A strict content security policy forbids data: pictures in styles.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: [
        "src/theme.ts",
        "src/choose.ts",
        "src/main.ts",
        "src/map.ts",
        "src/masks.ts",
        "src/player.ts",
        "src/supervised.ts",
        "src/wall.ts",
        "src/webauthn.ts",
        "src/bench/bench.ts",
      ],
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  worker: { format: "es", rollupOptions: { output: { entryFileNames: "[name]-[hash].js" } } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
