import { describe, expect, test } from "vitest";
import { diffValues } from "./diff-values.ts";
import { formatAge, formatBytes, formatShare, formatWeight } from "./format-figures.ts";
import { createPaint } from "./paint.ts";
import { parseDuration, parseMoment } from "./parse-moment.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./render-table.ts";

const NOW_MS = Date.parse("2026-02-01T12:00:00.000Z");

describe("a table", () => {
  const columns = [{ title: "VERSION" }, { title: "WEIGHT", align: "right" }, { title: "NOTE" }] as const;
  const rows = [
    ["1.2.0", { text: "75 %", colour: "green" }, "stable"],
    ["1.3.0-rc.1", "25 %", ""],
  ] as const;

  test("is aligned, without white space at the ends", () => {
    expect(renderTable(columns, rows, createPaint(false)).split("\n")).toEqual([
      "VERSION     WEIGHT  NOTE",
      "1.2.0         75 %  stable",
      "1.3.0-rc.1    25 %",
    ]);
  });

  test("has the same text with colours as without", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
    const plain = renderTable(columns, rows, createPaint(true)).replace(/\u001b\[\d+m/g, "");
    expect(plain).toBe(renderTable(columns, rows, createPaint(false)));
  });
});

test("text from the mesh cannot act on a terminal", () => {
  const hostile = { reason: "\u001b[2J\u001b]0;owned\u0007done\r\nnext\u202egnp", nested: ["a\u009bb"] };
  expect(printable(hostile)).toEqual({ reason: " [2J ]0;owned done next gnp", nested: ["a b"] });
});

describe("figures", () => {
  test.each([
    [0, "0 %"],
    [1, "0.01 %"],
    [50, "0.5 %"],
    [2500, "25 %"],
    [10_000, "100 %"],
  ])("%i basis points are %s", (weightBp, text) => {
    expect(formatWeight(weightBp)).toBe(text);
  });

  test.each([
    [null, "–"],
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [0.0512, "5.12 %"],
    [0.2512, "25.1 %"],
    [1, "100 %"],
  ])("the share %s is %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  test("ages and bytes come in a unit that fits", () => {
    expect(["11:59:48", "11:57:00", "07:00:00"].map((time) => formatAge(`2026-02-01T${time}.000Z`, NOW_MS))).toEqual([
      "12 s",
      "3 min",
      "5 h",
    ]);
    expect(formatAge("2026-02-01T12:00:01.000Z", NOW_MS)).toBe("0 s");
    expect([0, 1023, 1536, 5 * 1024 ** 3].map(formatBytes)).toEqual(["0 B", "1023 B", "1.5 KiB", "5.0 GiB"]);
  });
});

describe("moments", () => {
  test("are durations from now, or ISO times", () => {
    expect(parseMoment("2h", NOW_MS)).toBe("2026-02-01T14:00:00.000Z");
    expect(parseMoment("2026-03-01T00:00:00+01:00", NOW_MS)).toBe("2026-02-28T23:00:00.000Z");
    expect(parseDuration("30s")).toBe(30_000);
  });

  test("without a zone are UTC, as everything is shown", () => {
    expect(parseMoment("2026-11-27T18:00", NOW_MS)).toBe("2026-11-27T18:00:00.000Z");
    expect(parseMoment("2026-11-27", NOW_MS)).toBe("2026-11-27T00:00:00.000Z");
  });

  test.each(["", "soon", "5", "-2h", "2 h", "1w", "20260301", "2026-13-01", "2027-02-30", "2027-02-30T12:00:00Z"])(
    "%j is refused",
    (text) => {
      expect(() => parseMoment(text, NOW_MS)).toThrow("is not a moment");
    },
  );
});

describe("what differs", () => {
  test.each<readonly [unknown, unknown, readonly string[]]>([
    [{ "1.2.0": 10_000 }, { "1.2.0": 7500, "1.3.0": 2500 }, ["1.2.0: 100 % → 75 %", "1.3.0: 0 % → 25 %"]],
    [{ weights: { "1.2.0": 1 } }, { weights: { "1.2.0": 2 } }, ["weights.1.2.0: 0.01 % → 0.02 %"]],
    [{ payments: { hosts: ["a"] } }, { payments: { hosts: ["a", "b"] } }, ['payments.hosts: ["a"] → ["a","b"]']],
    [null, { hosts: [] }, []],
    [null, { hosts: ["a"], versions: { "1.0.0": { requirements: {} } } }, ['hosts: nothing → ["a"]', "versions.1.0.0: new"]],
    [
      { "search@1.0.0": { address: "127.0.0.1", port: 1 } },
      {},
      ["search@1.0.0.address: 127.0.0.1 → nothing", "search@1.0.0.port: 1 → nothing"],
    ],
    [
      [{ name: "a" }, { name: "b" }],
      [{ name: "b" }, { name: "c" }],
      ['- {"name":"a"}', '+ {"name":"c"}'],
    ],
    [null, { "1.2.0": 9000, "1.3.0": 1000 }, ["nothing → 1.2.0 90 %, 1.3.0 10 %"]],
    [{ capacityRps: 40 }, {}, ["capacityRps: 40 → nothing"]],
    [{ a: 1, b: [1] }, { b: [1], a: 1 }, []],
  ])("between %j and %j", (before, after, lines) => {
    expect(diffValues(before, after)).toEqual(lines);
  });
});
