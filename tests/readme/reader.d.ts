// What the examples leave to their reader: a Worker's bindings, in the types that Cloudflare gives them, and a few names.

interface Env {
  readonly DOKU_CLIENT_ID: string;
  readonly DOKU_SECRET_KEY: string;
  readonly PLANS: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> };
}

declare const newSecret: string;
declare const oldSecret: string;
declare function seenBefore(dedupeKey: string): Promise<boolean>;
declare function store(refund: import("refund-signer").Refund | undefined): Promise<void>;
