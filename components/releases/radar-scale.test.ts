import { describe, expect, test } from "vitest";
import { filterReleases, radarRange, readRadarFilter } from "./radar-scale.ts";
import { summary } from "./release.fixture.ts";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const running = summary({ id: "rel_2", service: "search", createdAt: ago(10), stepSince: ago(1), movedAt: ago(1) });
const ended = summary({ id: "rel_1", service: "cart", state: "succeeded", createdAt: ago(100), movedAt: ago(90) });

describe("the time that the radar shows", () => {
  test("reaches back to the first release, and ahead to what is planned", () => {
    const { fromMs, toMs } = radarRange([running], "fit", NOW);
    expect(fromMs).toBeLessThan(Date.parse(ago(10)));
    expect(toMs).toBeGreaterThan(NOW);
  });

  test("is what was chosen, whatever is listed", () => expect(radarRange([running, ended], "15m", NOW).fromMs).toBe(NOW - 900_000));

  test("has room around now when nothing is listed", () => {
    const { fromMs, toMs } = radarRange([], "fit", NOW);
    expect(fromMs).toBeLessThan(NOW);
    expect(toMs).toBeGreaterThan(NOW);
  });
});

describe("the filter", () => {
  const ids = (query: string) => filterReleases([running, ended], readRadarFilter(new URLSearchParams(query)), NOW).map(({ id }) => id);

  test.each([
    ["", ["rel_2", "rel_1"]],
    ["show=active", ["rel_2"]],
    ["show=ended", ["rel_1"]],
    ["service=cart", ["rel_1"]],
    ["span=1h", ["rel_2"]],
    ["show=never&span=soon", ["rel_2", "rel_1"]],
  ])("%s lists %j", (query, expected) => expect(ids(query)).toEqual(expected));
});
