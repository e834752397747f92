import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRealCli, type RealCli } from "./real-cli.fixture.ts";

const MESH = `
services:
  cart:
    versions:
      1.0.0: { instances: [{ address: 127.0.0.1, port: 9601 }] }
      1.1.0: { instances: [{ address: 127.0.0.1, port: 9602 }] }
    split: { weights: { 1.0.0: 10000 } }
`;

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli([MESH]);
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);

describe("interlock release", () => {
  test("starts, lists, shows and moves a release, and ends with the exit code of how it ended", async () => {
    expect(await run("release list")).toMatchObject({ exitCode: 0, out: "No releases.\n" });
    const dry = await run("release start cart@1.1.0 --strategy quick --dry-run");
    expect(dry).toMatchObject({ exitCode: 0, out: expect.stringContaining("Dry run: nothing was changed.") });
    const started = await run("release start cart@1.1.0 --strategy quick --min-requests 5 --deadline 10m --latency 250 --reason autumn");
    expect(started.error).toBe("");
    const id = /^(rel-\d+): cart 1\.1\.0 is running\. {2}\[█·+\] 5 % {2}step 1 of 4$/m.exec(started.out)?.[1] ?? "";
    expect(id).not.toBe("");
    expect((await run("release list")).out).toMatch(new RegExp(`^${id} +cart +1\\.1\\.0 +running`, "m"));
    expect((await run(`release show ${id}`)).out).toMatch(/▸ 1 {2}5 %, 20 s\n[\s\S]*Judge: INCONCLUSIVE/);
    expect((await run(`release jump ${id} --weight 40%`)).out).toContain("] 40 %");
    expect(await run(`release jump ${id} --weight much`)).toMatchObject({ exitCode: 2 });
    expect((await run(`release hold ${id}`)).out).toContain(`${id} is running.`);
    expect(await run(`release hold ${id}`)).toMatchObject({ exitCode: 1, error: expect.stringContaining("is held already") });
    expect(JSON.parse((await run(`release pause ${id} -o json`)).out)).toMatchObject({ state: "paused" });
    expect(await run(`release watch ${id}`)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/Started by anna: autumn: 5 %[\s\S]*Paused by anna/),
    });
    expect((await run(`release rollback ${id}`)).out).toContain(`${id} is rolling-back.`);
  });

  test("says what is missing instead of guessing", async () => {
    expect(await run("release start")).toMatchObject({ exitCode: 2, error: expect.stringContaining("Name what to release") });
    expect(await run("release start cart@1.1.0 --gates maybe")).toMatchObject({ exitCode: 2 });
    expect(await run("release start cart@1.1.0 --deadline soon")).toMatchObject({ exitCode: 2 });
    expect(await run("release start cart@7.0.0")).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining('cart has no version "7.0.0"'),
    });
    expect(await run("release promote rel-99999")).toMatchObject({ exitCode: 1, error: expect.stringContaining("There is no release") });
  });
});

describe("interlock strategy", () => {
  test("lists, shows and sets", async () => {
    expect((await run("strategy list")).out).toMatch(/^careful +canary +0 +In 5 steps/m);
    const files = { "mine.yaml": "{kind: linear, fromBp: 5000, stepBp: 5000, everyMs: 60000}" };
    expect(await run("strategy set mine -f mine.yaml", files)).toMatchObject({ exitCode: 0, error: "" });
    expect((await run("strategy show mine")).out).toMatch(
      /^mine {2}linear {2}rev 1\nFrom 50 %, 50 % more every 1 min\.\n +0 s {2}█{20} 50 %\n +60 s {2}█{40} 100 %\n/,
    );
    const down = { "down.yaml": "{kind: linear, fromBp: 5000, stepBp: -1, everyMs: 60000}" };
    expect(await run("strategy set mine -f down.yaml", down)).toMatchObject({ exitCode: 1, error: expect.stringContaining("goes down") });
  });
});
