import { type LiveEvent, openLiveStream } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { printable } from "../printable.ts";

interface HealthOptions {
  readonly follow?: boolean;
  readonly service?: string;
}

/** What the stream tells, narrowed to what is shown. */
interface HealthEvent {
  readonly at: string;
  readonly kind: string;
  readonly sentence: string;
  readonly service?: string | undefined;
}

/** `interlock health [--follow] [--service name]` */
export function addHealth({ program, action }: CommandHost): void {
  program
    .command("health")
    .description("what happened outside the log, oldest first: ejections, failovers, breakers, panics, leases, proxies, certificates")
    .option("--follow", "go on with what happens until interrupted; with --json one object per line")
    .option("--service <name>", "only what concerns instances of this service")
    .action(
      action(async (context, { follow, service }: HealthOptions) => {
        // The answer that says whether there is an engine at all.
        await context.client.call("GET /api/v1/mesh");
        const isWanted = (event: HealthEvent) => service === undefined || event.service === service;
        await listen(context, follow === true, (events) => {
          const wanted = events.filter(isWanted);
          if (follow !== true) {
            context.document({ items: wanted });
            if (wanted.length === 0) context.say("Nothing of the kind has happened since the engine started.");
          }
          for (const event of wanted) {
            if (follow === true && context.json) context.io.write(`${JSON.stringify(event)}\n`);
            else showEvent(context, printable(event));
          }
        });
        return undefined;
      }),
    );
}

/** Ends after the first snapshot, or when the user interrupts. What was told before a lost connection is not told again. */
function listen(context: CliContext, follow: boolean, onEvents: (events: readonly HealthEvent[]) => void): Promise<void> {
  const newsOf = createNews();
  return new Promise((resolve) => {
    // The stream's own timers do not keep a process alive, and waiting for a reconnect is part of following.
    const awake = setInterval(() => {}, 60_000);
    const end = () => {
      clearInterval(awake);
      stream.close();
      resolve();
    };
    const stream = openLiveStream({
      url: `${context.apiUrl}/api/v1/stream`,
      topics: ["health"],
      onStatus: () => {},
      onEvent: (event) => {
        const news = newsOf(event);
        if (news === null) return;
        if (news.length > 0 || !follow) onEvents(news);
        if (!follow) end();
      },
    });
    if (context.io.interrupted.aborted) end();
    else context.io.interrupted.addEventListener("abort", end, { once: true });
  });
}

/** What an event of the stream tells that was not told before; null for one that is not about health. */
function createNews(): (event: LiveEvent) => readonly HealthEvent[] | null {
  let toldUntil = "";
  return (event) => {
    if ((event.kind !== "snapshot" && event.kind !== "delta") || event.data.topic !== "health") return null;
    const { events } = event.data;
    // A snapshot tells again what is known; deltas tell each event once.
    const news = event.kind === "snapshot" ? events.filter(({ at }) => at > toldUntil) : events;
    toldUntil = [toldUntil, ...events.map(({ at }) => at)].sort().at(-1) ?? "";
    return news;
  };
}

function showEvent({ say, paint }: CliContext, { at, kind, sentence }: HealthEvent): void {
  say(`${paint.dim(at)}  ${paint.bold(kind)}  ${sentence}`);
}
