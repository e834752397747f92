/** One sample line of an exposition. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*?)\})? (\S+)(?: # \{trace_id="[0-9a-f]{32}"\} \S+ \S+)?$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/gy;

/**
 * Reads the text format of Prometheus, and throws at what `promtool check metrics` would not accept: a sample without HELP and TYPE before it, a series twice, a
 * counter without `_total`, a reserved label, buckets that are not cumulative or do not end in their count.
 */
export function parseExposition(text: string): readonly ExposedSample[] {
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  const samples: ExposedSample[] = [];
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment?.[1] === "HELP") helped.add(comment[2] as string);
    else if (comment !== null) types.set(comment[2] as string, comment[3] as string);
    else if (line !== "# EOF") samples.push(readSample(line, seen));
  }
  for (const sample of samples) checkSample(sample, types, helped);
  checkBuckets(samples);
  return samples;
}

function readSample(line: string, seen: Set<string>): ExposedSample {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = "", inner = "", value = ""] = match;
  const labels: Record<string, string> = {};
  let read = 0;
  for (const [whole, label = "", text = ""] of inner.matchAll(LABEL)) {
    labels[label] = text;
    read += whole.length;
  }
  if (read !== inner.length) throw new Error(`labels that cannot be read: ${line}`);
  const series = `${name}{${inner}}`;
  if (seen.has(series)) throw new Error(`twice: ${series}`);
  seen.add(series);
  return { name, labels, value: value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value) };
}

function checkSample({ labels, name, value }: ExposedSample, types: ReadonlyMap<string, string>, helped: ReadonlySet<string>): void {
  const family = types.has(name) ? name : name.replace(/_(bucket|sum|count|total)$/, "");
  const type = types.get(family);
  if (type === undefined || !helped.has(family)) throw new Error(`${name} has no HELP or TYPE`);
  if (Number.isNaN(value)) throw new Error(`${name} is no number`);
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`${name} is a counter without _total`);
  if ("quantile" in labels || ("le" in labels && type !== "histogram")) throw new Error(`${name} has a reserved label`);
}

function checkBuckets(samples: readonly ExposedSample[]): void {
  const counts = new Map<string, number>();
  const seriesOf = ({ labels, name }: ExposedSample, suffix: string) => {
    const { le: _, ...rest } = labels;
    return `${name.slice(0, -suffix.length)} ${JSON.stringify(rest)}`;
  };
  for (const sample of samples) {
    if (!("le" in sample.labels)) continue;
    const series = seriesOf(sample, "_bucket");
    if (sample.value < (counts.get(series) ?? 0)) throw new Error(`buckets of ${series} are not cumulative`);
    counts.set(series, sample.value);
  }
  for (const sample of samples) {
    if (!sample.name.endsWith("_count")) continue;
    const last = counts.get(seriesOf(sample, "_count"));
    if (last !== sample.value) throw new Error(`${sample.name} is ${sample.value}, its last bucket ${last}`);
  }
}
