import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { meshYaml, openRealCli, type RealCli } from "./real-cli.fixture.ts";
import { runTestCli } from "./test-io.fixture.ts";

let cli: RealCli;

beforeAll(async () => {
  cli = await openRealCli([meshYaml()]);
});

afterAll(() => cli.close());

const run: RealCli["run"] = (line, files) => cli.run(line, files);
const runAs = (author: string, line: string) => runTestCli(line.split(" "), cli.url, { io: { userName: () => author } });

describe("interlock freeze", () => {
  test("holds a newer version, lets the way back go, and ends on command", async () => {
    expect(await run("freeze set sale --name Big+sale --from 2026-01-01T00:00:00Z --until 2027-01-01T00:00:00Z")).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("freeze.set  sale"),
    });
    const held = await run("split payments 2.3.0=90 3.0.0=10");
    expect(held).toMatchObject({ exitCode: 1 });
    expect(held.error).toMatch(/A freeze holds\. The freeze "Big sale" holds payments until 2027-01-01T00:00:00\.000Z/);
    expect(held.error).toContain("interlock freeze remove sale");
    expect((await run("freeze list")).out).toMatch(/^sale +now +2026-01-01T00:00:00\.000Z +2027-01-01T00:00:00\.000Z +all +Big sale$/m);
    expect(await run("freeze remove sale --reason over")).toMatchObject({ exitCode: 0 });
    expect((await run("freeze list")).out).toBe("No freezes.\n");
  });

  test("says what is wrong with a window", async () => {
    expect(await run("freeze set sale --until 2020-01-01T00:00:00Z")).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining("Give an end after the start."),
    });
  });
});

describe("interlock lifecycle", () => {
  test("moves a version, shows where it is, and names the stages it knows", async () => {
    expect(await run("lifecycle payments@2.3.0 deprecated --sunset 2030-01-01T00:00:00Z --reason old")).toMatchObject({ exitCode: 0 });
    expect((await run("lifecycle payments@2.3.0")).out).toMatch(
      /^payments 2\.3\.0 is deprecated, since .* by anna\.\nStops to be served at 2030-01-01T00:00:00\.000Z\.\n$/,
    );
    expect((await run("versions payments")).out).toMatch(/2\.3\.0 +deprecated/);
    expect(await run("lifecycle payments@2.3.0 gone")).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining("registered, verified"),
    });
    expect(await run("lifecycle payments@2.3.0 retired")).toMatchObject({ exitCode: 1, error: expect.stringContaining("version.live") });
    expect(await run("lifecycle payments@2.3.0 stable --sunset none")).toMatchObject({ exitCode: 0 });
  });

  test("leaves what is scheduled alone until it is told to take it away, and schedules nothing without a stage", async () => {
    expect(await run("lifecycle payments@2.3.0 deprecated --at 2030-01-01T00:00")).toMatchObject({ exitCode: 0 });
    expect(await run("lifecycle payments@2.3.0 --sunset 2030-02-01")).toMatchObject({ exitCode: 0 });
    expect((await run("lifecycle payments@2.3.0")).out).toContain("Becomes deprecated at 2030-01-01T00:00:00.000Z.");
    expect(await run("lifecycle payments@2.3.0 --at 7d")).toMatchObject({ exitCode: 2, error: expect.stringContaining("needs the stage") });
    expect(await run("lifecycle payments@2.3.0 --at none --sunset none")).toMatchObject({ exitCode: 0 });
    expect((await run("lifecycle payments@2.3.0")).out).not.toContain("Becomes");
  });

  test("shows build numbers, unique within a service", async () => {
    expect(await run("register version payments 3.1.0 --build 7")).toMatchObject({ exitCode: 0 });
    expect((await run("versions payments")).out).toContain("3.1.0 (build 7)");
    expect(await run("register version payments 3.2.0 --build 7")).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining("8 is free"),
    });
  });
});

describe("interlock approvals", () => {
  test("take a second person, hold for exactly what was asked, and are used once", async () => {
    expect(await run("approvals from hold --reason trial")).toMatchObject({ exitCode: 0 });
    const line = "split checkout 1.4.0=50 2.0.0=50";
    expect(await run(line)).toMatchObject({ exitCode: 1, error: expect.stringContaining("approval.required") });
    const asked = await run(`--ask autumn ${line}`);
    expect(asked).toMatchObject({ exitCode: 0, error: "" });
    const [id = ""] = asked.out.split(" ");
    expect(asked.out).toMatch(/^apr_\d+ {2}split\.set of checkout: waits for a second person until /);
    expect(asked.out).toContain("50 % of the requests to checkout go to another version than before.");
    expect(await run(`approvals approve ${id}`)).toMatchObject({ exitCode: 1, error: expect.stringContaining("approval.second-person") });
    expect((await runAs("ben", `approvals show ${id}`)).out).toMatch(/2\.0\.0.*\n[\s\S]*SHA-256 [0-9a-f]{64}\nNames are as given/);
    expect(await runAs("ben", `approvals approve ${id}`)).toMatchObject({ exitCode: 0, out: expect.stringContaining("is approved") });
    expect(await run(`approvals apply ${id}`)).toMatchObject({ exitCode: 0, out: expect.stringContaining("split.set  checkout") });
    expect(await run(`approvals apply ${id}`)).toMatchObject({ exitCode: 1 });
    expect((await run("approvals list")).out).toMatch(new RegExp(`^${id} +used +second-person +anna`, "m"));
  });

  test("that are brought along with another request are void from then on", async () => {
    const asked = await run("--ask autumn split checkout 2.0.0=100");
    const [id = ""] = asked.out.split(" ");
    await runAs("ben", `approvals approve ${id}`);
    expect(await run(`--approval ${id} split checkout 1.4.0=10 2.0.0=90`)).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining("approval.void"),
    });
    expect((await run(`approvals show ${id}`)).out).toContain(`${id}  void`);
    expect(await run(`approvals apply ${id}`)).toMatchObject({ exitCode: 1 });
  });

  test("are void once a service that they touch was changed", async () => {
    const asked = await run("--ask autumn split checkout 2.0.0=100");
    const [id = ""] = asked.out.split(" ");
    await runAs("ben", `approvals approve ${id}`);
    await run("lifecycle checkout@1.4.0 stable");
    expect((await run(`approvals show ${id}`)).out).toMatch(new RegExp(`^${id} {2}void`));
  });
});
