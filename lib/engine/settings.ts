const DATA_LIMIT_MB = 1024;
const BYTES_PER_MB = 1_048_576;

/** `host:port,…` → lower-case pairs, each once; throws with the pair that is none. Absent or empty: none. */
export function readEgress(text: string | undefined): readonly string[] {
  return readHostPorts(text, "INTERLOCK_EGRESS");
}

/** The same for any variable that holds such a list. */
export function readHostPorts(text: string | undefined, variable: string): readonly string[] {
  const pairs = (text ?? "").split(",").map((pair) => pair.trim().toLowerCase());
  return [...new Set(pairs.filter((pair) => pair !== "").map((pair) => checkPair(pair, variable)))];
}

function checkPair(pair: string, variable: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?):(\d{1,5})$/.exec(pair);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) {
    throw new Error(`${variable} has "${pair}": write host:port pairs separated by commas, such as api.example.com:443`);
  }
  return pair;
}

/** Megabytes as text → bytes; 1 GiB when absent. Throws when it is no number above 0. */
export function readDataLimit(text: string | undefined): number {
  if (text === undefined || text === "") return DATA_LIMIT_MB * BYTES_PER_MB;
  const megabytes = Number(text);
  if (!Number.isFinite(megabytes) || megabytes <= 0)
    throw new Error(`INTERLOCK_DATA_LIMIT_MB is "${text}": set it to a number of megabytes above 0`);
  return megabytes * BYTES_PER_MB;
}
