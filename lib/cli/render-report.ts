import { UsageError } from "./exit-code.ts";

export const OUTPUTS = ["text", "json", "junit", "github", "markdown"] as const;

/** What `-o` can be. */
export type Output = (typeof OUTPUTS)[number];

/** One thing that was looked at. */
export interface ReportCase {
  readonly name: string;
  readonly verdict: "compatible" | "incompatible" | "unknown";
  /** Why, in sentences. */
  readonly detail: string;
}

/** An answer to "is it safe", for people and for pipelines. */
export interface Report {
  readonly title: string;
  readonly verdict: ReportCase["verdict"];
  readonly summary: string;
  readonly cases: readonly ReportCase[];
}

/** Reads `-o`; `--json` is short for `-o json`. */
export function parseOutput(text: string | undefined, isJson: boolean): Output {
  if (text === undefined) return isJson ? "json" : "text";
  const output = OUTPUTS.find((each) => each === text);
  if (output === undefined) throw new UsageError(`-o: "${text}" is none of ${OUTPUTS.join(", ")}.`);
  return output;
}

/** A report as a pipeline reads it: JUnit XML, workflow commands of GitHub Actions, or Markdown. Ends with a line break. */
export function renderReport(output: Exclude<Output, "text" | "json">, report: Report): string {
  if (output === "junit") return junit(report);
  return output === "github" ? github(report) : markdown(report);
}

function junit({ cases, title }: Report): string {
  const failures = cases.filter(({ verdict }) => verdict === "incompatible").length;
  const skipped = cases.filter(({ verdict }) => verdict === "unknown").length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const lines = cases.map(({ detail, name, verdict }) => {
    const open = `    <testcase classname="${xml(title)}" name="${xml(name)}" time="0"`;
    if (verdict === "compatible") return `${open}/>`;
    const tag = verdict === "incompatible" ? "failure" : "skipped";
    return `${open}><${tag} message="${xml(detail)}"/></testcase>`;
  });
  const suite = [`  <testsuite name="${xml(title)}" ${counts} time="0">`, ...lines, "  </testsuite>"];
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="interlock" ${counts} time="0">`, ...suite, "</testsuites>"].join("\n")}\n`;
}

const XML_ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** What no XML document may hold, not even escaped: one such sign in a reason, and the whole report is unreadable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, " ")
    .replace(/[&<>"']/g, (sign) => XML_ENTITIES[sign] ?? sign);
}

function github({ cases, summary, title, verdict }: Report): string {
  const head = { compatible: "notice", unknown: "warning", incompatible: "error" }[verdict];
  const lines = cases
    .filter((each) => each.verdict !== "compatible")
    .map((each) => `::${each.verdict === "incompatible" ? "error" : "warning"} title=${property(each.name)}::${data(each.detail)}`);
  return `${[`::${head} title=${property(title)}::${data(summary)}`, ...lines].join("\n")}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function markdown({ cases, summary, title }: Report): string {
  const rows = cases.map(({ detail, name, verdict }) => `| ${cell(name)} | ${verdict} | ${cell(detail)} |`);
  const table = rows.length === 0 ? [] : ["", "| what | verdict | why |", "|---|---|---|", ...rows];
  return `${[`### ${cell(title)}`, "", cell(summary), ...table].join("\n")}\n`;
}

function cell(text: string): string {
  return text.replace(/[\\|`*_~<>[\]]/g, (sign) => `\\${sign}`).replace(/[\r\n]+/g, " ");
}
