/** Pages of Atlas Cloud's; Go opens no others. */
export const SITE = 'https://www.atlascloud.ai/'
export const CONSOLE = 'https://console.atlascloud.ai/'
