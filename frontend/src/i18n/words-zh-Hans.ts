import { joined } from './words'

export default joined(import.meta.glob('../../messages/zh-Hans/*.json', { eager: true, import: 'default' }))
