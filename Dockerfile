# docker build --tag dcycle-upload .
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/data" --volume dcycle-upload:/home/user \
#   --env DCYCLE_API_KEY --env DCYCLE_ORG_ID dcycle-upload requests shipments.csv

FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci && mkdir /pack && npm pack --pack-destination /pack
# What a user gets, without what it was built with.
WORKDIR /app
RUN npm install --omit=dev --no-audit --no-fund /pack/dcycle-upload-*.tgz
# Whoever runs it may write there.
RUN mkdir --parents /rootfs/data /rootfs/home/user && chmod 1777 /rootfs/data /rootfs/home/user

# No shell, no package manager, no root.
FROM gcr.io/distroless/nodejs22-debian12:nonroot
COPY --from=build /rootfs /
COPY --from=build /app /app
# Holds configuration and the record of uploads, which must outlive the container: mount a volume there.
ENV HOME=/home/user
VOLUME /home/user
WORKDIR /data
ENTRYPOINT ["/nodejs/bin/node", "/app/node_modules/dcycle-upload/bin/dcycle-upload.js"]
CMD ["--help"]
