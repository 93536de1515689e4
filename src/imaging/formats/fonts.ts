import sansFile from 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf';
import sansBoldFile from 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf';
import monoFile from 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf';
import serifFile from 'dejavu-fonts-ttf/ttf/DejaVuSerif.ttf';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Fonts for the text of drawings: some that ship, and those of the system that a drawing asks for. */

/** Families that ship, by the generic family that they stand for. */
export const SHIPPED_FAMILIES = {
  sansSerif: 'DejaVu Sans',
  serif: 'DejaVu Serif',
  monospace: 'DejaVu Sans Mono',
} as const;

const FAMILY_PROPERTY = /\bfont(?:-family)?\s*:[^;{}<>]*/gi;

/** Puts families that ship in the place of generic ones: the renderer has but one for all of them. */
export function nameFamilies(families: string): string {
  return families
    .replaceAll(/(?<![\w-])(?:ui-)?monospace(?![\w-])/gi, SHIPPED_FAMILIES.monospace)
    .replaceAll(/(?<![\w-])(?:ui-)?serif(?![\w-])/gi, SHIPPED_FAMILIES.serif);
}

/** The same for the declarations of a style. */
export function nameFamiliesOfStyle(style: string): string {
  return style.replaceAll(FAMILY_PROPERTY, nameFamilies);
}

interface SystemFont {
  /** What in a drawing asks for it. */
  readonly asks: RegExp;
  /** Names of files in the folders of the system, without regard to their kind. */
  readonly files: readonly string[];
  /** Whether the first file that is there is enough. */
  readonly oneOf?: true;
}

const SYSTEM_FONTS: readonly SystemFont[] = [
  { asks: /arial/i, files: ['arial.ttf', 'arialbd.ttf', 'Arial.ttf', 'Arial Bold.ttf'] },
  { asks: /helvetica/i, files: ['Helvetica.ttc'] },
  {
    asks: /times/i,
    files: ['times.ttf', 'timesbd.ttf', 'Times New Roman.ttf', 'Times New Roman Bold.ttf'],
  },
  {
    asks: /courier/i,
    files: ['cour.ttf', 'courbd.ttf', 'Courier New.ttf', 'Courier New Bold.ttf'],
  },
  { asks: /georgia/i, files: ['georgia.ttf', 'georgiab.ttf', 'Georgia.ttf', 'Georgia Bold.ttf'] },
  { asks: /verdana/i, files: ['verdana.ttf', 'verdanab.ttf', 'Verdana.ttf', 'Verdana Bold.ttf'] },
  { asks: /segoe ui/i, files: ['segoeui.ttf', 'segoeuib.ttf'] },
  { asks: /menlo/i, files: ['Menlo.ttc'] },
  { asks: /consolas/i, files: ['consola.ttf', 'consolab.ttf'] },
  {
    // Chinese, Japanese and Korean, as characters or as their numbers in hexadecimal.
    asks: /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|&#x(?:[3-9][\da-f]{3}|a[c-f][\da-f]{2}|[bcd][\da-f]{3});/i,
    files: [
      'msyh.ttc',
      'YuGothM.ttc',
      'malgun.ttf',
      'PingFang.ttc',
      'Hiragino Sans GB.ttc',
      'AppleSDGothicNeo.ttc',
      'NotoSansCJK-Regular.ttc',
      'wqy-zenhei.ttc',
      'DroidSansFallbackFull.ttf',
    ],
    oneOf: true,
  },
];

function systemFolders(): readonly string[] {
  switch (process.platform) {
    case 'win32':
      return [path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'Fonts')];
    case 'darwin':
      return ['/System/Library/Fonts', '/System/Library/Fonts/Supplemental', '/Library/Fonts'];
    default:
      return [
        '/usr/share/fonts/truetype/msttcorefonts',
        '/usr/share/fonts/opentype/noto',
        '/usr/share/fonts/noto-cjk',
        '/usr/share/fonts/truetype/wqy',
        '/usr/share/fonts/truetype/droid',
      ];
  }
}

let shipped: readonly Uint8Array[] | undefined;

/** The fonts that the text of a drawing may need; those that ship are read once a thread. */
export function fontsFor(drawing: string): Uint8Array[] {
  shipped ??= [sansFile, sansBoldFile, monoFile, serifFile].map((file) => readFileSync(file));
  return [...shipped, ...systemFontFiles(drawing).map((file) => readFileSync(file))];
}

function systemFontFiles(drawing: string): readonly string[] {
  return SYSTEM_FONTS.filter(({ asks }) => asks.test(drawing)).flatMap(({ files, oneOf }) => {
    const found = systemFolders().flatMap((folder) =>
      files.map((file) => path.join(folder, file)).filter((file) => existsSync(file)),
    );
    return oneOf ? found.slice(0, 1) : found;
  });
}
