import { defineMessages } from "./define-messages.ts";

/** The first-run tour on the demo mesh. */
export const tourMessages = defineMessages({
  en: {
    title: "The loop in three steps",
    step: "Step {n} of 3",
    open: "Tour, step {n} of 3",
    small: "Make the tour small",
    dismiss: "Leave the tour",
    next: "Next",
    skip: "Skip",
    done: "Done",
    show: "Show me",
    prepare: "Prepare it",
    doing: "{version} has {weight}. {judged}.",
    canary: {
      title: "Release a canary",
      body: "users {version} gets a little of the real traffic, then more, as long as it does no harm. The form says beforehand how soon harm would show. Press Start.",
      done: "{version} has {weight}, and every proxy has acknowledged it.",
    },
    rollback: {
      title: "Release something bad",
      body: "recommendations {version} fails 5 % of its requests. Start it the same way and keep your hands off: the judge sees the harm and takes it back by itself.",
      done: "Rolled back by itself. The page shows what was seen, how fast, and how many failed.",
    },
    refused: {
      title: "Try something unsafe",
      body: "Drag the split of payments towards {version}. checkout 1.4.0 cannot work with it, so the bar stops and says what would make it safe.",
      done: "Refused before a single request could fail.",
    },
  },
  zh: {
    title: "三步走完整个闭环",
    step: "第 {n}/3 步",
    open: "导览，第 {n}/3 步",
    small: "收起导览",
    dismiss: "离开导览",
    next: "下一步",
    skip: "跳过",
    done: "完成",
    show: "带我去",
    prepare: "去准备",
    doing: "{version} 现在 {weight}。{judged}。",
    canary: {
      title: "发布一个金丝雀",
      body: "users {version} 先获得少量真实流量，只要无害就继续增加。表单会事先说明危害多快会显现。按「开始」。",
      done: "{version} 已有 {weight}，所有代理都已确认。",
    },
    rollback: {
      title: "发布一个坏版本",
      body: "recommendations {version} 有 5 % 的请求失败。用同样方式开始，然后放手：评判会看到危害并自行退回。",
      done: "已自行回滚。页面显示看到了什么、多快、失败多少。",
    },
    refused: {
      title: "试一个不安全的操作",
      body: "把 payments 的流量拖向 {version}。checkout 1.4.0 无法与它配合，因此分流条会停住，并说明怎样才安全。",
      done: "在任何一个请求失败之前就被拒绝。",
    },
  },
});
