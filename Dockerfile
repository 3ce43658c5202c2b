# ci2mm with git and kustomize, for pipelines that run steps in containers:
#   docker build --tag ci2mm . && docker run --rm --volume "$PWD:/work" ci2mm convert --check
FROM node:24-alpine AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.js && rm -rf dist/types dist/index.js dist/index.cjs

FROM node:24-alpine
# Alpine's own builds of both, signed by its keys.
RUN apk add --no-cache git kustomize \
 && git config --system --add safe.directory '*' \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn*
COPY --from=build /source/dist /opt/ci2mm
RUN ln -s /opt/ci2mm/cli.cjs /usr/local/bin/ci2mm && ln -s /opt/ci2mm/cli-krm.cjs /usr/local/bin/ci2mm-krm
ENV CI2MM_CACHE=off
USER node
WORKDIR /work
ENTRYPOINT ["ci2mm"]
CMD ["--help"]
