import { type Change, openLiveStream } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { printable } from "../printable.ts";
import { describeDifference, titleOf } from "../report-write.ts";

interface EventsOptions {
  readonly follow?: boolean;
  readonly service?: string;
  readonly limit: string;
}

const LIMIT_MAX = 500;

/** `interlock events [--follow] [--service name]` */
export function addEvents({ program, action }: CommandHost): void {
  program
    .command("events")
    .description("the last changes, oldest first: who did what, before and after")
    .option("--follow", "go on with new changes until interrupted")
    .option("--service <name>", "only changes that touch this service")
    .option("--limit <n>", `how many to begin with, 1 to ${LIMIT_MAX}`, "20")
    .action(
      action(async (context, { follow, service, limit }: EventsOptions) => {
        const count = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
        if (count < 1 || count > LIMIT_MAX) throw new UsageError(`--limit: "${limit}" is not a whole number from 1 to ${LIMIT_MAX}.`);
        const page = await context.client.call("GET /api/v1/changes", {
          query: { limit: count, ...(service === undefined ? {} : { service }) },
        });
        const changes = page.items.toReversed();
        if (follow !== true) {
          context.document(page);
          if (changes.length === 0) context.say("No changes yet.");
          for (const change of changes) showChange(context, change);
          return undefined;
        }
        for (const change of changes) followChange(context, change);
        await followChanges(context, changes.at(-1)?.seq ?? 0, service);
        return undefined;
      }),
    );
}

/** Ends when the user interrupts. A lost connection is taken up again after the last change. */
function followChanges(context: CliContext, afterSeq: number, service: string | undefined): Promise<void> {
  let lastSeq = afterSeq;
  return new Promise((resolve) => {
    // The stream's own timers do not keep a process alive, and waiting for a reconnect is part of following.
    const awake = setInterval(() => {}, 60_000);
    const stream = openLiveStream({
      url: `${context.apiUrl}/api/v1/stream`,
      topics: ["activity"],
      onStatus: () => {},
      onEvent: (event) => {
        if ((event.kind !== "snapshot" && event.kind !== "delta") || event.data.topic !== "activity") return;
        for (const change of event.data.changes.toSorted((left, right) => left.seq - right.seq)) {
          if (change.seq <= lastSeq) continue;
          lastSeq = change.seq;
          if (service === undefined || change.services.includes(service)) followChange(context, change);
        }
      },
    });
    const end = () => {
      clearInterval(awake);
      stream.close();
      resolve();
    };
    if (context.io.interrupted.aborted) end();
    else context.io.interrupted.addEventListener("abort", end, { once: true });
  });
}

function followChange(context: CliContext, change: Change): void {
  if (context.json) context.io.write(`${JSON.stringify(change)}\n`);
  else showChange(context, printable(change));
}

function showChange({ say, paint }: CliContext, change: Change): void {
  const reason = change.reason === "" ? "" : `: ${change.reason}`;
  const { clockStepMs } = change;
  if (clockStepMs !== undefined) say(paint.yellow(clockStepSentence(clockStepMs)));
  say(`${paint.dim(change.at)}  ${change.id}  ${paint.bold(titleOf(change))}  by ${change.author} (${change.via})${reason}`);
  for (const line of describeDifference(change)) say(line);
}

/** Between two changes whose times cannot be compared. */
function clockStepSentence(stepMs: number): string {
  const way = stepMs < 0 ? "back" : "forward";
  return `-- The engine's clock was set ${way} by ${formatStep(Math.abs(stepMs))} here: times before and after cannot be compared. --`;
}

function formatStep(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
