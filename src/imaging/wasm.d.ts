/** A WebAssembly file or a font is imported as the path under which it can be read. */
declare module '*.wasm' {
  const file: string;
  export default file;
}
declare module '*.ttf' {
  const file: string;
  export default file;
}
