// Bundles the front-end parts named in package-lock.json into one folder, each with a gzipped copy beside it.
//   node assets/build.mjs OUT ICON…      an icon is a name of Tabler's outline set
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const parts = join(here, "..", "node_modules");
const [out, ...icons] = process.argv.slice(2);
await mkdir(out, { recursive: true });

await build({
  entryPoints: ["app.js", "app.css", "charts.js"].map((name) => join(here, name)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome92", "firefox90", "safari15"],
  legalComments: "linked",
  logLevel: "warning",
});

// MapLibre finds its worker beside itself, so it stays in its own files.
for (const name of ["maplibre-gl.mjs", "maplibre-gl-shared.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"]) {
  await copyFile(join(parts, "maplibre-gl", "dist", name), join(out, name));
}

const stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
const unknown = [];
const symbols = await Promise.all(icons.map(async (name) => {
  try {
    const svg = await readFile(join(parts, "@tabler", "icons", "icons", "outline", `${name}.svg`), "utf8");
    const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${drawing}</symbol>`;
  } catch {
    unknown.push(name);
    return "";
  }
}));
if (unknown.length) {
  console.error(`no such icon in Tabler's outline set: ${unknown.join(", ")}`);
  process.exit(1);
}
await writeFile(join(out, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);

for (const name of await readdir(out)) {
  if (/\.(js|mjs|css|svg)$/.test(name)) {
    await writeFile(join(out, `${name}.gz`), gzipSync(await readFile(join(out, name)), { level: 9 }));
  }
}
