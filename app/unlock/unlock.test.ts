import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unlockAt } from "./unlock.ts";

let folder: string;
let socket: string;
let engine: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "unlock-"));
  socket = join(folder, "engine.sock");
  engine = createServer((request, response) => {
    void json(request).then((body) => {
      const good = (body as { code: string }).code === "good" && request.headers.host === "127.0.0.1:3000";
      response.writeHead(good ? 200 : 403, { "content-type": "application/json" });
      response.end(JSON.stringify(good ? { token: "the-token" } : { code: "token.code-invalid" }));
    });
  });
  await new Promise<void>((resolve) => engine.listen(socket, resolve));
});

afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (query: string) =>
  unlockAt(socket, new Request(`http://127.0.0.1:3000/unlock${query}`, { headers: { host: "127.0.0.1:3000" } }));

describe("the link that npm start prints", () => {
  test("puts the token into a cookie that no script reads and no other site sends, and leads to the topology", async () => {
    const answer = await open("?code=good");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/topology"]);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^interlock-token=the-token; /);
    for (const part of ["Path=/api", "HttpOnly", "SameSite=Strict"]) expect(cookie.split("; ")).toContain(part);
  });

  test.each(["?code=used", "", "?code="])("with %j for a code leads to the page that says where a new one comes from", async (query) => {
    const answer = await open(query);
    expect([answer.headers.get("location"), answer.headers.get("set-cookie")]).toEqual(["/unlock/failed", null]);
  });

  test("says so where no engine answers", async () => {
    const answer = await unlockAt(join(folder, "none.sock"), new Request("http://127.0.0.1:3000/unlock?code=good"));
    expect(answer.headers.get("location")).toBe("/unlock/failed");
  });
});
