import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { RULES } from "./rules.ts";
import { countSources, createSourceTree, readSourceTree } from "./source-tree.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const PLANTED = join(import.meta.dirname, "planted");

interface Planted {
  readonly name: string;
  readonly expected: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

/** A planted file: lines "expect <rule> <path>[:<line>]", then the little project, each file after a line "=== <path>". */
function readPlanted(path: string): Planted {
  const [head = "", ...sections] = readFileSync(path, "utf8").split(/^=== /m);
  const expected = [...head.matchAll(/^expect (.+)$/gm)].map((match) => match[1] ?? "");
  const files = new Map(
    sections.map((section) => [section.slice(0, section.indexOf("\n")), section.slice(section.indexOf("\n") + 1)] as const),
  );
  return { name: basename(path, ".txt"), expected, files };
}

const planted = globSync("*.txt", { cwd: PLANTED }).map((file) => readPlanted(join(PLANTED, file)));

test.each(planted)("planted $name: exactly these violations are found, by all rules together", ({ expected, files }) => {
  const tree = createSourceTree(files);
  const found = RULES.flatMap((rule) => rule.check(tree).map(({ path, line }) => `${rule.name} ${path}${line === 0 ? "" : `:${line}`}`));
  expect(found.toSorted()).toEqual(expected.toSorted());
});

test("every rule of ours has a planted violation", () => {
  const proven = new Set(planted.flatMap(({ expected }) => expected.map((line) => line.split(" ")[0])));
  expect(RULES.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([]);
});

test("the checks read every source of the project", () => {
  const tree = readSourceTree(ROOT);
  expect(tree.sources.length).toBe(countSources(ROOT));
  expect(tree.sources.length).toBeGreaterThan(100);
  expect(tree.sources).toContain("lib/std/result.ts");
  expect(tree.sources).toContain("server.ts");
});

test("every rule that Biome checks for us is on: each planted violation is reported", () => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-biome-"));
  for (const file of ["biome.json", ".gitignore", "package.json"]) copyFileSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const files = globSync("biome/*.txt", { cwd: PLANTED }).map((file) => readFileSync(join(PLANTED, file), "utf8"));
  const twins = [
    "expect - lib/std/e-types.ts\nexport type A = number;\n",
    'expect - lib/std/n-twin.ts\nimport { value } from "./n.ts";\nexport const other = () => value;\n',
  ];
  for (const text of [...files, ...twins]) {
    const path = join(folder, /^expect \S+ (.+)$/m.exec(text)?.[1] ?? "");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.slice(text.indexOf("\n") + 1));
  }

  const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", "."];
  const report = JSON.parse(spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" }).stdout) as BiomeReport;
  rmSync(folder, { recursive: true, force: true });

  const found = report.diagnostics.map(({ category, location }) => `${category.replace("lint/", "")} ${pathOf(location)}`);
  const expected = files.map((text) => /^expect (.+)$/m.exec(text)?.[1] ?? "");
  expect(expected.filter((line) => !found.includes(line))).toEqual([]);
});

test("knip reports a file that nothing imports and an export that nothing uses", () => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-knip-"));
  copyFileSync(join(ROOT, "knip.json"), join(folder, "knip.json"));
  writeFileSync(join(folder, "package.json"), `{"name":"planted","type":"module"}`);
  writeFileSync(join(folder, "server.ts"), `import { used } from "./used.ts";\nconsole.log(used);\n`);
  writeFileSync(join(folder, "used.ts"), "export const used = 1;\nexport const idle = 2;\n");
  writeFileSync(join(folder, "orphan.ts"), "export const orphan = 1;\n");

  const knip = join(ROOT, "node_modules", "knip", "bin", "knip.js");
  const { stdout } = spawnSync(process.execPath, [knip, "--no-progress", "--reporter", "compact"], { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true, force: true });

  expect(stdout).toContain("orphan.ts");
  expect(stdout).toContain("used.ts: idle");
});

interface BiomeReport {
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string | { readonly file: string } } }[];
}

function pathOf({ path }: BiomeReport["diagnostics"][number]["location"]): string {
  return (typeof path === "string" ? path : path.file).replace(/^\.\//, "");
}
