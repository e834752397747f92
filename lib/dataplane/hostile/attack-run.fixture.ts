/** Sends an attack the way an attacker would, with a request of somebody else right behind it, and says what became of both. */
import type { TestMesh } from "../test-mesh.fixture.ts";
import type { Attack } from "./attack.fixture.ts";

/** Another request of the same connection: what is left of an attack is completed by it. */
const AFTER = "GET /after HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n";
const VICTIM = "GET /victim HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n";
const AT_ONCE = 24;
const PATIENCE_MS = 2_000;

export interface AttackResult {
  /** A sentence for each guarantee that did not hold. */
  readonly wrong: readonly string[];
  /** Requests that the proxy passed on and the instance itself answered with 4xx or 5xx. */
  readonly refusedByInstance: number;
}

/** Sends the attacks, several at once. `isLenient`: the instance may refuse by itself what the proxy passes on. */
export async function runAttacks(mesh: TestMesh, attacks: readonly Attack[], isLenient: boolean): Promise<AttackResult> {
  const wrong: string[] = [];
  let refusedByInstance = 0;
  for (let at = 0; at < attacks.length; at += AT_ONCE) {
    const batch = attacks.slice(at, at + AT_ONCE);
    const results = await Promise.all(batch.map((attack) => runAttack(mesh, attack, isLenient)));
    for (const [index, result] of results.entries()) {
      wrong.push(...result.wrong.map((why) => `${batch[index]?.family}, ${batch[index]?.name}: ${why}`));
      refusedByInstance += result.refusedByInstance;
    }
  }
  return { wrong, refusedByInstance };
}

async function runAttack(mesh: TestMesh, { outcome, text }: Attack, isLenient: boolean): Promise<AttackResult> {
  const caller = await mesh.dial();
  caller.socket.on("error", () => {});
  caller.send(text + AFTER);
  let patience: NodeJS.Timeout | undefined;
  const waited = new Promise<string>((resolve) => {
    patience = setTimeout(() => resolve("waits"), PATIENCE_MS);
  });
  const end = await Promise.race([caller.ended, waited]);
  clearTimeout(patience);
  caller.socket.destroy();
  const victim = await mesh.dial();
  victim.send(VICTIM);
  await victim.ended;
  const answers = finalAnswers(caller.received);
  const found: string[] = [];
  if (end === "waits") found.push(`the proxy waits for more; so far ${JSON.stringify(caller.received.slice(0, 300))}`);
  if (!/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nGET \/victim\n?$/.test(victim.received))
    found.push(`somebody else got ${JSON.stringify(victim.received)}`);
  if (outcome === "refused") found.push(...notRefused(answers));
  else if (!isLenient) found.push(...notPassed(answers));
  const refusedByInstance = answers.filter((head) => /^HTTP\/1\.1 [45]/.test(head) && head.includes("\r\nx-interlock-version:")).length;
  return { wrong: found, refusedByInstance };
}

/** Heads of the answers, 1xx apart. */
function finalAnswers(text: string): readonly string[] {
  return (text.match(/HTTP\/1\.1 \d{3}[^\r]*\r\n(?:[^\r\n]+\r\n)*\r\n/g) ?? []).filter((head) => !head.startsWith("HTTP/1.1 1"));
}

function notRefused(answers: readonly string[]): readonly string[] {
  const [only = ""] = answers;
  const isRefusal =
    /^HTTP\/1\.1 4\d\d /.test(only) && /\r\nx-interlock-code: [a-z.-]+\r\n/.test(only) && only.includes("\r\nconnection: close\r\n");
  return isRefusal && answers.length === 1 ? [] : [`not refused, but ${JSON.stringify(answers)}`];
}

function notPassed(answers: readonly string[]): readonly string[] {
  const bad = answers.filter((head) => !head.startsWith("HTTP/1.1 200 "));
  return answers[0]?.startsWith("HTTP/1.1 200 ") && bad.length <= answers.length - 1 ? [] : [`not passed, but ${JSON.stringify(answers)}`];
}
