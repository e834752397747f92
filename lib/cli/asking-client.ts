import { type ApiClient, type DescribedRequest, describeCall, type ResponseOf } from "../client/index.ts";

export type ApprovalView = ResponseOf<"GET /api/v1/approvals/{id}">;

/** Instead of a change there is now a question to a second person. */
export class ApprovalAsked extends Error {
  override readonly name = "ApprovalAsked";
  readonly approval: ApprovalView;

  constructor(approval: ApprovalView) {
    super(`${approval.id} waits for a second person.`);
    this.approval = approval;
  }
}

/** A client that asks a second person to approve the first write instead of making it: throws `ApprovalAsked`. Reads and dry runs go through. */
export function askingClient(client: ApiClient, why: string): ApiClient {
  const ask = async (described: DescribedRequest): Promise<never> => {
    const { body, ifMatch, method, path } = described;
    throw new ApprovalAsked(
      await client.call("POST /api/v1/approvals", { body: { request: { method, path, ifMatch, body }, reason: why } }),
    );
  };
  const isRead = (key: string, [request]: readonly unknown[]) =>
    key.startsWith("GET ") || (request as { readonly dryRun?: boolean } | undefined)?.dryRun === true;
  return {
    call: (key, ...request) => (isRead(key, request) ? client.call(key, ...request) : ask(describeCall(key, ...request))),
    callWithMeta: (key, ...request) => (isRead(key, request) ? client.callWithMeta(key, ...request) : ask(describeCall(key, ...request))),
    send: (request, approval) => client.send(request, approval),
  };
}
