// The memory of the module, which the package shows to nobody: import this before the package.

/** Of every instance that was made; more than one means that the module failed. @type {WebAssembly.Memory[]} */
export const memories = [];

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...given) {
    super(...given);
    if (this.exports.memory) memories.push(this.exports.memory);
  }
};

/** The memory of the instance that is at work. */
export const memory = () => memories.at(-1);
