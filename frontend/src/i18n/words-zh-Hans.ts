import { joined } from './words'

export default joined(import.meta.glob(['../../messages/zh-Hans/*.json', '!../../messages/zh-Hans/{spending,queue,player,settings,statistics,collections,stacks,export,help,import}.json'], { eager: true, import: 'default' }))
