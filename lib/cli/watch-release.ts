import type { CliContext } from "./cli-context.ts";
import { type ReleaseAnswer, releaseBar } from "./describe-release.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { waited as waitedAMoment } from "./waited.ts";

const CLEAR_LINE = "\r\u001b[2K";

/**
 * Shows what happens until the release ends, is paused, or the user interrupts: its history line by line and, on a terminal, how far it is in a last line that
 * is drawn again and again. With `--json` one line per entry.
 */
export async function watchRelease(context: CliContext, id: string): Promise<ExitCode> {
  const { io, json } = context;
  const isDrawn = io.isTerminal && !json;
  const clear = () => {
    if (isDrawn) io.write(CLEAR_LINE);
  };
  let seen = 0;
  let waited = "";
  for (;;) {
    const release = await context.client.call("GET /api/v1/releases/{id}", { params: { id } });
    clear();
    for (const entry of release.history.filter(({ seq }) => seq > seen)) {
      if (json) io.write(`${JSON.stringify({ id, ...entry })}\n`);
      else context.say(`${entry.at.slice(11, 19)}  ${entry.sentence}`);
    }
    seen = Math.max(seen, ...release.history.map(({ seq }) => seq));
    const wait = release.waitingFor ?? "";
    if (!isDrawn && wait !== "" && wait !== waited) context.say(`  waits: ${wait}`);
    waited = wait;
    const end = endOf(release);
    if (end !== null) {
      context.say(`${releaseBar(release)}  ${release.state}`);
      return end;
    }
    if (isDrawn)
      io.write(
        `${releaseBar(release)}  ${release.state}  ${judged(release)}${release.waitingFor === null ? "" : `  ${release.waitingFor}`}`,
      );
    if (!(await waitedAMoment(io.interrupted))) {
      clear();
      return EXIT.done;
    }
  }
}

function judged({ judge }: ReleaseAnswer): string {
  if (judge.harmPart === null) return "judge: no data";
  return `judge: ${judge.verdict}, harm ${Math.round(Math.max(0, judge.harmPart) * 100)} %`;
}

function endOf({ state }: ReleaseAnswer): ExitCode | null {
  if (state === "succeeded") return EXIT.done;
  if (state === "rolled-back" || state === "aborted") return EXIT.refused;
  return state === "paused" ? EXIT.refused : null;
}
