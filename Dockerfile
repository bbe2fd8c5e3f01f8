# The image of a node. Everything it needs is built inside; only Docker is required:
#
#   docker build -t concord .
#
# It builds with BuildKit and with the classic builder alike, so it keeps to what both know.

# The images to build with and to run on. Any JDK 25 and any Java 25 runtime with a /bin/sh will do.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG BASE_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
# Empty: the jar is built here. target/concord.jar: the one that ./mvnw package has left is taken, without a network.
ARG JAR=
# Libraries change seldom: fetched before the sources come, they stay in the layer cache of the builder.
COPY .mvn .mvn
COPY mvnw pom.xml ./
RUN [ -n "${JAR}" ] || ./mvnw -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package
COPY . .
RUN [ -n "${JAR}" ] || ./mvnw -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package
# Java starts faster from unpacked jars, and the libraries make a layer of their own that releases share.
RUN java -Djarmode=tools -jar "${JAR:-target/concord.jar}" extract --layers --destination /layers

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Concord" \
      org.opencontainers.image.description="A self-hosted, fault-tolerant chat server" \
      org.opencontainers.image.licenses="Apache-2.0"
# A number, because Kubernetes checks with it that nobody runs as root; it needs no entry in /etc/passwd. New volumes
# take the owner of these folders.
RUN mkdir -p /data /secret && chown 10001:10001 /data /secret && chmod 0700 /data /secret
WORKDIR /opt/concord
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/application/ ./
COPY src/main/docker/concord /usr/local/bin/concord
# Java learns from one run what a start needs. The cache fits this very Java, these options and these full paths only.
RUN java -XX:+UseCompactObjectHeaders -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -XX:AOTCacheOutput=/opt/concord/concord.aot -jar /opt/concord/concord.jar train >/tmp/train.log 2>&1 \
    || { cat /tmp/train.log; exit 1; } \
    && rm -rf /tmp/* && chmod 0644 concord.aot

# One directory for data, one address for everybody who can reach the container, logs for machines.
ENV LANG=C.UTF-8 \
    CONCORD_LOG_DIR=/data \
    CONCORD_HTTP_HOST=0.0.0.0 \
    CONCORD_HTTP_PORT=8080 \
    CONCORD_PORT=5001 \
    CONCORD_NODES=http://127.0.0.1:8080 \
    LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs
USER 10001:10001
WORKDIR /
VOLUME /data
EXPOSE 8080 5001
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 CMD ["concord", "health"]
ENTRYPOINT ["concord"]
CMD ["node"]
