import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { openTestEngine, serveTestEngine } from "../testing/index.ts";
import { type CliOutcome, runTestCli } from "./test-io.fixture.ts";

const closers: (() => unknown)[] = [];
let run: (line: string, files?: Readonly<Record<string, string>>) => Promise<CliOutcome>;
let hook: string;
let status = 200;

beforeAll(async () => {
  const receiver = createServer((_, response) => response.writeHead(status).end("heard"));
  receiver.listen(0, "127.0.0.1");
  await new Promise((resolve) => receiver.once("listening", resolve));
  const { port } = receiver.address() as AddressInfo;
  hook = `http://127.0.0.1:${port}/hook`;
  const mesh = await openTestEngine(systemClock, { notify: { allow: [`127.0.0.1:${port}`] } });
  const server = await serveTestEngine(mesh.engine, systemClock);
  closers.push(
    () => receiver.close(),
    () => mesh.remove(),
    () => server.close(),
  );
  run = (line, files = {}) => runTestCli(line.split(" "), `http://127.0.0.1:${server.port}`, { files });
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

test("a webhook is added with its secret from a file, listed, changed in part, tried and removed", async () => {
  expect((await run("channels list")).out).toContain("There are no channels.");
  const made = await run(`channels set pager --webhook ${hook} --secret-file secret --topics releases,alerts`, {
    secret: "s3cret-s3cret\n",
  });
  expect(made).toMatchObject({ exitCode: 0, out: expect.stringContaining("channel.set  pager") });
  expect(made.out).not.toContain("s3cret");
  const changed = await run("channels set pager --min-severity critical");
  expect(changed).toMatchObject({ exitCode: 0, out: expect.stringContaining("critical") });
  const { out } = await run("channels list");
  expect(out).toMatch(/pager +webhook +http:\S+ +releases, alerts from critical +on +never +0/);
  expect(JSON.parse((await run("--json channels list")).out)).toMatchObject({ items: [{ target: { hasSecret: true } }] });
  expect(await run("channels set pager --no-secret")).toMatchObject({ exitCode: 0 });
  expect((await run("channels list")).out).toContain("(not signed)");
  expect(await run("channels test pager")).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/It arrived\. It answered 200: heard/),
  });
  status = 500;
  expect(await run("channels test pager")).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining("It did not arrive. It answered 500: heard"),
  });
  expect(await run("channels set pager --off")).toMatchObject({ exitCode: 0 });
  expect((await run("channels list")).out).toMatch(/ off /);
  expect(await run("channels remove pager")).toMatchObject({ exitCode: 0 });
  expect(await run("channels remove pager")).toMatchObject({ exitCode: 1, error: expect.stringContaining("channel.unknown") });
});

test("an address inside is refused with the setting that would allow it", async () => {
  const refused = await run("channels set meta --webhook https://169.254.169.254/latest");
  expect(refused).toMatchObject({ exitCode: 1, error: expect.stringContaining("INTERLOCK_NOTIFY_ALLOW") });
});

test("mail servers and Slack are described by their own options, and one kind at a time", async () => {
  const mail = await run("channels set mail --smtp 127.0.0.1:2525 --from a@b.example --to c@d.example,e@f.example");
  expect(mail).toMatchObject({ exitCode: 1, error: expect.stringContaining("channel.address") });
  expect(await run("channels set ops --slack")).toMatchObject({ exitCode: 1, error: expect.stringContaining("target.url") });
  expect(await run("channels set ops --slack --webhook https://x.example")).toMatchObject({ exitCode: 2 });
  expect(await run("channels set ops")).toMatchObject({ exitCode: 2, error: expect.stringContaining("Say where it sends to") });
  expect(await run("channels set ops --smtp mail")).toMatchObject({ exitCode: 2 });
  expect(await run("channels set ops --slack --no-secret")).toMatchObject({ exitCode: 2 });
  expect(await run("channels set ops --slack --secret-file none")).toMatchObject({ exitCode: 3 });
});
