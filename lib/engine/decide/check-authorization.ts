import type { AuthorizationPolicy, AuthorizationRule, JwtProvider, Problem } from "../../model/index.ts";

/** What is wrong with an authorization policy; `path` is where it stood in the input, "" for the whole input. */
export function checkAuthorizationInput(_policy: AuthorizationPolicy, _path: string): readonly Problem[] {
  return [];
}

/**
 * Without what says nothing, so that equal policies are deeply equal. A list that is empty stays: `services: []` is nobody, where none at all is everybody.
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
