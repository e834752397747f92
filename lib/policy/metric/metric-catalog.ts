/** What a metric is about. `mesh`: it takes no name. */
export type SubjectKind = "service" | "version" | "edge" | "mesh";

/** How a value is read by people. Shares are fractions: 5% is 0.05. */
export type MetricUnit = "share" | "perSecond" | "ms" | "count" | "ratio" | "days" | "minutes" | "flag";

export interface MetricDefinition {
  readonly subjects: readonly SubjectKind[];
  readonly unit: MetricUnit;
  /** Longest window that can be asked for, in ms; 0: it is what it is now. */
  readonly windowMsMax: number;
  /** It takes a target such as 99.9% after its subject. */
  readonly slo?: true;
  /** What it says, in one sentence. */
  readonly says: string;
}

const MINUTE_MS = 60_000;
const MONTH_MS = 30 * 86_400_000;

const TRAFFIC = { subjects: ["service", "version", "edge"] } as const;
const INSTANCES = { subjects: ["service", "version"], unit: "count", windowMsMax: 0 } as const;

/** Every metric there is. Figures of traffic are those of the last ten seconds unless a window is given. */
export const METRICS = {
  "error-rate": { ...TRAFFIC, unit: "share", windowMsMax: MONTH_MS, says: "Share of requests that failed." },
  rps: { ...TRAFFIC, unit: "perSecond", windowMsMax: MONTH_MS, says: "Requests per second; 0 without requests." },
  requests: { ...TRAFFIC, unit: "count", windowMsMax: MONTH_MS, says: "Requests in the window; 0 without requests." },
  p50: { ...TRAFFIC, unit: "ms", windowMsMax: MINUTE_MS, says: "Median duration in ms." },
  p90: { ...TRAFFIC, unit: "ms", windowMsMax: MINUTE_MS, says: "Nine of ten requests are faster than this, in ms." },
  p99: { ...TRAFFIC, unit: "ms", windowMsMax: MINUTE_MS, says: "99 of 100 requests are faster than this, in ms." },
  retries: { ...TRAFFIC, unit: "perSecond", windowMsMax: MINUTE_MS, says: "Attempts beyond the first, per second." },
  denied: { ...TRAFFIC, unit: "perSecond", windowMsMax: MINUTE_MS, says: "Requests that authorization refused, per second." },
  failovers: { ...TRAFFIC, unit: "perSecond", windowMsMax: MINUTE_MS, says: "Requests that left their zone or version, per second." },
  burn: {
    subjects: ["service", "version"],
    unit: "ratio",
    windowMsMax: MONTH_MS,
    slo: true,
    says: "How fast the error budget of a target burns: 1 uses it up exactly by the end of its period.",
  },
  ready: { ...INSTANCES, says: "Instances that take requests." },
  instances: { ...INSTANCES, says: "Instances that are registered." },
  ejected: { ...INSTANCES, says: "Instances that a proxy has taken out, or that fail their checks or refuse connections." },
  flaps: { ...INSTANCES, says: "Times that instances were taken out in the last five minutes." },
  panic: { subjects: ["service"], unit: "flag", windowMsMax: 0, says: "1 while a proxy sends requests to instances good or bad, else 0." },
  weight: { subjects: ["version"], unit: "share", windowMsMax: 0, says: "Share of the traffic that the split gives to the version." },
  live: { subjects: ["version"], unit: "flag", windowMsMax: 0, says: "1 where split or rules send traffic to the version, else 0." },
  drained: {
    subjects: ["version"],
    unit: "flag",
    windowMsMax: 0,
    says: "1 where a policy took the version's weight away and nobody has set weights since, else 0.",
  },
  "capacity-used": {
    subjects: ["version"],
    unit: "share",
    windowMsMax: MINUTE_MS,
    says: "Requests per second over what the version can carry; no data where nobody said what it can.",
  },
  "deprecated-rps": {
    subjects: ["version"],
    unit: "perSecond",
    windowMsMax: MINUTE_MS,
    says: "Requests per second to a version that is deprecated or retired; no data for others.",
  },
  "release-minutes": {
    subjects: ["service"],
    unit: "minutes",
    windowMsMax: 0,
    says: "Minutes since the service's release under way last moved; no data without one.",
  },
  "release-weight": {
    subjects: ["service"],
    unit: "share",
    windowMsMax: 0,
    says: "Weight of the new version of the service's release under way; no data without one.",
  },
  "certificate-days": {
    subjects: ["service", "mesh"],
    unit: "days",
    windowMsMax: 0,
    says: "Days until the first certificate in use ends.",
  },
  "certificate-left": {
    subjects: ["service", "mesh"],
    unit: "share",
    windowMsMax: 0,
    says: "Least share of its time that a certificate in use has left; they are renewed at a half.",
  },
  exposure: {
    subjects: ["mesh"],
    unit: "share",
    windowMsMax: 0,
    says: "Share of the traffic between versions that are known not to work together.",
  },
  unproven: { subjects: ["mesh"], unit: "share", windowMsMax: 0, says: "Share of the traffic between versions of which nothing is known." },
  "proxies-lost": { subjects: ["mesh"], unit: "count", windowMsMax: 0, says: "Proxies that were seen and are not connected." },
  "proxies-behind": {
    subjects: ["mesh"],
    unit: "count",
    windowMsMax: 0,
    says: "Connected proxies that refused the newest configuration or have not taken it.",
  },
  "data-used": { subjects: ["mesh"], unit: "share", windowMsMax: 0, says: "Size of the data folder over its limit." },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

export function isMetricName(text: string): text is MetricName {
  return Object.hasOwn(METRICS, text);
}

/** The definition of a metric, in its common shape. */
export function definitionOf(metric: MetricName): MetricDefinition {
  return METRICS[metric];
}
