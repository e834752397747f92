/** The thread that searches: answers one question after the other and keeps nothing between them. It knows no state, only what it is sent. */
import { parentPort } from "node:worker_threads";
import { invariant } from "../../std/index.ts";
import { answerTo, type PackedQuestion, unpackQuestion } from "../../versions/index.ts";

const port = parentPort;
invariant(port !== null, "the solver runs in a worker thread");
port.on("message", (question: PackedQuestion) => port.postMessage(answerTo(unpackQuestion(question))));
