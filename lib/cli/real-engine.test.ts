import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { meshYaml, openRealCli, type RealCli } from "./real-cli.fixture.ts";
import { runTestCli } from "./test-io.fixture.ts";

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli();
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);

describe("the command line on a real engine, step by step", () => {
  test("a manifest is applied, then differs in nothing, then comes out again", async () => {
    expect(await run("apply -f mesh.yaml", { "mesh.yaml": meshYaml() })).toMatchObject({ exitCode: 0, error: "" });
    expect(await run("diff -f mesh.yaml", { "mesh.yaml": meshYaml() })).toMatchObject({ exitCode: 0, out: "No difference.\n" });
    const exported = await run("export");
    expect(await run("diff -f again.yaml --prune", { "again.yaml": exported.out })).toMatchObject({ exitCode: 0, out: "No difference.\n" });
  });

  test("what is registered is listed", async () => {
    expect((await run("services")).out).toMatch(/^checkout +\d+ +1\.4\.0 100 % +2 +2\/2 +checkout\.mesh$/m);
    expect((await run("versions checkout")).out).toMatch(/^1\.4\.0 +registered +100 % +live +1\/1 +– +payments \^2\.1\.0$/m);
    expect((await run("instances payments")).out).toMatch(/127\.0\.0\.1:9030 .* static .* ready/);
    expect(await run("status")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("2 services, 4 versions, 4 of 4 instances ready"),
    });
  });

  test("a key finds one instance, first in the list", async () => {
    const found = await run("discover payments --key customer-17");
    const [, id = "none"] = /^"customer-17" finds (payments-\S+)\. /.exec(found.out) ?? [];
    expect(found.out.split("\n")[2]).toMatch(new RegExp(`^${id} `));
    expect((await run("discover payments --key customer-17")).out).toBe(found.out);
    expect((await run("discover payments --caller checkout@1.4.0")).out).not.toContain("3.0.0");
    expect((await run("discover payments --range ^9.0.0")).out).toBe("No instance of payments fits.\n");
  });

  test("a shift into a known break is not safe, is refused, and nothing changes", async () => {
    const asked = await run("can-i-shift payments 3.0.0=10");
    expect(asked).toMatchObject({ exitCode: 1 });
    expect(asked.out).toContain("checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0.");
    const tried = await run("split payments 3.0.0=10");
    expect(tried).toMatchObject({ exitCode: 1 });
    expect(tried.error).toContain("→ Move checkout to 2.0.0 first: it works with payments 3.0.0 and 2.3.0.");
    expect((await run("split payments")).out).toMatch(/^2\.3\.0 +100 %/m);
  });

  test("both together are safe", async () => {
    expect(await run("can-i-shift payments 3.0.0=100 --change checkout:2.0.0=100")).toMatchObject({ exitCode: 0 });
  });

  test("a dry run changes nothing, a shift does, and undo and rollback take it back", async () => {
    expect((await run("split checkout 2.0.0=25 --dry-run")).out).toContain("Dry run: nothing was changed.");
    expect((await run("split checkout")).out).toMatch(/^1\.4\.0 +100 %/m);

    const shifted = await run("split checkout 2.0.0=25 --reason canary");
    expect(shifted.out).toContain("1.4.0: 100 % → 75 %");
    expect((await run("split checkout")).out).toMatch(/^2\.0\.0 +25 %/m);

    expect(await run("undo")).toMatchObject({ exitCode: 0, out: expect.stringContaining("1.4.0: 75 % → 100 %") });
    expect(await run("split checkout 2.0.0=50")).toMatchObject({ exitCode: 0 });
    expect(await run("rollback checkout --reason errors")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("2.0.0: 50 % → 0 %"),
    });
    expect((await run("split checkout")).out).toMatch(/^1\.4\.0 +100 %/m);
  });

  test("rules are replaced from a file, and bad ones are all named", async () => {
    const good =
      "rules:\n  - name: beta\n    matches: [{ headers: [{ name: x-group, value: beta }] }]\n    split: { weights: { 2.0.0: 10000 } }\n";
    expect(await run("routes checkout -f rules.yaml", { "rules.yaml": good })).toMatchObject({ exitCode: 0, error: "" });
    expect((await run("routes checkout")).out).toMatch(/^beta +x-group=beta +2\.0\.0 100 %$/m);
    const bad = await run("routes checkout -f bad.yaml", {
      "bad.yaml": "- matches: [{ path: { type: Exact, value: x } }, { method: get }]\n",
    });
    expect(bad).toMatchObject({ exitCode: 1 });
    expect(bad.error).toMatch(/rules\.0\.matches\.0\.path\.value: .*\n +rules\.0\.matches\.1\.method: /);
  });

  test("registering and removing, refused while in use", async () => {
    expect(await run("register service gift --host gift.example.com")).toMatchObject({ exitCode: 0, error: "" });
    expect(await run("register version gift 1.0.0 --requires payments=^2.0.0 --capacity 50")).toMatchObject({ exitCode: 0, error: "" });
    expect(await run("register instance gift 1.0.0 127.0.0.1:9099")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Registered gift-1.0.0-"),
    });
    const lease = await run("register instance gift 1.0.0 127.0.0.1:9100 --ttl 30s");
    expect(lease).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Registered gift-1\.0\.0-\w+ as a lease of 30 s\./) });
    expect(await run("register service gift")).toMatchObject({ exitCode: 1, error: expect.stringContaining("service.exists") });
    expect(await run("remove version gift 1.0.0")).toMatchObject({ exitCode: 1, error: expect.stringContaining("version.live") });
    expect(await run("remove service gift")).toMatchObject({ exitCode: 1, error: expect.stringContaining("version.has-instances") });
    const id = lease.out.split(" ")[1];
    expect(await run(`remove instance ${id}`)).toMatchObject({ exitCode: 0, out: `Removed ${id}.\n` });
    expect(await run("remove service gift --reason over")).toMatchObject({ exitCode: 0, error: "" });
    expect(await run("versions gift")).toMatchObject({ exitCode: 1, error: expect.stringContaining("service.unknown") });
  });

  test("an override lets a broken pair through, and the question stays answered with no", async () => {
    const args = [
      "split",
      "payments",
      "3.0.0=10",
      "--override-reason",
      "load test",
      "--override-until",
      new Date(systemClock.wallMs() + 3_600_000).toISOString(),
    ];
    expect(await runTestCli(args, cli.url)).toMatchObject({ exitCode: 0, error: "" });
    expect(await run("can-i-shift payments 3.0.0=20 2.3.0=80")).toMatchObject({ exitCode: 1 });
  });

  test("events tell who did what and why, oldest first, and follow goes on from there", async () => {
    const { out } = await run("events --service checkout --limit 3");
    expect(out).toMatch(/rollback {2}checkout {2}by anna \(cli\): errors/);
    const lines: string[] = [];
    const interrupt = new AbortController();
    const seen = (text: string) => {
      lines.push(text);
      if (text.includes("followed")) interrupt.abort();
    };
    const following = runTestCli(["events", "--follow", "--json", "--limit", "1"], cli.url, {
      io: { write: seen, interrupted: interrupt.signal },
    });
    await run("register service followed");
    expect(await following).toMatchObject({ exitCode: 0 });
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs.length).toBeGreaterThanOrEqual(1);
    expect(seqs).toEqual(seqs.toSorted((left, right) => left - right));
  });
});

