# Written where no container engine was at hand: each stage's steps were run one by one outside of one, the image was not built.
# One image for every process: the command says which one it is.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

# Without what only development needs, and without the embedded Postgres and Node of the one-machine default.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY package.json ./
COPY --from=packages /app/node_modules ./node_modules
COPY billing ./billing
COPY clients ./clients
COPY config ./config
COPY db ./db
COPY jobs ./jobs
COPY sandbox ./sandbox
COPY scripts ./scripts
COPY workers ./workers
COPY web ./web
COPY --from=build /app/web/page/dist ./web/page/dist
# Nothing is written to the file system: it may be read-only.
USER node
EXPOSE 3000
CMD ["node", "scripts/web.ts"]
