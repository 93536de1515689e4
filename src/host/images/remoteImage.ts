import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { DownloadFailure } from '../../core/failure.ts';
import { identifyFormat } from '../../core/formats/formats.ts';
import { MAX_FILE_BYTES } from '../../core/plan/limits.ts';
import { failed, success, type Result } from '../../core/result.ts';
import { abortable } from '../abortable.ts';
import { isPublicAddress } from './publicAddress.ts';
import { systemCode } from '../storage/systemError.ts';

/** For tests, whose servers are on the machine itself; nothing that a user can set. */
export interface FetchOptions {
  /** Hosts with their ports, such as `127.0.0.1:8080`, whose addresses are not looked at. */
  readonly trustedHosts?: readonly string[];
  /** All addresses of a host name; the system's own when absent. */
  readonly lookup?: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** For everything together, redirects and the whole body included. */
  readonly timeoutSeconds?: number;
}

export interface FetchedImage {
  readonly bytes: Uint8Array;
  /** Where it was in the end, after redirects; without a fragment. */
  readonly url: string;
  readonly redirected: boolean;
}

type Fetched<T> = Result<T, DownloadFailure>;

const MOST_REDIRECTS = 5;
const TIMEOUT_SECONDS = 30;
const HEADERS: http.OutgoingHttpHeaders = {
  // Some hosts refuse whoever does not say what he is.
  'User-Agent': 'vision-for-claude',
  Accept: 'image/*',
  'Accept-Encoding': 'identity',
};

/**
 * Fetches an image by its `http:` or `https:` address, without cookies, referrer or credentials, and
 * reads no more than `MAX_FILE_BYTES`. Nothing on the user's own machine or network is fetched
 * because a link said so: the addresses of a host are looked at before it is connected to, the
 * connection goes to one of these, and each of at most five redirects is looked at in the same way.
 * From https it is not led back to http.
 *
 * A proxy of the settings is used, since VS Code puts it under `node:http`; then it is the proxy
 * that resolves the name. What this machine resolves to an address of its own network is refused
 * all the same; a name that only the proxy knows is left to the proxy's own rules.
 *
 * Rejects only with the signal's reason.
 */
export async function fetchImage(
  address: string,
  signal: AbortSignal,
  {
    trustedHosts = [],
    lookup = lookupAll,
    timeoutSeconds: seconds = TIMEOUT_SECONDS,
  }: FetchOptions = {},
): Promise<Fetched<FetchedImage>> {
  signal.throwIfAborted();
  const first = parseAddress(address);
  if (!first) {
    return failed({ kind: 'addressInvalid' });
  }
  const timeout = AbortSignal.timeout(seconds * 1000);
  const either = AbortSignal.any([signal, timeout]);
  let url = first;
  try {
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const { host, hostname } = url;
      const isAllowed = (ip: string): boolean => trustedHosts.includes(host) || isPublicAddress(ip);
      const forbidden = {
        kind: 'addressForbidden',
        host: hostname,
        redirected: redirects > 0,
      } as const;
      const addresses = await resolveHost(hostname, lookup, either);
      if (addresses.ok && !addresses.value.every(({ address: ip }) => isAllowed(ip))) {
        return failed(forbidden);
      }
      const response = await request(url, addresses, isAllowed, either);
      if (response === 'forbidden') {
        return failed(forbidden);
      }
      const next = redirectOf(response, url);
      if (!next) {
        const read = await readImage(response, url);
        return read.ok
          ? success({ bytes: read.value, url: url.href, redirected: redirects > 0 })
          : read;
      }
      response.destroy();
      if (!next.ok) {
        return next;
      }
      url = next.value;
    }
    return failed({ kind: 'tooManyRedirects', host: url.host });
  } catch (error) {
    signal.throwIfAborted();
    return timeout.aborted
      ? failed({ kind: 'downloadTimedOut', host: url.host, seconds })
      : failed({ kind: 'addressUnreachable', host: url.host, ...codeOf(error) });
  }
}

/**
 * The address that the API may fetch an image from itself, with this request and every later one:
 * the `https:` address that was asked for. Where the server led on to another there is none, since
 * such an address is often signed for a few minutes only.
 */
