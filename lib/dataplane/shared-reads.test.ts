import { once } from "node:events";
import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { type ReadSocket, readShared } from "./shared-reads.ts";

const servers: net.Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A connection as a server accepts it, and the caller's end of it. */
async function accept(pauseOnConnect: boolean): Promise<{ readonly accepted: net.Socket; readonly caller: net.Socket }> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const caller = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [net.Socket];
  return { accepted, caller };
}

async function exchange(read: ReadSocket, caller: net.Socket, received: () => string): Promise<string> {
  caller.write("sent at once");
  await expect.poll(received).toBe("sent at once");
  read.socket.write("answered");
  const [answer] = (await once(caller, "data")) as [Buffer];
  caller.end(", and the end");
  await once(read.socket, "end");
  read.socket.end();
  await once(caller, "close");
  return answer.toString();
}

test.each([
  ["of a paused connection go through the shared buffer", true],
  ["of a connection that is read already come as ever", false],
])("bytes %s, each once and in order, up to the end", async (_what, paused) => {
  const { accepted, caller } = await accept(paused);
  let received = "";
  const read = readShared(accepted, 65_536, (bytes) => {
    received += bytes.toString("latin1");
  });
  expect(read.isShared).toBe(paused);
  expect(await exchange(read, caller, () => received)).toBe("answered");
  expect(received).toBe("sent at once, and the end");
});

test("bytes that came before the connection was read are not lost", async () => {
  const { accepted, caller } = await accept(true);
  caller.write("early");
  const received: string[] = [];
  const read = readShared(accepted, 65_536, (bytes) => received.push(bytes.toString("latin1")));
  await expect.poll(() => received.join("")).toBe("early");
  caller.destroy();
  read.socket.destroy();
});

test("a pause holds what the caller sends, and a reset by the caller is told", async () => {
  const { accepted, caller } = await accept(true);
  let received = "";
  const { socket } = readShared(accepted, 65_536, (bytes) => {
    received += bytes.toString("latin1");
  });
  socket.on("error", () => {});
  caller.write("1");
  await expect.poll(() => received).toBe("1");
  socket.pause();
  caller.write("2");
  socket.resume();
  await expect.poll(() => received).toBe("12");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  caller.resetAndDestroy();
  await closed;
  expect(socket.destroyed).toBe(true);
});
