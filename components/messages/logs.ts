import { defineMessages } from "./define-messages.ts";

/** What processes print. */
export const logMessages = defineMessages({
  en: {
    label: "Output of {id}",
    lines: "Lines, newest last",
    find: "Find in the output",
    counts: "{shown} of {all} lines",
    pause: "Pause",
    resume: "Resume, {n} new",
    none: "It has printed nothing yet.",
    notFound: "No line has this text.",
    earlier: "Earlier lines are not shown",
    gap: "{n, plural, one {# byte} other {# bytes}} came too fast and are left out",
    state: {
      connecting: "Opening",
      live: "Live",
      paused: "Paused",
      lost: "The engine does not answer; trying again",
      refused: "There is no output",
    },
  },
  zh: {
    label: "{id} 的输出",
    lines: "各行，最新在最后",
    find: "在输出中查找",
    counts: "{all} 行中的 {shown} 行",
    pause: "暂停",
    resume: "继续，{n} 行新内容",
    none: "尚无输出。",
    notFound: "没有包含此文本的行。",
    earlier: "更早的行未显示",
    gap: "有 {n} 字节输出过快，已省略",
    state: {
      connecting: "正在打开",
      live: "实时",
      paused: "已暂停",
      lost: "引擎无应答，正在重试",
      refused: "没有输出",
    },
  },
});
