/**
 * The text formats of Prometheus: 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/) and OpenMetrics 1.0 for whoever asks for it by `Accept`
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/), which alone carries exemplars.
 *
 * A family's name is without suffix; counters get `_total`, histograms `_bucket`, `_sum` and `_count`. Invariants: each family once, with HELP and TYPE
 * before its samples; buckets are cumulative and end with `+Inf`, which equals `_count`; label values are escaped, so that no name can break a line.
 */

export type Labels = Readonly<Record<string, string>>;

/** A request that stands for a bucket: where to look for one such as these. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  readonly atMs: number;
}

/** Counts per bucket, not cumulative: one for each bound and one for what is beyond. */
export interface HistogramSample {
  readonly labels: Labels;
  readonly counts: readonly number[];
  readonly sum: number;
  /** By index of bucket. */
  readonly exemplars?: ReadonlyMap<number, Exemplar>;
}

export type MetricFamily =
  | {
      readonly type: "counter" | "gauge";
      readonly name: string;
      readonly help: string;
      readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
    }
  | {
      readonly type: "histogram";
      readonly name: string;
      readonly help: string;
      /** Upper bounds, ascending, without infinity. */
      readonly bounds: readonly number[];
      readonly samples: readonly HistogramSample[];
    };

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** A gauge with one value and no labels. */
export function gauge(name: string, help: string, value: number): MetricFamily {
  return { type: "gauge", name, help, samples: [{ labels: {}, value }] };
}

/** The families in the format that `accept` asks for. */
export function renderExposition(families: readonly MetricFamily[], accept: string | undefined): Exposition {
  const isOpen = /\bapplication\/openmetrics-text\b/.test(accept ?? "");
  const lines = families.flatMap((family) => linesOf(family, isOpen));
  if (isOpen) lines.push("# EOF");
  return { contentType: isOpen ? OPEN_METRICS : TEXT, body: `${lines.join("\n")}\n` };
}

function linesOf(family: MetricFamily, isOpen: boolean): string[] {
  const { help, name, type } = family;
  // OpenMetrics names a counter's family without its suffix, the older format with it.
  const shown = type === "counter" && !isOpen ? `${name}_total` : name;
  const lines = [`# HELP ${shown} ${escapeHelp(help)}`, `# TYPE ${shown} ${type}`];
  if (family.type === "histogram") {
    for (const sample of family.samples) lines.push(...histogramLines(name, family.bounds, sample, isOpen));
    return lines;
  }
  const suffix = type === "counter" ? "_total" : "";
  for (const { labels, value } of family.samples) lines.push(`${name}${suffix}${labelText(labels)} ${numberText(value)}`);
  return lines;
}

function histogramLines(name: string, bounds: readonly number[], sample: HistogramSample, isOpen: boolean): string[] {
  const { counts, exemplars, labels, sum } = sample;
  let cumulative = 0;
  const lines = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    cumulative += counts[index] ?? 0;
    const le = boundText(bound, isOpen);
    const exemplar = isOpen ? exemplars?.get(index) : undefined;
    return `${name}_bucket${labelText({ ...labels, le })} ${cumulative}${exemplar === undefined ? "" : exemplarText(exemplar)}`;
  });
  lines.push(`${name}_sum${labelText(labels)} ${numberText(sum)}`, `${name}_count${labelText(labels)} ${cumulative}`);
  return lines;
}

function exemplarText({ atMs, traceId, value }: Exemplar): string {
  return ` # ${labelText({ trace_id: traceId })} ${numberText(value)} ${(atMs / 1_000).toFixed(3)}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** OpenMetrics wants `1.0` where the older format takes `1`. */
function boundText(bound: number, isOpen: boolean): string {
  if (bound === Number.POSITIVE_INFINITY) return "+Inf";
  return isOpen && Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
