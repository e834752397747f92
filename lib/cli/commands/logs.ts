import { openLogStream } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, UsageError } from "../exit-code.ts";
import { printable } from "../printable.ts";

interface LogOptions {
  readonly follow?: boolean;
  readonly lines: string;
}

const LINES_MAX = 2_000;

/** `interlock logs <instance> [-f]`: what a process of a deployment prints. */
export function addLogs({ program, action }: CommandHost): void {
  program
    .command("logs <instance>")
    .description("what a process of a deployment printed: interlock logs payments-2.1.0-0k3x9aq -f")
    .option("-f, --follow", "go on with what it prints, until Ctrl-C")
    .option("-n, --lines <count>", "how many of the last lines", "200")
    .action(
      action(async (context, id: string, { follow, lines: text }: LogOptions) => {
        const lines = parseLines(text);
        if (follow === true) return followLog(context, id, lines);
        const log = await context.client.call("GET /api/v1/instances/{id}/logs", { params: { id }, query: { lines } });
        context.document(log);
        for (const line of log.lines) context.say(line);
        return EXIT.done;
      }),
    );
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (/^\d+$/.test(text) && lines <= LINES_MAX) return lines;
  throw new UsageError(`--lines: "${text}" is no number of lines; give a whole number from 0 to ${LINES_MAX}.`);
}

/** With `--json` one object per line of output. Ends when the user interrupts, or when the engine refuses. */
function followLog({ apiUrl, io, json }: CliContext, id: string, lines: number): Promise<number> {
  const print = (line: string) => io.write(json ? `${JSON.stringify({ line })}\n` : `${printable(line)}\n`);
  const note = (sentence: string) => io.writeError(`[interlock] ${sentence}\n`);
  let isKnown = false;
  return new Promise((resolve, reject) => {
    // The stream's own timers do not keep a process alive, and waiting for a reconnect is part of following.
    const awake = setInterval(() => {}, 60_000);
    const end = (finish: () => void) => {
      clearInterval(awake);
      stream.close();
      finish();
    };
    const stream = openLogStream({
      baseUrl: apiUrl,
      id,
      lines,
      onTail(log) {
        if (isKnown) note("Connected again; the last lines follow once more.");
        isKnown = true;
        for (const line of log.lines) print(line);
      },
      onLines(more, skipped) {
        if (skipped > 0) note(`${skipped} bytes came too fast and are left out.`);
        for (const line of more) print(line);
      },
      onState(state, problem) {
        if (state === "refused") end(() => (problem === null ? resolve(EXIT.refused) : reject(problem)));
        else if (state === "lost") note("The engine does not answer; trying again.");
      },
    });
    if (io.interrupted.aborted) end(() => resolve(EXIT.done));
    else io.interrupted.addEventListener("abort", () => end(() => resolve(EXIT.done)), { once: true });
  });
}
