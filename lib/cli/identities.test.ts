import { expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { openRealCli } from "./real-cli.fixture.ts";

async function openMesh() {
  const cli = await openRealCli([], createFakeClock());
  onTestFinished(() => cli.close());
  return cli.run;
}

test("a root is changed in three steps, each of which says what holds now and what comes next", async () => {
  const run = await openMesh();
  expect((await run("identities")).out).toMatch(
    /^Trust domain interlock\.local, certificates live 60 min\.\nRoot [0-9a-f]{16}, issuing, until 2036-/,
  );
  expect((await run("identities rotate-root --step trust-new --dry-run")).out).toContain("Dry run: nothing was changed.");
  expect((await run("identities rotate-root --step trust-new --reason quarterly")).out).toContain(
    "Now both roots are trusted, the old one still issues. Next: issue-new.",
  );
  expect((await run("identities")).out).toContain("A root change is under way");
  expect((await run("identities rotate-root --step issue-new")).out).toContain("Next: drop-old.");
  expect((await run("identities rotate-root --step drop-old")).out).toContain("Now only the new root is trusted");
  expect((await run("identities")).out.match(/^Root /gm)).toHaveLength(1);
  expect((await run("events")).out).toContain("quarterly");
});

test("a step has to be named, and the next one is told", async () => {
  const run = await openMesh();
  expect((await run("identities")).out).toContain("No root change is under way; it would begin with trust-new.");
  expect(await run("identities rotate-root")).toMatchObject({ exitCode: 2, error: expect.stringContaining("The next one is trust-new") });
  expect((await run("identities")).out).toContain("it would begin with trust-new.");
});

test("a step out of order is refused, and one that is none is not sent", async () => {
  const run = await openMesh();
  expect(await run("identities rotate-root --step drop-old")).toMatchObject({
    exitCode: 1,
    error: expect.stringContaining("identity.rotation-order"),
  });
  expect(await run("identities rotate-root --step back")).toMatchObject({
    exitCode: 2,
    error: expect.stringContaining("trust-new, issue-new, drop-old"),
  });
});
