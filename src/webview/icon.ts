import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** The codicons that the page uses; the names are those of the font. */
export type IconName =
  | 'arrow-down'
  | 'arrow-swap'
  | 'attach'
  | 'chevron-down'
  | 'circle-slash'
  | 'clippy'
  | 'close'
  | 'copy'
  | 'edit'
  | 'ellipsis'
  | 'error'
  | 'eye'
  | 'file-media'
  | 'go-to-file'
  | 'info'
  | 'insert'
  | 'key'
  | 'link'
  | 'new-file'
  | 'refresh'
  | 'repo-forked'
  | 'send'
  | 'stop-circle'
  | 'trash'
  | 'warning'
  | 'zoom-in'
  | 'zoom-out';

/**
 * A codicon, as decoration: whoever shows it gives it a name. Plain elements rather than
 * `<vscode-icon>`, which loads the whole style sheet again for every icon.
 */
export function icon(name: IconName): TemplateResult {
  return html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

/** A codicon that turns while something is under way. */
export function spinner(): TemplateResult {
  return html`<span
    class="codicon codicon-loading codicon-modifier-spin"
    aria-hidden="true"
  ></span>`;
}

/** A toolbar button of VS Code's: an icon whose label is its name and its tooltip. */
export function iconButton(options: {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: (event: MouseEvent) => void;
  readonly disabled?: boolean;
  readonly className?: string;
  /** Instead of the label, where there is more to say. */
  readonly tooltip?: string;
}): TemplateResult {
  const { label, onClick, disabled = false, className = '', tooltip = label } = options;
  return html`<button
    type="button"
    class="icon-button ${className}"
    title=${tooltip}
    aria-label=${label}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${icon(options.icon)}
  </button>`;
}
