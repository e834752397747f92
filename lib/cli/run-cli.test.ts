import { afterEach, describe, expect, test } from "vitest";
import type { OperationKey } from "../client/index.ts";
import { type ScriptedAnswer, type ScriptedEngine, startScriptedEngine } from "./scripted-engine.fixture.ts";
import { runTestCli } from "./test-io.fixture.ts";

const SPLIT = "/api/v1/services/recommendations/split";
const split = {
  service: "recommendations",
  rev: 7,
  weights: { "1.2.0": 10_000 },
  accepted: { rev: 7, acknowledged: 3, proxies: 3 },
  observed: { windowMs: 60_000, requests: 1200, versions: { "1.2.0": { requests: 1200, share: 1, low: 0.9968, high: 1 } } },
  since: { at: "2026-02-01T11:59:48.000Z", author: "ben", changeId: "chg-4", cause: "set" },
  phases: [],
  renormalised: [],
};
const exposure = { before: { broken: 0, unproven: 0.041 }, after: { broken: 0, unproven: 0.041 } };
const change = {
  id: "chg-9",
  seq: 9,
  at: "2026-02-01T12:00:00.000Z",
  author: "anna",
  via: "cli",
  reason: "",
  kind: "split.set",
  subject: "recommendations",
  before: { "1.2.0": 10_000 },
  after: { "1.2.0": 7500, "1.3.0": 2500 },
  undoable: true,
  services: ["recommendations"],
};
const reason = {
  consumer: { service: "checkout", version: "1.4.0" },
  provider: { service: "payments", version: "3.0.0" },
  verdict: "incompatible",
  evidence: [],
  sentence: "checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.",
  fix: "Move checkout to 2.0.0 first: it works with payments 3.0.0 and 2.3.0.",
};
const getSplit: readonly [OperationKey, ScriptedAnswer] = ["GET /api/v1/services/{service}/split", { body: split }];

let engine: ScriptedEngine | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

/** Runs one command line against a script. */
async function run(args: readonly string[], script: Readonly<Record<string, readonly [OperationKey, ScriptedAnswer]>> = {}, more = {}) {
  engine = await startScriptedEngine(script);
  return runTestCli(args, engine.url, more);
}

