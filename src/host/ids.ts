/** Every id that the manifest contributes, once. A test holds them against `package.json`. */
export const COMMANDS = {
  describeImage: 'visionForClaude.describeImage',
  askAboutImage: 'visionForClaude.askAboutImage',
  addToConversation: 'visionForClaude.addToConversation',
  describeImageFromUrl: 'visionForClaude.describeImageFromUrl',
  attachFromClipboard: 'visionForClaude.attachFromClipboard',
  generateAltText: 'visionForClaude.generateAltText',
  extractText: 'visionForClaude.extractText',
  explainDiagram: 'visionForClaude.explainDiagram',
  recreateAsCode: 'visionForClaude.recreateAsCode',
  findUiProblems: 'visionForClaude.findUiProblems',
  compareImages: 'visionForClaude.compareImages',
  dataAsTable: 'visionForClaude.dataAsTable',
  choosePrompt: 'visionForClaude.choosePrompt',
  newConversation: 'visionForClaude.newConversation',
  openConversation: 'visionForClaude.openConversation',
  exportConversation: 'visionForClaude.exportConversation',
  renameConversation: 'visionForClaude.renameConversation',
  deleteConversation: 'visionForClaude.deleteConversation',
  manageStorage: 'visionForClaude.manageStorage',
  openInEditor: 'visionForClaude.openInEditor',
  copyConversation: 'visionForClaude.copyConversation',
  manageUploads: 'visionForClaude.manageUploads',
  selectModel: 'visionForClaude.selectModel',
  setApiKey: 'visionForClaude.setApiKey',
  removeApiKey: 'visionForClaude.removeApiKey',
  showLog: 'visionForClaude.showLog',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const CONVERSATION_VIEW = 'visionForClaude.conversation';

/** The `viewType` of the same page as an editor. */
export const CONVERSATION_EDITOR = 'visionForClaude.conversationEditor';

/** The `viewType` of the editor that shows an image as Claude sees it. */
export const SIGHT_EDITOR = 'visionForClaude.sight';

export const SETTINGS_SECTION = 'visionForClaude';

export const SETTINGS = {
  model: 'model',
  effort: 'effort',
  detail: 'detail',
  maxTokens: 'maxTokens',
  answerLanguage: 'answerLanguage',
  systemPrompt: 'systemPrompt',
  prompts: 'prompts',
  baseUrl: 'baseUrl',
  upload: 'upload',
} as const;

/** The `viewType` of VS Code's built-in image preview. */
export const IMAGE_PREVIEW = 'imagePreview.previewEditor';
