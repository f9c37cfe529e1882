/** What the view of the spending and the budget's setting say, in all languages: the first screen does without it. */
import { bring } from './locale.svelte'
import { joined } from './words'

bring({
  en: joined(import.meta.glob('../../messages/en/spending.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../messages/zh-Hant/spending.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../messages/zh-Hans/spending.json', { eager: true, import: 'default' })),
})
