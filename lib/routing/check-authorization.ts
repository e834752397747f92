/**
 * What is wrong with an authorization policy, every problem with its path and fix. A rule that could never fit is refused too: an empty list, a path
 * that no normalised request has, a claim where no token can be verified. Of a deny rule that would be a door left open unseen.
 */
import {
  type AuthorizationPolicy,
  type AuthorizationRule,
  type AuthorizationSource,
  type AuthorizationTarget,
  type JwtProvider,
  type Problem,
  parseServiceName,
  parseVersion,
} from "../model/index.ts";
import { isMethod, isToken } from "./http-syntax.ts";
import { normalisePath } from "./normalise-path.ts";

/** `path` is where the policy stands in the input; "" is the whole input. */
export function checkAuthorization(policy: AuthorizationPolicy, path: string): Problem[] {
  const at = (part: string) => (path === "" ? part : `${path}.${part}`);
  const providers = policy.jwtProviders ?? [];
  return [
    ...checkAction(policy.action, at("action")),
    ...policy.rules.flatMap((rule, index) => checkRule(rule, providers.length > 0, at(`rules.${index}`))),
    ...providers.flatMap((provider, index) => checkProvider(provider, at(`jwtProviders.${index}`))),
    ...checkIssuers(providers, at("jwtProviders")),
  ];
}

function checkAction(action: string | undefined, path: string): Problem[] {
  if (action === undefined || action === "allow" || action === "deny") return [];
  return [problem(path, `"${action}" is not an action.`, "Write allow or deny.")];
}

function checkRule({ action, from, to }: AuthorizationRule, hasProvider: boolean, path: string): Problem[] {
  return [
    ...checkAction(action, `${path}.action`),
    ...(from === undefined ? [] : checkSource(from, hasProvider, `${path}.from`)),
    ...(to === undefined ? [] : checkTarget(to, `${path}.to`)),
  ];
}

function checkSource({ identities, jwt, services }: AuthorizationSource, hasProvider: boolean, path: string): Problem[] {
  const problems = [
    ...checkList(services, `${path}.services`, checkService),
    ...checkList(identities, `${path}.identities`, checkIdentity),
  ];
  if (jwt === undefined) return problems;
  if (!hasProvider)
    problems.push(
      problem(`${path}.jwt`, "No token can be verified: the policy has no provider.", "Give the issuer and its keys in jwtProviders."),
    );
  for (const [claim, values] of Object.entries(jwt)) problems.push(...checkList(values, `${path}.jwt.${claim}`, () => []));
  return problems;
}

function checkTarget({ methods, paths }: AuthorizationTarget, path: string): Problem[] {
  return [...checkList(methods, `${path}.methods`, checkMethod), ...checkList(paths, `${path}.paths`, checkPath)];
}

function checkList(list: readonly string[] | undefined, path: string, check: (text: string, path: string) => Problem[]): Problem[] {
  if (list === undefined) return [];
  if (list.length === 0)
    return [problem(path, "The list is empty, so that the rule fits nobody.", "Name at least one, or leave the list out for everybody.")];
  return list.flatMap((text, index) => check(text, `${path}.${index}`));
}

function checkService(text: string, path: string): Problem[] {
  if (text === "ingress") return [];
  const at = text.indexOf("@");
  const name = parseServiceName(at < 0 ? text : text.slice(0, at), path);
  const version = at < 0 ? null : parseVersion(text.slice(at + 1), path);
  if (name.ok && (version === null || version.ok)) return [];
  return [problem(path, `"${text}" is not a caller.`, "Write a service such as checkout, one version such as checkout@1.4.0, or ingress.")];
}

function checkIdentity(text: string, path: string): Problem[] {
  const body = text.endsWith("*") ? text.slice(0, -1) : text;
  if (body.startsWith("spiffe://") && !body.includes("*") && /^[\x21-\x7e]+$/.test(body) && text.length <= 2_048) return [];
  return [
    problem(
      path,
      `"${text}" is not an identity.`,
      'Write a SPIFFE id such as spiffe://interlock.local/ingress; a "*" may stand at its end only.',
    ),
  ];
}

