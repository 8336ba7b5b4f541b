// The shapes that the rooms of the sandbox share.

/** @typedef {"durianpay" | "doku" | "razorpay" | "craftgate" | "payermax"} ProviderName */
/** @typedef {import("./json.js").Numeral} Numeral */

/**
 * A captured payment. `amount` is what was captured; the provider's own ids sit under the provider's own names.
 * @typedef {object} Payment
 * @property {ProviderName} provider
 * @property {string} id what the provider calls the payment
 * @property {bigint} amount minor units
 * @property {string} currency
 * @property {number} createdAt epoch ms
 * @property {"captured" | "authorized" | "waiting"} status
 * @property {boolean} settled DOKU: false means a refund becomes a VOID
 * @property {boolean} manual DOKU: refunds are handled by hand (MANUAL_*)
 * @property {"pending" | "declined" | undefined} outcome what every refund of this payment meets
 * @property {boolean} partial false: the method knows full refunds only (Durianpay: DANA, OVO, QRIS)
 * @property {boolean} instant false: Razorpay falls back from optimum to normal
 * @property {boolean | undefined} dayEnded Craftgate: overrides the calendar in CANCEL or REFUND
 * @property {string | undefined} method card, emoney, qris, shopeepay, akulaku, wallet ...
 * @property {string | undefined} account Razorpay: the X-Razorpay-Account it belongs to
 * @property {Record<string, unknown>} input the ids as the provider's client takes them
 * @property {{ id: string, amount: bigint }[]} transactions Craftgate: the baskets' payment transactions
 * @property {string[]} transfers Razorpay Route: the linked accounts it was shared with
 */

/** @typedef {"pending" | "succeeded" | "failed"} RefundStatus */

/**
 * @typedef {object} Refund
 * @property {ProviderName} provider
 * @property {string} id the provider's refund id
 * @property {string} paymentId
 * @property {string | undefined} reference the merchant's own reference of the refund
 * @property {string | undefined} idempotencyKey
 * @property {bigint} amount minor units
 * @property {string} currency
 * @property {RefundStatus} status
 * @property {string} type the provider's word: full, VOID, CANCEL ...
 * @property {number} createdAt epoch ms
 * @property {number} updatedAt
 * @property {{ status: RefundStatus, at: number }[]} history
 * @property {Record<string, unknown>} details what the provider's answers need on top
 */

/**
 * One request as it arrived.
 * @typedef {object} Call
 * @property {string} method
 * @property {string} url in full, as called
 * @property {string} target the URL's path as called: prefix included, percent-encoding kept
 * @property {string} path the provider's own path: prefix stripped
 * @property {URLSearchParams} query
 * @property {Headers} headers
 * @property {Uint8Array<ArrayBuffer>} bytes
 * @property {string} text
 * @property {"pending" | "declined" | "in-progress" | undefined} outcome forced by a fault
 * @property {boolean} met whether it could be
 */

/**
 * What a provider answers. `body` is JSON unless it is a string; undefined means an empty body.
 * @typedef {object} Answer
 * @property {number} status
 * @property {unknown} [body]
 * @property {Record<string, string>} [headers]
 * @property {boolean} [unsigned] a gateway in front of the provider answered
 */

/**
 * @typedef {object} Operation
 * @property {string} method
 * @property {RegExp} pattern
 * @property {boolean} moves money
 * @property {(call: Call, ...params: string[]) => Promise<Answer> | Answer} handle
 */

/**
 * An event on its way to the merchant, not signed yet.
 * @typedef {object} Event
 * @property {WebhookProvider} provider
 * @property {string} event
 * @property {string} refundId
 * @property {number} number counts the provider's events; a redelivery keeps it
 * @property {string} body
 * @property {string} [url] overrides the configured one
 */

/**
 * A simulated provider.
 * @typedef {object} Provider
 * @property {ProviderName} name
 * @property {string} host
 * @property {Operation[]} operations
 * @property {(payment: NewPayment, amount: bigint) => { id: string, input: Record<string, unknown>, shown?: Record<string, unknown>, transactions?: Payment["transactions"] }} identify the ids, and which of them the operations for this kind of payment take
 * @property {(call: Call) => Answer} notFound
 * @property {(status: number, call: Call) => Answer} failure what 429, 500 and 503 look like
 * @property {(call: Call, answer: Answer, bytes: Uint8Array<ArrayBuffer>, forged: boolean) => Promise<Record<string, string>>} [seal] response signature headers
 * @property {(refund: Refund, payment: Payment) => void} settled queues the provider's webhooks
 * @property {(event: Event, path: string) => Promise<Record<string, string>>} [signEvent] webhook headers
 */

/**
 * What `addPayment` takes: money, the provider's ids in camelCase (made when absent), and any of Payment's flags.
 * @template {string} [Currency=string]
 * @typedef {object} NewPaymentIds
 * @property {{ value: string, currency: Currency } | { minor: bigint, currency: Currency }} amount
 * @property {number} [age] how long ago it was captured, in milliseconds; or say `createdAt`
 * @property {string} [paymentId] Durianpay, Razorpay, Craftgate
 * @property {string} [transferId] Razorpay Route: a transfer to a linked account, which is taken back like a payment
 * @property {string} [invoiceNumber] DOKU
 * @property {string} [originalRequestId] DOKU
 * @property {{ name: string, value: string }[]} [identifiers] DOKU: ShopeePay, Akulaku
 * @property {string} [merchantUniqueReference] DOKU: Akulaku
 * @property {string} [originalPartnerReferenceNo] PayerMax, Durianpay SNAP
 * @property {string} [originalReferenceNo] PayerMax
 * @property {string} [merchantId] PayerMax
 * @property {string} [walletTransactionId] Craftgate
 * @property {{ id: string, value: string }[]} [transactions] Craftgate: payment transactions, which share the amount
 */
