import { defineMessages } from "./define-messages.ts";
import { deliveryProblems } from "./delivery-problems.ts";

const otherProblems = defineMessages({
  en: {
    input: {
      malformed: "Body is not readable",
      "media-type": "Content type is not accepted",
      "too-large": "Body is too large",
      invalid: "Input is not valid",
      "unknown-field": "Unknown field",
    },
    name: {
      invalid: "Name is not valid",
      reserved: "Name is reserved",
    },
    version: {
      invalid: "Version is not valid",
      "build-metadata": "Version has build metadata",
      unknown: "Unknown version",
      exists: "Version exists",
      live: "Version is live",
      "has-instances": "Version has instances",
      deployed: "Version is deployed",
      "build-taken": "Build number is taken",
    },
    range: {
      invalid: "Range is not valid",
    },
    host: {
      invalid: "Host is not valid",
      taken: "Host belongs to another service",
      unknown: "Unknown Host",
    },
    request: {
      "cross-site": "Cross-site write",
    },
    token: {
      required: "Local token is required",
      invalid: "Local token is not valid",
      "code-invalid": "Link is not valid any more",
    },
    precondition: {
      required: "If-Match is required",
      failed: "Somebody else changed it first",
    },
    idempotency: {
      mismatch: "Idempotency-Key was used for another request",
      "in-progress": "The first request with this Idempotency-Key is still running",
    },
    service: {
      unknown: "Unknown service",
      exists: "Service exists",
      "in-use": "Service is in use",
      deployed: "Service is deployed",
    },
    requirement: {
      self: "Requirement on itself",
    },
    instance: {
      unknown: "Unknown instance",
      exists: "Instance exists",
      static: "Static instances take no heartbeats",
      unmanaged: "No deployment made this instance",
      leaving: "Instance is leaving",
    },
    registry: {
      full: "Registry is full",
    },
    split: {
      sum: "Weights do not sum to 10 000",
      weight: "Weight is not valid",
      "unknown-version": "Weight on an unknown version",
      "no-ready-instance": "No ready instance",
    },
    routes: {
      "invalid-match": "Match is not valid",
      "invalid-filter": "Filter is not valid",
      "invalid-rule": "Rule is not valid",
      "duplicate-match": "Two rules match the same",
    },
    policy: {
      invalid: "Traffic policy is not valid",
    },
    authorization: {
      invalid: "Authorization policy is not valid",
    },
    identity: {
      "rotation-order": "Not the next step of the root change",
      "not-settled": "Proxies have not taken the last step yet",
    },
    override: {
      invalid: "Override is not valid",
    },
    compatibility: {
      refused: "Not safe",
    },
    evidence: {
      invalid: "Evidence is not valid",
      expired: "Evidence is over already",
      unknown: "Unknown evidence",
      contradiction: "Facts contradict each other",
    },
    space: {
      pin: "Pin is not valid",
      "too-wide": "Too wide to count",
    },
    plan: {
      unknown: "Unknown plan",
      target: "Target is not valid",
      impossible: "No safe way",
      stale: "The mesh moved since the plan was made",
      certificate: "Certificate does not hold",
      state: "Not in this state of the plan",
      busy: "Another plan is under way",
      "no-way-back": "Past the point of no return",
    },
    change: {
      unknown: "Unknown change",
      "not-undoable": "Cannot be undone",
      conflict: "A later change stands in the way",
    },
    rollback: {
      nothing: "Nothing to roll back",
    },
    changes: {
      empty: "Change set is empty",
    },
    route: {
      unknown: "No such path",
    },
    method: {
      "not-allowed": "Method not allowed",
    },
    engine: {
      "not-ready": "Engine is not ready",
      unreachable: "Engine is unreachable",
      "read-only": "Store failed, engine is read-only",
      busy: "Too many searches at once",
      internal: "Internal error",
    },
    stream: {
      "too-many": "Too many live streams",
    },
  },
  zh: {
    input: {
      malformed: "请求体无法读取",
      "media-type": "不接受此内容类型",
      "too-large": "请求体过大",
      invalid: "输入无效",
      "unknown-field": "未知字段",
    },
    name: {
      invalid: "名称无效",
      reserved: "名称已保留",
    },
    version: {
      invalid: "版本号无效",
      "build-metadata": "版本号带有构建元数据",
      unknown: "未知的版本",
      exists: "版本已存在",
      live: "版本正在接收流量",
      "has-instances": "版本还有实例",
      deployed: "版本已部署",
      "build-taken": "构建号已被占用",
    },
    range: {
      invalid: "版本范围无效",
    },
    host: {
      invalid: "主机名无效",
      taken: "主机名属于另一个服务",
      unknown: "未知的 Host",
    },
    request: {
      "cross-site": "跨站写入",
    },
    token: {
      required: "需要本机令牌",
      invalid: "本机令牌无效",
      "code-invalid": "链接已失效",
    },
    precondition: {
      required: "需要 If-Match",
      failed: "别人先改了",
    },
    idempotency: {
      mismatch: "此 Idempotency-Key 已用于另一个请求",
      "in-progress": "使用此 Idempotency-Key 的第一个请求仍在进行",
    },
    service: {
      unknown: "未知的服务",
      exists: "服务已存在",
      "in-use": "服务正在使用",
      deployed: "服务已部署",
    },
    requirement: {
      self: "对自身的要求",
    },
    instance: {
      unknown: "未知的实例",
      exists: "实例已存在",
      static: "静态实例没有心跳",
      unmanaged: "该实例不由部署管理",
      leaving: "实例正在退出",
    },
    registry: {
      full: "注册表已满",
    },
    split: {
      sum: "权重之和不是 10 000",
      weight: "权重无效",
      "unknown-version": "权重给了未知的版本",
      "no-ready-instance": "没有就绪的实例",
    },
    routes: {
      "invalid-match": "匹配条件无效",
      "invalid-filter": "过滤器无效",
      "invalid-rule": "规则无效",
      "duplicate-match": "两条规则的匹配相同",
    },
    policy: {
      invalid: "流量策略无效",
    },
    authorization: {
      invalid: "授权策略无效",
    },
    identity: {
      "rotation-order": "不是根更换的下一步",
      "not-settled": "代理尚未完成上一步",
    },
    override: {
      invalid: "豁免无效",
    },
    compatibility: {
      refused: "不安全",
    },
    evidence: {
      invalid: "证据无效",
      expired: "证据已过期",
      unknown: "未知的证据",
      contradiction: "事实相互矛盾",
    },
    space: {
      pin: "固定的版本无效",
      "too-wide": "范围太大，无法计数",
    },
    plan: {
      unknown: "未知的计划",
      target: "目标无效",
      impossible: "没有安全的路径",
      stale: "计划制定后网格已变化",
      certificate: "证明不成立",
      state: "计划的当前状态不允许",
      busy: "另一个计划正在进行",
      "no-way-back": "已过无法返回的点",
    },
    change: {
      unknown: "未知的变更",
      "not-undoable": "无法撤销",
      conflict: "之后的变更挡住了它",
    },
    rollback: {
      nothing: "没有可回滚的内容",
    },
    changes: {
      empty: "变更集为空",
    },
    route: {
      unknown: "没有此路径",
    },
    method: {
      "not-allowed": "不允许此方法",
    },
    engine: {
      "not-ready": "引擎未就绪",
      unreachable: "无法连接引擎",
      "read-only": "存储失败，引擎只读",
      busy: "同时进行的搜索过多",
      internal: "内部错误",
    },
    stream: {
      "too-many": "实时流过多",
    },
  },
});

/** What is wrong, by the code of a refusal of the API; nested as the codes are dotted. Codes that only proxies answer with: `codes`. */
export const problemsMessages = {
  en: { ...otherProblems.en, ...deliveryProblems.en },
  zh: { ...otherProblems.zh, ...deliveryProblems.zh },
};
