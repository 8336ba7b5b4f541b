/// <reference lib="esnext.disposable" />

import type { PlanOptions, Plans, ProviderName, WebhookProvider } from "./providers.js";

/**
 * An amount of money: in major units as text, or in minor units (cents, paise) as a `BigInt`. Never a number,
 * since a float cannot hold money exactly.
 */
export type Money<Currency extends string = string> =
  | { readonly value: string; readonly minor?: never; readonly currency: Currency }
  | { readonly minor: bigint; readonly value?: never; readonly currency: Currency };

/**
 * A request before it is signed. It holds no secret and no time, so it can be stored, queued, shown and sent to where
 * the key is. Signing the same plan again is the only way to retry: it can never become a second refund.
 *
 * `Plan` is any plan, `Plan<"razorpay">` one of that provider's, `Plan<"razorpay", "createRefund">` one of that operation:
 * `plan.provider` and `plan.operation` tell which.
 */
export type Plan<
  Provider extends ProviderName = ProviderName,
  Operation extends OperationName<Provider> = OperationName<Provider>,
> = {
  [Name in Provider]: Plans[Name][Operation & OperationName<Name>];
}[Provider];

/** The operations of a provider, such as `createRefund`. */
export type OperationName<Provider extends ProviderName = ProviderName> = {
  [Name in Provider]: keyof Plans[Name];
}[Provider];

/** The plan of one operation. */
export interface PlanOf<Provider, Operation, Method extends "GET" | "POST" | "PATCH"> {
  /** The version of this format. */
  readonly version: 1;
  /** The provider, such as `doku`. */
  readonly provider: Provider;
  /** The operation, such as `createRefund`. */
  readonly operation: Operation;
  readonly method: Method;
  /** The path, percent-encoded. */
  readonly path: string;
  /** The query string without its question mark, percent-encoded; empty for none. */
  readonly query: string;
  /** The exact body, as it will be hashed and sent. */
  readonly body?: string;
  /** What the provider recognizes a repeated request by, where there is such a thing. */
  readonly idempotencyKey?: string;
  /** The currency of the amount that was meant; an answer in another one is a `response_mismatch`. */
  readonly currency?: string;
}

/** The plan of one operation whose repeated request the provider recognizes: it always has an idempotency key. */
export interface IdempotentPlan<Provider, Operation, Method extends "GET" | "POST" | "PATCH">
  extends PlanOf<Provider, Operation, Method> {
  readonly idempotencyKey: string;
}

/**
 * What a plan says, for policies, forms and logs, without parsing its body: read from the very bytes that are signed.
 *
 * @param plan any plan, also one that was stored or sent
 * @throws {RefundError} `invalid_plan` for one that its operation could not have made
 */
export declare function describe(plan: Plan): PlanDescription;

/**
 * The plan that asks what became of the refund of another plan; undefined where it cannot be asked. Make a new one for
 * every look: a provider may answer a repeated one from its record.
 *
 * @param plan any plan, also one that was stored or sent
 * @throws {RefundError} `invalid_plan` for one that its operation could not have made
 */
export declare function queryFor<Of extends Plan>(plan: Of): Plan<Of["provider"]> | undefined;

/**
 * Which refund of a list, an answer or an event is this plan's, and what it says: by reference and amount, as the
 * lifecycle decides it. Nothing is guessed: where it cannot be told, `status` is `unclear` and `why` says why.
 *
 * @param plan a plan that moves money, also one that was stored or sent
 * @param told the verdict on the answer to `queryFor(plan)` or to the plan itself, or a verified event
 * @throws {RefundError} `invalid_plan`; `invalid_observation` for what is neither a verdict nor a verified event
 */
export declare function findRefund(plan: Plan, told: Verdict | WebhookEvent): FoundRefund;

