import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { meshYaml, openRealCli, type RealCli } from "./real-cli.fixture.ts";

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli([meshYaml("{}")]);
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);

describe("interlock space", () => {
  test("lists what can run, what runs now, the count, and the newest and oldest configuration", async () => {
    const { exitCode, out } = await run("space");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^checkout +2\.0\.0 +yes +66\.7 %$/m);
    expect(out).toMatch(/^ +1\.4\.0 +yes +live +33\.3 %$/m);
    expect(out).toContain(
      "3 configurations work, all proven.\nNewest: checkout 2.0.0, payments 3.0.0\nOldest: checkout 1.4.0, payments 2.3.0\n",
    );
  });

  test("a pin narrows the rest and says why", async () => {
    const { exitCode, out } = await run("space --pin payments@3.0.0");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^ +1\.4\.0 +no +live +0 % +You pinned payments 3\.0\.0\. checkout 1\.4\.0 requires payments \^2\.1\.0/m);
    expect((await run("space --live --pin checkout@2.0.0")).out).toMatch(/^payments +3\.0\.0 +no +0 % +No instance of it is ready\.$/m);
  });

  test("contradictory pins end with 1, say why, and what would make them possible", async () => {
    const { exitCode, out } = await run("space --pin payments@3.0.0 --pin checkout@1.4.0");
    expect(exitCode).toBe(1);
    expect(out.split("\n").slice(0, 3)).toEqual([
      "No configuration has all of these versions.",
      "  You pinned payments 3.0.0.",
      "  You pinned checkout 1.4.0.",
    ]);
    expect(out).toMatch(/→ It is possible with (checkout 2\.0\.0 instead of 1\.4\.0|payments 2\.3\.0 instead of 3\.0\.0)\./);
    expect(out).toContain("→ Or make it work and prove it: checkout 1.4.0 with payments 3.0.0.");
  });

  test("pipelines read it as JSON, JUnit, GitHub annotations or Markdown", async () => {
    expect(JSON.parse((await run("space -o json")).out)).toMatchObject({ count: { exact: "3" } });
    const clash = "space --pin payments@3.0.0 --pin checkout@1.4.0";
    expect(await run(`${clash} -o junit`)).toMatchObject({ exitCode: 1, out: expect.stringContaining('failures="1"') });
    expect((await run(`${clash} -o github`)).out).toMatch(/^::error title=space payments@3\.0\.0 checkout@1\.4\.0::No configuration/);
    expect((await run("space -o markdown")).out).toContain("| checkout | compatible | 1.4.0, 2.0.0 |");
  });

  test("a pin that cannot be read is a usage error, one that names nothing is refused", async () => {
    expect(await run("space --pin payments")).toMatchObject({ exitCode: 2 });
    expect(await run("space --pin payments@9.9.9")).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining("payments has no version 9.9.9"),
    });
    expect(await run("space -o yaml")).toMatchObject({ exitCode: 2 });
  });
});
