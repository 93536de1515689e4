/** Where the Claude API itself is; also the default of the setting. */
const CLAUDE_API = 'api.anthropic.com';

/**
 * Whether the server at a base URL fetches images from their addresses itself. Of the Claude API that
 * is known (Claude docs, "Vision"); many others that speak the Messages API take base64 alone, refuse
 * an address or silently drop it.
 */
export function fetchesImages(baseUrl: string): boolean {
  return URL.parse(baseUrl)?.host === CLAUDE_API;
}
