import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { createLoadGenerator } from "./load-generator.ts";

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function startIngress(answer: (response: http.ServerResponse) => void) {
  const hosts: (string | undefined)[] = [];
  const server = http.createServer((request, response) => {
    hosts.push(request.headers.host);
    request.resume().on("end", () => answer(response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, hosts };
}

function startLoad(ingressPort: number, targetRps: number) {
  const clock = createFakeClock();
  const load = createLoadGenerator({ ingressPort, clock, random: createXorshift(7), targetRps });
  closers.push(() => load.stop());
  return { clock, load };
}

test("sends the target number of journeys per second, whatever the answers do", async () => {
  const ingress = await startIngress(() => undefined);
  const { clock, load } = startLoad(ingress.port, 50);
  clock.advance(2_000);
  expect(load.status().sent).toBe(100);
  expect(load.status().actualRps).toBeCloseTo(50, 0);
});

test("a new target holds at once, and 0 stops the load", async () => {
  const ingress = await startIngress(() => undefined);
  const { clock, load } = startLoad(ingress.port, 10);
  clock.advance(1_000);
  load.setTarget(0);
  clock.advance(5_000);
  expect(load.status()).toMatchObject({ sent: 10, running: false });
});

test("an answer of 5xx and one cut short are failures, others are not", async () => {
  const answers = [
    (response: http.ServerResponse) => response.writeHead(200).end("fine"),
    (response: http.ServerResponse) => response.writeHead(404).end("fine too"),
    (response: http.ServerResponse) => response.writeHead(503).end(),
    (response: http.ServerResponse) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    },
  ];
  let served = 0;
  const ingress = await startIngress((response) => answers[served++ % answers.length]?.(response));
  const { clock, load } = startLoad(ingress.port, 4);
  clock.advance(1_100);
  await expect.poll(() => served).toBe(4);
  await expect.poll(() => load.status().failed).toBe(2);
  expect(new Set(ingress.hosts)).toEqual(new Set(["storefront.mesh"]));
});
