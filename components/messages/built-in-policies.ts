import { defineMessages } from "./define-messages.ts";

/** Names and sentences of Interlock's own policies, by the end of their id. The English ones are the engine's. */
export const builtInPolicyMessages = defineMessages({
  en: {
    errors: {
      name: "High error rate",
      sentence: "When error-rate(*) is above 5 % for 30 s, while requests(*, 1m) is above 50: alert (warning).",
    },
    latency: {
      name: "Latency regression",
      sentence: "When p90(*) / p90(*, 1m) is above 3 for 15 s, while requests(*, 1m) is above 100: alert (warning).",
    },
    slow: {
      name: "Slow answers",
      sentence: "When p99(*) is above 2\u202f000 ms for 1 min, while requests(*, 1m) is above 100: alert (warning).",
    },
    "no-ready": {
      name: "No ready instance",
      sentence: "When ready(*@*) is below 1 for 20 s, while live(*@*) is above 0: alert (critical).",
    },
    flapping: { name: "Instance flapping", sentence: "When flaps(*) is above 4: alert (warning)." },
    panic: { name: "Panic mode", sentence: "When panic(*) is above 0 for 5 s: alert (critical)." },
    "proxy-lost": { name: "Proxy disconnected", sentence: "When proxies-lost is above 0 for 15 s: alert (critical)." },
    "proxy-behind": { name: "Configuration not taken", sentence: "When proxies-behind is above 0 for 15 s: alert (warning)." },
    certificate: { name: "Certificate near its end", sentence: "When certificate-left(*) is below 20 % for 10 s: alert (warning)." },
    data: { name: "Data folder near its limit", sentence: "When data-used is above 90 % for 1 min: alert (warning)." },
    "burn-fast": {
      name: "Error budget burns fast",
      sentence:
        "When burn(*, 99.9%, 5m) is above 14.4, while burn(*, 99.9%, 1h) * requests(*, 1h) / (requests(*, 1h) + 1000) is above 14.4: alert (critical).",
    },
    "burn-slow": {
      name: "Error budget burns slowly",
      sentence:
        "When burn(*, 99.9%, 30m) is above 6, while burn(*, 99.9%, 6h) * requests(*, 6h) / (requests(*, 6h) + 10000) is above 6: alert (warning).",
    },
    deprecated: { name: "Deprecated version still called", sentence: "When deprecated-rps(*@*) is above 0/s for 1 min: alert (info)." },
    "release-stuck": { name: "Release does not move", sentence: "When release-minutes(*) is above 60 min: alert (warning)." },
    readmit: { name: "Re-admit after health", sentence: "On instance-healthy: let it back in; not again within 30 s." },
    drain: {
      name: "Leave a version without instances",
      sentence:
        "When ready(*@*) is below 1 for 30 s, while live(*@*) is above 0: move the weight of it to the other versions, alert (critical); not again within 2 min, at most 12 an hour.",
    },
    restore: {
      name: "Restore weights after a failover",
      sentence:
        "When drained(*@*) * ready(*@*) is above 0 for 30 s: restore the weights of it from before a policy moved them; not again within 2 min, at most 12 an hour.",
    },
    rollback: {
      name: "Roll back on errors",
      sentence:
        "When error-rate(*) is above 20 % for 30 s, while requests(*, 1m) is above 100: roll it back, alert (critical); not again within 10 min, at most 6 an hour.",
    },
    restart: {
      name: "Restart what fails its checks",
      sentence: "On instance-unhealthy: restart its instances; not again within 1 min, at most 30 an hour.",
    },
    step: { name: "Small steps", sentence: "When a version would get more than 25 % more in one change: refuse the change." },
    "min-ready": {
      name: "Two ready instances before growth",
      sentence: "When a version would get more weight with fewer than 2 ready instances: refuse the change.",
    },
    burn: {
      name: "No growth while the error budget burns",
      sentence: "When a version would get more weight while burn(*@*, 99.9%, 5m) is above 14.4: refuse the change.",
    },
  },
  zh: {
    errors: { name: "高错误率", sentence: "当 error-rate(*) 高于 5 % 持续 30 秒，且 requests(*, 1m) 高于 50 时：告警（警告）。" },
    latency: { name: "延迟退化", sentence: "当 p90(*) / p90(*, 1m) 高于 3 持续 15 秒，且 requests(*, 1m) 高于 100 时：告警（警告）。" },
    slow: { name: "应答缓慢", sentence: "当 p99(*) 高于 2\u202f000 毫秒持续 1 分钟，且 requests(*, 1m) 高于 100 时：告警（警告）。" },
    "no-ready": { name: "没有就绪实例", sentence: "当 ready(*@*) 低于 1 持续 20 秒，且 live(*@*) 高于 0 时：告警（严重）。" },
    flapping: { name: "实例抖动", sentence: "当 flaps(*) 高于 4 时：告警（警告）。" },
    panic: { name: "恐慌模式", sentence: "当 panic(*) 高于 0 持续 5 秒时：告警（严重）。" },
    "proxy-lost": { name: "代理断开", sentence: "当 proxies-lost 高于 0 持续 15 秒时：告警（严重）。" },
    "proxy-behind": { name: "配置未被采用", sentence: "当 proxies-behind 高于 0 持续 15 秒时：告警（警告）。" },
    certificate: { name: "证书即将到期", sentence: "当 certificate-left(*) 低于 20 % 持续 10 秒时：告警（警告）。" },
    data: { name: "数据目录接近上限", sentence: "当 data-used 高于 90 % 持续 1 分钟时：告警（警告）。" },
    "burn-fast": {
      name: "错误预算消耗过快",
      sentence:
        "当 burn(*, 99.9%, 5m) 高于 14.4，且 burn(*, 99.9%, 1h) * requests(*, 1h) / (requests(*, 1h) + 1000) 高于 14.4 时：告警（严重）。",
    },
    "burn-slow": {
      name: "错误预算持续消耗",
      sentence:
        "当 burn(*, 99.9%, 30m) 高于 6，且 burn(*, 99.9%, 6h) * requests(*, 6h) / (requests(*, 6h) + 10000) 高于 6 时：告警（警告）。",
    },
    deprecated: { name: "已弃用版本仍被调用", sentence: "当 deprecated-rps(*@*) 高于 0/秒 持续 1 分钟时：告警（提示）。" },
    "release-stuck": { name: "发布停滞", sentence: "当 release-minutes(*) 高于 60 分钟时：告警（警告）。" },
    readmit: { name: "恢复健康后重新接纳", sentence: "在 instance-healthy 时：让它恢复接收请求；30 秒内不再执行。" },
    drain: {
      name: "离开没有实例的版本",
      sentence:
        "当 ready(*@*) 低于 1 持续 30 秒，且 live(*@*) 高于 0 时：将其权重移到其他版本，告警（严重）；2 分钟内不再执行，每小时最多 12 次。",
    },
    restore: {
      name: "故障转移后恢复权重",
      sentence: "当 drained(*@*) * ready(*@*) 高于 0 持续 30 秒时：恢复策略移动之前的权重；2 分钟内不再执行，每小时最多 12 次。",
    },
    rollback: {
      name: "出错时回滚",
      sentence:
        "当 error-rate(*) 高于 20 % 持续 30 秒，且 requests(*, 1m) 高于 100 时：回滚，告警（严重）；10 分钟内不再执行，每小时最多 6 次。",
    },
    restart: { name: "重启未通过检查的实例", sentence: "在 instance-unhealthy 时：重启其实例；1 分钟内不再执行，每小时最多 30 次。" },
    step: { name: "小步前进", sentence: "当某个版本在一次更改中会多得超过 25 % 时：拒绝该更改。" },
    "min-ready": { name: "增长之前有两个就绪实例", sentence: "当某个版本在就绪实例少于 2 个时会得到更多权重：拒绝该更改。" },
    burn: { name: "错误预算消耗时不增长", sentence: "当 burn(*@*, 99.9%, 5m) 高于 14.4 而某个版本会得到更多权重时：拒绝该更改。" },
  },
});
