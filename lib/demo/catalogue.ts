/**
 * The demo mesh: a small shop of twelve services, twenty versions and thirty instances on three nodes.
 *
 * What is true of it, on purpose:
 * - `recommendations 1.3.0` is a bad release: slower, and 5 % of its answers are errors.
 * - `payments 3.0.0` wants the amount in a new form, so `checkout 1.4.0` cannot work with it; `checkout 2.0.0` works with both.
 * - `users` calls `notifications` without having declared a requirement, so that pair is unproven until live traffic has
 *   shown that it works.
 * Versions are listed stable first: a service's first version receives all traffic.
 */

/** Log-normal service time: half of the requests take longer than `medianMs`; `sigma` is the spread of its logarithm. */
export interface LatencyModel {
  readonly medianMs: number;
  readonly sigma: number;
}

export interface DemoVersion {
  readonly version: string;
  readonly instances: number;
  readonly latency: LatencyModel;
  /** Share of requests answered 500, 0 to 1. */
  readonly errorRate: number;
  readonly requirements: Readonly<Record<string, string>>;
  readonly capacityRps?: number;
  /** Variables of its program beside latency and errors. */
  readonly behaviour?: Readonly<Record<string, string>>;
}

export interface DemoService {
  readonly name: string;
  readonly versions: readonly DemoVersion[];
  /** Weights of the first start; later starts leave the operator's split alone. Absent: all to the first version. */
  readonly split?: Readonly<Record<string, number>>;
}

/** Journeys per second when nobody has said otherwise. */
export const DEFAULT_TARGET_RPS = 60;

const calm = (medianMs: number): LatencyModel => ({ medianMs, sigma: 0.35 });

function version(
  name: string,
  instances: number,
  medianMs: number,
  requirements: Readonly<Record<string, string>> = {},
  more: Partial<DemoVersion> = {},
): DemoVersion {
  return { version: name, instances, latency: calm(medianMs), errorRate: 0, requirements, ...more };
}

const checkoutNeeds = { shipping: "^1.1.0", notifications: "^1.0.0" };

export const DEMO_SERVICES: readonly DemoService[] = [
  {
    name: "storefront",
    versions: [version("3.2.0", 2, 4, { catalog: "^2.4.0", search: "^1.9.0", recommendations: "^1.2.0", cart: "^4.0.0", users: "^2.0.0" })],
  },
  {
    name: "catalog",
    versions: [version("2.4.1", 2, 6, { inventory: "^5.1.0" }), version("2.5.0", 1, 5, { inventory: "^5.1.0" })],
    split: { "2.4.1": 8000, "2.5.0": 2000 },
  },
  { name: "search", versions: [version("1.9.0", 2, 14, { inventory: "^5.0.0" }), version("1.10.0", 1, 9, { inventory: "^5.2.0" })] },
  {
    name: "recommendations",
    versions: [
      version("1.2.0", 2, 12, { catalog: "^2.4.0" }, { errorRate: 0.001, capacityRps: 80 }),
      version("1.3.0", 2, 70, { catalog: "^2.4.0" }, { latency: { medianMs: 70, sigma: 0.7 }, errorRate: 0.05, capacityRps: 40 }),
    ],
  },
  { name: "cart", versions: [version("4.0.2", 2, 5, { inventory: "^5.0.0", checkout: ">=1.4.0 <3.0.0" })] },
  { name: "users", versions: [version("2.0.0", 1, 5), version("2.1.0", 1, 5)] },
  { name: "inventory", versions: [version("5.1.0", 2, 3), version("5.2.0", 1, 3)], split: { "5.1.0": 6000, "5.2.0": 4000 } },
  {
    name: "checkout",
    versions: [
      version("1.4.0", 2, 18, { payments: "^2.1.0", ...checkoutNeeds }),
      version("2.0.0", 1, 16, { payments: ">=2.3.0 <4.0.0", ...checkoutNeeds }),
    ],
  },
  {
    name: "payments",
    versions: [version("2.3.0", 2, 20, { fraud: ">=0.9.0 <1.0.0" }), version("3.0.0", 1, 15, { fraud: ">=0.9.0 <1.0.0" })],
  },
  { name: "shipping", versions: [version("1.1.0", 1, 9)] },
  { name: "notifications", versions: [version("1.0.0", 2, 3)] },
  { name: "fraud", versions: [version("0.9.0", 1, 11), version("0.10.0", 1, 9)], split: { "0.9.0": 9000, "0.10.0": 1000 } },
];

/** A version that ends by itself now and then; part of the demo with INTERLOCK_DEMO_CRASH=on only. Nothing is sent to it until somebody does so. */
export const CRASHING = {
  service: "notifications",
  version: version("1.1.0", 1, 3, {}, { behaviour: { DEMO_CRASH_AFTER_MS: "15000" } }),
};
