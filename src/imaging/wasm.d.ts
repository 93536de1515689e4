/** A WebAssembly file or a font is imported as the path under which it can be read. */
declare module '*.wasm' {
  const file: string;
  export default file;
}
declare module '*.ttf' {
  const file: string;
  export default file;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/wasm' {
  const file: string;
  export default file;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs' {
  /** The encoder of the module; its buffers are valid until the next call. */
  export interface JpegEncoder {
    getDecodedBuffer(frame: {
      readonly width: number;
      readonly height: number;
      readonly bitsPerSample: number;
      readonly componentCount: number;
      readonly isSigned: boolean;
    }): Uint8Array;
    getEncodedBuffer(): Uint8Array;
    setQuality(quality: number): void;
    setSubSampling(kind: number): void;
    setProgressive(progressive: boolean): void;
    encode(): void;
  }
  export default function load(options: {
    readonly wasmBinary: Uint8Array;
  }): Promise<{ readonly JPEGEncoder: new () => JpegEncoder }>;
}
