#!/bin/sh
# Get Fashion-MNIST from Debian's package where nothing better is at hand. `make data` calls it from the project's root.
#
# Nothing is done when the files are there already, when the authors' server delivers (then `kedro run` downloads from
# it, with progress and verification), or on a system without apt. The server is asked first because installing a
# package changes the machine: right in an air-gapped container, rude on somebody's desktop. It is asked for the
# smallest file, whose content is checked, since proxies and captive portals answer 200 to anything.
#
# As root the package is installed. Otherwise it is downloaded and unpacked, and its files are moved into data/01_raw
# once all are complete. A failure is no error here: the ingestion then says what is missing and how to mend it.
set -eu

package=dataset-fashion-mnist
installed=/usr/share/datasets/fashion-mnist
url=http://fashion-mnist.s3-website.eu-central-1.amazonaws.com
raw=data/01_raw
files="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte"
smallest=t10k-labels-idx1-ubyte
smallest_sha256=0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34

folders() { # where classification_lab.datasets.origins looks
    printf '%s\n' "$raw/fashion-mnist" "$installed"
    printf '%s\n' "${CLASSIFICATION_LAB_DATA:-}" | tr : '\n' | while IFS= read -r mirror; do
        if [ -n "$mirror" ]; then printf '%s\n' "$mirror/fashion-mnist" "$mirror"; fi
    done
}

is_there() {
    folders | while IFS= read -r folder; do
        if [ -f "$folder/$1.gz" ] || [ -f "$folder/$1" ]; then echo found; fi
    done | grep -q found
}

all_are_there() {
    for file in $files; do is_there "$file" || return 1; done
}

server_delivers() {
    timeout 10 python3 - "$url/$smallest.gz" "$smallest_sha256" 2>/dev/null <<'PYTHON'
import gzip, hashlib, sys, urllib.request
content = gzip.decompress(urllib.request.urlopen(sys.argv[1], timeout=5).read())
sys.exit(hashlib.sha256(content).hexdigest() != sys.argv[2])
PYTHON
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$package" >/dev/null; }
}

download() { # into the current folder; where the machine has no package lists, with lists of our own: needs no root
    mkdir -p lists/partial cache/archives/partial
    apt-get download -qq "$package" 2>/dev/null || {
        set -- -qq -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache"
        apt-get "$@" update && apt-get "$@" download "$package"
    }
}

unpack_into_raw() ( # each step only after the one before: what is moved at the end is complete
    scratch=$(mktemp -d "$raw/.debian.XXXXXX") || exit 1
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM HUP
    (cd "$scratch" && download) &&
        dpkg-deb -x "$scratch/$package"_*.deb "$scratch/unpacked" &&
        mkdir -p "$raw/fashion-mnist" &&
        for file in $files; do mv "$scratch/unpacked$installed/$file.gz" "$raw/fashion-mnist/" || exit 1; done
)

if all_are_there; then exit 0; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then exit 0; fi
if server_delivers; then exit 0; fi

echo "Fashion-MNIST: $url does not deliver; getting Debian's package $package (30 MB)"
if [ "$(id -u)" = 0 ] && install; then exit 0; fi
if ! unpack_into_raw; then echo "Fashion-MNIST: $package cannot be had either" >&2; fi
