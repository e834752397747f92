/**
 * What an operator waits for, timed in a real browser against the whole product (the demo mesh at its normal load; needs `npm run build`):
 *
 *   shift     the click on Apply → a measured share of the canary on the screen
 *   rollback  the click on "Roll back now" → the last request that was still sent to the bad version (a probe through the ingress,
 *             one request each 2 ms, says by `x-interlock-version` where each went)
 *
 * Clocks: the page's clicks and the probe's requests are stamped with the wall clock of the same machine.
 */
import { Agent, get } from "node:http";
import { chromium, type Page } from "@playwright/test";
import { dragTo, readSplit, setSplit } from "../e2e/mesh-actions.ts";
import { type Stack, startStack } from "../e2e/stack.ts";
import { type BenchOptions, type BenchRow, quantile } from "./bench-table.ts";

const SERVICE = "recommendations";
const STABLE = "1.2.0";
const CANARY = "1.3.0";
const PROBE_EVERY_MS = 2;
const PROBE_TAIL_MS = 1_500;

export async function run({ short }: BenchOptions): Promise<BenchRow[]> {
  const rounds = short ? 2 : 20;
  const stack = await startStack({ demo: true });
  const browser = await chromium.launch({
    ...(process.env["INTERLOCK_BROWSER"] ? { executablePath: process.env["INTERLOCK_BROWSER"] } : {}),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(() => {
      localStorage.setItem("interlock-author", "bench");
      localStorage.setItem("interlock-tour", "seen");
    });
    await page.goto(`${stack.consoleUrl}/topology?selected=${SERVICE}`);
    // Traffic flows, and the picture has come to rest.
    await new Promise((resolve) => setTimeout(resolve, PROBE_TAIL_MS * 2));
    const shifts: number[] = [];
    const rollbacks: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const shiftMs = await timeShift(page);
      const rollbackMs = await timeRollback(page, stack);
      await settle(stack);
      // The first round compiles and warms.
      if (round === 0) continue;
      shifts.push(shiftMs);
      rollbacks.push(rollbackMs);
    }
    const row = (figure: string, figures: readonly number[], goal: string): BenchRow => ({
      figure,
      unit: "ms",
      ours: quantile(figures, 0.95),
      anchor: null,
      anchorName: "none",
      ratio: null,
      goal,
      note: `p50 ${quantile(figures, 0.5)?.toFixed(0)}, worst ${Math.max(...figures).toFixed(0)}, n = ${figures.length}`,
    });
    return [
      row("click on Apply → observed share on screen, p95", shifts, "≤ 1 500 ms"),
      row("click on Roll back → last request to the bad version, p95", rollbacks, "≤ 250 ms"),
    ];
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** Drags a quarter to the canary, presses Apply in the page and waits, frame by frame, for its measured share. */
async function timeShift(page: Page): Promise<number> {
  const panel = page.getByText("What will happen");
  // The inspector may scroll under the mouse as the load of the probe ends; the drag is not what is timed.
  for (let attempt = 0; attempt < 5 && !(await panel.isVisible()); attempt++) {
    await dragTo(page, SERVICE, [STABLE, CANARY], 0.25);
    await panel.waitFor({ timeout: 3_000 }).catch(() => {});
  }
  const apply = page.getByRole("complementary").filter({ hasText: "What will happen" }).getByRole("button", { name: "Apply" });
  // The dry run has answered once it can be pressed.
  await apply.click({ trial: true });
  const startedMs = await apply.evaluate(clickAndStamp);
  const seen = await page.waitForFunction(
    (version) => {
      const rows = document.querySelectorAll('table[aria-label="Intended, accepted and observed share of each version"] tbody tr');
      const row = [...rows].find((candidate) => candidate.textContent.includes(version));
      const share = Number.parseFloat(row?.querySelectorAll("td")[3]?.textContent ?? "");
      return share > 0 ? Date.now() : false;
    },
    CANARY,
    { polling: "raf" },
  );
  return Number(await seen.jsonValue()) - startedMs;
}

async function timeRollback(page: Page, stack: Stack): Promise<number> {
  await page
    .getByRole("complementary", { name: new RegExp(SERVICE) })
    .getByRole("button", { name: /Roll back/ })
    .click();
  const confirm = page.getByRole("dialog", { name: `Roll back ${SERVICE}` }).getByRole("button", { name: "Roll back now" });
  await confirm.click({ trial: true });
  const probe = startProbe(stack.ingressPort);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const startedMs = await confirm.evaluate(clickAndStamp);
  await new Promise((resolve) => setTimeout(resolve, PROBE_TAIL_MS));
  const lastMs = await probe.stop();
  await page.getByRole("button", { name: "Dismiss" }).click();
  return Math.max(0, lastMs - startedMs);
}

/** Both counts start anew, and the weights are where the next round begins. */
async function settle(stack: Stack): Promise<void> {
  const { weights } = await readSplit(stack, SERVICE);
  if (weights[CANARY] !== undefined) await setSplit(stack, SERVICE, { [STABLE]: 10_000 });
}

function clickAndStamp(button: HTMLElement | SVGElement): number {
  const nowMs = Date.now();
  (button as HTMLElement).click();
  return nowMs;
}

/** Sends requests at a steady pace; `stop` says when the last one that the canary answered was sent, 0 for none. */
function startProbe(port: number): { stop(): Promise<number> } {
  const agent = new Agent({ keepAlive: true });
  let lastMs = 0;
  let underWay = 0;
  const timer = setInterval(() => {
    const sentMs = Date.now();
    underWay++;
    get({ port, agent, path: "/", headers: { host: `${SERVICE}.mesh` } }, (response) => {
      if (response.headers["x-interlock-version"] === CANARY) lastMs = Math.max(lastMs, sentMs);
      response.resume().once("close", () => underWay--);
    }).once("error", () => underWay--);
  }, PROBE_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      agent.destroy();
      return lastMs;
    },
  };
}
