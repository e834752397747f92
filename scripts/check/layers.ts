/**
 * Who may import whom, as `docs/architecture.md` draws it. A unit is a folder of `lib/` (the wire contract `lib/api/contract` is one
 * of its own), or a top-level folder. Composition roots (`server.ts`, each `main.ts` in `lib/`), `lib/testing` and `bench` may
 * import anything; a test may import whatever its unit may, and `lib/testing`, `lib/system`.
 */
import { importsOf } from "./imports-of.ts";
import type { Rule, Violation } from "./rule.ts";
import type { SourceTree } from "./source-tree.ts";

const CORE = ["std", "model", "sequential", "versions", "compatibility", "routing", "release", "policy"];

/** For each unit what it may import, itself apart. A unit that is not listed may not exist. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  std: [],
  model: ["std"],
  sequential: ["std"],
  versions: ["std", "model"],
  compatibility: ["std", "model", "sequential", "versions"],
  routing: ["std", "model", "versions", "compatibility"],
  // Strategies, verbs, judge.
  release: ["std", "model", "sequential", "routing"],
  // Where instances run, how many, in which order they are replaced.
  placement: ["std", "model"],
  // Metric expressions, triggers, diagnosis.
  policy: ["std", "model"],
  system: ["std"],
  sqlite: ["std"],
  supervisor: ["std"],
  store: ["std", "model", "sqlite"],
  registry: ["std", "model", "sqlite"],
  telemetry: ["std", "model", "sqlite"],
  identity: ["std", "model", "sqlite"],
  // Requests to addresses that somebody typed.
  "guarded-request": ["std"],
  notify: ["std", "model", "sqlite", "guarded-request"],
  // A program beside the instances; it speaks to the engine as any client does.
  workload: ["std", "model", "client", "supervisor"],
  engine: [...CORE, "placement", "store", "registry", "telemetry", "identity", "notify", "guarded-request"],
  "api/contract": ["std", "model"],
  api: ["std", "model", "engine", "api/contract"],
  dataplane: ["std", "model", "routing", "telemetry", "identity"],
  client: ["std", "api/contract"],
  cli: [...CORE, "client", "api/contract", "workload"],
  demo: ["std", "model", "client", "supervisor"],
  console: [],
  components: [...CORE, "client"],
  // Of the supervisor it needs where the engine's socket lies.
  app: [...CORE, "client", "components", "api/contract", "supervisor"],
  e2e: ["std", "model", "client", "demo", "supervisor", "testing"],
  scripts: [],
  // Programs that users copy: they stand alone.
  docs: [],
};

/** Units and files that put the others together. */
const ANYTHING = ["testing", "bench", "root"];

/** What a test may use besides: fakes and builders, and the real clock. */
const FOR_TESTS = ["testing", "system"];

/** Only these may be imported as types; at run time the importer has to do without. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = { client: ["api/contract"] };

export const layers: Rule = {
  name: "layers",
  check(tree) {
    return tree.sources.flatMap((path) => checkFile(tree, path));
  },
};

function checkFile(tree: SourceTree, path: string): readonly Violation[] {
  const from = unitOf(path);
  const allowed = LAYERS[from];
  if (allowed === undefined && !ANYTHING.includes(from)) {
    return [{ path, line: 0, message: `"${from}" is not in the table of layers: say in scripts/check/layers.ts what it may import` }];
  }
  return importsOf(tree, path).flatMap(({ specifier, line, target, typeOnly }) => {
    const free = allowed === undefined || isRoot(path);
    const message = target === null ? computed(specifier, free) : problem({ path, from, target, typeOnly, allowed });
    return message === null ? [] : [{ path, line, message }];
  });
}

interface Edge {
  readonly path: string;
  readonly from: string;
  readonly target: string;
  readonly typeOnly: boolean;
  readonly allowed: readonly string[] | undefined;
}

function problem({ path, from, target, typeOnly, allowed }: Edge): string | null {
  const to = unitOf(target);
  if (to === from) return null;
  if (isInnards(target)) return `import ${to} through ${publicFace(to)}, not ${target}: what it does not export is its own business`;
  if (allowed === undefined || isRoot(path)) return null;
  if (isTest(path) && FOR_TESTS.includes(to)) return null;
  if (!allowed.includes(to)) {
    return `${from} must not import ${to}; it may import ${allowed.join(", ") || "nothing"}. Move the code, or pass in what is needed`;
  }
  if (!typeOnly && TYPES_ONLY[from]?.includes(to) === true) return `${from} may import types of ${to} only: write "import type"`;
  return null;
}

function computed(specifier: string, free: boolean): string | null {
  return specifier === "(computed)" && !free ? "a computed import cannot be checked: import a fixed path" : null;
}

/** "lib/api/contract/index.ts" → "api/contract", "components/ui/button.tsx" → "components", "server.ts" → "root". */
function unitOf(path: string): string {
  const parts = path.split("/");
  if (parts.length === 1) return "root";
  if (parts[0] !== "lib") return parts[0] ?? "root";
  return parts[1] === "api" && parts[2] === "contract" ? "api/contract" : (parts[1] ?? "lib");
}

function isInnards(target: string): boolean {
  return target.startsWith("lib/") && target !== publicFace(unitOf(target));
}

function publicFace(unit: string): string {
  return `lib/${unit}/index.ts`;
}

function isRoot(path: string): boolean {
  return /^lib\/[^/]+\/([a-z-]+-)?main\.ts$/.test(path);
}

function isTest(path: string): boolean {
  return /\.(test|soak|fixture)\.tsx?$/.test(path);
}