/** What a verdict or an event says of a plan's refund. */
export type FoundRefund =
  | {
      /** The refund is there: done, not final, or ended without money moved. */
      readonly status: "succeeded" | "pending" | "failed";
      /** The refund; several where the provider lists one in parts (Craftgate). */
      readonly refunds: readonly [Refund, ...Refund[]];
      readonly why?: undefined;
    }
  | {
      /**
       * The answer to `queryFor(plan)` lists all refunds, and none of them can be this one; of any other list it says less.
       * It proves nothing of a request that may still arrive, or of a provider whose lists are late: the lifecycle waits.
       */
      readonly status: "not_listed";
      readonly refunds: readonly [];
      readonly why?: undefined;
    }
  | {
      /** It cannot be told: ask again, or let a person look. Money may have moved. */
      readonly status: "unclear";
      /** What carries the plan's reference, if anything does. */
      readonly refunds: readonly Refund[];
      /**
       * Nothing of the verdict counts, since it is `rejected` or `unknown` (`not_answered`); it holds no refund
       * (`no_refund`), or only another one (`other_refund`); a refund without a reference or an amount could be this one
       * (`could_be`); the list has more pages (`more_pages`); what carries the reference is not exactly this refund
       * (`does_not_add_up`); the provider's word for the state says nothing (`unknown_state`); the event's signature does
       * not cover the state, so that it is a reason to ask (`hint`).
       */
      readonly why:
        | "not_answered"
        | "no_refund"
        | "other_refund"
        | "could_be"
        | "more_pages"
        | "does_not_add_up"
        | "unknown_state"
        | "hint";
    };

/** What a plan says. */
export interface PlanDescription {
  /** The provider, such as `doku`. */
  readonly provider: ProviderName;
  /** The operation, such as `createRefund`. */
  readonly operation: OperationName;
  /** Whether it can move money. */
  readonly movesMoney: boolean;
  /**
   * What is refunded or asked about: the id of the payment, or of the part of one that the operation is about (Craftgate's
   * payment transaction or wallet transaction). At DOKU the invoice number; at PayerMax, and for SNAP at DOKU, the
   * merchant's number of the payment.
   */
  readonly payment?: string;
  /** The amount in major units. A plan that moves money and has none refunds all that is left. */
  readonly amount?: { readonly value: string; readonly currency: string };
  /** The merchant's own reference of the refund, such as Razorpay's `receipt` or SNAP's `partnerRefundNo`. */
  readonly reference?: string;
  /** What the provider recognizes a repeated request by. */
  readonly idempotencyKey?: string;
  /** What changes how the refund is made, whose money pays it or who is told; left out where the plan has none of it. */
  readonly options?: PlanOptions;
  /** What is documented of following this operation's refund; only where it moves money. */
  readonly facts?: FollowingFacts;
}

/** What a provider documents of a refund after its request was sent. The lifecycle decides by it. */
export interface FollowingFacts {
  /**
   * What the same plan, sent again, does: answered with the first result, marked as such or not; `undocumented`, where
   * there is a reference that should be unique and nothing says what a second request with it does; `none`, where a second
   * request may be a second refund.
   */
  readonly repeat: "marked-replay" | "silent-replay" | "undocumented" | "none";
  /** What `queryFor(plan)` tells, if it gives a plan: the refunds, or the payment only. `nothing`: there is no query. */
  readonly query: "refund" | "payment" | "nothing";
  /** What a verified webhook event is worth: its state decides, it is a reason to ask, or none is documented. */
  readonly events: "decide" | "hint" | "none";
}

/** One signed attempt, ready for `fetch(request.url, request)`. */
export interface SignedRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text that was signed: send it as it is. */
  readonly body?: string;
}

/** What differs between two attempts of the same plan. Leave it out, unless a test needs the same bytes again. */
export interface Attempt {
  /** The time, in milliseconds since 1970 (UTC). `Date.now()` when left out. */
  readonly now?: number;
  /** 8 to 32 letters and digits that were never used before. Random when left out. */
  readonly nonce?: string;
}

