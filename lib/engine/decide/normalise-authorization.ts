import type { AuthorizationPolicy, AuthorizationRule, JwtProvider } from "../../model/index.ts";

/**
 * Without what says nothing, so that equal policies are deeply equal.
 */
export function normaliseAuthorization({ action, rules, jwtProviders }: AuthorizationPolicy): AuthorizationPolicy {
  return {
    action,
    rules: rules.map(normaliseRule),
    ...(jwtProviders === undefined || jwtProviders.length === 0 ? {} : { jwtProviders: jwtProviders.map(without<JwtProvider>) }),
  };
}

function normaliseRule({ from, to, ...rule }: AuthorizationRule): AuthorizationRule {
  const source = from === undefined ? {} : without(from);
  const target = to === undefined ? {} : without(to);
  return {
    ...without(rule),
    ...(Object.keys(source).length === 0 ? {} : { from: source }),
    ...(Object.keys(target).length === 0 ? {} : { to: target }),
  };
}

function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
