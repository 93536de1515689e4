/** Environment variable: how many conversations the campaign has; absent in the ordinary tests. */
export const CAMPAIGN_COUNT = 'VISION_CAMPAIGN_COUNT';
/** Environment variable: the file that the campaign writes its result to. */
export const CAMPAIGN_REPORT = 'VISION_CAMPAIGN_REPORT';
/** Title of its suite, by which it is run alone. */
export const CAMPAIGN_TITLE = 'a campaign of conversations in which everything goes wrong';
