import type {
  Attempt,
  Delivery,
  Plan,
  SignatureAlgorithm,
  SignedRequest,
  SigningClient,
  Unverified,
  WebhookEvent,
} from "./shared.js";

/** Signs with a key that is somewhere else: a KMS, an HSM, another process. */
export type Signer = (message: Uint8Array, algorithm: SignatureAlgorithm) => Promise<Uint8Array> | Uint8Array;

/**
 * An RSA private key to sign with, as a non-extractable CryptoKey.
 *
 * @param key PKCS#8 or PKCS#1, as PEM (whatever its label says), bare base64 or DER bytes; unencrypted
 * @throws {RefundError} when it is no such key; the message never holds a part of it
 */
export function importPrivateKey(key: string | Uint8Array): Promise<CryptoKey>;

/**
 * A provider's RSA public key to verify with.
 *
 * @param key SPKI or PKCS#1, as PEM, bare base64 or DER bytes
 * @throws {RefundError} when it is no such key
 */
export function importPublicKey(key: string | Uint8Array): Promise<CryptoKey>;

/**
 * An HMAC secret to sign with, as a non-extractable CryptoKey.
 *
 * @param secret the secret as the provider gives it; text is taken as it is, never decoded
 * @param algorithm that of `client.prepare(plan)`
 * @throws {RefundError} when it is empty or no secret
 */
export function importSecret(secret: string | Uint8Array, algorithm: SignatureAlgorithm): Promise<CryptoKey>;

/**
 * Signs one attempt of a plan with a key outside the module.
 *
 * @throws {RefundError} as `client.prepare`, and when the key cannot make the signature that is needed
 */
export function signWith(
  client: SigningClient,
  plan: Plan,
  key: CryptoKey | Signer,
  attempt?: Attempt,
): Promise<SignedRequest>;

/**
 * The event of a webhook that the provider signs with RSA.
 *
 * @param publicKeys the provider's key, or several while one is being replaced
 * @throws {RefundError} when none of the keys made the signature, or the delivery is not in the form that is needed
 */
export function readWebhook<Event extends WebhookEvent>(
  webhooks: { prepare(delivery: Delivery): Unverified<Event> },
  delivery: Delivery,
  publicKeys: CryptoKey | readonly CryptoKey[],
): Promise<Event>;
