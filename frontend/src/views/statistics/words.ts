/** This view's own words, in all languages: the first screen does without them. */
import { bring } from '../../i18n/locale.svelte'
import { joined } from '../../i18n/words'

bring({
  en: joined(import.meta.glob('../../../messages/en/statistics.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../../messages/zh-Hant/statistics.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../../messages/zh-Hans/statistics.json', { eager: true, import: 'default' })),
})
