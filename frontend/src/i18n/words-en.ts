import { joined } from './words'

export default joined(import.meta.glob('../../messages/en/*.json', { eager: true, import: 'default' }))
