/**
 * Parts for tests only: a clock moved by hand, and whatever several modules' tests need alike. Nothing here is imported by product code.
 */
export { createFakeClock, type FakeClock } from "./fake-clock.ts";
export {
  command,
  openTestEngine,
  serviceName,
  staticInstance,
  TEST_AUTHOR,
  type TestEngine,
  versionName,
} from "./mesh-builder.ts";
export { meshOf, type ServiceSketch, SKETCHED_AT } from "./mesh-of.ts";
export { type ExposedSample, parseExposition } from "./parse-exposition.ts";
export { startTestProxy, superviseTestMesh, superviseTestProxy, TEST_PROXY } from "./proxy-processes.ts";
export { serveTestEngine, TEST_TOKEN } from "./serve-test-engine.ts";
export { connectTappedProxy, type TappedProxy, tapEntry } from "./tapped-proxy.ts";
export { trainTicket } from "./train-ticket.ts";
