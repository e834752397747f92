import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, registerShop, startApi } from "../api.fixture.ts";
import { streamDataSchema, streamResetSchema } from "../contract/index.ts";
import { readStream, type StreamReading } from "./live-stream.fixture.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ streamsMax: 4 });
  await registerShop(api);
});
afterAll(() => api.stop());

async function register(name: string): Promise<number> {
  const answer = await api.send("POST", "/api/v1/services", { body: { name } });
  return answer.body.change.seq;
}

function sequences(...readings: readonly StreamReading[]): number[] {
  const changes = readings.flatMap((reading) =>
    reading.events.filter((event) => event.data.topic === "activity").flatMap((event) => event.data.changes),
  );
  return changes.map((change: { seq: number }) => change.seq);
}

test("a stream begins with a snapshot of every topic, as the contract says", async () => {
  const reading = await readStream(api, "");
  await reading.until((event) => event.data.topic === "health");
  expect(reading.headers).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  expect(reading.events.map((event) => `${event.kind} ${event.data.topic}`)).toEqual([
    "snapshot activity",
    "snapshot topology",
    "snapshot splits",
    "snapshot health",
  ]);
  for (const event of reading.events) streamDataSchema.parse(event.data);
  reading.close();
});

test("a change is told at once: the change itself, the split, the new weights in the topology", async () => {
  const reading = await readStream(api, "?topics=activity,splits,topology");
  await reading.until((event) => event.data.topic === "splits");
  const { headers } = await api.send("GET", "/api/v1/services/checkout");
  await api.send("PATCH", "/api/v1/services/checkout/versions/1.4.0", {
    body: { requirements: {} },
    headers: { "if-match": headers.etag ?? "" },
  });
  const rev = (await api.send("GET", "/api/v1/services/payments")).headers.etag ?? "";
  const weights = { "2.1.0": 9000, "3.0.0": 1000 };
  await api.send("PUT", "/api/v1/services/payments/split", { body: { weights }, headers: { "if-match": rev } });
  const split = await reading.until(
    (event) => event.kind === "delta" && event.data.topic === "splits" && event.data.splits[0]?.weights["3.0.0"] === 1000,
  );
  const topology = await reading.until(
    (event) => event.kind === "delta" && event.data.topic === "topology" && /"weightBp":1000/.test(JSON.stringify(event.data)),
  );
  await reading.until(
    (event) => event.kind === "delta" && event.data.topic === "activity" && event.data.changes.at(-1)?.kind === "split.set",
  );
  streamDataSchema.parse(split.data);
  streamDataSchema.parse(topology.data);
  reading.close();
});

test("a heartbeat comes when there is nothing else to say", async () => {
  const reading = await readStream(api, "?topics=activity");
  expect((await reading.until((event) => event.kind === "heartbeat")).data.at).toMatch(/Z$/);
  reading.close();
});

test("activity goes on without gap or repetition over disconnects and restarts of the engine", async () => {
  const readings: StreamReading[] = [];
  let lastEventId: string | undefined;
  let written = 0;
  for (let round = 0; round < 6; round++) {
    const reading = await readStream(api, "?topics=activity,splits", lastEventId === undefined ? {} : { "last-event-id": lastEventId });
    readings.push(reading);
    written = await register(`round-${round}-a`);
    await reading.until(
      (event) => event.data.topic === "activity" && event.data.changes.some((change: { seq: number }) => change.seq === written),
    );
    lastEventId = reading.events.at(-1)?.id;
    reading.close();
    written = await register(`round-${round}-b`);
    if (round % 2 === 1) await api.restart();
  }
  const last = await readStream(api, "?topics=activity", { "last-event-id": lastEventId ?? "" });
  readings.push(last);
  await last.until(
    (event) => event.data.topic === "activity" && event.data.changes.some((change: { seq: number }) => change.seq === written),
  );
  last.close();
  const seen = sequences(...readings);
  expect(seen).toEqual(Array.from({ length: written }, (_, index) => index + 1).slice(-seen.length));
});

test("after a restart figures say reset, and why, before the new snapshot", async () => {
  const before = await readStream(api, "?topics=splits");
  const { id } = await before.until((event) => event.data.topic === "splits");
  await api.restart();
  const after = await readStream(api, "?topics=splits", { "last-event-id": id });
  await after.until((event) => event.kind === "snapshot");
  expect(after.events.map((event) => event.kind)).toEqual(["reset", "snapshot"]);
  streamResetSchema.parse(after.events[0]?.data);
  after.close();
});

test("a stop of the engine ends the streams", async () => {
  const reading = await readStream(api, "?topics=activity");
  await reading.until((event) => event.kind === "snapshot");
  await Promise.all([reading.ended, api.restart()]);
});

test("more readers than the limit are refused, and the limit is told as a health event", async () => {
  const readings = await Promise.all(Array.from({ length: 4 }, () => readStream(api, "?topics=health")));
  const refused = await api.send("GET", "/api/v1/stream");
  expect(refused).toMatchObject({ status: 503, body: { code: "stream.too-many" } });
  const told = await readings[0]?.until((event) => event.data.events?.some((each: { kind: string }) => each.kind === "limit-reached"));
  expect(told?.data.events[0].subject).toBe("stream");
  readings[0]?.close();
  await readings[0]?.ended;
  for (const reading of readings) reading.close();
});

test("a page of another site gets no stream", async () => {
  expect(await api.send("GET", "/api/v1/stream", { headers: { "sec-fetch-site": "cross-site" } })).toMatchObject({ status: 403 });
});
