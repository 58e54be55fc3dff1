// Bundles src/studio.ts and css/studio.css into ../HunyuanOcr.Web/wwwroot and copies the icon; with --tests bundles the tests into .tests/ instead.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const here = import.meta.dirname;

/** Writes the dark values a second time, for people who have not chosen a theme and whose system is dark. */
const darkBySystem = {
  name: "dark-by-system",
  setup(plugin) {
    plugin.onLoad({ filter: /dark\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const bySystem = css.replace(":root[data-theme=dark]", ":root:not([data-theme=light])");
      return { contents: `${css}@media (prefers-color-scheme: dark) {${bySystem}}`, loader: "css" };
    });
  },
};

/** Leaves the WOFF2 sources of a font face and drops the older ones. */
const oneFontFormat = {
  name: "one-font-format",
  setup(plugin) {
    plugin.onLoad({ filter: /katex[^/]*\.css$/ }, async ({ path }) => ({ contents: (await readFile(path, "utf8")).replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, ""), loader: "css" }));
  },
};

if (process.argv.includes("--tests")) {
  const tests = (await readdir(join(here, "test"))).filter(name => name.endsWith(".test.ts"));
  await build({ entryPoints: tests.map(name => join(here, "test", name)), outdir: join(here, ".tests"), outExtension: { ".js": ".mjs" }, bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "warning" });
} else {
  const out = join(here, "../HunyuanOcr.Web/wwwroot");
  await mkdir(out, { recursive: true });
  const common = { outdir: out, entryNames: "[name]", bundle: true, minify: true, format: "esm", target: ["es2022", "chrome120", "firefox121", "safari17.4"], logLevel: "warning" };
  await build({
    ...common, entryPoints: [join(here, "src/studio.ts"), join(here, "css/studio.css")], external: ["data:*", "./formulas.js"], plugins: [darkBySystem],
  });
  // Apart from the rest, with its style sheet and fonts: only pages with formulas load it. Browsers of today need one format of the fonts.
  await rm(join(out, "formulas"), { recursive: true, force: true });
  await build({ ...common, entryPoints: [join(here, "src/formulas.ts")], assetNames: "formulas/[name]", loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty" }, plugins: [oneFontFormat] });
  await copyFile(join(here, "favicon.svg"), join(out, "favicon.svg"));
}
