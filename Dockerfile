# Production image: the built app on Debian with Node from npm's platform package. State and facts belong in
# DATABASE_URL (and WAREHOUSE_URL) or on a volume mounted at /data. README.md lists the variables; METRICS_TOKEN opens
# /metrics.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data PORT=3000
RUN mkdir /data && chown node:node /data
COPY --from=build --chown=node:node /app/node_modules ./node_modules
COPY --from=build --chown=node:node /app/build ./build
COPY --from=build --chown=node:node /app/prisma ./prisma
COPY --from=build --chown=node:node /app/app ./app
COPY --from=build --chown=node:node /app/package.json ./
USER node
VOLUME /data
EXPOSE 3000
CMD ["npm", "start"]
