import { endOfProlog } from '../../core/formats/xmlText.ts';
import { DecodeError } from '../decodeError.ts';
import { nameFamilies, nameFamiliesOfStyle } from './fonts.ts';
import { checkCopies } from './svgCopies.ts';
import { withoutDoctype } from './svgEntities.ts';
import { localName, parseMarkup, rewriteMarkup, withCharacters } from './svgMarkup.ts';
import type { Attribute, Element } from './svgMarkup.ts';
import { embeddedPicture, PixelCount, SVG_MEDIA_TYPE } from './svgPictures.ts';
import { svgText } from './svgText.ts';

/** What the renderer is given in the place of an SVG: nothing but what was looked at. */
export interface SvgSource {
  readonly text: string;
  /** Whether it refers to other files, holds pages of HTML, or draws by a script. */
  readonly hasExternalParts: boolean;
}

/** Characters of a drawing: the renderer holds many times as many bytes. */
const MOST_TEXT = 32 * 2 ** 20;

/** Makes a drawing safe to be given to the renderer. Throws when it only wants time or memory. */
export function safeSource(svg: string): SvgSource {
  return safeDrawing(svg, { pixels: new PixelCount(), isInner: false });
}

interface Around {
  readonly pixels: PixelCount;
  /** Whether it is a drawing within a drawing, such as the emblem of a badge. */
  readonly isInner: boolean;
}

function safeDrawing(svg: string, around: Around): SvgSource {
  if (svg.length > MOST_TEXT) {
    throw new DecodeError('too long to be drawn', { truncated: false });
  }
  let hasExternalParts = hasStyleSheet(svg);
  const root = parseMarkup(withoutDoctype(svg));
  checkCopies(root);
  const address = (element: Element, value: string): string | undefined => {
    const known = withCharacters(value).trim();
    if (known === '' || known.startsWith('#') || localName(element.name) === 'a') {
      return value;
    }
    const picture = safePicture(value, around);
    hasExternalParts ||= picture === undefined || picture.hasExternalParts;
    return picture?.text;
  };
  const text = rewriteMarkup(root, {
    attribute: (element, { name, value }: Attribute) => {
      if (localName(name) === 'href') {
        return address(element, value);
      }
      hasExternalParts ||= refersOutside(withCharacters(value));
      return name === 'font-family'
        ? nameFamilies(value)
        : name === 'style'
          ? nameFamiliesOfStyle(value)
          : value;
    },
    text: (element, content) => {
      if (localName(element.name) !== 'style') {
        return content;
      }
      const style = withCharacters(content);
      hasExternalParts ||= /@import\b/i.test(style) || refersOutside(style);
      return nameFamiliesOfStyle(content);
    },
  });
  return { text, hasExternalParts: hasExternalParts || hasActiveParts(root) };
}

/** A picture as the renderer is given it, with the name that its content has. */
function safePicture(value: string, around: Around): SvgSource | undefined {
  // The renderer draws no pictures in drawings within drawings.
  const picture = around.isInner ? undefined : embeddedPicture(value);
  if (picture === undefined) {
    return undefined;
  }
  around.pixels.add(picture.pixels);
  const { mediaType } = picture;
  if (mediaType !== SVG_MEDIA_TYPE) {
    const text = `data:${mediaType};base64,${picture.bytes.toString('base64')}`;
    return { text, hasExternalParts: false };
  }
  const inside = safeDrawing(svgText(picture.bytes), { ...around, isInner: true });
  const base64 = Buffer.from(inside.text).toString('base64');
  return { ...inside, text: `data:${mediaType};base64,${base64}` };
}

function hasStyleSheet(svg: string): boolean {
  return svg.slice(0, endOfProlog(svg)).includes('<?xml-stylesheet');
}

const ACTIVE = new Set(['script', 'foreignObject']);

function hasActiveParts(element: Element): boolean {
  return (
    ACTIVE.has(localName(element.name)) ||
    element.children.some((child) => typeof child !== 'string' && hasActiveParts(child))
  );
}

const URL_START = /\burl\(\s*(["']?)\s*/gi;

function refersOutside(value: string): boolean {
  for (const match of value.matchAll(URL_START)) {
    const at = match.index + match[0].length;
    const next = value.slice(at, at + 5).toLowerCase();
    if (next !== '' && !/^[#"')]/.test(next) && next !== 'data:') {
      return true;
    }
  }
  return false;
}
