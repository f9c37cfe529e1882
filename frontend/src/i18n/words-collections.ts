/** What is said of collections, in all languages: the first screen does without it. */
import { bring } from './locale.svelte'
import { joined } from './words'

bring({
  en: joined(import.meta.glob('../../messages/en/collections.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../messages/zh-Hant/collections.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../messages/zh-Hans/collections.json', { eager: true, import: 'default' })),
})
