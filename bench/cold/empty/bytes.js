/** A module with a memory and nothing else. */
export const base64 = "AGFzbQEAAAAFAwEAAQcKAQZtZW1vcnkCAA==";
