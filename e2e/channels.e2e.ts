import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import { expect, test } from "./fixtures.ts";

const SECRET = "a secret of the stories";

/** Somebody's webhook: answers as it is told to, and keeps what was signed by us. */
class Receiver {
  status = 200;
  readonly messages: { readonly id: string; readonly kind: string; readonly sentence: string }[] = [];
  readonly #server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const [, time = "", signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers["x-interlock-signature"])) ?? [];
      const isOurs = createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex") === signature;
      if (this.status === 200 && isOurs) this.messages.push(JSON.parse(body));
      response.writeHead(isOurs ? this.status : 401).end(this.status === 200 ? "thanks" : "later");
    });
  });

  async listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await new Promise((resolve) => this.#server.once("listening", resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const receiver = new Receiver();

test.beforeAll(({ stack }) => receiver.listen(stack.receiverPort));
test.afterAll(() => receiver.close());

test("S16: a channel is refused an address inside, tried, told what happens in signed messages, and says why it takes none", async ({
  operator,
  stack,
}) => {
  operator.allowRefusals();
  await operator.goto(`${stack.consoleUrl}/policies?tab=channels`);
  await operator.getByRole("button", { name: "Add a channel" }).first().click();
  const form = operator.getByRole("dialog", { name: "Add a channel" });
  await form.getByRole("textbox", { name: "Name" }).fill("pager");
  await form.getByRole("textbox", { name: "Address" }).fill("https://169.254.169.254/latest/meta-data");
  await form.getByLabel("Signing secret", { exact: true }).fill(SECRET);
  await form.getByRole("button", { name: "Add a channel" }).click();
  await expect(form.getByRole("alert")).toContainText("169.254.169.254 is not of the public internet");
  await form.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${stack.receiverPort}/hook`);
  await form.getByRole("button", { name: "Add a channel" }).click();
  const row = operator.getByRole("row", { name: /^pager/ });
  await expect(row).toContainText("never");

  await row.getByRole("button", { name: "Send test" }).click();
  await expect(operator.getByText("The test arrived at pager. It answered 200: thanks")).toBeVisible();
  expect(receiver.messages.map(({ kind }) => kind)).toEqual(["test"]);

  await stack.client.call("POST /api/v1/plans", { body: { target: { recommendations: "1.3.0" } } });
  await expect.poll(() => receiver.messages.map(({ kind }) => kind)).toContain("plan.create");
  await expect(row).not.toContainText("never");

  receiver.status = 503;
  await stack.client.call("POST /api/v1/plans", { body: { target: { recommendations: "1.3.0" } } });
  await expect(row).toContainText("Trying again");
  await expect(row).toContainText("It answered 503: later");
  receiver.status = 200;
  await expect(row.getByText("On", { exact: true })).toBeVisible({ timeout: 30_000 });
  const ids = receiver.messages.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);

  await row.getByRole("button", { name: "More for pager" }).click();
  await operator.getByRole("menuitem", { name: "Remove" }).click();
  await operator.getByRole("dialog", { name: "Remove pager?" }).getByRole("button", { name: "Remove" }).click();
  await expect(row).toHaveCount(0);
});
