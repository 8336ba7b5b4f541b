// As much of the binary format of WebAssembly as it takes to see how large each section and each function is.

const SECTIONS = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
  "tag",
];
const HEADER = 8;
const decoder = new TextDecoder();

/** Reads numbers and texts from a place on. */
function reader(bytes, start) {
  let at = start;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return decoder.decode(bytes.subarray(at - length, at));
  };
  return { number, text, byte: () => bytes[at++], skip: (count) => (at += count), at: () => at };
}

/** @returns {{ id: number, name: string, bytes: number, start: number, end: number }[]} */
export function sections(bytes) {
  const found = [];
  const read = reader(bytes, HEADER);
  while (read.at() < bytes.length) {
    const from = read.at();
    const id = read.byte();
    const length = read.number();
    const start = read.at();
    const name = id === 0 ? reader(bytes, start).text() : SECTIONS[id];
    read.skip(length);
    found.push({ id, name, bytes: read.at() - from, start, end: read.at() });
  }
  return found;
}

/** @returns {{ name: string, bytes: number }[]} */
export function functionSizes(bytes) {
  const all = sections(bytes);
  const names = functionNames(bytes, all);
  const first = importedFunctions(bytes, all);
  const code = all.find(({ name }) => name === "code");
  const read = reader(bytes, code.start);
  return Array.from({ length: read.number() }, (_, index) => {
    const from = read.at();
    read.skip(read.number());
    return { name: names.get(first + index) ?? "(no name)", bytes: read.at() - from };
  });
}

function functionNames(bytes, all) {
  const names = new Map();
  const section = all.find(({ id, name }) => id === 0 && name === "name");
  if (!section) throw new Error("the module has no names");
  const read = reader(bytes, section.start);
  read.text();
  while (read.at() < section.end) {
    const kind = read.byte();
    const length = read.number();
    if (kind !== 1) {
      read.skip(length);
      continue;
    }
    for (let count = read.number(); count > 0; count--) names.set(read.number(), read.text());
  }
  return names;
}

/** Imported functions are counted before the module's own. */
function importedFunctions(bytes, all) {
  const section = all.find(({ name }) => name === "import");
  if (!section) return 0;
  const read = reader(bytes, section.start);
  let functions = 0;
  for (let count = read.number(); count > 0; count--) {
    read.text();
    read.text();
    const kind = read.byte();
    if (kind === 0) {
      functions++;
      read.number();
    } else if (kind === 1) {
      read.byte();
      limits(read);
    } else if (kind === 2) limits(read);
    else if (kind === 3) read.skip(2);
    else throw new Error(`an import of kind ${kind}`);
  }
  return functions;
}

function limits(read) {
  const flags = read.byte();
  read.number();
  if (flags & 1) read.number();
}