describe("split", () => {
  test("shows the three figures of every weight", async () => {
    const { exitCode, out } = await run(["split", "recommendations"], { [`GET ${SPLIT}`]: getSplit });
    expect(exitCode).toBe(0);
    expect(out.split("\n")).toEqual([
      "recommendations  rev 7, changed 12 s ago by ben (chg-4)",
      "Accepted by 3 of 3, observed over 60 s and 1200 requests.",
      "",
      "VERSION  INTENDED  ACCEPTED  OBSERVED  95 % INTERVAL",
      "1.2.0       100 %       3/3     100 %  99.7 % to 100 %",
      "",
    ]);
  });

  test("sets weights with the rev that it read, as the user of the machine, and tells who accepted", async () => {
    const written = {
      body: { change, rev: 8, accepted: { rev: 8, acknowledged: 2, proxies: 3 }, exposure, notes: ["1.3.0 has one instance."] },
    };
    const { exitCode, out } = await run(["split", "recommendations", "1.3.0=25", "--reason", "canary"], {
      [`GET ${SPLIT}`]: getSplit,
      [`PUT ${SPLIT}`]: ["PUT /api/v1/services/{service}/split", written],
    });
    expect(exitCode).toBe(0);
    const put = engine?.seen.at(-1);
    expect(put?.headers).toMatchObject({ "if-match": '"7"', "x-interlock-author": "anna", "x-interlock-via": "cli" });
    expect(put?.body).toEqual({ weights: { "1.2.0": 7500, "1.3.0": 2500 }, reason: "canary" });
    expect(out.split("\n")).toEqual([
      "1.2.0 gets the other 75 %.",
      "chg-9  split.set  recommendations",
      "  1.2.0: 100 % → 75 %",
      "  1.3.0: 0 % → 25 %",
      "Accepted by 2 of 3 proxies.",
      "Exposure: broken 0 %, unproven 4.10 % of live request chains.",
      "Note: 1.3.0 has one instance.",
      "",
    ]);
  });

  test("on a dry run says what would happen, and that nothing did", async () => {
    const { exitCode, out } = await run(["split", "recommendations", "1.3.0=25", "--dry-run"], {
      [`GET ${SPLIT}`]: getSplit,
      [`PUT ${SPLIT}?dryRun=true`]: ["PUT /api/v1/services/{service}/split", { body: { change, dryRun: true, exposure } }],
    });
    expect(exitCode).toBe(0);
    expect(out).toContain("Dry run: nothing was changed.\n");
  });

  test("refused by the gate leaves with 1 and names consumer, provider, requirement and the way out", async () => {
    const problem = {
      type: "urn:x",
      title: "Not safe",
      status: 409,
      code: "compatibility.refused",
      detail: "1 live pair would break.",
      errors: [{ path: "weights.1.3.0", code: "compatibility.refused", detail: reason.sentence, fix: reason.fix }],
      reasons: [reason],
    };
    const { exitCode, out, error } = await run(["split", "recommendations", "1.3.0=25"], {
      [`GET ${SPLIT}`]: getSplit,
      [`PUT ${SPLIT}`]: ["PUT /api/v1/services/{service}/split", { problem }],
    });
    expect(exitCode).toBe(1);
    expect(out).toBe("1.2.0 gets the other 75 %.\n");
    expect(error.split("\n")).toEqual([
      "Not safe. 1 live pair would break. (compatibility.refused)",
      `  ${reason.sentence}`,
      `  → ${reason.fix}`,
      "",
    ]);
  });

  test("carries an override with its end as a moment", async () => {
    await run(["split", "recommendations", "1.3.0=25", "--override-reason", "load test", "--override-until", "2h"], {
      [`GET ${SPLIT}`]: getSplit,
      [`PUT ${SPLIT}`]: ["PUT /api/v1/services/{service}/split", { body: { change } }],
    });
    expect(engine?.seen.at(-1)?.body).toMatchObject({ override: { reason: "load test", expiresAt: "2026-02-01T14:00:00.000Z" } });
  });
});

describe("can-i-shift leaves with its verdict", () => {
  test.each([
    ["compatible", 0],
    ["incompatible", 1],
    ["unknown", 4],
  ])("%s: %i", async (verdict, exitCode) => {
    const outcome = await run(["can-i-shift", "recommendations", "1.3.0=25", "--change", "recommendations:1.2.0=100"], {
      [`GET ${SPLIT}`]: getSplit,
      "POST /api/v1/can-i-shift": [
        "POST /api/v1/can-i-shift",
        { body: { verdict, reasons: verdict === "compatible" ? [] : [reason], exposure } },
      ],
    });
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.out.includes(reason.fix)).toBe(verdict !== "compatible");
    expect(engine?.seen.at(-1)?.body).toEqual({
      changes: [
        { service: "recommendations", weights: { "1.2.0": 7500, "1.3.0": 2500 } },
        { service: "recommendations", weights: { "1.2.0": 10_000 } },
      ],
    });
  });
});

describe("undo", () => {
  const page = (...items: object[]) => ["GET /api/v1/changes", { body: { items } }] as const;
  test("without a name takes back the user's own last change that can be undone, and passes over an undo", async () => {
    const { exitCode } = await run(["undo"], {
      "GET /api/v1/changes?limit=500": page(
        { ...change, id: "chg-14", via: "engine" },
        { ...change, id: "chg-12", kind: "undo" },
        { ...change, id: "chg-11", author: "ben" },
        { ...change, id: "chg-10", undoable: false },
        change,
      ),
      "POST /api/v1/changes/chg-9/undo": [
        "POST /api/v1/changes/{id}/undo",
        { body: { change: { ...change, id: "chg-13", kind: "undo" } } },
      ],
    });
    expect(exitCode).toBe(0);
  });

  test("with nothing to take back leaves with 1", async () => {
    const { exitCode, out } = await run(["undo"], { "GET /api/v1/changes?limit=500": page() });
    expect(exitCode).toBe(1);
    expect(out).toContain("No recent change by anna can be undone.");
  });
});

