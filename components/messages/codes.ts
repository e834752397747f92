import { defineMessages } from "./define-messages.ts";

/** What a code of a proxy's own answers means for whoever looks at a request; nested as the codes are dotted. */
export const codesMessages = defineMessages({
  en: {
    request: {
      malformed: "The request is not valid HTTP/1.1",
      "ambiguous-framing": "It could be read in two ways, so it was not passed on",
      "head-too-large": "Its head is over 32 KiB or 100 headers",
      "body-too-large": "Its body is over the limit",
      timeout: "It did not arrive in time",
      expectation: "Its Expect header asks for something unknown",
      "not-supported": "The proxy does not support it",
    },
    routing: {
      "unknown-host": "No service has this host",
      "egress-denied": "The destination is not allowed",
      "no-split": "The service has no version with weight",
      "no-compatible-version": "No version works with the caller's",
      "range-unsatisfied": "No version is in the range that it asks for",
      "fault-injected": "A rule made it fail on purpose",
      "no-healthy-instance": "No instance is ready",
    },
    authorization: {
      denied: "Authorization refuses this caller",
      "token-invalid": "Its token is not valid",
    },
    identity: {
      "plaintext-refused": "It came in plain text to a strict service",
      "peer-mismatch": "The instance did not prove who it is",
    },
    overload: {
      connections: "Circuit breaker: too many connections",
      pending: "Circuit breaker: too many waiting requests",
      requests: "Circuit breaker: too many requests at once",
      concurrency: "Shed: over the adaptive limit",
    },
    proxy: {
      "no-snapshot": "The proxy has no configuration yet",
      overloaded: "The proxy is at its limit",
      internal: "The proxy itself failed",
    },
    upstream: {
      "connect-failure": "No instance accepts connections",
      reset: "The instance closed the connection",
      "protocol-error": "The instance did not answer valid HTTP/1.1",
      "try-timeout": "Every try took too long",
      timeout: "No answer in time",
    },
  },
  zh: {
    request: {
      malformed: "请求不是有效的 HTTP/1.1",
      "ambiguous-framing": "它可以有两种读法，因此没有转发",
      "head-too-large": "请求头超过 32 KiB 或 100 个",
      "body-too-large": "请求体超过上限",
      timeout: "请求没有及时到达",
      expectation: "Expect 头要求未知的内容",
      "not-supported": "代理不支持",
    },
    routing: {
      "unknown-host": "没有服务拥有此主机名",
      "egress-denied": "目标不被允许",
      "no-split": "服务没有承载权重的版本",
      "no-compatible-version": "没有版本能与调用方版本配合",
      "range-unsatisfied": "没有版本在所要求的范围内",
      "fault-injected": "规则有意使它失败",
      "no-healthy-instance": "没有就绪实例",
    },
    authorization: {
      denied: "授权拒绝此调用方",
      "token-invalid": "令牌无效",
    },
    identity: {
      "plaintext-refused": "以明文到达严格服务",
      "peer-mismatch": "实例没有证明自己的身份",
    },
    overload: {
      connections: "熔断器：连接过多",
      pending: "熔断器：等待的请求过多",
      requests: "熔断器：并发请求过多",
      concurrency: "已削减：超过自适应上限",
    },
    proxy: {
      "no-snapshot": "代理尚无配置",
      overloaded: "代理已达上限",
      internal: "代理自身出错",
    },
    upstream: {
      "connect-failure": "没有实例接受连接",
      reset: "实例关闭了连接",
      "protocol-error": "实例的应答不是有效的 HTTP/1.1",
      "try-timeout": "每次尝试都耗时过长",
      timeout: "没有及时应答",
    },
  },
});
