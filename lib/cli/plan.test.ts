import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { meshYaml, openRealCli, type RealCli } from "./real-cli.fixture.ts";

const GIFT = `
services:
  gift:
    versions:
      1.0.0: { instances: [{ address: 127.0.0.1, port: 9405 }] }
      1.1.0: { requirements: { payments: "*" }, instances: [{ address: 127.0.0.1, port: 9406 }] }
    split: { weights: { 1.0.0: 10000 } }
`;

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli([meshYaml(), GIFT]);
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);

describe("interlock plan", () => {
  test("does not guess which of two versions of one service is meant", async () => {
    expect(await run("plan checkout=2.0.0 checkout=1.4.0")).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining("checkout is named twice"),
    });
  });

  test("shows the waves in order with their proof, and how to execute them", async () => {
    expect(await run("plan list")).toMatchObject({ exitCode: 0, out: "No plans.\n" });
    const { error, exitCode, out } = await run("plan checkout=2.0.0 payments=3.0.0");
    expect({ error, exitCode }).toEqual({ error: "", exitCode: 4 });
    expect(out).toMatch(/^plan_\d+ {2}ready {2}to checkout 2\.0\.0, payments 3\.0\.0\n2 steps in 2 waves; 1 pair on the way unproven\.\n/);
    expect(out).toMatch(/Wave 1 {2}shift\n {2}checkout 1\.4\.0 → 2\.0\.0 {2}1 ready instance\n {4}✓ checkout 2\.0\.0 requires payments/);
    expect(out).toMatch(/Wave 2 {2}shift\n {2}payments 2\.3\.0 → 3\.0\.0/);
    expect(out).toMatch(/\nExecute it: interlock plan execute plan_\d+ --watch\n$/);
    const [id = ""] = out.split(" ");
    expect((await run("plan list")).out).toMatch(
      new RegExp(`^${id} +ready +0/2 +checkout 2\\.0\\.0, payments 3\\.0\\.0 +\\d+ s ago by anna$`, "m"),
    );
    expect((await run(`plan show ${id}`)).out).toContain("Wave 2");
  });

  test("answers pipelines in their own forms, with the verdict as exit code", async () => {
    const ask = (form: string) => run(`plan gift=1.1.0 --dry-run -o ${form}`);
    expect(JSON.parse((await ask("json")).out)).toMatchObject({ state: "ready", cost: { risk: 0 } });
    expect(await ask("junit")).toMatchObject({ exitCode: 0, out: expect.stringContaining('name="wave 1: gift 1.0.0 → 1.1.0"') });
    expect(await ask("github")).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^::notice title=plan_\d+%3A gift 1\.1\.0::1 step in 1 wave/),
    });
    expect(await ask("markdown")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("| wave 1: gift 1.0.0 → 1.1.0 | compatible |"),
    });
    expect((await run("plan list")).out).not.toContain("gift");
  });

  test("says why there is no way, in every form", async () => {
    const text = await run("plan checkout=1.4.0 payments=3.0.0");
    expect(text).toMatchObject({ exitCode: 1, out: "" });
    expect(text.error).toMatch(/checkout 1\.4\.0 requires payments \^2\.1\.0, which excludes 3\.0\.0\./);
    expect(text.error).toMatch(/→ .*checkout 1\.4\.0 with payments 3\.0\.0/);
    const ask = (form: string) => run(`plan checkout=1.4.0 payments=3.0.0 -o ${form}`);
    expect(await ask("junit")).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/failures="1"[\s\S]*<failure message="checkout 1\.4\.0 requires/),
    });
    expect(await ask("github")).toMatchObject({ exitCode: 1, out: expect.stringMatching(/^::error title=No safe way::/) });
    expect(await ask("markdown")).toMatchObject({ exitCode: 1, out: expect.stringMatching(/^### No safe way/) });
  });

  test.each([
    "plan",
    "plan checkout",
    "plan checkout=",
    "plan checkout=2.0.0 --prefer luck",
    "plan checkout=2.0.0 --avoid payments",
    "plan checkout=2.0.0 -o pdf",
    "plan checkout=2.0.0 --rollback checkout",
  ])("%s is a mistake in use", async (line) => {
    expect(await run(line)).toMatchObject({ exitCode: 2, error: expect.stringMatching(/^Error: /) });
  });

  test("is walked by its verbs, and watched until it is paused", async () => {
    const [id = ""] = (await run("plan checkout=2.0.0 --reason autumn")).out.split(" ");
    expect((await run(`plan execute ${id} --dry-run`)).out).toBe(`Dry run: nothing was changed. ${id} would be running.\n`);
    expect(await run(`plan execute ${id}`)).toMatchObject({ exitCode: 0, out: `${id} is running.\n` });
    const watching = run(`plan watch ${id}`);
    await expect.poll(async () => (await run(`plan show ${id}`)).out).toContain("Waits: checkout, acknowledged: No proxy is connected.");
    expect(await run(`plan resume ${id}`)).toMatchObject({ exitCode: 1, error: expect.stringContaining("plan.state") });
    expect(await run(`plan pause ${id} --reason lunch`)).toMatchObject({ exitCode: 0, out: `${id} is paused.\n` });
    const watched = await watching;
    expect(watched.exitCode).toBe(1);
    expect(watched.out).toMatch(/Wave 1 of 1: checkout 1\.4\.0 → 2\.0\.0\n[\s\S]*Paused: Paused by anna: lunch\.\n$/);
    expect(await run(`plan reverse ${id}`)).toMatchObject({ exitCode: 0, out: `${id} is reversing.\n` });
  });

  test("rolls back with everything that must come along", async () => {
    for (const line of ["split checkout 2.0.0=100", "split payments 3.0.0=100"]) expect(await run(line)).toMatchObject({ exitCode: 0 });
    const alone = await run("rollback checkout --to 1.4.0");
    expect(alone).toMatchObject({ exitCode: 1 });
    expect(alone.error).toMatch(
      /1\. payments 3\.0\.0 → 2\.3\.0\n.*2\. checkout 2\.0\.0 → 1\.4\.0\n.*interlock plan --rollback checkout@1\.4\.0 --execute --watch/,
    );
    const { exitCode, out } = await run("plan --rollback checkout@1.4.0");
    expect(exitCode).toBe(4);
    expect(out).toMatch(/Wave 1 {2}shift\n {2}payments 3\.0\.0 → 2\.3\.0[\s\S]*Wave 2 {2}shift\n {2}checkout 2\.0\.0 → 1\.4\.0/);
  });
});
