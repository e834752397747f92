import type { Deployment } from "./deployment.ts";
import type { NodeName, ServiceName, Version } from "./names.ts";

/** A deployment as it is asked for; what it leaves open has been filled in. */
export type DeploymentInput = Omit<Deployment, "service" | "version" | "generation" | "updatedAt" | "updatedBy">;

export type InstanceVerb = "start" | "stop" | "restart";

/** What people and policies ask of deployments and nodes. */
export type DeploymentCommand =
  | { readonly kind: "deployment.set"; readonly service: ServiceName; readonly version: Version; readonly deployment: DeploymentInput }
  /** Changes of a deployment that there is; at least one. */
  | {
      readonly kind: "deployment.scale";
      readonly service: ServiceName;
      readonly version: Version;
      readonly replicas?: number;
      /** `C ← C·β` of the requests/s that one instance can carry. */
      readonly capacityFactor?: number;
    }
  /** New processes in place of all there are. */
  | { readonly kind: "deployment.restart"; readonly service: ServiceName; readonly version: Version }
  /** `anyway`: though requests still go to it, which then get 503. */
  | { readonly kind: "deployment.remove"; readonly service: ServiceName; readonly version: Version; readonly anyway: boolean }
  | { readonly kind: "node.drain" | "node.undrain"; readonly node: NodeName }
  /** `id` names an instance or its assignment. `anyway`: though it is the last ready one of a version that requests go to. */
  | { readonly kind: "instance.move"; readonly id: string; readonly verb: InstanceVerb; readonly anyway: boolean };