test("who may call whom is listed, with what is measured of it", async () => {
  const { exitCode, out } = await run("edges --service payments");
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^FROM +TO +RATE +ERRORS +P99 +DENIED +RETRIES +FAILOVERS +MTLS +MIRRORED +VERDICT$/m);
  expect(out).toMatch(/^checkout \S+ +payments \S+ +0\/s +– +– +0 +0 +0 +– +0\/s +compatible$/m);
  expect((await run("edges --service nobody")).out).toBe("No calls, and no versions that may call each other.\n");
});

describe("what happened outside the log", () => {
  test("is told with its reason, and by service", async () => {
    await run("register instance payments 2.3.0 127.0.0.1:9099 --ttl 30s");
    const all = await run("health");
    expect(all).toMatchObject({ exitCode: 0, error: "", out: expect.stringMatching(/^\S+Z {2}instance-joined {2}.*payments/m) });
    expect((await run("health --service nobody")).out).toBe("Nothing of the kind has happened since the engine started.\n");
    expect(JSON.parse((await run("health --service payments --json")).out)).toMatchObject({
      items: [{ kind: "instance-joined", service: "payments", version: "2.3.0" }],
    });
  });
});

describe("policies on a real engine", () => {
  test("a policy is set from a file and shown with what is the default", async () => {
    const policy = "loadBalancing: { kind: roundRobin }\nretries: { attempts: 2 }\n";
    expect(await run("policy payments set -f policy.yaml", { "policy.yaml": policy })).toMatchObject({ exitCode: 0, error: "" });
    const shown = await run("policy payments");
    expect(shown.out).toMatch(/^loadBalancing\.kind +roundRobin +policy$/m);
    expect(shown.out).toMatch(/^retries\.attempts +2 +policy$/m);
    expect(shown.out).toMatch(/^slowStartMs +10000 +default$/m);
    expect(await run("policy payments get -f policy.yaml", { "policy.yaml": policy })).toMatchObject({ exitCode: 2 });
  });

  test("every problem of a policy is told, and the old one stays", async () => {
    const bad = "retries: { attempts: 99 }\noutlierDetection: { baseEjectionMs: 400000 }\n";
    const refused = await run("policy payments -f bad.yaml", { "bad.yaml": bad });
    expect(refused.exitCode).toBe(1);
    expect(refused.error).toContain("retries.attempts");
    expect(refused.error).toContain("outlierDetection.baseEjectionMs");
    expect((await run("policy payments")).out).toMatch(/^retries\.attempts +2 +policy$/m);
  });

  test("a file that holds no settings sets nothing back", async () => {
    for (const text of ["", "# nothing yet\n", "- attempts: 3\n", "later\n"]) {
      const refused = await run("policy payments set -f none.yaml", { "none.yaml": text });
      expect(refused).toMatchObject({ exitCode: 3, error: expect.stringContaining("none.yaml holds no settings") });
    }
    expect((await run("policy payments")).out).toMatch(/^retries\.attempts +2 +policy$/m);
  });

  test("who may call is set, shown and taken away again", async () => {
    const authorization =
      "action: allow\nrules: [{ name: shop, from: { services: [checkout] }, to: { methods: [GET], paths: [/pay*] } }]\n";
    expect(await run("authorization payments")).toMatchObject({ out: expect.stringContaining("lets everybody in") });
    expect(await run("authorization payments -f allow.yaml", { "allow.yaml": authorization })).toMatchObject({ exitCode: 0, error: "" });
    expect((await run("authorization payments")).out).toMatch(/^shop +allow +checkout +GET \/pay\*$/m);
    expect(await run("authorization payments --remove --reason done")).toMatchObject({ exitCode: 0 });
    expect(await run("authorization payments")).toMatchObject({ out: expect.stringContaining("lets everybody in") });
  });

  test("a request is simulated with the step that decided", async () => {
    const rules =
      "rules: [{ name: beta, matches: [{ headers: [{ name: x-beta, value: '1' }] }], split: { weights: { 2.3.0: 10000 } }, lane: beta }]\n";
    expect(await run("routes payments -f rules.yaml", { "rules.yaml": rules })).toMatchObject({ exitCode: 0, error: "" });
    expect((await run("routes payments")).out).toMatch(/^beta +x-beta=1 +2\.3\.0 100 % +lane beta$/m);
    const simulated = await run("simulate payments --path /pay -H x-beta:1 --as checkout@1.4.0");
    expect(simulated).toMatchObject({ exitCode: 0, out: expect.stringContaining("2.3.0 100 % by the rule beta.") });
    expect(simulated.out).toMatch(/^rule +/m);
    expect(await run("simulate payments --as checkout@9.9.9")).toMatchObject({ exitCode: 1 });
    const draft = { "draft.yaml": rules.replace("beta", "draft").replace("x-beta", "x-draft") };
    expect(await run("simulate payments -H x-draft:1 --rules draft.yaml", draft)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("by the rule draft."),
    });
    expect(await run("simulate payments -H nonsense")).toMatchObject({ exitCode: 2 });
    expect(await run("simulate payments --claim role")).toMatchObject({ exitCode: 2, error: expect.stringContaining("role=admin") });
    expect(await run("simulate payments --claim role=admin --claim role=user")).toMatchObject({ exitCode: 0, error: "" });
  });
});
