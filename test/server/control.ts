import type { Exchange } from './exchange.ts';
import { ApiFailure, invalid } from './failure.ts';
import { parseJson, readBody, sendJson } from './http.ts';
import type { ReceivedRequest, RequestLog } from './received.ts';
import { parseSteps, type Script } from './script.ts';

// For tests whose own process is another one, such as VS Code's extension host.

const root = '/__practice/';

/** Whether a request is for the control and not for the API. */
export function isControl({ url }: Exchange): boolean {
  return url.pathname.startsWith(root);
}

/**
 * `POST script` (a step or a list), `GET requests?atLeast=N&path=P` (waits until N are read),
 * `POST release`, `POST reset`.
 */
export async function serveControl(
  exchange: Exchange,
  script: Script,
  requests: RequestLog,
): Promise<void> {
  const { request, response, url, received } = exchange;
  checkCaller(exchange);
  const body = await readBody(request);
  switch (`${received.method} ${url.pathname.slice(root.length)}`) {
    case 'POST script': {
      const value = parseJson(request, body);
      const steps = parseSteps(Array.isArray(value) ? value : [value]);
      script.add(steps);
      sendJson(response, 200, { queued: steps.length });
      return;
    }
    case 'GET requests': {
      const path = url.searchParams.get('path');
      const fits = (each: ReceivedRequest): boolean => path === null || each.path === path;
      await requests.reached(Number(url.searchParams.get('atLeast') ?? 0), fits);
      sendJson(response, 200, requests.all.filter(fits).map(described));
      return;
    }
    case 'POST release':
      if (!script.release()) throw invalid('no scripted step is holding an answer');
      sendJson(response, 200, {});
      return;
    case 'POST reset':
      script.clear();
      requests.clear();
      sendJson(response, 200, {});
      return;
    default:
      throw new ApiFailure(404, 'not_found_error', 'Not found');
  }
}

/** A web page could reach the loopback too: it sends an origin, or a foreign name as the host. */
function checkCaller({ request }: Exchange): void {
  const host = request.headers.host ?? '';
  const isLocal = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(host);
  if (!isLocal || request.headers.origin !== undefined) {
    throw new ApiFailure(403, 'permission_error', 'The control is for local tests only');
  }
}

/** A request as JSON can carry it: images without their base64, whose SHA-256 is in `images`. */
function described(request: ReceivedRequest): object {
  const { ended: _, ...rest } = request;
  return { ...rest, body: withoutImageData(request.body) };
}

function withoutImageData(body: unknown): unknown {
  const text = JSON.stringify(body, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? `(${value.length} characters)` : value,
  );
  return text === undefined ? undefined : JSON.parse(text);
}
