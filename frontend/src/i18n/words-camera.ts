/** What the panel of camera commands says, in all languages: the first screen does without it. */
import { bring } from './locale.svelte'
import { joined } from './words'

bring({
  en: joined(import.meta.glob('../../messages/en/camera.json', { eager: true, import: 'default' })),
  'zh-Hant': joined(import.meta.glob('../../messages/zh-Hant/camera.json', { eager: true, import: 'default' })),
  'zh-Hans': joined(import.meta.glob('../../messages/zh-Hans/camera.json', { eager: true, import: 'default' })),
})
