import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { meshYaml, openRealCli, type RealCli } from "./real-cli.fixture.ts";
import { runTestCli } from "./test-io.fixture.ts";

/** A version that says nothing of what it requires. */
const UNDECLARED = `
services:
  checkout:
    versions:
      2.1.0: { instances: [{ address: 127.0.0.1, port: 9021 }] }
`;

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli([meshYaml(), UNDECLARED]);
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);

test("what is not known is listed with how to find out", async () => {
  const unknowns = await run("evidence unknowns");
  expect(unknowns).toMatchObject({ exitCode: 0 });
  expect(unknowns.out).toMatch(/checkout@2\.1\.0 × payments@\d\.\d\.0 .*contract test/);
  expect(await run("evidence unknowns --limit 0")).toMatchObject({ exitCode: 2 });
});

describe("whether a version can be deployed", () => {
  test("is the exit code: 0 safe, 1 not safe, 2 usage, 4 unknown", async () => {
    const safe = await run("can-i-deploy checkout 2.0.0");
    expect(safe).toMatchObject({ exitCode: 0 });
    expect(safe.out).toContain("✓ checkout 2.0.0 requires payments >=2.3.0 <4.0.0, which includes 2.3.0.");
    const broken = await run("can-i-deploy payments 3.0.0");
    expect(broken).toMatchObject({ exitCode: 1 });
    expect(broken.out).toContain("→ Move checkout to 2.0.0 first");
    expect(await run("can-i-deploy checkout 2.1.0")).toMatchObject({ exitCode: 4 });
    expect(await run("can-i-deploy payments")).toMatchObject({ exitCode: 2 });
    expect(await run("can-i-deploy payments 3.0.0 -o xml")).toMatchObject({ exitCode: 2 });
    expect(await run("can-i-deploy payments 9.0.0")).toMatchObject({ exitCode: 1, error: expect.stringContaining("version.unknown") });
    expect(await runTestCli(["can-i-deploy", "payments", "3.0.0"], "http://127.0.0.1:9")).toMatchObject({ exitCode: 3 });
  });

  test("comes as a pipeline reads it, with the same exit code", async () => {
    const junit = await run("can-i-deploy payments 3.0.0 -o junit");
    expect(junit).toMatchObject({ exitCode: 1 });
    expect(junit.out).toContain('<testsuite name="can-i-deploy payments 3.0.0" tests="1" failures="1" errors="0" skipped="0"');
    expect(junit.out).toContain('name="checkout 1.4.0 → payments 3.0.0"');
    const github = await run("can-i-deploy payments 3.0.0 -o github");
    expect(github.out).toMatch(
      /^::error title=checkout 1\.4\.0 → payments 3\.0\.0::checkout 1\.4\.0 requires payments \^2\.1\.0, which excludes 3\.0\.0\./m,
    );
    const markdown = await run("can-i-shift payments 3.0.0=10 -o markdown");
    expect(markdown).toMatchObject({ exitCode: 1 });
    expect(markdown.out).toMatch(/^\| checkout 1\.4\.0 → payments 3\.0\.0 \| incompatible \| /m);
    const json = await run("can-i-deploy checkout 2.0.0 -o json");
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "compatible", proven: [{ consumer: { version: "2.0.0" } }] });
    expect(JSON.parse((await run("--json can-i-deploy checkout 2.0.0")).out)).toEqual(JSON.parse(json.out));
  });
});

describe("evidence on the command line", () => {
  test("a veto closes what was open, an allowance opens it, and withdrawing leaves what was declared", async () => {
    const vetoed = await run("evidence veto checkout@2.0.0 payments@2.3.0 --reason double+charge --until 2099-01-01T00:00:00Z");
    expect(vetoed).toMatchObject({ exitCode: 0, error: "" });
    expect(vetoed.out).toMatch(
      /^ev_\d+ .* says that checkout 2\.0\.0 does not work with payments 2\.3\.0 until 2099-01-01T00:00:00\.000Z: double charge\.$/m,
    );
    expect(await run("can-i-deploy checkout 2.0.0")).toMatchObject({ exitCode: 1 });
    expect((await run("evidence allow checkout@2.0.0 payments@2.3.0 --reason repaired --dry-run")).out).toContain(
      "Dry run: nothing was changed.",
    );
    expect(await run("evidence allow checkout@2.0.0 payments@2.3.0 --reason repaired")).toMatchObject({ exitCode: 0 });
    expect(await run("can-i-deploy checkout 2.0.0")).toMatchObject({ exitCode: 0 });
    const [, id = ""] = /^(ev_\d+) +compatible +operator +api /m.exec((await run("evidence list")).out) ?? [];
    expect(await run(`evidence withdraw ${id} --reason over`)).toMatchObject({ exitCode: 0 });
    expect((await run("evidence list")).out).toContain("No facts are recorded.");
    expect(await run(`evidence withdraw ${id}`)).toMatchObject({ exitCode: 1, error: expect.stringContaining("evidence.unknown") });
  });

  test("what is written wrongly is usage, what is not there is refused", async () => {
    expect(await run("evidence veto checkout payments@2.3.0 --reason why")).toMatchObject({ exitCode: 2 });
    expect(await run("evidence veto checkout@2.0.0 payments@2.3.0")).toMatchObject({ exitCode: 2 });
    expect(await run("evidence veto checkout@2.0.0 payments@2.3.0 --reason why --constraint taste")).toMatchObject({ exitCode: 2 });
    expect(await run("evidence veto cart@1.0.0 payments@2.3.0 --reason why")).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining("service.unknown"),
    });
  });

  test("a published verification proves a pair that nobody declared, and the list comes for pipelines", async () => {
    const publish = "verify publish --consumer checkout@2.1.0 --provider payments@2.3.0 --contract-hash sha256:abcd --verifier ci/17";
    expect(await run(`${publish} --result maybe`)).toMatchObject({ exitCode: 2 });
    const published = await run(`${publish} --result passed`);
    expect(published).toMatchObject({ exitCode: 0, error: "" });
    expect(published.out).toContain("ci/17 verified checkout 2.1.0 against payments 2.3.0: passed.");
    expect(await run("can-i-deploy checkout 2.1.0")).toMatchObject({ exitCode: 0 });
    expect((await run("evidence list -o markdown --consumer checkout@2.1.0")).out).toContain(
      "ci/17 verified checkout 2.1.0 against payments 2.3.0: passed.",
    );
    expect(JSON.parse((await run("evidence list -o json --provider checkout")).out)).toEqual({ items: [] });
  });
});

describe("facts that cannot both be right", () => {
  test("a contradiction names both facts, the one that decides first", async () => {
    await run("evidence allow checkout@1.4.0 payments@3.0.0 --reason tried+by+hand");
    const { out } = await run("evidence contradictions");
    expect(out).toMatch(
      /checkout@1\.4\.0 × payments@3\.0\.0\n {2}decides {2}.*tried by hand.*\n {2}against {2}checkout 1\.4\.0 requires payments \^2\.1\.0/,
    );
  });
});
