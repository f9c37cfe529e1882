/** Pages of Atlas Cloud's; Go opens no others. */
export const SITE = 'https://www.atlascloud.ai/'
/** Where money is added to the account: https://www.atlascloud.ai/docs/billing/topup.md */
export const TOP_UP = 'https://www.atlascloud.ai/console/billing'
export const CONSOLE = 'https://console.atlascloud.ai/'