/** A provider's answer as it arrived. */
export interface HttpAnswer {
  /** The HTTP status code. */
  readonly status: number;
  /** A `Headers` object, a plain object, or pairs. */
  readonly headers:
    | { forEach(callback: (value: string, name: string) => void): void; get(name: string): string | null }
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | readonly (readonly [string, string])[];
  /** The raw body: the bytes, or exactly the text. Never what `response.json()` gave. */
  readonly body: Uint8Array | ArrayBuffer | string;
}

/** A webhook as it arrived. */
export interface Delivery {
  /** As in {@link HttpAnswer}. */
  readonly headers: HttpAnswer["headers"];
  /** The raw body: the bytes, or exactly the text, before any parser touched it. */
  readonly body: HttpAnswer["body"];
  /** The time, in milliseconds since 1970 (UTC); `Date.now()` when left out. Used only where there is a window. */
  readonly now?: number;
}

/** A verified event: `provider` says whose. */
export type WebhookEvent = { [Provider in WebhookProvider]: EventOf<Provider> }[WebhookProvider];

/** A verified event of one provider. */
export interface EventOf<Provider extends WebhookProvider> {
  /** The provider, such as `doku`. */
  readonly provider: Provider;
  /** The provider's name of the event. Never take a refund's state from it: read `refund.status`. */
  readonly kind: string;
  /** The same for every delivery of the same event: store it, and ignore what was seen before. */
  readonly dedupeKey: string;
  /** The refund that the event speaks of, where it holds one. */
  readonly refund?: Refund;
  /** The body that the provider expects as the answer; an empty 200 will do where it is missing. */
  readonly acknowledgement?: string;
  /** Which fields the signature covers: what is not named here is anybody's word. */
  readonly signedFields: string;
  /** The provider's own fields. Numbers that a JavaScript number cannot hold exactly are texts. */
  readonly details: Details;
}

/** One attempt that lacks its signature only. */
export interface Prepared {
  readonly algorithm: SignatureAlgorithm;
  /** The string to sign: its UTF-8 bytes are signed. */
  readonly message: string;
  /** A second string to sign, by the same key, where the scheme wants two signatures. */
  readonly also?: string;
  /**
   * The request with the signatures in their headers.
   *
   * @throws {RefundError} when a signature is no bytes
   */
  finish(signature: Uint8Array | ArrayBuffer, second?: Uint8Array | ArrayBuffer): SignedRequest;
}

/** The signing of one attempt made visible. It holds no secret: the name of one stands in its place, as in `<secretKey>`. */
export interface Explanation {
  /** How the string becomes the header, such as `base64(HMAC-SHA256(<secretKey>, string))`. */
  readonly formula: string;
  /** The parts of the string to sign in their order, each under the provider's word for it. */
  readonly components: readonly ExplainedLine[];
  /** The whole string to sign. */
  readonly stringToSign: string;
  /** The header that it ends in. */
  readonly header: string;
  /** The headers of the request, `header` among them. */
  readonly headers: readonly ExplainedLine[];
}

/** A component of a string to sign, or a header. */
export interface ExplainedLine {
  readonly label: string;
  /** The value as it is signed or sent; where it needs a secret, with that one's name in its place. */
  readonly value: string;
  /** Whether it needs a secret. */
  readonly secret: boolean;
}

/** What makes a signature. */
export type SignatureAlgorithm = "HMAC-SHA256" | "HMAC-SHA512" | "RSASSA-PKCS1-v1_5-SHA256";

/** A webhook whose signature is to be verified with the provider's public key. */
export interface Unverified<Event extends WebhookEvent = WebhookEvent> {
  readonly algorithm: SignatureAlgorithm;
  /** What may have been signed: one of these strings is enough. */
  readonly messages: readonly string[];
  readonly signature: Uint8Array;
  /**
   * The event, when the signature was verified.
   *
   * @throws {RefundError} `signature_mismatch` when it was not
   */
  finish(verified: boolean): Event;
}

