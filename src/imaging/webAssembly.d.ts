/** What is used of the WebAssembly interface, which TypeScript only knows together with the DOM. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  const Module: new (bytes: Uint8Array) => Module;

  /** `Exports` is what the module is known to export. */
  class Instance<Exports> {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Exports;
  }

  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }

  class Global {
    readonly value: number;
  }

  class RuntimeError extends Error {}
}
