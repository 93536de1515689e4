import * as l10n from '@vscode/l10n';
import { isSightHostMessage } from '../../core/conversation/sightProtocol.ts';
import type { Sight, SightPageMessage } from '../../core/conversation/sightProtocol.ts';
import { Panes } from './panes.ts';
import { Pictures } from './pictures.ts';
import { SightPage } from './sightPage.ts';

interface VsCodeApi {
  postMessage(message: SightPageMessage): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const host = acquireVsCodeApi();
const pictures = new Pictures((key) => host.postMessage({ type: 'needPicture', key }));
const panes = new Panes((zoom) => page.said(l10n.t('Zoom {0}', zoom)), draw);
const page = new SightPage(document.body, {
  panes,
  pictures,
  choose: (detail) => host.postMessage({ type: 'choose', detail }),
  attachAgain: () => host.postMessage({ type: 'attachAgain' }),
});

let sight: Sight | undefined;
let drawing = false;

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isSightHostMessage(data)) {
    return;
  }
  if (data.type === 'picture') {
    pictures.receive(data.key, data.mediaType, data.bytes);
  } else {
    if (data.l10n) {
      l10n.config({ contents: data.l10n });
    }
    page.follow(sight, data.sight);
    ({ sight } = data);
    pictures.retain(sight);
  }
  draw();
});
document.addEventListener('keydown', (event) => panes.pressed(event));
window.addEventListener('resize', draw);
followDensity();
host.postMessage({ type: 'ready' });

/** Another screen, or another zoom of the window, need not change the size of the page. */
function followDensity(): void {
  const same = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const changed = (): void => {
    followDensity();
    draw();
  };
  same.addEventListener('change', changed, { once: true });
}

/** Draws at the next frame, once, however much happens until then. */
function draw(): void {
  if (drawing) {
    return;
  }
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (sight) {
      page.draw(sight);
    }
  });
}