/** What every provider's client can do. */
export interface SigningClient {
  /**
   * Signs one attempt of a plan.
   *
   * @throws {RefundError} when the plan is another provider's, is not in the form that an operation makes, or needs
   *   a setting that the client lacks. A changed amount cannot be noticed: guard stored plans
   */
  sign(plan: Plan, attempt?: Attempt): SignedRequest;
  /**
   * Signs one attempt of each of many plans: in one go, with a nonce of its own for each. All of them or none: a plan
   * that cannot be signed is named by its place in the list.
   *
   * @throws {RefundError} as `sign`, with everything that is wrong
   */
  signAll(plans: readonly Plan[], attempt?: { readonly now?: number }): SignedRequest[];
  /**
   * One attempt whose message a key elsewhere signs: a CryptoKey, an HSM, another process.
   *
   * @throws {RefundError} `not_externally_signable` where the secret itself is part of what is sent or hashed
   */
  prepare(plan: Plan, attempt?: Attempt): Prepared;
  /**
   * The signing of one attempt made visible, for whoever is told "invalid signature".
   *
   * @throws {RefundError} as `sign`
   */
  explain(plan: Plan, attempt?: Attempt): Explanation;
  /**
   * Turns the provider's answer into a verdict; null means that no answer arrived. Whatever a provider sends gives a
   * verdict.
   *
   * @throws {RefundError} when the answer is not in the form of {@link HttpAnswer}
   */
  read(plan: Plan, answer: HttpAnswer | null): Verdict;
  /** Wipes the secrets. A later call throws; freeing twice does nothing. */
  free(): void;
  /** The same as `free()`, for `using client = …`. */
  [Symbol.dispose](): void;
}

/** What happened and what to do now. */
export type Verdict = Believed | NotBelieved;

interface VerdictBase {
  /**
   * What a program does now: nothing (`done`), wait for the webhook or poll (`wait`), ask for the refund's state before
   * anything else (`query`), sign the same plan again after `retryAfterMs` (`retry`), get a new access token and sign the
   * same plan again (`reauthenticate`), or correct the input or the set-up (`fix`).
   */
  readonly next: "done" | "wait" | "query" | "retry" | "reauthenticate" | "fix";
  /**
   * Whether this attempt's outcome can no longer change. `pending` and `unknown` are not final, nor is what is refused
   * for now: after too many requests or with an expired token the same plan is signed again.
   */
  readonly final: boolean;
  /**
   * Only with `unknown`: whether the provider documents that it recognizes the plan when it comes again, as long as it
   * remembers the idempotency key. Then signing it again makes no second refund. `false` where that is documented nowhere.
   */
  readonly repeatable?: boolean;
  /** How long to wait before a retry, in milliseconds, where the provider says so. */
  readonly retryAfterMs?: number;
  /** The HTTP status; missing when no answer arrived. */
  readonly httpStatus?: number;
  /** Why, when it is not plainly good. */
  readonly problem?: Problem;
  /**
   * Only where an earlier success of the same plan could have caused this refusal, such as "more than is left": what it
   * means if it answers the plan's first attempt. `read`, which judges one answer, says `unknown`. Use it only where
   * nothing was sent before, and where nothing between could have sent the request twice or the verdict is `repeatable`;
   * `send` does so.
   */
  readonly ifFirst?: { readonly status: "rejected" | "failed"; readonly next: "fix"; readonly problem: Problem };
  /**
   * The response's signature: the provider's over exactly these bytes (`verified`) or over headers and path only, so
   * that nothing but TLS vouches for the body (`headers-only`: DOKU's answers to a GET), missing though the provider
   * signs (`absent`), wrong (`invalid`), or of a provider that does not sign its answers (`not-offered`).
   */
  readonly signature: "verified" | "headers-only" | "absent" | "invalid" | "not-offered";
  /** Whether the provider answered from its record of an earlier request. */
  readonly replayed: boolean;
  /** The provider's own fields. Numbers that a JavaScript number cannot hold exactly are texts. */
  readonly details?: Details;
}

