// A picture of at most 256 colors, a third as large: screens have few colors, and near ones are taken for one.

import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLORS = 256;

/** @param {Buffer} file a PNG of 8 bits per channel, as a browser makes it @returns {Buffer} */
export function withPalette(file) {
  const { width, height, channels, pixels } = decode(file);
  const { palette, indexes } = quantize(pixels, channels);
  // A row begins with its filter, which is none.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(indexes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** @param {string} name @param {Buffer} data */
function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** @param {Buffer} file */
function decode(file) {
  const parts = [];
  let header = Buffer.alloc(0);
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (name === "IHDR") header = data;
    if (name === "IDAT") parts.push(data);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = header[9] === 6 ? 4 : 3;
  return {
    width,
    height,
    channels,
    pixels: unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels),
  };
}

/** Each byte was stored as its difference from what its neighbors foretell. @param {Buffer} raw @param {number} stride @param {number} height @param {number} channels */
function unfilter(raw, stride, height, channels) {
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= channels ? (pixels[at - channels] ?? 0) : 0;
      const up = y > 0 ? (pixels[at - stride] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (pixels[at - stride - channels] ?? 0) : 0;
      pixels[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + foretold(filter, left, up, corner);
    }
  }
  return pixels;
}

/** @param {number} filter @param {number} left @param {number} up @param {number} corner */
function foretold(filter, left, up, corner) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The most frequent colors; every other one becomes the nearest of them. @param {Buffer} pixels @param {number} channels */
function quantize(pixels, channels) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  const colors = new Uint32Array(pixels.length / channels);
  for (let i = 0; i < colors.length; i++) {
    const color = pixels.readUIntBE(i * channels, 3);
    colors[i] = color;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const frequent = [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, COLORS)
    .map(([color]) => color);
  const places = new Map([...counts.keys()].map((color) => [color, nearest(color, frequent)]));
  const palette = Buffer.alloc(frequent.length * 3);
  for (const [index, color] of frequent.entries()) palette.writeUIntBE(color, index * 3, 3);
  return { palette, indexes: Uint8Array.from(colors, (color) => places.get(color) ?? 0) };
}

/** @param {number} color @param {readonly number[]} palette */
function nearest(color, palette) {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, other] of palette.entries()) {
    const distance = squared(color >> 16, other >> 16) + squared(color >> 8, other >> 8) + squared(color, other);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/** @param {number} one @param {number} other */
function squared(one, other) {
  return ((one & 0xff) - (other & 0xff)) ** 2;
}
