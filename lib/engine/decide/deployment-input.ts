import {
  type Autoscale,
  type DeploymentHealth,
  type DeploymentInput,
  type Problem,
  parseNodeName,
  REPLICAS_MAX,
} from "../../model/index.ts";

const START_WITHIN_MS_MAX = 3_600_000;
const STABILISATION_MS_MAX = 86_400_000;

/** Everything that is wrong with a deployment as given. */
export function checkDeployment(input: DeploymentInput): readonly Problem[] {
  const { alpha, autoscale, capacityRps, gamma, health, maxSurge, maxUnavailable, replicas } = input;
  return [
    ...checkCount("replicas", replicas, 0, REPLICAS_MAX),
    ...checkCommand(input.command),
    ...checkEnv(input.env),
    ...checkHealth(health),
    ...input.nodes.flatMap((node, index) => {
      const name = parseNodeName(node, `nodes.${index}`);
      return name.ok ? [] : [name.error];
    }),
    ...(autoscale === null ? [] : checkAutoscale(autoscale)),
    ...checkCount("maxSurge", maxSurge, 0, REPLICAS_MAX),
    ...checkCount("maxUnavailable", maxUnavailable, 0, REPLICAS_MAX),
    ...(maxSurge === 0 && maxUnavailable === 0
      ? [
          invalid(
            "maxSurge",
            "With no instance more and none fewer than wanted, none can ever be replaced.",
            "Let one of the two be 1 or more.",
          ),
        ]
      : []),
    ...checkShare("alpha", alpha),
    ...checkShare("gamma", gamma),
    ...(capacityRps === undefined || (Number.isFinite(capacityRps) && capacityRps > 0)
      ? []
      : [invalid("capacityRps", `A capacity of ${capacityRps} requests/s is not possible.`, "Give a number above 0, or leave it out.")]),
  ];
}

function checkCommand(command: readonly string[]): readonly Problem[] {
  const path = "command";
  if ((command[0] ?? "").trim() === "") {
    return [
      {
        path,
        code: "deployment.command",
        detail: "There is no program to start.",
        fix: 'Give program and arguments, such as ["node", "server.js"].',
      },
    ];
  }
  return command.flatMap((word, index): readonly Problem[] => {
    if (!word.includes("\0")) return [];
    const detail = `Word ${index + 1} of the command has a NUL character in it.`;
    return [{ path: `${path}.${index}`, code: "deployment.command", detail, fix: "Leave it out." }];
  });
}

function checkEnv(env: DeploymentInput["env"]): readonly Problem[] {
  return Object.entries(env).flatMap(([name, value]): readonly Problem[] => {
    const path = `env.${name}`;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return [invalid(path, `"${name}" is not the name of a variable.`, "Use letters, digits and _, not a digit first.")];
    return value.includes("\0") ? [invalid(path, `The value of ${name} has a NUL character in it.`, "Leave it out.")] : [];
  });
}

function checkHealth({ kind, path, startWithinMs }: DeploymentHealth): readonly Problem[] {
  const problems: Problem[] = [];
  if (kind === "http" && (path === undefined || !/^\/[!-~]*$/.test(path)))
    problems.push(invalid("health.path", `"${path ?? ""}" is no path to ask at.`, "Give one that begins with /, such as /healthz."));
  if (kind === "tcp" && path !== undefined)
    problems.push(invalid("health.path", "A check by connection asks at no path.", 'Leave it out, or use kind "http".'));
  if (startWithinMs !== undefined) problems.push(...checkCount("health.startWithinMs", startWithinMs, 100, START_WITHIN_MS_MAX));
  return problems;
}

function checkAutoscale({ max, min, stabilisationMs, targetRps }: Autoscale): readonly Problem[] {
  return [
    ...checkCount("autoscale.min", min, 1, REPLICAS_MAX),
    ...checkCount("autoscale.max", max, 1, REPLICAS_MAX),
    ...(min > max ? [invalid("autoscale.max", `At most ${max} is fewer than at least ${min}.`, "Give a max that is min or more.")] : []),
    ...(Number.isFinite(targetRps) && targetRps > 0
      ? []
      : [invalid("autoscale.targetRps", `${targetRps} requests/s per instance are not possible.`, "Give a number above 0.")]),
    ...checkCount("autoscale.stabilisationMs", stabilisationMs, 0, STABILISATION_MS_MAX),
  ];
}

function checkCount(path: string, value: number, min: number, max: number): readonly Problem[] {
  if (Number.isInteger(value) && value >= min && value <= max) return [];
  return [invalid(path, `${value} is not possible here.`, `Give a whole number from ${min} to ${max}.`)];
}

function checkShare(path: string, share: number): readonly Problem[] {
  if (share > 0 && share <= 1) return [];
  return [invalid(path, `${share} is not the share of a round.`, "Give a number above 0, at most 1: 1 is all at once.")];
}

function invalid(path: string, detail: string, fix: string): Problem {
  return { path, code: "deployment.invalid", detail, fix };
}
