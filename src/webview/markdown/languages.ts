import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dart from 'highlight.js/lib/languages/dart';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import latex from 'highlight.js/lib/languages/latex';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

/** What is seen on screenshots and what mock-ups are made into; each knows its other names. */
const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  css,
  dart,
  diff,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  latex,
  markdown,
  php,
  python,
  ruby,
  rust,
  scss,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};

/** Names that people give to code in one of the languages and that the library does not know. */
const FURTHER_NAMES: Readonly<Record<string, string>> = {
  astro: 'xml',
  jsonc: 'json',
  less: 'scss',
  svelte: 'xml',
  vue: 'xml',
};

/** Takes up the grammars: once, before the first code is coloured. */
export function setUpLanguages(): void {
  for (const [name, grammar] of Object.entries(LANGUAGES)) {
    highlighter.registerLanguage(name, grammar);
  }
  for (const [alias, languageName] of Object.entries(FURTHER_NAMES)) {
    highlighter.registerAliases(alias, { languageName });
  }
}

/** HTML of code with its words marked by class; `undefined` when the language is not known. */
export function highlightHtml(code: string, language: string): string | undefined {
  const name = language.toLowerCase();
  return highlighter.getLanguage(name)
    ? highlighter.highlight(code, { language: name, ignoreIllegals: true }).value
    : undefined;
}