/** The provider decided: the refund is done, accepted but not final, or failed. For reads `succeeded` means answered. */
export interface Believed extends VerdictBase {
  readonly status: "succeeded" | "pending" | "failed";
  /** The refund. */
  readonly refund?: Refund;
  /** The refunds of a list. */
  readonly refunds?: readonly Refund[];
  /** Where a list stands in the whole. */
  readonly page?: Page;
  /** The token of a token call. It is a secret. */
  readonly accessToken?: AccessToken;
}

/** The provider refused the request and nothing happened (`rejected`), or money may have moved (`unknown`). */
export interface NotBelieved extends VerdictBase {
  readonly status: "rejected" | "unknown";
  readonly refund?: undefined;
  readonly refunds?: undefined;
  readonly page?: undefined;
  readonly accessToken?: undefined;
}

/** One refund, in the same words for every provider. */
export interface Refund {
  /** The provider's id of the refund. */
  readonly id?: string;
  /** The merchant's reference of the refund. */
  readonly reference?: string;
  /** The payment that was refunded. */
  readonly payment?: string;
  readonly status: "succeeded" | "pending" | "failed" | "unknown";
  /** The provider's own word for the state. */
  readonly providerStatus?: string;
  /** The provider's kind of refund, such as `FULL_REFUND` or `CANCEL`. */
  readonly kind?: string;
  /** How much, in major units. */
  readonly amount?: { readonly value: string; readonly currency: string };
  /** When, in ISO 8601 as the provider gave it; without a zone where the provider gives none. */
  readonly createdAt?: string;
  /** The evidence that the refund was made, for the customer or the bank, where the provider gives one. */
  readonly proof?: Proof;
  /** Why it failed, in the provider's words. */
  readonly reason?: string;
  /** The refunds that this one consists of. */
  readonly parts?: readonly Refund[];
}

/** A number under which a refund is found outside the provider. */
export interface Proof {
  /**
   * Whose number it is: the acquirer's reference number of a card refund (`arn`), the retrieval reference number of card
   * networks, UPI and QR (`rrn`), the unique transaction reference of a bank transfer in India (`utr`), the issuer's
   * authorization code (`auth_code`), the reference of the acquiring bank's host (`host_reference`), or the provider's
   * own approval code (`approval_code`).
   */
  readonly kind: "arn" | "rrn" | "utr" | "auth_code" | "host_reference" | "approval_code";
  readonly value: string;
}

/** Where a list stands in the whole. */
export interface Page {
  /** How many there are in all, where the provider says so. */
  readonly total?: number;
  /** The number of this page, from 0, where the provider counts pages. */
  readonly number?: number;
  /** The size of a page. */
  readonly size?: number;
}

/** An access token, for the client that is made next. It is a secret: keep it out of logs. */
export interface AccessToken {
  /** The token, without `Bearer`. */
  readonly token: string;
  /** How long it is valid from the answer on, in seconds, where the provider says so. */
  readonly expiresInSeconds?: number;
}

/** Why, in codes for programs and words for people. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** What a person should do. */
  readonly userAction: string;
  /** The provider's own code. */
  readonly providerCode?: string;
  /** The provider's own words. */
  readonly providerMessage?: string;
}

/** A value as JSON has it. */
export type Details = null | boolean | number | string | readonly Details[] | { readonly [name: string]: Details };

/** A mistake of the caller. Whatever a provider sends gives a verdict instead, never an error. */
export declare class RefundError extends Error {
  readonly name: "RefundError";
  /** The code of the first mistake. */
  readonly code: ErrorCode;
  /** All mistakes, at least one. */
  readonly problems: readonly InputProblem[];
  /** For tests, and for what passes a mistake on: the package makes its own. At least one problem. */
  constructor(problems: readonly InputProblem[]);
}

/** One mistake in what the caller gave. */
export interface InputProblem {
  readonly code: ErrorCode;
  /** The path of the field, such as `amount.value`; empty for the whole. */
  readonly path: string;
  /** What is wrong. Never holds a secret. */
  readonly message: string;
  /** What to do about it. */
  readonly userAction: string;
}

