import { expect, test } from "vitest";
import type { CompatibilityCell, CompatibilityMatrix } from "@/lib/client/index.ts";
import { boundsOf, type Sides } from "./cell-bounds.ts";

/** Rows oldest consumer first: p proven, x broken, ? unknown, P inferred to work, X inferred not to. */
function matrixOf(rows: readonly string[], exceptions: CompatibilityMatrix["exceptions"] = []) {
  const consumerVersions = rows.map((_, row) => `${row + 1}.0.0`);
  const providerVersions = [...(rows[0] ?? "")].map((_, column) => `${column + 1}.0.0`);
  const cells = rows.flatMap((signs, row) =>
    [...signs].map(
      (sign, column): CompatibilityCell => ({
        consumerVersion: consumerVersions[row] ?? "",
        providerVersion: providerVersions[column] ?? "",
        verdict: sign === "p" ? "compatible" : sign === "x" ? "incompatible" : "unknown",
        evidence: [],
        inferred: sign === "P" ? "compatible" : sign === "X" ? "incompatible" : null,
        traffic: { rps: 0, requests: 0, errorRate: null, live: false },
      }),
    ),
  );
  const regions = rows.map((signs, row) => {
    const ends = (wanted: string) => {
      const found = [...signs].flatMap((sign, column) => (wanted.includes(sign) ? [providerVersions[column] ?? ""] : []));
      return [found[0] ?? null, found.at(-1) ?? null] as const;
    };
    const [lowestProven, highestProven] = ends("pP");
    const [lowestPossible, highestPossible] = ends("pP?");
    return { consumerVersion: consumerVersions[row] ?? "", lowestProven, highestProven, lowestPossible, highestPossible };
  });
  return { cells, consumerVersions, providerVersions, regions, exceptions };
}

/** The sides with a line, as letters. */
function lines(sides: Sides | undefined): string {
  if (!sides) return "";
  return [sides.top && "t", sides.right && "r", sides.bottom && "b", sides.left && "l"].filter(Boolean).join("");
}

test("the solid line runs around proven and inferred pairs, the dashed one around those that are open beside them", () => {
  const bounds = boundsOf(matrixOf(["pP?x"]));
  expect(lines(bounds.get("1.0.0~1.0.0")?.proven)).toBe("tbl");
  expect(lines(bounds.get("1.0.0~2.0.0")?.proven)).toBe("trb");
  expect(lines(bounds.get("1.0.0~3.0.0")?.possible)).toBe("trb");
  expect(bounds.has("1.0.0~4.0.0")).toBe(false);
});

test("lines step with the rows, the newer consumer version above", () => {
  const bounds = boundsOf(matrixOf(["ppx", "xpp"]));
  expect(lines(bounds.get("1.0.0~1.0.0")?.proven)).toBe("tbl");
  expect(lines(bounds.get("1.0.0~2.0.0")?.proven)).toBe("rb");
  expect(lines(bounds.get("2.0.0~2.0.0")?.proven)).toBe("tl");
});

test("a side that is settled has the solid line alone", () => {
  const bounds = boundsOf(matrixOf(["px"]));
  expect(lines(bounds.get("1.0.0~1.0.0")?.possible)).toBe("");
});

test("where nothing is known the dashed line surrounds everything", () => {
  const bounds = boundsOf(matrixOf(["?X", "??"]));
  expect(lines(bounds.get("1.0.0~1.0.0")?.possible)).toBe("rbl");
  expect(lines(bounds.get("2.0.0~2.0.0")?.possible)).toBe("trb");
  expect([...bounds.values()].every(({ proven }) => lines(proven) === "")).toBe(true);
});

test("a single broken release cuts no hole into the region around it", () => {
  const bounds = boundsOf(matrixOf(["pxp"], [{ consumerVersion: "1.0.0", providerVersion: "2.0.0" }]));
  expect(lines(bounds.get("1.0.0~1.0.0")?.proven)).toBe("tbl");
  expect(lines(bounds.get("1.0.0~2.0.0")?.proven)).toBe("tb");
});
