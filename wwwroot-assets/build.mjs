// Bundles src/studio.ts and css/studio.css into ../HunyuanOcr.Web/wwwroot and copies the icon; with --tests bundles the tests into .tests/ instead.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir } from "node:fs/promises";
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

if (process.argv.includes("--tests")) {
  const tests = (await readdir(join(here, "test"))).filter(name => name.endsWith(".test.ts"));
  await build({ entryPoints: tests.map(name => join(here, "test", name)), outdir: join(here, ".tests"), outExtension: { ".js": ".mjs" }, bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "warning" });
} else {
  const out = join(here, "../HunyuanOcr.Web/wwwroot");
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [join(here, "src/studio.ts"), join(here, "css/studio.css")],
    outdir: out, entryNames: "[name]", bundle: true, minify: true,
    format: "esm", target: ["es2022", "chrome120", "firefox121", "safari17.4"], external: ["data:*"], plugins: [darkBySystem], logLevel: "warning",
  });
  await copyFile(join(here, "favicon.svg"), join(out, "favicon.svg"));
}
