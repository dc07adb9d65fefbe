import type { TestServer } from './test-servers.ts'

const POSTGRES_IMAGE = 'postgres:18-alpine'
const REDIS_IMAGE = 'redis:8-alpine'

export interface Containers {
  startPostgres(): Promise<TestServer>
  startRedis(): Promise<TestServer>
}

/** Servers in containers; null when no container engine answers. */
export async function findContainers(): Promise<Containers | null> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  const answers = await getContainerRuntimeClient().then(
    () => true,
    () => false,
  )
  return answers ? { startPostgres, startRedis } : null
}

async function startPostgres(): Promise<TestServer> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const container = await new PostgreSqlContainer(POSTGRES_IMAGE)
    .withCommand(['postgres', '-c', 'max_connections=200', '-c', 'fsync=off', '-c', 'full_page_writes=off'])
    .start()
  return {
    url: container.getConnectionUri(),
    origin: `container ${POSTGRES_IMAGE}`,
    stop: async () => void (await container.stop()),
  }
}

async function startRedis(): Promise<TestServer> {
  const { RedisContainer } = await import('@testcontainers/redis')
  const container = await new RedisContainer(REDIS_IMAGE).start()
  return {
    url: container.getConnectionUrl(),
    origin: `container ${REDIS_IMAGE}`,
    stop: async () => void (await container.stop()),
  }
}
