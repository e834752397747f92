import { activityMessages } from "./activity.ts";
import { builtInPolicyMessages } from "./built-in-policies.ts";
import { channelMessages } from "./channels.ts";
import { codesMessages } from "./codes.ts";
import { compatibilityMessages } from "./compatibility.ts";
import { evidenceMessages } from "./evidence.ts";
import { governanceMessages } from "./governance.ts";
import { instancesMessages } from "./instances.ts";
import { judgeMessages } from "./judge.ts";
import type { Locale } from "./locales.ts";
import { logMessages } from "./logs.ts";
import { newReleaseMessages } from "./new-release.ts";
import { planMessages } from "./plans.ts";
import { policyMessages } from "./policies.ts";
import { problemsMessages } from "./problems.ts";
import { releaseMessages } from "./releases.ts";
import { resilienceMessages } from "./resilience.ts";
import { rollbackMessages } from "./rollback.ts";
import { routeMessages } from "./routes.ts";
import { securityMessages } from "./security.ts";
import { servicesMessages } from "./services.ts";
import { settingsMessages } from "./settings.ts";
import { shellMessages } from "./shell.ts";
import { simulateMessages } from "./simulate.ts";
import { splitMessages } from "./splits.ts";
import { strategyMessages } from "./strategies.ts";
import { tapMessages } from "./tap.ts";
import { commonMessages } from "./terms.ts";
import { topologyMessages } from "./topology.ts";
import { tourMessages } from "./tour.ts";
import { unlockMessages } from "./unlock.ts";
import { versionsMessages } from "./versions.ts";
import { workloadMessages } from "./workloads.ts";

/** Every text of the console, by noun. */
const nouns = {
  activity: activityMessages,
  builtInPolicies: builtInPolicyMessages,
  channels: channelMessages,
  codes: codesMessages,
  common: commonMessages,
  compatibility: compatibilityMessages,
  evidence: evidenceMessages,
  governance: governanceMessages,
  instances: instancesMessages,
  judge: judgeMessages,
  newRelease: newReleaseMessages,
  logs: logMessages,
  plans: planMessages,
  policies: policyMessages,
  problems: problemsMessages,
  releases: releaseMessages,
  resilience: resilienceMessages,
  rollback: rollbackMessages,
  routes: routeMessages,
  security: securityMessages,
  services: servicesMessages,
  settings: settingsMessages,
  shell: shellMessages,
  simulate: simulateMessages,
  splits: splitMessages,
  strategies: strategyMessages,
  tap: tapMessages,
  topology: topologyMessages,
  tour: tourMessages,
  unlock: unlockMessages,
  versions: versionsMessages,
  workloads: workloadMessages,
};

type Nouns = typeof nouns;

export type Messages = { readonly [Noun in keyof Nouns]: Nouns[Noun]["en"] };

/** All texts of one language. */
export function messagesOf(locale: Locale): Messages {
  return Object.fromEntries(Object.entries(nouns).map(([noun, languages]) => [noun, languages[locale]])) as Messages;
}

declare module "use-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
