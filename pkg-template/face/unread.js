import { frozen } from "./frozen.js";

/** The verdict of an answer that nothing can read any more: money may have moved. */
export function unread(why) {
  const problem = {
    code: "unreadable_response",
    message: `The answer could not be read: ${why}.`,
    userAction: "Ask for the refund's state before doing anything else; it may have happened.",
  };
  const unknown = { status: "unknown", next: "query", final: false, repeatable: false };
  return frozen({ ...unknown, problem, signature: "absent", replayed: false });
}