/** What is wrong with a call. The list is closed: a switch over it can be complete. */
export type ErrorCode =
  /** A required field is not there. */
  | "missing_field"
  /** A field that this operation does not have. */
  | "unknown_field"
  /** A field stands twice. */
  | "duplicate_field"
  /** The field is there, but what should stand in it was missing: undefined, null, or a word such as "undefined". */
  | "no_value"
  /** The value has another type than the field takes. */
  | "wrong_type"
  /** A JavaScript number where money is meant: a float cannot hold it exactly. */
  | "number_amount"
  /** The amount is not a plain decimal number. */
  | "invalid_amount"
  /** A point with three digits behind it, which may group thousands: `30.000`. */
  | "ambiguous_amount"
  /** More decimals than the currency, or the provider, has. */
  | "too_many_decimals"
  /** The amount is zero or negative. */
  | "not_positive"
  /** Not an ISO 4217 code, or one that this provider does not take. */
  | "unsupported_currency"
  /** Shorter than allowed; also an empty text. */
  | "too_short"
  /** Longer, or larger, than allowed. */
  | "too_long"
  /** A control character, CR or LF, where the value ends in a header, a path or a string to sign. */
  | "control_character"
  /** A character that the field does not take. */
  | "invalid_character"
  /** Not one of the values that the field takes. */
  | "not_allowed"
  /** Outside the range that the field takes. */
  | "out_of_range"
  /** An id or reference that another row of the same list has: one refund, or two that nobody can tell apart. */
  | "repeated"
  /** Two fields that exclude each other, or a field without the one it needs. */
  | "conflict"
  /** A test key on the live host, or the other way round. */
  | "key_host_mismatch"
  /** A base URL that is not a plain `https` origin (`http` for loopback only). */
  | "invalid_base_url"
  /** No operation of that name. */
  | "unknown_operation"
  /** Not a plan, or not in the form that an operation makes. */
  | "invalid_plan"
  /** A plan of a version that this build does not know. */
  | "unsupported_plan_version"
  /** Not a record, or a record that was altered. */
  | "invalid_record"
  /** A record of a version that this build does not know. */
  | "unsupported_record_version"
  /** A step that cannot begin: not the next one, or its time is over. */
  | "invalid_step"
  /** An observation that fits no step, event or question of this record. */
  | "invalid_observation"
  /** A policy with figures that contradict each other, or unknown names. */
  | "invalid_policy"
  /** A plan of another provider than the client's. */
  | "wrong_provider"
  /** `now` or `nonce` cannot be used. */
  | "invalid_attempt"
  /** What signed a plan returned another request than the plan's: it was not sent. */
  | "request_mismatch"
  /** The client lacks a setting that this operation needs. */
  | "missing_setting"
  /** The scheme puts the secret itself in the message, so it cannot be signed elsewhere. */
  | "not_externally_signable"
  /** The signature is made, or checked, with an RSA key, which never enters this module. */
  | "signed_outside"
  /** What was given to `read` is not a response: the caller's mistake, not the provider's. */
  | "invalid_response"
  /** What was given to a webhook reader is not headers and a raw body. */
  | "invalid_webhook"
  /** A webhook whose body is longer than any event: it is not read. */
  | "body_too_large"
  /** A webhook without its signature header. */
  | "missing_signature"
  /** A webhook whose signature header stands more than once. */
  | "duplicate_signature"
  /** A webhook whose signature header is empty. */
  | "empty_signature"
  /** A webhook whose signature header does not have the form of a signature. */
  | "malformed_signature"
  /** A webhook whose signature is not that of these bytes under any of the secrets. */
  | "signature_mismatch"
  /** A webhook whose signed time is outside the window that the caller asked for. */
  | "not_fresh"
  /** A verified webhook whose body is not what the provider documents. */
  | "unreadable_event"
  /** No refund is stored under this id. */
  | "unknown_refund"
  /** The client or webhook reader was freed before. */
  | "freed"
  /** The module failed inside, which should never happen, and was replaced; what it owned is lost. */
  | "module_replaced";

