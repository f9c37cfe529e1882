import { joined } from './words'

export default joined(import.meta.glob('../../messages/zh-Hant/*.json', { eager: true, import: 'default' }))
