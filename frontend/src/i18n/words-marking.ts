/** What the bar of tags, ratings, labels and notes says, in all languages: the first screen does without it. */
import { bring } from './locale.svelte'
import { joined } from './words'

bring({
  en: joined(import.meta.glob('../../messages/en/marking.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../messages/zh-Hant/marking.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../messages/zh-Hans/marking.json', { eager: true, import: 'default' })),
})
