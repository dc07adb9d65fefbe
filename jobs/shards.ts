import { crc32 } from 'node:zlib'

export function usageQueueName(shard: number): string {
  return `usage-${shard}`
}

/** The shard on which an account's usage is charged fastest; any other one charges it just as correctly. */
export function shardOf(account: string, shards: number): number {
  return crc32(account) % shards
}