export function lastingAddress({ url, redirected }: FetchedImage): string | undefined {
  return redirected || !url.startsWith('https:') ? undefined : url;
}

/** `undefined` for what is no http(s) address, or carries a user name or password. */
export function parseAddress(address: string): URL | undefined {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return undefined;
  }
  url.hash = '';
  return url;
}

/** What a host name resolved to; an error is that of the system. */
type Addresses = Result<readonly LookupAddress[], Error>;

/**
 * Resolves the host once, so that what is looked at and what is connected to are the same. A name
 * that cannot be resolved here may be one that a proxy resolves; a direct connection fails with it.
 */
async function resolveHost(
  hostname: string,
  lookup: NonNullable<FetchOptions['lookup']>,
  signal: AbortSignal,
): Promise<Addresses> {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  const addresses =
    family === 0
      ? await settled(abortable(lookup(hostname), signal))
      : success([{ address: literal, family }]);
  signal.throwIfAborted();
  return addresses;
}

function lookupAll(hostname: string): Promise<readonly LookupAddress[]> {
  return systemLookup(hostname, { all: true });
}

/**
 * The head of the response. A connection that the process keeps open from an earlier request was made
 * without a look at its address, so that is done here.
 */
function request(
  url: URL,
  addresses: Addresses,
  isAllowed: (address: string) => boolean,
  signal: AbortSignal,
): Promise<http.IncomingMessage | 'forbidden'> {
  const { get } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = get(url, { headers: HEADERS, signal, lookup: connectTo(addresses) }, resolve);
    sent.on('error', reject);
    // All that is heard of a response that is none, such as 101.
    sent.on('close', () => reject(new Error('The connection ended without a response.')));
    sent.on('socket', ({ remoteAddress }) => {
      if (sent.reusedSocket && !isAllowed(remoteAddress ?? '')) {
        resolve('forbidden');
        sent.destroy();
      }
    });
  });
}

/** A `lookup` that knows the answer already. */
function connectTo(addresses: Addresses): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses.ok ? addresses.value : [];
    if (!addresses.ok || !first) {
      callback(addresses.ok ? new Error('The host has no address.') : addresses.error, '');
    } else if (all === true) {
      callback(null, [...addresses.value]);
    } else {
      callback(null, first.address, first.family);
    }
  };
}

/** Where a response leads on to; nothing when it does not. */
function redirectOf(response: http.IncomingMessage, url: URL): Fetched<URL> | undefined {
  const { statusCode: status = 0, headers } = response;
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) {
    return undefined;
  }
  const next = parseAddress(URL.parse(headers.location, url.href)?.href ?? '');
  return next && !(url.protocol === 'https:' && next.protocol === 'http:')
    ? success(next)
    : failed({ kind: 'downloadRefused', host: url.host, status });
}

async function readImage(response: http.IncomingMessage, url: URL): Promise<Fetched<Uint8Array>> {
  const { statusCode: status = 0, headers } = response;
  const refuse = (failure: DownloadFailure): Fetched<Uint8Array> => {
    response.destroy();
    return failed(failure);
  };
  if (status < 200 || status > 299) {
    return refuse({ kind: 'downloadRefused', host: url.host, status });
  }
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type'] ?? '')) {
    return refuse({ kind: 'addressOfPage', host: url.host });
  }
  const tooLarge: DownloadFailure = { kind: 'downloadTooLarge', limit: MAX_FILE_BYTES };
  if (Number(headers['content-length'] ?? 0) > MAX_FILE_BYTES) {
    return refuse(tooLarge);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_FILE_BYTES) {
      return refuse(tooLarge);
    }
    parts.push(part);
  }
  const bytes = Buffer.concat(parts, length);
  const identity = identifyFormat(bytes);
  // Some servers call everything a picture or a stream of bytes.
  return identity.kind === 'notAnImage' && identity.looksLike === 'html'
    ? failed({ kind: 'addressOfPage', host: url.host })
    : success(bytes);
}

async function settled<T>(work: Promise<T>): Promise<Result<T, Error>> {
  try {
    return success(await work);
  } catch (error) {
    return failed(error instanceof Error ? error : new Error('not resolved', { cause: error }));
  }
}

function codeOf(error: unknown): { readonly code?: string } {
  const code = systemCode(error);
  return code === undefined ? {} : { code };
}
