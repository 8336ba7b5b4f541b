import type { Delivery } from "./shared.js";

/** What is read of a request of `node:http`. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawHeaders?: readonly string[];
  /** What a body parser left: bytes or text. A parsed object is refused. */
  readonly body?: unknown;
  /** The bytes, where the host keeps them beside a parsed body (Firebase and Google Cloud functions). */
  readonly rawBody?: unknown;
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
}

/** An event of AWS Lambda: of API Gateway (both versions), a function URL or a load balancer. */
export interface LambdaEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** A delivery with the bytes that were signed: for `Webhooks.read`, `readWebhook` and `Refunds.webhook`. */
export type RawDelivery = Delivery & { readonly body: Uint8Array };

/**
 * The delivery of a request of `node:http`: `req` of Express and Next.js pages, `request.raw` of Fastify, `ctx.req` of Koa.
 * It reads at most 1 MiB.
 *
 * @throws {RefundError} `invalid_webhook` where a body parser was there before: the bytes that are signed are lost;
 *   `body_too_large`: answer 413
 */
export function fromNode(request: NodeRequest): Promise<RawDelivery>;

/**
 * The delivery of an event of AWS Lambda, base64 or not.
 *
 * @throws {RefundError} `invalid_webhook` for what is no such event; `body_too_large`: answer 413
 */
export function fromLambda(event: LambdaEvent): RawDelivery;
