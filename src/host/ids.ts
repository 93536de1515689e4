/** Every id that the manifest contributes, once. A test holds them against `package.json`. */
export const COMMANDS = {
  describeImage: 'visionForClaude.describeImage',
  newConversation: 'visionForClaude.newConversation',
  openConversation: 'visionForClaude.openConversation',
  setApiKey: 'visionForClaude.setApiKey',
  removeApiKey: 'visionForClaude.removeApiKey',
  showLog: 'visionForClaude.showLog',
} as const;

export const CONVERSATION_VIEW = 'visionForClaude.conversation';

export const SETTINGS_SECTION = 'visionForClaude';

export const SETTINGS = {
  model: 'model',
  effort: 'effort',
  maxTokens: 'maxTokens',
  baseUrl: 'baseUrl',
} as const;

/** The `viewType` of VS Code's built-in image preview. */
export const IMAGE_PREVIEW = 'imagePreview.previewEditor';
