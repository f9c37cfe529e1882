/** This dialog's own words, in all languages: the first screen does without them. */
import { bring } from '../../i18n/locale.svelte'
import { joined } from '../../i18n/words'

bring({
  en: joined(import.meta.glob('../../../messages/en/export.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../../messages/zh-Hant/export.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../../messages/zh-Hans/export.json', { eager: true, import: 'default' })),
})
