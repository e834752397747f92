import { defineMessages } from "./define-messages.ts";

/** What is wrong with releases, policies, channels, workloads, and what people agree on, by the code of a refusal. */
export const deliveryProblems = defineMessages({
  en: {
    deployment: {
      unknown: "Version is not deployed",
      invalid: "Deployment is not valid",
      command: "Command is not valid",
      "in-use": "Requests still go to it",
      limit: "Too many deployments",
    },
    node: {
      unknown: "Unknown node",
    },
    workload: {
      "command-not-found": "Command not found",
      "not-executable": "Command is not executable",
      "output-not-writable": "Output cannot be written",
      "exits-at-once": "Program ends at once",
      "never-healthy": "Program never gets healthy",
      "no-output": "Its output is not kept here",
    },
    strategy: {
      unknown: "Unknown strategy",
      invalid: "Strategy is not valid",
      "built-in": "Strategy is there from the start",
      "steps-down": "Strategy goes down",
      "over-full": "Strategy goes over 100 %",
      "never-ends": "Strategy never ends",
    },
    release: {
      unknown: "Unknown release",
      invalid: "Release is not valid",
      state: "Not possible in this state of the release",
      busy: "Another release or plan moves the service",
      nothing: "Nothing to release",
      stale: "The mesh is not where the release left it",
      "over-capacity": "More traffic than the version can carry",
    },
    lifecycle: {
      invalid: "Lifecycle is not valid",
      retired: "Version is retired",
    },
    channel: {
      unknown: "Unknown channel",
      invalid: "Channel is not valid",
      address: "Address is not allowed",
      secret: "Secret has to be given again",
      "too-many": "Too many channels",
    },
    freeze: {
      active: "A freeze holds",
      invalid: "Freeze is not valid",
      unknown: "Unknown freeze",
    },
    approval: {
      required: "Needs a second person",
      unknown: "Unknown approval",
      state: "Not in this state of the approval",
      "second-person": "Has to be somebody else",
      void: "Approval holds no more",
    },
    metric: {
      unknown: "Unknown metric or service",
      invalid: "Metric expression is not valid",
    },
    automation: {
      unknown: "Unknown policy",
      invalid: "Policy is not valid",
      loop: "Policies would set each other off",
      flapping: "Policy would flap",
      "built-in": "Built-in policies stay",
      limit: "Too many policies",
    },
    alert: {
      unknown: "Unknown alert",
      state: "Alert is over",
      invalid: "Alert cannot be treated so",
    },
    guardrail: {
      step: "Step is larger than a policy allows",
      ready: "Fewer ready instances than a policy asks for",
      figures: "A policy holds growth back",
    },
  },
  zh: {
    deployment: {
      unknown: "版本未部署",
      invalid: "部署无效",
      command: "命令无效",
      "in-use": "仍有请求发往它",
      limit: "部署过多",
    },
    node: {
      unknown: "未知的节点",
    },
    workload: {
      "command-not-found": "找不到命令",
      "not-executable": "命令不可执行",
      "output-not-writable": "无法写入其输出",
      "exits-at-once": "程序立即退出",
      "never-healthy": "程序始终未就绪",
      "no-output": "此处未保存其输出",
    },
    strategy: {
      unknown: "未知的策略",
      invalid: "发布策略无效",
      "built-in": "内置策略不能移除",
      "steps-down": "发布策略的步骤在下降",
      "over-full": "发布策略超过 100 %",
      "never-ends": "发布策略永不结束",
    },
    release: {
      unknown: "未知的发布",
      invalid: "发布无效",
      state: "发布的当前状态不允许",
      busy: "另一个发布或计划正在移动该服务",
      nothing: "没有可发布的内容",
      stale: "网格已不在发布留下的状态",
      "over-capacity": "流量超过该版本的承载能力",
    },
    lifecycle: {
      invalid: "生命周期无效",
      retired: "该版本已退役",
    },
    channel: {
      unknown: "未知渠道",
      invalid: "渠道无效",
      address: "地址不允许",
      secret: "需要重新提供密钥",
      "too-many": "渠道过多",
    },
    freeze: {
      active: "冻结期生效中",
      invalid: "冻结期无效",
      unknown: "未知的冻结期",
    },
    approval: {
      required: "需要第二人批准",
      unknown: "未知的批准",
      state: "批准处于不允许此操作的状态",
      "second-person": "必须由另一个人进行",
      void: "批准已失效",
    },
    metric: {
      unknown: "未知的指标或服务",
      invalid: "指标表达式无效",
    },
    automation: {
      unknown: "未知的策略",
      invalid: "策略无效",
      loop: "策略会互相触发",
      flapping: "策略会反复动作",
      "built-in": "内置策略不可删除",
      limit: "策略过多",
    },
    alert: {
      unknown: "未知的告警",
      state: "告警已结束",
      invalid: "无法这样处理告警",
    },
    guardrail: {
      step: "步长超过策略允许的范围",
      ready: "就绪实例少于策略要求",
      figures: "策略阻止流量增长",
    },
  },
});