/** Why a verdict is not plainly good. The list is closed, and the same for all providers. */
export type ProblemCode =
  /** No answer arrived: time-out, lost connection. */
  | "no_response"
  /** The answer is not what the provider documents: HTML, cut off, empty, another shape. */
  | "unreadable_response"
  /** The answer is readable and its code or state is none that this build knows. */
  | "unrecognized_answer"
  | "incomplete_answer"
  /** The answer's signature is wrong: it may not be the provider's. */
  | "signature_invalid"
  /** The answer's signature is missing. */
  | "signature_absent"
  /** The answer speaks of another refund or amount than the plan. */
  | "response_mismatch"
  /** A redirect: nothing but the provider's own host may answer. */
  | "unexpected_redirect"
  /** The provider failed inside. */
  | "provider_error"
  /** Too many requests. */
  | "rate_limited"
  /** Wrong key, signature or clock. */
  | "authentication_failed"
  /** The access token is missing, wrong or expired. */
  | "token_invalid"
  /** This merchant may not do that. */
  | "not_permitted"
  | "not_now"
  /** A field is missing, malformed or not wanted. */
  | "invalid_request"
  /** The provider has nothing at this URL. */
  | "unknown_url"
  /** The provider does not know the payment. */
  | "payment_not_found"
  /** The provider does not know the refund. */
  | "refund_not_found"
  /** The payment is in no state that can be refunded. */
  | "not_refundable"
  /** More than what is left to refund. */
  | "amount_exceeded"
  /** An amount that the provider does not take. */
  | "invalid_amount"
  /** Everything was refunded before. */
  | "already_refunded"
  /** Too late for a refund. */
  | "refund_window_closed"
  /** The payment can be refunded, but not at this speed. */
  | "speed_not_supported"
  /** The merchant's balance is too low. */
  | "insufficient_balance"
  /** The bank or wallet said no. */
  | "declined"
  /** The same idempotency key came with other content. */
  | "idempotency_conflict"
  /** The first request with this key is still running. */
  | "in_progress"
  /** This reference was used before. */
  | "duplicate_reference"
  /** This attempt's one-time id was used before. */
  | "duplicate_attempt"
  /** A limit of the provider or the bank is reached. */
  | "limit_reached";

/** A provider, for forms and documentation. */
export interface CatalogProvider {
  /** Its name in this package, such as `doku`. */
  readonly name: string;
  /** Its own name, such as `DOKU`. */
  readonly title: string;
  /** What its client takes. */
  readonly settings: readonly CatalogField[];
  readonly operations: readonly CatalogOperation[];
}

/** An operation, for forms and documentation. */
export interface CatalogOperation {
  /** Its name, such as `createRefund`. */
  readonly name: string;
  readonly doc: string;
  readonly method: "GET" | "POST" | "PATCH";
  /** The path, with `{field}` where a field's text goes. */
  readonly path: string;
  readonly movesMoney: boolean;
  /** The field that names the payment. */
  readonly payment?: string;
  /** The field with your own reference of the refund. */
  readonly reference?: string;
  /** The field that the provider recognizes a repeated request by. */
  readonly idempotencyKey?: string;
  readonly fields: readonly CatalogField[];
}

/** A field, for forms and documentation. */
export interface CatalogField {
  readonly name: string;
  /** Whether it must be given, may be left out, or is made where it is left out. */
  readonly need: "required" | "optional" | "made";
  readonly doc: string;
  readonly kind: string;
  /** The fewest characters, or the smallest number. */
  readonly min?: number;
  /** The most characters, or the largest number. */
  readonly max?: number;
  readonly choices?: readonly string[];
  /** Empty for every currency of ISO 4217. */
  readonly currencies?: readonly string[];
  /** The most key-value pairs. */
  readonly pairs?: number;
  /** The fields of the objects in a list. */
  readonly fields?: readonly CatalogField[];
}
