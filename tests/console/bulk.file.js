// A large file for the tests of the bulk screen, over all five providers: five rows for each payment, each with an amount
// of its own, so that the books show which row was refunded how often. And what goes wrong at the providers meanwhile.

const PER_PAYMENT = 5;

const numbered = (index) => String(index).padStart(6, "0");
const rupiah = (amount) => ({ amount: String(amount), currency: "IDR" });

/** How each provider's payments and rows look. */
const MAKERS = [
  {
    provider: "razorpay",
    payment: (n) => ({
      paymentId: `pay_Bulk${String(n).padStart(10, "0")}`,
      amount: { value: "900000.00", currency: "INR" },
    }),
    row: ({ paymentId }, n, amount) => ({ paymentId, amount: `${amount}.50`, currency: "INR", receipt: `order-${n}` }),
  },
  {
    provider: "doku",
    payment: (n) => ({
      invoiceNumber: `INV-${numbered(n)}`,
      originalRequestId: `request-${numbered(n)}`,
      amount: { value: "90000000", currency: "IDR" },
    }),
    row: ({ invoiceNumber, originalRequestId }, _n, amount) => ({
      invoiceNumber,
      originalRequestId,
      ...rupiah(amount),
    }),
  },
  {
    provider: "durianpay",
    payment: (n) => ({ paymentId: `pay_durian${numbered(n)}`, amount: { value: "90000000", currency: "IDR" } }),
    row: ({ paymentId }, n, amount) => ({ paymentId, refId: `order-${n}`, ...rupiah(amount) }),
  },
  {
    provider: "craftgate",
    payment: (n) => ({ paymentId: String(70_000 + n), amount: { value: "900000", currency: "TRY" }, dayEnded: true }),
    row: ({ paymentId }, _n, amount) => ({
      operation: "refundPaymentTransaction",
      paymentTransactionId: `${paymentId}1`,
      amount: `${amount}.25`,
      currency: "TRY",
    }),
  },
  {
    provider: "payermax",
    payment: (n) => ({
      originalPartnerReferenceNo: `ORDER-BULK-${numbered(n)}`,
      amount: { value: "90000000", currency: "IDR" },
    }),
    row: ({ originalPartnerReferenceNo }, n, amount) => ({
      originalPartnerReferenceNo,
      merchantId: "P05010114269706",
      partnerRefundNo: `order-${n}`,
      ...rupiah(amount),
    }),
  },
];

const FAULTS = [
  "lost-response",
  "status-429",
  "status-500",
  "html",
  "forged-signature",
  "timeout",
  "timeout-after",
  "truncated",
  "empty",
  "status-503",
];

const COLUMNS = [
  "provider",
  "operation",
  "paymentId",
  "invoiceNumber",
  "originalRequestId",
  "paymentTransactionId",
  "originalPartnerReferenceNo",
  "merchantId",
  "partnerRefundNo",
  "refId",
  "receipt",
  "amount",
  "currency",
];

/** Which maker a row has, and which payment of it. */
function placeOf(index) {
  const maker = MAKERS[index % MAKERS.length];
  const nth = Math.floor(index / MAKERS.length);
  return { ...maker, payment: maker.payment(Math.floor(nth / PER_PAYMENT)), nth };
}

/** The payments that the file refunds, for `createSandbox({ payments })`. */
export function bulkPayments(size) {
  const firsts = Array.from({ length: size }, (_, index) => placeOf(index)).filter(
    ({ nth }) => nth % PER_PAYMENT === 0,
  );
  return firsts.map(({ provider, payment }) => ({ provider, ...payment }));
}

/** The file itself. */
export function bulkFile(size) {
  const lines = Array.from({ length: size }, (_, index) => {
    const { provider, payment, row } = placeOf(index);
    const cells = { provider, ...row(payment, index + 1, 1000 + index) };
    return COLUMNS.map((column) => cells[column] ?? "").join(",");
  });
  return `${COLUMNS.join(",")}\r\n${lines.join("\r\n")}\r\n`;
}

/** How often each row of the file was refunded, by what the books of the sandbox say. */
export function timesRefunded(refunds, size) {
  const count = new Map();
  for (const { provider, paymentId, amount, minor = amount, currency, status } of refunds) {
    const key = `${provider} ${paymentId} ${minor} ${currency}`;
    if (status !== "failed") count.set(key, (count.get(key) ?? 0) + 1);
  }
  return Array.from({ length: size }, (_, index) => {
    const { provider, payment, row } = placeOf(index);
    const { amount, currency } = row(payment, index + 1, 1000 + index);
    const id = payment.paymentId ?? payment.invoiceNumber ?? payment.originalPartnerReferenceNo;
    const minor = amount.includes(".") ? amount.replace(".", "") : `${amount}00`;
    return count.get(`${provider} ${id} ${minor} ${currency}`) ?? 0;
  });
}

/** Each provider of the file meets each fault so many times. */
export function armFaults(sandbox, times) {
  for (const { provider } of MAKERS) {
    for (const fault of FAULTS) sandbox.faults.next(provider, fault, { times, retryAfter: 0 });
  }
}
