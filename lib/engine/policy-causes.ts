import type { Change, MeshState } from "../model/index.ts";
import type { PolicyCause } from "./policy-actions.ts";
import type { HealthEvent } from "./views.ts";

/** What set a policy off, with the words for it. */
export interface ToldCause {
  readonly cause: PolicyCause;
  readonly why: string;
}

/** What a subject names: `payments@2.1.0`, `cart>payments`, or an instance of one. */
export function causeOf(subject: string, state: MeshState, more: Partial<PolicyCause> = {}): PolicyCause {
  const callee = subject.split(">").at(-1) ?? subject;
  const [name = "", version] = callee.split("@");
  const isService = [...state.services.keys()].some((service) => service === name);
  return { subject, service: isService ? name : null, version: isService ? (version ?? null) : null, instance: null, ...more };
}

export function causeOfChange({ author: by, events, kind, services, subject }: Change, state: MeshState): ToldCause {
  const asked = events.find((event) => event.kind === "process-asked");
  const about = asked === undefined ? {} : { service: asked.service, version: asked.version, instance: asked.instance ?? asked.id };
  const cause = causeOf(subject, state, about);
  const service = cause.service ?? (services.length === 1 ? (services[0] ?? null) : null);
  return { cause: { ...cause, service }, why: `${kind} of ${subject} by ${by}` };
}

export function causeOfHealth(event: HealthEvent, state: MeshState): ToldCause {
  const { instance: named, kind, sentence, service, subject, version } = event;
  // A process that has ended is no instance any more: it goes by the name of its assignment.
  const instance = named ?? (kind.startsWith("workload-") ? subject : undefined);
  const about = service === undefined ? causeOf(subject, state) : { service, version: version ?? null };
  const cause: PolicyCause = {
    subject: instance ?? subject,
    service: about.service,
    version: about.version,
    instance: instance ?? null,
  };
  return { cause, why: sentence.replace(/\.$/, "") };
}
