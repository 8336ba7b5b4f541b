// A text as a file of the person's.

/** @param {string} name @param {string} text */
export function download(name, text) {
  // Spreadsheets take UTF-8 for something else without its mark.
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