function checkMethod(text: string, path: string): Problem[] {
  if (!isToken(text)) return [problem(path, `"${text}" is not a method.`, "Write a method such as GET.")];
  return isMethod(text) ? [] : [problem(path, `Methods are case-sensitive: "${text}" is never sent.`, `Write ${text.toUpperCase()}.`)];
}

function checkPath(text: string, path: string): Problem[] {
  const body = text.endsWith("*") ? text.slice(0, -1) : text;
  if (body === "" && text === "*") return [];
  if (!body.startsWith("/")) return [problem(path, `The path "${text}" does not start with "/".`, `Write "/${text}".`)];
  const normal = normalisePath(body);
  if (!normal.ok) return [problem(path, `No request is decided on the path "${text}": ${normal.error}.`, "Write a plain path.")];
  if (normal.value === body && !body.includes("*")) return [];
  if (body.includes("*")) return [problem(path, `"${text}" has a "*" before its end.`, 'A "*" may stand at the end only.')];
  const fix = `Write "${normal.value}${text.endsWith("*") ? "*" : ""}".`;
  return [problem(path, `Requests are decided on the normal form of their path, and "${text}" is none.`, fix)];
}

function checkProvider({ audiences, issuer, jwks, jwksUri }: JwtProvider, path: string): Problem[] {
  const problems = checkList(audiences, `${path}.audiences`, (text, at) =>
    text === "" ? [problem(at, "The audience is empty.", "Name it.")] : [],
  );
  if (issuer === "") problems.push(problem(`${path}.issuer`, "The provider has no issuer.", "Give the iss of its tokens."));
  if ((jwks === undefined) === (jwksUri === undefined))
    problems.push(problem(path, "A provider has its keys in jwksUri or in jwks, one of the two.", "Give one of them."));
  if (jwksUri !== undefined && !isHttpUrl(jwksUri))
    problems.push(
      problem(`${path}.jwksUri`, `"${jwksUri}" is not an address to fetch keys from.`, "Write an https address without user and fragment."),
    );
  for (const [index, key] of (jwks?.keys ?? []).entries()) problems.push(...checkKey(key, `${path}.jwks.keys.${index}`));
  if (jwks !== undefined && jwks.keys.length === 0)
    problems.push(problem(`${path}.jwks.keys`, "The key set is empty.", "Give at least one public key."));
  return problems;
}

/** Members of a JWK that are secret (RFC 7518, section 6; RFC 8037). */
const SECRET_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** A policy is shown to everybody who may look, and sent to every proxy: a private key must not even get into the log. */
function checkKey(key: Readonly<Record<string, unknown>>, path: string): Problem[] {
  const secret = SECRET_MEMBERS.find((name) => Object.hasOwn(key, name));
  if (key["kty"] !== "RSA" && key["kty"] !== "EC" && key["kty"] !== "OKP")
    return [problem(`${path}.kty`, "Tokens are verified by public keys only.", "Give a public key of kty RSA, EC or OKP.")];
  if (secret === undefined) return [];
  return [
    problem(`${path}.${secret}`, "The key is a private one.", "Give its public part only, and make a new key: this one was sent here."),
  ];
}

function checkIssuers(providers: readonly JwtProvider[], path: string): Problem[] {
  const issuers = providers.map(({ issuer }) => issuer);
  return issuers.flatMap((issuer, index) =>
    issuers.indexOf(issuer) === index
      ? []
      : [problem(`${path}.${index}.issuer`, `The issuer ${issuer} has a provider already.`, "Put all its keys into one provider.")],
  );
}

/** An absolute http(s) address without user information and fragment (RFC 3986); whether its host may be asked is for whoever fetches. */
const HTTP_URL = /^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?([/?][\x21\x22\x24-\x7e]*)?$/i;

function isHttpUrl(text: string): boolean {
  return text.length <= 2_048 && HTTP_URL.test(text);
}

function problem(path: string, detail: string, fix: string): Problem {
  return { path, code: "authorization.invalid", detail, fix };
}
