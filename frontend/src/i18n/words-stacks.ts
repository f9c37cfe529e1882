/** What is said of stacks and lineage, in all languages: the first screen does without it. */
import { bring } from './locale.svelte'
import { joined } from './words'

bring({
  en: joined(import.meta.glob('../../messages/en/stacks.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../messages/zh-Hant/stacks.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../messages/zh-Hans/stacks.json', { eager: true, import: 'default' })),
})
