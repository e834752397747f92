import { defineMessages } from "./define-messages.ts";

/** Words that every view shares. */
export const commonMessages = defineMessages({
  en: {
    cancel: "Cancel",
    close: "Close",
    save: "Save",
    add: "Add",
    edit: "Edit",
    remove: "Remove",

    retry: "Try again",
    open: "Open",
    reason: "Reason",
    none: "none",
    noTraffic: "no traffic",

    justNow: "just now",
    ago: {
      seconds: "{n} s ago",
      minutes: "{n} min ago",
      hours: "{n} h ago",
      days: "{n} d ago",
    },
    listComma: ", ",
    span: { ms: "{value}\u00a0ms", s: "{value}\u00a0s", min: "{value}\u00a0min", h: "{value}\u00a0h", d: "{value}\u00a0d" },
    service: "Service",
    services: "Services",
    version: "Version",

    instance: "Instance",
    node: "Node",
    proxy: "Proxy",

    requestsPerSecond: "requests/s",
    rate: "{rate} requests/s",
    errors: "Errors",
    p99: "p99",

    ready: "Ready",
    window: "last {seconds} s",
    sample: "last {seconds} s, {n, plural, one {{count} request} other {{count} requests}}",
    stale: "Picture from {age}",
    verdict: {
      compatible: "proven",
      incompatible: "broken",
      unknown: "unknown",
    },
    verdictLong: {
      compatible: "Proven to work together",
      incompatible: "Proven not to work together",
      unknown: "Nothing is known about this pair",
    },
    health: {
      ok: "Healthy",
      warn: "Degraded",
      bad: "Failing",
      unknown: "No traffic",
    },
    error: {
      title: "Could not load",
      unreachable: "The engine does not answer",
      unreachableDetail: "Traffic keeps flowing: proxies serve the last configuration they accepted. The console tries again by itself.",
      code: "Code {code}",
    },
    command: {
      label: "CLI / API",
      cli: "CLI",
      api: "API",
      copyCli: "Copy the CLI command",
      copyApi: "Copy the API request",
    },
  },
  zh: {
    cancel: "取消",
    close: "关闭",
    save: "保存",
    add: "添加",
    edit: "编辑",
    remove: "移除",

    retry: "重试",
    open: "打开",
    reason: "原因",
    none: "无",
    noTraffic: "无流量",

    justNow: "刚刚",
    ago: {
      seconds: "{n} 秒前",
      minutes: "{n} 分钟前",
      hours: "{n} 小时前",
      days: "{n} 天前",
    },
    listComma: "、",
    span: { ms: "{value} 毫秒", s: "{value} 秒", min: "{value} 分钟", h: "{value} 小时", d: "{value} 天" },
    service: "服务",
    services: "服务",
    version: "版本",

    instance: "实例",
    node: "节点",
    proxy: "代理",

    requestsPerSecond: "请求/秒",
    rate: "{rate} 请求/秒",
    errors: "错误",
    p99: "p99",

    ready: "就绪",
    window: "最近 {seconds} 秒",
    sample: "最近 {seconds} 秒，{count} 个请求",
    stale: "画面取自{age}",
    verdict: {
      compatible: "已证实",
      incompatible: "已破坏",
      unknown: "未知",
    },
    verdictLong: {
      compatible: "已证实可以配合",
      incompatible: "已证实不能配合",
      unknown: "对这一对版本一无所知",
    },
    health: {
      ok: "健康",
      warn: "降级",
      bad: "故障",
      unknown: "无流量",
    },
    error: {
      title: "无法加载",
      unreachable: "引擎没有应答",
      unreachableDetail: "流量不受影响：代理继续使用最后接受的配置。控制台会自行重试。",
      code: "代码 {code}",
    },
    command: {
      label: "CLI / API",
      cli: "CLI",
      api: "API",
      copyCli: "复制 CLI 命令",
      copyApi: "复制 API 请求",
    },
  },
});
