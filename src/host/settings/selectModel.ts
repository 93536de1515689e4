import * as vscode from 'vscode';
import { LOCALE } from '../wording/imageLabels.ts';
import { SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import { modelDetail, OFFERED_MODELS } from '../wording/modelWording.ts';
import { readSettings } from './settings.ts';

/**
 * Sets the model that is asked from now on; lets the user choose one when none is given. Kept in the
 * settings: of the workspace when it has one there, which would win, else of the user.
 */
export async function selectModel(model?: string): Promise<void> {
  const chosen = (model ?? (await pickModel()))?.trim();
  if (chosen === undefined || chosen === '') {
    return;
  }
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const isOfWorkspace = configuration.inspect(SETTINGS.model)?.workspaceValue !== undefined;
  await configuration.update(
    SETTINGS.model,
    chosen,
    isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
  );
}

interface ModelItem extends vscode.QuickPickItem {
  /** Absent for the item that asks for another id. */
  readonly id?: string;
}

async function pickModel(): Promise<string | undefined> {
  const current = readSettings().model;
  const models = OFFERED_MODELS.map((model): ModelItem => ({
    id: model.id,
    label: model.displayName,
    description: model.id === current ? vscode.l10n.t('{0} (current)', model.id) : model.id,
    detail: modelDetail(model, LOCALE),
  }));
  const items: readonly ModelItem[] = [
    ...models,
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Other model...'),
      description: OFFERED_MODELS.some(({ id }) => id === current)
        ? ''
        : vscode.l10n.t('{0} (current)', current),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Select Model'),
    placeHolder: vscode.l10n.t('The model that looks at your images'),
    matchOnDescription: true,
  });
  return picked && (picked.id ?? askForModel(current));
}

async function askForModel(current: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Select Model'),
    prompt: vscode.l10n.t(
      'The id of a model, as the API knows it. What it costs is not known for every one.',
    ),
    value: current,
    validateInput: (value) =>
      /^\S+$/.test(value.trim())
        ? undefined
        : vscode.l10n.t('Enter the id of a model, without spaces.'),
  });
}
