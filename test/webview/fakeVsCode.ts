/** What runs in the page before its own script: VS Code's side of a webview. */

export interface FakeOptions {
  readonly variables: Readonly<Record<string, string>>;
  readonly bodyClass: string;
  readonly background: string;
}

/** What the tests see of the page, as `window.harness`. */
export interface Harness {
  /** Everything that the page has posted to the host. */
  readonly posted: { readonly type: string; readonly [key: string]: unknown }[];
  /** Violations of the security policy. */
  readonly violations: string[];
  /** Addresses of blobs that are in use. */
  readonly blobs: Set<string>;
  /** Whether `needThumbnail` is answered with a drawing. */
  answerThumbnails: boolean;
}

declare global {
  interface Window {
    harness: Harness;
    acquireVsCodeApi: () => unknown;
  }
}

/** Runs in the browser: it must not refer to anything outside itself. */
export function fakeVsCode({ variables, bodyClass, background }: FakeOptions): void {
  const harness: Harness = {
    posted: [],
    violations: [],
    blobs: new Set(),
    answerThumbnails: true,
  };
  window.harness = harness;
  document.addEventListener('securitypolicyviolation', (event) => {
    harness.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });

  const create = URL.createObjectURL.bind(URL);
  const revoke = URL.revokeObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    const url = create(blob);
    harness.blobs.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    harness.blobs.delete(url);
    revoke(url);
  };

  // VS Code sets its variables as the webview's own do: on the root element, through the CSSOM.
  document.addEventListener('DOMContentLoaded', dress, { once: true });
  function dress(): void {
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(name, value);
    }
    document.documentElement.style.background = background;
    document.body.className = bodyClass;
  }

  window.acquireVsCodeApi = () => {
    dress();
    return {
      postMessage(message: { type: string; sha256?: string }, transfer?: Transferable[]) {
        harness.posted.push(structuredClone(message, { transfer: transfer ?? [] }));
        if (message.type === 'needThumbnail' && harness.answerThumbnails) {
          void answer(message.sha256 ?? '');
        }
      },
    };
  };

  async function answer(sha256: string): Promise<void> {
    const canvas = new OffscreenCanvas(640, 400);
    const context = canvas.getContext('2d');
    if (!context) {
      throw new Error('No 2d context.');
    }
    const hue = Number.parseInt(sha256.slice(0, 2), 16) * 1.4;
    context.fillStyle = `hsl(${hue} 45% 70%)`;
    context.fillRect(0, 0, 640, 400);
    context.fillStyle = `hsl(${hue} 40% 45%)`;
    context.beginPath();
    context.moveTo(0, 400);
    context.lineTo(220, 130);
    context.lineTo(400, 330);
    context.lineTo(500, 230);
    context.lineTo(640, 400);
    context.fill();
    context.fillStyle = `hsl(${hue + 40} 80% 85%)`;
    context.beginPath();
    context.arc(490, 100, 46, 0, 7);
    context.fill();
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    window.postMessage({ type: 'thumbnail', sha256, mediaType: 'image/png', bytes });
  }
}
