import { expect, test } from "vitest";
import { runTestCli } from "./test-io.fixture.ts";

const URL = "http://127.0.0.1:9";

function run(line: string, answer: { readonly ok: boolean; readonly sentences: readonly string[] } | null, asked: string[][] = []) {
  const askSupervisor = async (...question: [string, string]) => {
    asked.push(question);
    return answer;
  };
  return runTestCli(line.split(" "), URL, { io: { askSupervisor, env: { INTERLOCK_DATA: "/data" } } });
}

test("a proxy, or all of them, are restarted by the supervisor of the data folder", async () => {
  const asked: string[][] = [];
  const done = { ok: true, sentences: ["proxy node-a: a new process (42) serves; the old one finishes its requests."] };
  expect(await run("proxy restart node-a", done, asked)).toEqual({ exitCode: 0, out: `${done.sentences[0]}\n`, error: "" });
  expect(JSON.parse((await run("proxy restart --all --data /other --json", done, asked)).out)).toEqual(done);
  expect(asked).toEqual([
    ["/data", "restart proxy node-a"],
    ["/other", "restart all"],
  ]);
});

test("a restart that failed, or has nobody to ask, says why", async () => {
  const failed = { ok: false, sentences: ["There is no proxy node-z here that can be restarted while it serves."] };
  expect(await run("proxy restart node-z", failed)).toEqual({ exitCode: 1, out: "", error: `${failed.sentences[0]}\n` });
  expect(await run("proxy restart node-a", null)).toMatchObject({
    exitCode: 3,
    error: expect.stringContaining("does not run on the data folder /data"),
  });
  expect(await run("proxy restart", failed)).toMatchObject({ exitCode: 2, error: expect.stringContaining("Name one node") });
});
