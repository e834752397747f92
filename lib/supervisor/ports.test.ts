import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { portProblems, readPort } from "./ports.ts";

test("a taken port is named together with the variable that moves it", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const problems = await portProblems([{ variable: "INTERLOCK_API_PORT", port, purpose: "engine API" }]);
  other.close();
  expect(problems).toEqual([`Port ${port} (engine API) is taken by another program: stop it, or set INTERLOCK_API_PORT to a free port.`]);
});

test("two settings cannot name one port", async () => {
  const problems = await portProblems([
    { variable: "A", port: 1, purpose: "a" },
    { variable: "B", port: 1, purpose: "b" },
  ]);
  expect(problems[0]).toBe("A and B both name port 1: give them different ports.");
});

test.each(["0", "65536", "-1", "80x", "1e3", " "])("%j is no port", (text) => {
  expect(() => readPort({ NODE_ENV: "test", INTERLOCK_API_PORT: text }, "INTERLOCK_API_PORT", 4600, "engine API")).toThrow(
    `INTERLOCK_API_PORT is "${text}"`,
  );
});

test("an absent or empty setting means the default", () => {
  expect(readPort({ NODE_ENV: "test" }, "INTERLOCK_API_PORT", 4600, "engine API").port).toBe(4600);
  expect(readPort({ NODE_ENV: "test", INTERLOCK_API_PORT: "" }, "INTERLOCK_API_PORT", 4600, "engine API").port).toBe(4600);
});
