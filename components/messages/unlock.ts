import { defineMessages } from "./define-messages.ts";

/** The right to start and stop processes. */
export const unlockMessages = defineMessages({
  en: {
    failed: "The link did not work",
    failedDetail:
      "It was used already, or is older than 10 minutes, or the engine did not answer. Everything that starts no process works without it.",
    unlocked: "This browser may start and stop processes already.",
    locked: "This browser may not start or stop processes.",
    how: "Open the link that npm start prints, or get a new one:",
    whyNot: "This browser may not start or stop processes: open the link that npm start or interlock unlock prints",
    go: "To the topology",
  },
  zh: {
    failed: "链接未生效",
    failedDetail: "它已被使用、已超过 10 分钟，或引擎没有应答。不启动进程的操作都不需要它。",
    unlocked: "此浏览器已可启动和停止进程。",
    locked: "此浏览器不能启动或停止进程。",
    how: "打开 npm start 打印的链接，或获取新链接：",
    whyNot: "此浏览器不能启动或停止进程：请打开 npm start 或 interlock unlock 打印的链接",
    go: "前往拓扑",
  },
});
