// What the examples leave to their reader: a Worker's bindings, in the types that Cloudflare gives them, and a few names.

interface Env {
  readonly KEY_ID: string;
  readonly KEY_SECRET: string;
  readonly WEBHOOK_SECRET: string;
  readonly DB: import("refund-signer/stores/d1").D1Binding;
}

declare const newSecret: string;
declare const oldSecret: string;
declare const keySecret: string;
declare const order: { readonly id: string };
declare const request: Request;
declare function seenBefore(dedupeKey: string): Promise<boolean>;
declare function store(refund: import("refund-signer").Refund | undefined): Promise<void>;
declare const clients: import("refund-signer/refunds").RefundsOptions["clients"];
declare const reader: import("refund-signer/razorpay").Webhooks;
declare const key: CryptoKey;
declare function settingsOf(wanted: {
  readonly account: string;
  readonly renewToken: boolean;
}): import("refund-signer/payermax").ClientSettings;
declare function emptyMyStore(): Promise<void>;
declare function openMyStore(): import("refund-signer/refunds").Store;
declare function enqueue(message: { readonly id: string }, when: { readonly at: number }): Promise<void>;
declare function refundsOf(env: Env): import("refund-signer/refunds").Refunds;
declare function brief(refund: import("refund-signer/refunds").StoredRefund): { state: string; waitMs?: number };

/** The steps of a Workflow, as far as examples use them. */
interface WorkflowStep {
  do<T>(name: string, callback: () => Promise<T>): Promise<T>;
  waitForEvent(name: string, options: { type: string; timeout: number }): Promise<unknown>;
}

/** The state of a Durable Object, as far as examples use it. */
interface ObjectState {
  blockConcurrencyWhile<T>(callback: () => Promise<T>): Promise<T>;
  readonly storage: import("refund-signer/stores/durable-object").DurableObjectSql & {
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
  };
}
declare module "cloudflare:workers" {
  const env: Env;
  abstract class WorkflowEntrypoint {
    protected env: Env;
  }
  abstract class DurableObject {
    protected ctx: ObjectState;
    constructor(ctx: ObjectState, env: Env);
  }
}
declare module "pg" {
  const pg: { Pool: new () => { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> } };
  export default pg;
}
declare module "*/cases.js" {
  const CASES: [name: string, run: (open: () => import("refund-signer/refunds").Store) => Promise<void>][];
}
