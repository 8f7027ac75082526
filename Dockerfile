# biaozhun as an image of one static program: no shell, no libraries, no network at run time.
#
#   docker build -t biaozhun .
#   docker run --rm --network none -v "$PWD:/work" biaozhun convert samples/water-bureau-2023.txt -o out
#
# Built from the checkout and Cargo.lock alone; where crates cannot be fetched, run `cargo vendor` first (docs/install.md).

FROM rust:1-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /source
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /source/target/release/biaozhun /biaozhun
COPY --from=build /source/LICENSE /source/LICENSE-MIT /source/LICENSE-APACHE /licences/
WORKDIR /work
USER 65534:65534
ENTRYPOINT ["/biaozhun"]
