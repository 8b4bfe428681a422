# Production image: the built app on Debian, with the base image's Node and no other. State and facts belong in
# DATABASE_URL (and WAREHOUSE_URL) or on an encrypted volume mounted at /data. README.md lists the variables;
# METRICS_TOKEN opens /metrics.
#
# A tag may be moved; a digest may not. Whoever builds pins what he has looked at:
#   docker buildx imagetools inspect node:26-bookworm-slim
#   docker build --build-arg NODE_IMAGE=node:26-bookworm-slim@sha256:… .
ARG NODE_IMAGE=node:26-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev
# Prisma's command line came with a client that can do without it; Node comes from the base image, so that patching that
# patches what runs.
RUN rm -rf node_modules/prisma node_modules/@prisma/dev node_modules/@prisma/engines node_modules/@prisma/studio-core \
      node_modules/mysql2 node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node node_modules/.bin/prisma
RUN node app/commands/notices.ts > THIRD-PARTY-NOTICES.txt && node --version

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data PORT=3000 UV_THREADPOOL_SIZE=16 MALLOC_ARENA_MAX=2
RUN mkdir /data && chown node:node /data && chmod 700 /data
COPY --from=build --chown=node:node /app/node_modules ./node_modules
COPY --from=build --chown=node:node /app/build ./build
COPY --from=build --chown=node:node /app/prisma ./prisma
COPY --from=build --chown=node:node /app/app ./app
COPY --from=build --chown=node:node /app/package.json /app/LICENSE /app/SECURITY.md /app/THIRD-PARTY-NOTICES.txt ./
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "app/server.ts"]