describe("manifests", () => {
  const yaml = "services:\n  payments:\n    versions:\n      2.3.0: {}\n";
  const MANIFEST = "POST /api/v1/manifest" as const;

  test("diff leaves with 1 where something differs and shows each difference", async () => {
    const body = {
      change: { ...change, before: { "payments.split": { "2.3.0": 10_000 } }, after: { "payments.split": { "3.0.0": 10_000 } } },
      dryRun: true,
      revs: {},
    };
    const { exitCode, out } = await run(
      ["diff", "-f", "mesh.yaml"],
      { "POST /api/v1/manifest?dryRun=true": [MANIFEST, { body }] },
      { files: { "mesh.yaml": yaml } },
    );
    expect(exitCode).toBe(1);
    expect(out).toBe("payments.split.2.3.0: 100 % → 0 %\npayments.split.3.0.0: 0 % → 100 %\n");
    expect(engine?.seen.at(-1)?.body).toEqual({ services: { payments: { versions: { "2.3.0": {} } } } });
  });

  test("diff leaves with 0 where nothing differs", async () => {
    const body = { change: null, dryRun: true, revs: {} };
    const { exitCode, out } = await run(
      ["diff", "-f", "-"],
      { "POST /api/v1/manifest?dryRun=true": [MANIFEST, { body }] },
      { files: { "-": yaml } },
    );
    expect([exitCode, out]).toEqual([0, "No difference.\n"]);
  });

  test("what export prints can be applied", async () => {
    const manifest = {
      services: { payments: { versions: { "2.3.0": { requirements: { fraud: "^1.0.0" } } }, split: { weights: { "2.3.0": 10_000 } } } },
    };
    const exported = await run(["export"], { "GET /api/v1/manifest": ["GET /api/v1/manifest", { body: manifest }] });
    await engine?.close();
    const body = { change: null, revs: {} };
    await run(
      ["apply", "-f", "x", "--prune"],
      { "POST /api/v1/manifest?prune=true": [MANIFEST, { body }] },
      { files: { x: exported.out } },
    );
    expect(engine?.seen.at(-1)?.body).toEqual(manifest);
  });

  test.each([
    ["a file that is not there", ["apply", "-f", "missing.yaml"], /Cannot read missing\.yaml/],
    ["a file that is no YAML", ["apply", "-f", "bad.yaml"], /bad\.yaml is not YAML or JSON: .* line 1/],
    ["a file with a key twice", ["diff", "-f", "twice.yaml"], /twice\.yaml is not YAML or JSON: .*unique/],
  ])("%s leaves with 3 and asks the engine nothing", async (_, args, message) => {
    const { exitCode, error } = await run(args, {}, { files: { "bad.yaml": "a: [", "twice.yaml": "a: 1\na: 2" } });
    expect(exitCode).toBe(3);
    expect(error).toMatch(message);
    expect(engine?.seen).toEqual([]);
  });
});

describe("usage", () => {
  test.each([
    [[]],
    [["no-such-command"]],
    [["split"]],
    [["split", "recommendations", "1.3.0=25", "--no-such-option"]],
    [["split", "recommendations", "--override-reason", "x"]],
    [["apply"]],
    [["can-i-shift"]],
    [["can-i-shift", "--change", "payments"]],
    [["register", "version", "a", "1.0.0", "--requires", "payments"]],
    [["register", "instance", "a", "1.0.0", "127.0.0.1"]],
    [["events", "--limit", "0"]],
    [["load", "many"]],
    [["completion", "powershell"]],
    [["status", "--api", "localhost:4600"]],
  ])("%j leaves with 2, says why on standard error, and asks the engine nothing", async (args) => {
    const { exitCode, out, error } = await run(args);
    expect(exitCode).toBe(2);
    expect(out).toBe("");
    expect(error).not.toBe("");
    expect(engine?.seen).toEqual([]);
  });

  test("weights that do not sum up leave with 2 and write nothing", async () => {
    const { exitCode, error } = await run(["split", "recommendations", "1.2.0=50", "1.3.0=25"], { [`GET ${SPLIT}`]: getSplit });
    expect(exitCode).toBe(2);
    expect(error).toContain("sum to 75 %, not to 100 %");
    expect(engine?.seen.map(({ key }) => key)).toEqual([`GET ${SPLIT}`]);
  });

  test("help that was asked for leaves with 0 and names every command", async () => {
    const { exitCode, out } = await run(["--help"]);
    expect(exitCode).toBe(0);
    for (const name of [
      "status",
      "services",
      "split",
      "routes",
      "rollback",
      "undo",
      "can-i-shift",
      "apply",
      "diff",
      "export",
      "events",
      "load",
    ]) {
      expect(out).toContain(`\n  ${name}`);
    }
    expect(out).not.toContain("complete-services");
  });
});

