import { readFileSync } from 'node:fs';

const modules = new Map<string, WebAssembly.Module>();

/** The compiled module of a file, compiled once a thread. */
export function wasmModule(file: string): WebAssembly.Module {
  let module = modules.get(file);
  if (!module) {
    module = new WebAssembly.Module(readFileSync(file));
    modules.set(file, module);
  }
  return module;
}