/** @typedef {"createdAt" | "status" | "settled" | "manual" | "outcome" | "partial" | "instant" | "dayEnded" | "method" | "account" | "transfers"} Flag */
/** @template {string} [Currency=string] @typedef {NewPaymentIds<Currency> & Partial<Pick<Payment, Flag>>} NewPayment */

/**
 * A payment as `addPayment` takes it, and none that it does not know: what is returned goes by what was `Given`.
 * @template {string} Currency @template {string} Method @template Given
 * @typedef {Given & NewPayment<Currency> & { method?: Method | undefined } & { [Key in Exclude<keyof Given, keyof NewPayment>]: never }} GivenPayment
 */
/**
 * Whether something was given; `boolean` where its type leaves that open.
 * @template Given @template {string} Key
 * @typedef {Given extends Record<Key, string> ? true : Key extends keyof Given ? [Given[Key]] extends [undefined] ? false : boolean : false} Has
 */
/**
 * The one or the other, or what can be there of both. @template {boolean} Which @template Yes @template No
 * @typedef {boolean extends Which ? Partial<Yes & No> : Which extends true ? Yes : No} Either
 */

/** @template {string} [Currency=string] @typedef {{ amount: { value: string, currency: Currency } }} Amount */
/** @typedef {{ paymentId: string }} PaymentId */
/** @typedef {{ originalPartnerReferenceNo: string, originalReferenceNo: string }} SnapIds */
/** @typedef {{ name: string, value: string }[]} Identifiers */
/**
 * What DOKU's operations for a method take; any other method is refunded by SNAP.
 * @typedef {object} DokuIds
 * @property {{ invoiceNumber: string, originalRequestId: string }} card
 * @property {{ invoiceNumber: string, identifiers: Identifiers }} shopeepay
 * @property {{ invoiceNumber: string, merchantUniqueReference: string, identifiers: Identifiers }} akulaku
 * @property {{ originalPartnerReferenceNo: string }} other
 */
/** @template {string} Method @typedef {Method extends Exclude<keyof DokuIds, "other"> ? DokuIds[Method] : DokuIds["other"]} DokuIdsOf */
/** @typedef {Partial<DokuIds["card"] & DokuIds["akulaku"] & DokuIds["other"]>} AnyDokuIds */
/**
 * @template Given
 * @typedef {Given extends { method: infer Method extends string } ? string extends Method ? AnyDokuIds : DokuIdsOf<Method> : Has<Given, "method"> extends false ? DokuIds["card"] : AnyDokuIds} DokuIdsFor
 */
/**
 * A payment as the inputs of the provider's operations name it, in the currency that it was added in: a provider's
 * operations take no other text than the currencies they know. Its ids are those that it has; where they hang on what
 * is not known of the payment that was given, each may be absent.
 * @template {string} [Currency=string] @template [Given=NewPayment]
 * @typedef {object} ReadyPayment
 * @property {Amount<Currency> & Either<Has<Given, "originalPartnerReferenceNo">, SnapIds, PaymentId>} durianpay
 * @property {Amount<Currency> & DokuIdsFor<Given>} doku
 * @property {Amount<Currency> & Either<Has<Given, "transferId">, { transferId: string }, PaymentId>} razorpay
 * @property {Amount<Currency> & PaymentId & { paymentTransactionIds: string[] } & Either<Has<Given, "walletTransactionId">, { walletTransactionId: string }, {}>} craftgate
 * @property {Amount<Currency> & SnapIds & { merchantId: string }} payermax
 */
/** @typedef {<Name extends ProviderName, Currency extends string, Method extends string, Given extends NewPayment>(provider: Name, payment: GivenPayment<Currency, Method, Given>) => ReadyPayment<Currency, Given>[Name]} AddPayment */

/**
 * What `new provider.Webhooks({...})` takes to verify the sandbox's deliveries.
 * @typedef {object} WebhookSettings
 * @property {{ clientId: string, secrets: string[], path: string }} doku
 * @property {{ secrets: string[] }} razorpay
 * @property {{ secrets: string[] }} craftgate
 * @property {{ merchantId: string, publicKeys: string[], path: string }} payermax `publicKeys`, in PEM, are for `readWebhook`
 */
/** @typedef {keyof WebhookSettings} WebhookProvider */
/** @typedef {{ [Name in WebhookProvider]: (path: string) => WebhookSettings[Name] | Promise<WebhookSettings[Name]> }} WebhookSettingsOf */

/**
 * What the sandbox gives each provider.
 * @typedef {object} World
 * @property {() => number} now
 * @property {import("./ledger.js").Ledger} ledger
 * @property {import("./index.js").Credentials} credentials
 * @property {{ razorpay: string, craftgate: string }} webhookSecrets
 * @property {import("./index.js").Rules} rules
 * @property {(name: string) => number} count the next number of a named series
 * @property {(event: Omit<Event, "number">) => void} notify
 * @property {(provider: ProviderName) => Promise<CryptoKey | undefined>} merchantKey
 * @property {(provider: ProviderName) => Promise<CryptoKeyPair>} ownKey
 */

export {};