describe("an engine that does not answer", () => {
  test("leaves with 3 and says where it was looked for", async () => {
    const { exitCode, error } = await runTestCli(["status"], "http://127.0.0.1:1");
    expect(exitCode).toBe(3);
    expect(error).toBe("Engine is unreachable. The engine does not answer. (engine.unreachable)\n  Asked at http://127.0.0.1:1.\n");
  });

  test("is looked for on the port that the engine itself is told", async () => {
    const { error } = await runTestCli(["status"], "", { io: { env: { INTERLOCK_API_PORT: "1" } } });
    expect(error).toContain("Asked at http://127.0.0.1:1.");
  });

  test("leaves with 3 where a proxy answers in its place", async () => {
    const problem = {
      type: "about:blank",
      title: "No service has this host",
      status: 404,
      code: "routing.unknown-host",
      detail: "No such host.",
    };
    const { exitCode, error } = await run(["status"], { "GET /api/v1/mesh": ["GET /api/v1/mesh", { problem }] });
    expect(exitCode).toBe(3);
    expect(error).toContain("The answer (status 404) is not from the engine.");
  });

  test("leaves with 3 where it answers that it is not ready", async () => {
    const problem = { type: "urn:x", title: "Engine is not ready", status: 503, code: "engine.not-ready", detail: "Wait.", errors: [] };
    expect(await run(["status"], { "GET /api/v1/mesh": ["GET /api/v1/mesh", { problem }] })).toMatchObject({ exitCode: 3 });
  });
});

describe("with --json", () => {
  test("an answer is the engine's own, whole, and nothing else is printed", async () => {
    const { out, error } = await run(["split", "recommendations", "--json"], { [`GET ${SPLIT}`]: getSplit });
    expect(JSON.parse(out)).toEqual(split);
    expect(error).toBe("");
  });

  test.each([
    ["a refusal", ["--json", "split", "nobody"], 1, "route.unknown"],
    ["a usage error", ["split", "--json", "recommendations", "1.3.0=x"], 2, "cli.usage"],
    ["an unreadable file", ["apply", "-f", "missing", "--json"], 3, "cli.unreadable"],
  ])("%s is one document on standard output", async (_, args, exitCode, code) => {
    const outcome = await run(args, { [`GET ${SPLIT}`]: getSplit });
    expect(outcome).toMatchObject({ exitCode, error: "" });
    expect(JSON.parse(outcome.out)).toMatchObject({ code });
  });
});

describe("colour", () => {
  const script = { [`GET ${SPLIT}`]: getSplit };
  test("is for terminals", async () => {
    expect((await run(["split", "recommendations"], script, { io: { isTerminal: true } })).out).toContain("\u001b[");
  });

  test("is left out with NO_COLOR", async () => {
    engine = await startScriptedEngine(script);
    const io = { isTerminal: true, env: { NO_COLOR: "1", INTERLOCK_API: engine.url } };
    expect((await runTestCli(["split", "recommendations"], engine.url, { io })).out).not.toContain("\u001b[");
  });
});

test("the version that was asked for leaves with 0", async () => {
  expect(await run(["--version"])).toEqual({ exitCode: 0, out: "1.2.3\n", error: "" });
});

test.each(["bash", "zsh", "fish"])("the completion for %s knows every command", async (shell) => {
  const { exitCode, out } = await run(["completion", shell]);
  expect(exitCode).toBe(0);
  for (const word of ["can-i-shift", "rollback", "dry-run"]) expect(out).toContain(word);
});
