import { describe, expect, test } from "vitest";
import { type Report, renderReport } from "./render-report.ts";

/** What somebody might write into a reason to be seen, or to be believed, in a pipeline. */
const HOSTILE = "x\r\n::error::no <b>&\"'|`*[a](b)]]>\u001b[31m\ufffe\ud800%0A, :";
const report: Report = {
  title: HOSTILE,
  verdict: "incompatible",
  summary: HOSTILE,
  cases: [{ name: HOSTILE, verdict: "incompatible", detail: HOSTILE }],
};

describe("names and reasons stay what they are in a report", () => {
  test("as JUnit: no tag of theirs, nothing that XML may not hold", () => {
    const text = renderReport("junit", report);
    expect(text.match(/<[/a-z]+/g)).toEqual([
      "<testsuites",
      "<testsuite",
      "<testcase",
      "<failure",
      "</testcase",
      "</testsuite",
      "</testsuites",
    ]);
    expect(text.isWellFormed()).toBe(true);
    expect([...text].every((sign) => sign >= " " || sign === "\n" || sign === "\r")).toBe(true);
    expect(text).not.toContain("\ufffe");
  });

  test("as annotations: one line each, no command of theirs", () => {
    const lines = renderReport("github", report).split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines.slice(0, 2)) expect(line).toMatch(/^::error title=[^:,\r]*::[^\r]*$/);
    expect(lines[2]).toBe("");
  });

  test("as Markdown: one row each, no link and no HTML", () => {
    const text = renderReport("markdown", report);
    expect(text).not.toContain("\r");
    const [, , , , , , row = ""] = text.split("\n");
    expect(row).toMatch(/^\| .* \| incompatible \| .* \|$/);
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(row).not.toMatch(/(?<!\\)[<[`]/);
  });
});
