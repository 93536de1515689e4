import { localName, withCharacters } from './svgMarkup.ts';
import type { Attribute, Element } from './svgMarkup.ts';

/** Which other elements an element refers to for how it is painted. */

/** How often the target is drawn. */
export type Times = 'once' | 'for each element inside' | 'for each point inside';

export interface Reference {
  readonly id: string;
  readonly times: Times;
}

/** A rule of a style sheet, as far as it refers to elements. */
export interface StyleRule {
  /** The last part of a selector, which says what it can match at most. */
  readonly subject: string;
  readonly references: readonly Reference[];
}

const DECLARATION = /([\w-]{1,60})\s*:([^;:{}]*)/g;
const TARGET = /\burl\([\s"']*#([^()"']{1,1000})/g;
const STRING = /"[^"#]*"|'[^'#]*'/g;

/** Of an attribute, or of the declarations in a `style`. */
export function referencesOfAttribute({ name, value }: Attribute): readonly Reference[] {
  const text = withCharacters(value);
  return text.includes('url(')
    ? name === 'style'
      ? referencesOfStyle(text)
      : referencesOfProperty(name, text)
    : [];
}

function referencesOfStyle(style: string): readonly Reference[] {
  return [...style.matchAll(DECLARATION)].flatMap(([, name = '', value = '']) =>
    referencesOfProperty(name, value),
  );
}

function referencesOfProperty(name: string, value: string): readonly Reference[] {
  return [...value.matchAll(TARGET)].map(([, id = '']) => ({
    id: id.trim(),
    times: timesOf(name),
  }));
}

/** Properties that are inherited count for all that is inside. */
function timesOf(property: string): Times {
  return property === 'marker' || property === 'marker-mid'
    ? 'for each point inside'
    : /^(?:fill|stroke|marker)/.test(property)
      ? 'for each element inside'
      : 'once';
}

/** The rules of a style sheet that refer to elements. */
export function rulesOf(styleSheet: string): readonly StyleRule[] {
  if (!styleSheet.includes('url(')) {
    return [];
  }
  const text = withoutComments(withCharacters(styleSheet)).replaceAll(STRING, '');
  return text.split('}').flatMap((part) => {
    const at = part.lastIndexOf('{');
    const references = referencesOfStyle(part.slice(at + 1));
    if (references.length === 0) {
      return [];
    }
    const before = at === -1 ? '' : part.slice(0, at);
    const from = Math.max(before.lastIndexOf('{'), before.lastIndexOf(';')) + 1;
    return before
      .slice(from)
      .split(',')
      .map((selector) => ({
        subject:
          selector
            .trim()
            .split(/[\s>+~]/)
            .at(-1) ?? '',
        references,
      }));
  });
}

function withoutComments(styleSheet: string): string {
  let text = '';
  let at = 0;
  while (at !== -1) {
    const start = styleSheet.indexOf('/*', at);
    text += styleSheet.slice(at, start === -1 ? undefined : start);
    const end = start === -1 ? -1 : styleSheet.indexOf('*/', start + 2);
    at = end === -1 ? -1 : end + 2;
  }
  return text;
}

const SIMPLE = /^([\w-]*)(?:([.#])([\w-]+))?$/;

/** Whether a rule may match an element: ancestors are not looked at, nor what is hard to read. */
export function mayMatch({ subject }: StyleRule, element: Element): boolean {
  const of = (name: string): string =>
    withCharacters(element.attributes.find((attribute) => attribute.name === name)?.value ?? '');
  const [whole, tag = '', kind, name = ''] = SIMPLE.exec(subject) ?? [];
  const isKind =
    kind === '.' ? of('class').split(/\s/).includes(name) : kind !== '#' || of('id') === name;
  return whole === undefined || ((tag === '' || tag === localName(element.name)) && isKind);
}
